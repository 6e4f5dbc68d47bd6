// SPDX-License-Identifier: GPL-2.0
/*
 * Where computing takes no time, a process that computes without calling the kernel
 * would keep everybody else waiting forever.
 *
 * The host's timer finds it, by its CPU time since its last system call or fault.
 * First it is preempted, which moves no time. The patience is shared: until the next
 * event, others that compute are preempted after a slice. When a process reaches its
 * limit again and no event has run since, all tasks that can run have been preempted:
 * then time moves, at the pace of the host, until the guest is idle.
 *
 * In a strict run nothing may depend on the host, so there is neither. A process that
 * computes for very long is considered hung.
 *
 * The host's timer is armed on entry to user space unless it is armed already, and the
 * CPU time is read when it expires. That is cheap for processes that make many calls, and
 * finds those that make none within the patience plus one interval of the timer.
 */
#include <linux/jiffies.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/syscalls.h>
#include <os.h>
#include <skas.h>
#include "charge.h"
#include "guard.h"
#include "relax.h"
#include "strict.h"
#include "stuck.h"

struct tt_guard time_travel_guard;

/* The number of events is the epoch: without one in between, nothing has changed. */
static u64 guard_epoch(const struct tt_core *core)
{
	return core->delivered + 1;
}

/* Found to compute without end, and no call since */
static bool guard_known(const struct time_travel_thread *thread)
{
	return thread->found_calls == thread->calls + 1;
}

static bool guard_short(const struct tt_guard *guard, const struct tt_core *core,
			const struct time_travel_thread *thread)
{
	return !guard->strict &&
	       (guard->pacing || guard_known(thread) ||
		guard->budget_used == guard_epoch(core));
}

/**
 * tt_guard_limit() - how long a process may compute
 * @guard: the guard
 * @core: its time
 * @thread: the process
 *
 * Context: any.
 * Return: ns of CPU time without a call.
 */
u64 tt_guard_limit(const struct tt_guard *guard, const struct tt_core *core,
		   const struct time_travel_thread *thread)
{
	if (guard->strict)
		return guard->hang_limit;
	if (!guard_short(guard, core, thread))
		return guard->patience;

	return guard->pacing ? guard->tick_ns : TT_SPIN_SLICE;
}

/**
 * tt_guard_compute() - account what a process has computed
 * @guard: the guard
 * @core: its time
 * @thread: the process
 * @ns: CPU time since the last call of this function, or since its last system call
 *
 * Context: any.
 * Return: true if it has reached its limit.
 */
bool tt_guard_compute(struct tt_guard *guard, const struct tt_core *core,
		      struct time_travel_thread *thread, u64 ns)
{
	if (thread->computed_calls != thread->calls) {
		thread->computed_calls = thread->calls;
		thread->computed = 0;
	}
	thread->computed += ns;

	return thread->computed >= tt_guard_limit(guard, core, thread);
}

/**
 * tt_guard_judge() - decide about a process that has reached its limit
 * @guard: the guard
 * @core: its time
 * @thread: the process
 *
 * Context: process.
 * Return: what to do about it.
 */
enum tt_guard_verdict tt_guard_judge(struct tt_guard *guard,
				     const struct tt_core *core,
				     struct time_travel_thread *thread)
{
	u64 epoch = guard_epoch(core);

	thread->computed = 0;
	if (guard->strict)
		return TT_GUARD_HANG;

	if (!guard_short(guard, core, thread)) {
		thread->found_calls = thread->calls + 1;
		guard->budget_used = epoch;
		guard->spinners++;
	}

	if (guard->pacing || thread->preempted == epoch) {
		guard->ticks++;
		return TT_GUARD_TICK;
	}

	thread->preempted = epoch;
	guard->preemptions++;
	return TT_GUARD_PREEMPT;
}

/**
 * tt_guard_idle() - the guest is idle
 * @guard: the guard
 *
 * Context: interrupts off.
 */
void tt_guard_idle(struct tt_guard *guard)
{
	guard->pacing = false;
	guard->budget_used = 0;
	guard->measured = false;
}

/* CPU time of the runner since it was last read; 0 if the kernel was called since */
static u64 guard_look(struct tt_guard *guard, int pid)
{
	u64 cpu = os_process_cpu(pid);
	u64 used = 0;

	/* The process may be gone; don't let the delta underflow. */
	if (guard->measured && guard->runner_entries == guard->entries &&
	    cpu > guard->runner_cpu)
		used = cpu - guard->runner_cpu;

	guard->measured = true;
	guard->runner_entries = guard->entries;
	guard->runner_cpu = cpu;
	return used;
}

