/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __TIMETRAVEL_SETUP_H
#define __TIMETRAVEL_SETUP_H

#include "core.h"
#include "ext.h"

/**
 * struct tt_options - what the command line says about time
 * @mode: how time moves
 * @wall: the wall clock at boot, ns since 1970
 * @wall_set: @wall was given; else it is the host's, or the controller's
 * @read_cost: what a read of the clock costs, ns
 * @spin_limit: so many kernel entries without being idle are spinning
 * @spin_patience: so much host CPU time with few entries is spinning, ms
 * @idle_limit: so many days without a process running end the guest, 0 for none
 * @ext: the controller of external mode
 */
struct tt_options {
	const struct tt_mode *mode;
	u64 wall;
	u64 read_cost;
	u64 spin_limit;
	u64 spin_patience;
	u64 idle_limit;
	bool wall_set;
	struct tt_ext_options ext;
};

/* the longest time that one read of the clock may cost, ns */
#define TT_READ_COST_MAX	NSEC_PER_SEC

/* so that it does not pass the end of time */
#define TT_IDLE_LIMIT_MAX	100000

/* room for what tt_parse() says, the longest number in it included */
#define TT_WHY_LEN		160

int tt_parse(struct tt_options *o, const char *arg, char *why);

#endif /* __TIMETRAVEL_SETUP_H */
