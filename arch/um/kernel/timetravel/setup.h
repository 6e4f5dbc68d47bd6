/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __TIMETRAVEL_SETUP_H
#define __TIMETRAVEL_SETUP_H

#include "core.h"
#include "ext.h"

/**
 * struct tt_options - the command line
 * @mode: how time moves
 * @wall: the wall clock at boot, ns since 1970
 * @read_cost: cost of a clock read, ns
 * @syscall_cost: cost of any other system call, ns
 * @spin_patience: CPU time without a call after which a process is preempted, ms
 * @hang_limit: CPU time without a call that ends a strict run, s
 * @idle_limit: days without a process running that end the guest, 0 for never
 * @pace: largest speed relative to the host's while a key is awaited, 0 for no limit
 * @cpu: of the host, to stay on
 * @wall_set: @wall was given; else it is the host's, or the controller's
 * @strict: nothing may depend on the host
 * @hang_limit_set: @hang_limit was given
 * @ext: the controller of external mode
 */
struct tt_options {
	const struct tt_mode *mode;
	u64 wall;
	u64 read_cost;
	u64 syscall_cost;
	u64 spin_patience;
	u64 hang_limit;
	u64 idle_limit;
	u64 pace;
	int cpu;
	bool wall_set;
	bool strict;
	bool hang_limit_set;
	struct tt_ext_options ext;
};

/* values of @cpu that are no number */
#define TT_CPU_HERE	-1	/* the one that the kernel is started on */
#define TT_CPU_ANY	-2	/* the host's choice */

int tt_parse(struct tt_options *o, const char *arg, char *why);
int tt_check(const struct tt_options *o, char *why);

#endif /* __TIMETRAVEL_SETUP_H */
