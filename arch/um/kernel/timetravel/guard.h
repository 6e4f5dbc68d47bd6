/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __TIMETRAVEL_GUARD_H
#define __TIMETRAVEL_GUARD_H

#include "core.h"

struct task_struct;

/**
 * enum tt_guard_verdict - what to do about a process that has reached its limit
 * @TT_GUARD_PREEMPT: let others run; no time passes
 * @TT_GUARD_TICK: move time to the next event, by a tick at most
 * @TT_GUARD_HANG: end the strict run
 */
enum tt_guard_verdict {
	TT_GUARD_PREEMPT,
	TT_GUARD_TICK,
	TT_GUARD_HANG,
};

/**
 * struct tt_guard - watches for processes that compute without calling the kernel
 * @on: computing takes no time in this mode
 * @patience: CPU time without a call after which a process is preempted, ns, 0 for never
 * @hang_limit: CPU time without a call that ends a strict run, ns, 0 for never
 * @strict: nothing may depend on the host
 * @entries: system calls and faults since boot
 * @spinners: processes that were found to compute without end
 * @preemptions: how often such a process was preempted
 * @ticks: how often time was moved for such a process
 * @runner: the task that runs in user space, or was the last to
 * @runner_entries: @entries when @runner_cpu was read
 * @runner_cpu: CPU time of @runner's host process, ns
 * @budget_used: the number of events delivered, plus one, when the patience was last
 *	used up: until the next event, others get a slice only
 * @tick_ns: by how much the last tick has moved time, ns
 * @measured: @runner_entries and @runner_cpu are those of @runner
 * @armed: the host's timer is set
 * @armed_slice: it is set for a slice, not for the patience
 * @expired: @runner has reached its limit; handled when it has stopped
 * @pacing: ticks go at the pace of the host, until the guest is idle
 */
struct tt_guard {
	bool on;
	u64 patience;
	u64 hang_limit;
	bool strict;
	u64 entries;
	u64 spinners;
	u64 preemptions;
	u64 ticks;
	const struct task_struct *runner;
	u64 runner_entries;
	u64 runner_cpu;
	u64 budget_used;
	u64 tick_ns;
	bool measured;
	bool armed;
	bool armed_slice;
	bool expired;
	bool pacing;
};

extern struct tt_guard time_travel_guard;

void tt_guard_idle(struct tt_guard *guard);
u64 tt_guard_limit(const struct tt_guard *guard, const struct tt_core *core,
		   const struct time_travel_thread *thread);
bool tt_guard_compute(struct tt_guard *guard, const struct tt_core *core,
		      struct time_travel_thread *thread, u64 ns);
enum tt_guard_verdict tt_guard_judge(struct tt_guard *guard,
				     const struct tt_core *core,
				     struct time_travel_thread *thread);
void tt_guard_alarm(struct tt_guard *guard, bool in_user);

#endif /* __TIMETRAVEL_GUARD_H */
