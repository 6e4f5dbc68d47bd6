// SPDX-License-Identifier: GPL-2.0
/*
 * A guest that never idles still sees time pass, in modes in which computing
 * takes none.
 *
 * Counted first: so many kernel entries of user space without the guest ever
 * being idle are a loop that waits for time. Then time moves, to the next
 * event but by a tick at the most. This is the same on every run.
 *
 * Host time last: a process that does not even enter the kernel is found by
 * a timer of the host, and gets ticks at the pace of the host until the guest is
 * idle again.
 */
#include <linux/jiffies.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <os.h>
#include "core.h"
#include "guard.h"

/* after the first time that a guest is found to spin: so much sooner the next */
#define GUARD_EAGER	20

struct tt_guard time_travel_guard;

/**
 * tt_guard_idle() - the guest is idle, so it does not spin
 * @guard: the guard
 *
 * Context: interrupts off.
 */
void tt_guard_idle(struct tt_guard *guard)
{
	guard->entries = 0;
	guard->eager = false;
	guard->pacing = false;
}

/**
 * tt_guard_count() - user space has entered the kernel
 * @guard: the guard
 *
 * Context: process.
 * Return: true if time must move now.
 */
bool tt_guard_count(struct tt_guard *guard)
{
	unsigned long limit = guard->limit;

	guard->total++;
	if (!limit)
		return false;
	if (guard->eager)
		limit = max(limit / GUARD_EAGER, 1UL);
	if (++guard->entries < limit)
		return false;

	guard->entries = 0;
	guard->eager = true;
	guard->steps++;
	return true;
}

/* Where to move time to: nowhere while it is held. */
static u64 guard_next(struct tt_core *core)
{
	if (core->held)
		return core->now;

	return min(tt_core_after(core, TICK_NSEC),
		   max(tt_queue_expiry(&core->queue), core->now));
}

static void guard_arm(struct tt_guard *guard, u64 ns)
{
	guard->armed = true;
	guard->seen = guard->total;
	os_timer_one_shot(ns);
}

/**
 * __time_travel_enter_user() - user space is about to run
 *
 * Context: process.
 */
void __time_travel_enter_user(void)
{
	struct tt_guard *guard = &time_travel_guard;

	if (guard->on && guard->patience && !guard->armed)
		guard_arm(guard, guard->patience);
}

static void guard_tell(unsigned long ip)
{
	if (current->thread.spin_told)
		return;

	current->thread.spin_told = true;
	pr_info("time-travel: %s[%d] computes without end at %lx. It gets a tick every %lu ms of host time now. If it waits for time to pass, time-travel=basic suits it better\n",
		current->comm, task_pid_nr(current), ip,
		TICK_NSEC / NSEC_PER_MSEC);
}

/**
 * __time_travel_leave_user() - user space has stopped
 * @by_itself: for a system call or a fault, not for a signal of the host
 * @ip: its instruction pointer
 *
 * Context: process.
 */
void __time_travel_leave_user(int by_itself, unsigned long ip)
{
	struct tt_guard *guard = &time_travel_guard;
	struct tt_core *core = &time_travel_core;

	if (!guard->on)
		return;

	if (guard->found) {
		guard->found = false;
		guard_tell(ip);
	}

	if (by_itself && tt_guard_count(guard)) {
		tt_core_advance(core, guard_next(core));
		set_tsk_need_resched(current);
	}
}

/**
 * tt_guard_alarm() - the host's timer has expired
 * @guard: the guard
 * @core: its time
 * @in_user: user space was running
 *
 * Context: interrupt, interrupts off. Events may become due.
 */
void tt_guard_alarm(struct tt_guard *guard, struct tt_core *core, bool in_user)
{
	bool spins = in_user && guard->seen == guard->total;

	if (!guard->on)
		return;

	guard->armed = false;
	if (spins && !guard->pacing) {
		guard->found = true;
		guard->pacing = true;
	}

	if (guard->pacing) {
		guard->ticks++;
		tt_core_move(core, guard_next(core));
		guard_arm(guard, TICK_NSEC);
	} else if (in_user) {
		guard_arm(guard, guard->patience);
	}
}
