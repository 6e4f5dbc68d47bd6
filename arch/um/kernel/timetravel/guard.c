// SPDX-License-Identifier: GPL-2.0
/*
 * A guest that never idles still sees time pass, in modes in which computing
 * takes none.
 *
 * Counted first: so many kernel entries of user space without the guest ever
 * being idle are a loop that waits for time. Then time moves, to the next
 * event but by a tick at the most. This is the same on every run.
 *
 * The same holds for the kernel, where a loop that waits calls cpu_relax().
 *
 * Host time last: a process that does not even enter the kernel, or does so
 * too seldom for counting to get there soon, is found by a timer of the host,
 * and gets ticks at the pace of the host until the guest is idle again.
 */
#include <linux/bits.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <asm/irq_regs.h>
#include <os.h>
#include <timetravel_host.h>
#include "core.h"
#include "guard.h"

/*
 * After the first time that a guest is found to spin: so much sooner the next. An
 * entry costs what it takes on a host, some 20 us, if the limit is not changed.
 */
#define GUARD_EAGER	40

/* as many entries as the limit make the patience longer by so many times itself */
#define GUARD_STRETCH	2

/* more are not looked at, so that this times the longest patience fits into 64 bits */
#define GUARD_ENTRIES	BIT_ULL(26)
static_assert(GUARD_STRETCH * GUARD_ENTRIES <=
	      U64_MAX / (TT_SPIN_PATIENCE_MAX * (u64)NSEC_PER_MSEC));

/* a look at a process is not repeated sooner, ns */
#define GUARD_AGAIN	(100 * NSEC_PER_USEC)

/* processes that compute in turns have so many times the patience with each other */
#define GUARD_TURNS	8

/* so often within the patience, as the timer may have been set for another process */
#define GUARD_LOOKS	4

/*
 * Who makes system calls computes between them: one of so many ticks is user time,
 * or ITIMER_VIRTUAL would never expire. A prime, as timers may have any period.
 */
#define GUARD_USER	31

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
	guard->used = 0;
	guard->spent = 0;
	guard->pid = 0;
	guard->eager = false;
	guard->pacing = false;
}

/* One more of what a loop that waits does: is it one? */
static bool guard_count(struct tt_guard *guard, unsigned long *count)
{
	unsigned long limit = guard->limit;

	if (!limit)
		return false;
	if (guard->eager)
		limit = max(limit / GUARD_EAGER, 1UL);
	if (++*count < limit)
		return false;

	*count = 0;
	guard->eager = true;
	guard->steps++;
	return true;
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
	guard->total++;
	return guard_count(guard, &guard->entries);
}

/* Where to move time to: nowhere while it is held. */
static u64 guard_next(struct tt_core *core)
{
	u64 now = tt_core_now(core);

	if (core->held)
		return now;

	return min(tt_core_after(core, TICK_NSEC),
		   max(tt_queue_expiry(&core->queue), now));
}

/* Held time is waited for, or whoever spins until it is released would not see it. */
static void guard_step(struct tt_core *core)
{
	tt_core_await_release(core);
	tt_core_advance(core, guard_next(core));
}

/**
 * tt_guard_relax() - the kernel polls
 * @guard: the guard
 * @core: its time
 *
 * Polling takes 1 ns, and more if nothing but that has moved time for long.
 *
 * Context: any.
 */
void tt_guard_relax(struct tt_guard *guard, struct tt_core *core)
{
	u64 ns = 1;

	if (guard->relaxed != core->now)
		guard->relaxes = 0;
	if (guard_count(guard, &guard->relaxes))
		ns = max(guard_next(core) - core->now, ns);

	tt_core_delay(core, ns);
	guard->relaxed = core->now;
}

/**
 * time_travel_relax() - cpu_relax() where it takes no time
 *
 * Context: any, with simulated time.
 */
void time_travel_relax(void)
{
	tt_guard_relax(&time_travel_guard, &time_travel_core);
}
EXPORT_SYMBOL(time_travel_relax);