static void guard_arm(struct tt_guard *guard, const struct tt_core *core,
		      const struct time_travel_thread *thread)
{
	u64 limit = tt_guard_limit(guard, core, thread);
	u64 computed = thread->computed_calls == thread->calls ?
		       thread->computed : 0;
	u64 ns = limit > computed ? limit - computed : 0;

	guard->armed = true;
	guard->armed_slice = guard_short(guard, core, thread);
	os_timer_one_shot(0, clamp(ns, TT_SPIN_TIMER_MIN,
				   max(limit / TT_SPIN_LOOKS, TT_SPIN_TIMER_MIN)));
}

static bool guard_watches(const struct tt_guard *guard)
{
	return guard->on && (guard->strict ? guard->hang_limit : guard->patience);
}

/**
 * __time_travel_enter_user() - user space is about to run
 * @pid: its host process
 *
 * Context: process, interrupts off until user space runs.
 */
void __time_travel_enter_user(int pid)
{
	struct time_travel_thread *thread = &current->thread.time_travel;
	const struct tt_core *core = &time_travel_core;
	struct tt_guard *guard = &time_travel_guard;

	if (guard->runner != current) {
		guard->runner = current;
		guard->measured = false;
	}

	if (!guard_watches(guard))
		return;
	if (guard->armed &&
	    (guard->armed_slice || !guard_short(guard, core, thread)))
		return;

	if (!guard->measured || guard->runner_entries != guard->entries)
		guard_look(guard, pid);
	guard_arm(guard, core, thread);
}

/**
 * tt_guard_alarm() - the host's timer has expired
 * @guard: the guard
 * @in_user: user space was running
 *
 * A process that has reached its limit is handled once it has stopped, which the host's
 * timer makes it do.
 *
 * Context: interrupt, interrupts off.
 */
void tt_guard_alarm(struct tt_guard *guard, bool in_user)
{
	struct time_travel_thread *thread = &current->thread.time_travel;
	const struct tt_core *core = &time_travel_core;
	u64 used;

	guard->armed = false;
	if (!guard_watches(guard) || !in_user)
		return;

	used = guard_look(guard, current->mm->context.id.pid);
	guard->expired = tt_guard_compute(guard, core, thread, used);
	if (!guard->expired)
		guard_arm(guard, core, thread);
}

static void guard_report(struct time_travel_thread *thread, unsigned long ip)
{
	/* Others have only computed for longer than a tick meanwhile. */
	if (thread->reported || !guard_known(thread))
		return;

	thread->reported = true;
	pr_info("time-travel: %s[%d] computes without end at %lx: ticks go at the pace of the host now. A program that waits by computing needs time-travel=basic\n",
		current->comm, task_pid_nr(current), ip);
}

/* The tick is charged to the process as user time. */
static void guard_tick(struct tt_guard *guard, struct tt_core *core)
{
	u64 before = core->now;

	/* While time is held it cannot move, and user space would not see the release. */
	tt_core_await_release(core);
	tt_charge_user(core, tt_next_event(core));

	guard->tick_ns = core->now - before;
	guard->pacing = true;
}

static void guard_act(struct tt_guard *guard, struct tt_core *core,
		      unsigned long ip)
{
	struct time_travel_thread *thread = &current->thread.time_travel;

	switch (tt_guard_judge(guard, core, thread)) {
	case TT_GUARD_HANG:
		tt_strict_hang(ip, guard->hang_limit);
		break;
	case TT_GUARD_PREEMPT:
		/* as if it had called it: nobody is charged for time that has not passed */
		sys_sched_yield();
		break;
	case TT_GUARD_TICK:
		guard_report(thread, ip);
		guard_tick(guard, core);
		break;
	}
}

/**
 * __time_travel_leave_user() - user space has stopped
 * @called: for a system call or a fault, not for a signal of the host
 * @ip: its instruction pointer
 *
 * Context: process.
 */
void __time_travel_leave_user(int called, unsigned long ip)
{
	struct tt_guard *guard = &time_travel_guard;
	bool expired = guard->expired;

	time_travel_stuck.user_ran = true;
	guard->expired = false;
	if (called) {
		guard->entries++;
		current->thread.time_travel.calls++;
	} else if (expired) {
		guard_act(guard, &time_travel_core, ip);
	}
}
