/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __TIMETRAVEL_GUARD_H
#define __TIMETRAVEL_GUARD_H

#include "core.h"

/* kernel entries without being idle, and ms of host CPU time with hardly an entry */
#define TT_SPIN_LIMIT		20000
#define TT_SPIN_PATIENCE	1000

/**
 * struct tt_guard - looks after a guest that never idles
 * @on: computing takes no time in this mode
 * @limit: so many kernel entries are spinning, 0 for none
 * @patience: so much host CPU time with hardly an entry is spinning, ns, 0 for none
 * @entries: kernel entries since the guest was idle, or since time was moved
 * @relaxes: polls of the kernel since anything else has moved time
 * @relaxed: what time it was after the last of them, ns
 * @total: kernel entries since boot
 * @seen: @total when the host's timer was set
 * @wanted: how long it was set for, ns
 * @pid: process of the host that user space was then
 * @cpu: host CPU time that it had used then, ns
 * @steps: how often time was moved because of @limit
 * @ticks: how often time was moved because of @patience
 * @eager: the guest was found to spin by @limit, and has not been idle since
 * @pacing: the same by @patience
 * @armed: the host's timer is set
 * @owed: a tick is to be given when user space has stopped
 * @found: the process that is in user space was just found to spin
 */
struct tt_guard {
	unsigned long limit;
	u64 patience;
	unsigned long entries;
	unsigned long relaxes;
	u64 relaxed;
	u64 total;
	u64 seen;
	u64 wanted;
	u64 cpu;
	int pid;
	u64 steps;
	u64 ticks;
	bool on;
	bool eager;
	bool pacing;
	bool armed;
	bool owed;
	bool found;
};

extern struct tt_guard time_travel_guard;

void tt_guard_idle(struct tt_guard *guard);
bool tt_guard_count(struct tt_guard *guard);
void tt_guard_relax(struct tt_guard *guard, struct tt_core *core);
bool tt_guard_computes(const struct tt_guard *guard);
void tt_guard_alarm(struct tt_guard *guard, bool in_user);

#endif /* __TIMETRAVEL_GUARD_H */