/**
 * tt_guard_patience() - how long may a process compute before it gets a tick?
 * @guard: the guard
 *
 * Counting is the same on every run, so it goes first: each entry makes the
 * patience longer. Whatever the pace at which a loop enters the kernel, one of the
 * two finds it within %GUARD_STRETCH + 1 times the patience.
 *
 * Context: any.
 * Return: ns of host CPU time since the process was first seen, after the guest was
 * idle or the process was given a tick.
 */
u64 tt_guard_patience(const struct tt_guard *guard)
{
	u64 entries = min(guard->total - guard->seen, GUARD_ENTRIES);
	u64 patience = guard->patience;

	if (guard->pacing)
		return guard->paid;
	if (guard->limit)
		patience += div_u64(GUARD_STRETCH * patience * entries,
				    guard->limit);

	return patience;
}

/* The host may be busy with others: what counts is what the process really got. */
static u64 guard_missing(struct tt_guard *guard)
{
	/* of one that is gone, less is known than was */
	u64 used = max(os_process_cpu(guard->pid), guard->cpu) - guard->cpu;
	u64 wanted = tt_guard_patience(guard);

	guard->used = used;
	if (used + used / 8 >= wanted ||
	    (guard->spent + used) / GUARD_TURNS >= wanted)
		return 0;

	return wanted - used;
}

static void guard_set_timer(struct tt_guard *guard, u64 missing)
{
	guard->armed = true;
	os_timer_one_shot(max(min(missing, guard->patience / GUARD_LOOKS),
			      GUARD_AGAIN));
}

static void guard_arm(struct tt_guard *guard)
{
	int pid = current->mm->context.id.pid;

	if (guard->pid != pid) {
		guard->spent += guard->used;
		guard->pid = pid;
		guard->cpu = os_process_cpu(pid);
		guard->seen = guard->total;
	}
	guard_set_timer(guard, guard_missing(guard));
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
		guard_arm(guard);
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

/* A step that is charged to the process as its own computing */
static void guard_step_user(struct tt_core *core)
{
	struct pt_regs *old = set_irq_regs(task_pt_regs(current));

	guard_step(core);
	set_irq_regs(old);
}

/* Time moved by so much, and the next time has to be so far off for the host. */
static void guard_pace(struct tt_guard *guard, struct tt_core *core)
{
	u64 before = core->now;

	guard_step_user(core);
	guard->paid = core->now - before;
	guard->ticks++;
}

static void guard_step_counted(const struct tt_guard *guard, struct tt_core *core)
{
	u32 system;

	div_u64_rem(guard->steps, GUARD_USER, &system);
	if (system)
		guard_step(core);
	else
		guard_step_user(core);
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

	core->user_ran = true;
	if (!guard->on)
		return;

	if (guard->found) {
		guard->found = false;
		guard_tell(ip);
	}

	if (guard->owed) {
		guard->owed = false;
		guard_pace(guard, core);
	}

	if (by_itself && tt_guard_count(guard)) {
		guard_step_counted(guard, core);
		set_tsk_need_resched(current);
	}
}

/**
 * tt_guard_alarm() - the host's timer has expired
 * @guard: the guard
 * @in_user: user space was running
 *
 * Time is moved when user space has stopped, which it does for the timer. When it
 * goes on the timer is set again.
 *
 * Context: interrupt, interrupts off.
 */
void tt_guard_alarm(struct tt_guard *guard, bool in_user)
{
	u64 missing;

	guard->armed = false;
	if (!guard->on || !in_user)
		return;

	missing = guard_missing(guard);
	if (guard->pid != current->mm->context.id.pid)
		return;

	if (missing) {
		guard_set_timer(guard, missing);
		return;
	}

	guard->pid = 0;
	guard->used = 0;
	guard->spent = 0;
	guard->found = !guard->pacing;
	guard->pacing = true;
	guard->owed = true;
}
