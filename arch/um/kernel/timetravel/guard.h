/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __TIMETRAVEL_GUARD_H
#define __TIMETRAVEL_GUARD_H

#include "core.h"

/* kernel entries without being idle, and ms of host CPU time with few of them */
#define TT_SPIN_LIMIT		20000
#define TT_SPIN_PATIENCE	1000

/* so that a guest that spins is found within minutes or not at all */
#define TT_SPIN_LIMIT_MAX	100000000
#define TT_SPIN_PATIENCE_MAX	60000

/**
 * struct tt_guard - looks after a guest that never idles
 * @on: computing takes no time in this mode
 * @limit: so many kernel entries are spinning, 0 for none
 * @patience: so much host CPU time is spinning, longer if there are entries, ns, 0 for none
 * @entries: kernel entries since the guest was idle, or since time was moved
 * @relaxes: polls of the kernel since anything else has moved time
 * @relaxed: what time it was after the last of them, ns
 * @total: kernel entries since boot
 * @pid: process of the host that computes, 0 if the guest was idle or it was given a
 *	tick since
 * @cpu: host CPU time that it had used when it was first seen, ns
 * @seen: @total then
 * @used: what it has used since, when it was looked at last, ns
 * @spent: the same of those before it, since the guest was idle, ns
 * @paid: by how much time was moved by the last tick that was given, ns
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
	u64 cpu;
	u64 used;
	u64 spent;
	u64 paid;
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
u64 tt_guard_patience(const struct tt_guard *guard);
void tt_guard_alarm(struct tt_guard *guard, bool in_user);

#endif /* __TIMETRAVEL_GUARD_H */
