// SPDX-License-Identifier: GPL-2.0
/*
 * The clocksource, the clockevent and the other clocks, on simulated time.
 */
#include <linux/clockchips.h>
#include <linux/clocksource.h>
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/ptrace.h>
#include <linux/sched/clock.h>
#include <linux/timekeeping.h>
#include <asm/irq.h>
#include <asm/irq_regs.h>
#include <skas.h>
#include "core.h"
#include "guard.h"
#include "limits.h"

static struct pt_regs kernel_regs;
static struct pt_regs user_regs = {
	.regs.is_user = 1,
};

static void clock_tick(struct time_travel_event *e);

static struct time_travel_event clock_event = {
	.fn = clock_tick,
};

/*
 * The tick is charged to what it interrupted. Where computing takes no time, that is
 * the kernel unless @regs says otherwise.
 */
static struct pt_regs *clock_regs(struct pt_regs *regs)
{
	if (time_travel_core.mode->stands_still)
		return regs ?: &kernel_regs;

	return userspace_tick(TICK_NSEC) && current->mm ? &user_regs : &kernel_regs;
}

static void clock_tick(struct time_travel_event *e)
{
	struct pt_regs *regs = get_irq_regs();
	u64 before = jiffies_64;

	set_irq_regs(clock_regs(regs));
	generic_handle_irq(TIMER_IRQ);
	set_irq_regs(regs);

	if (!time_travel_core.mode->stands_still && jiffies_64 != before)
		userspace_ticked();
}

/*
 * Relative to the last expiry rather than to now, or ticks would drift. Ticks that were
 * due while interrupts were off are made up for, so that jiffies are right.
 */
static void clock_tick_periodic(struct time_travel_event *e)
{
	tt_core_arm(&time_travel_core, e, e->node.expires + NSEC_PER_SEC / HZ);
	clock_tick(e);
}

static int clock_shutdown(struct clock_event_device *evt)
{
	tt_core_cancel(&time_travel_core, &clock_event);
	return 0;
}

static int clock_set_periodic(struct clock_event_device *evt)
{
	clock_event.fn = clock_tick_periodic;
	tt_core_arm_rel(&time_travel_core, &clock_event, NSEC_PER_SEC / HZ);
	return 0;
}

static int clock_set_oneshot(struct clock_event_device *evt)
{
	clock_event.fn = clock_tick;
	return clock_shutdown(evt);
}

/*
 * The expiry rather than the delta, which is an unsigned long: a 32-bit kernel would
 * wake up every 4 s. But relative, as NTP makes monotonic time differ from ours.
 */
static int clock_set_next(unsigned long unused, struct clock_event_device *evt)
{
	s64 delta = ktime_to_ns(ktime_sub(evt->next_event, ktime_get()));

	tt_core_arm_rel(&time_travel_core, &clock_event, max(delta, 0LL));
	return 0;
}

static u64 clock_read(struct clocksource *cs)
{
	return tt_core_read(&time_travel_core) + TT_CLOCK_FIRST;
}

/**
 * time_travel_take_clock() - put clocksource and clockevent on simulated time
 * @cs: the host's clocksource, at the first call not registered yet
 * @evt: the host's clockevent, at the first call not registered yet
 *
 * Without simulated time, both stay as they are. Further calls change nothing.
 *
 * Context: boot.
 */
void __init time_travel_take_clock(struct clocksource *cs,
				   struct clock_event_device *evt)
{
	if (time_travel_mode == TT_MODE_OFF)
		return;

	cs->name = time_travel_core.mode->clocksource;
	cs->read = clock_read;
	if (time_travel_core.mode->stands_still)
		cs->vdso_clock_mode = VDSO_CLOCKMODE_TIME_TRAVEL;

	evt->name = time_travel_core.mode->clockevent;
	evt->set_state_shutdown = clock_shutdown;
	evt->set_state_oneshot_stopped = clock_shutdown;
	evt->set_state_periodic = clock_set_periodic;
	evt->set_state_oneshot = clock_set_oneshot;
	evt->set_next_event = clock_set_next;
	evt->min_delta_ns = 0;
	evt->min_delta_ticks = 0;
}

/*
 * Timers have high resolution from the first tick on. A boot that takes no time would
 * be over before that, and the first sleep of init would take a tick.
 */
static int __init clock_await_tick(void)
{
	if (time_travel_mode != TT_MODE_OFF && !time_travel_core.delivered)
		tt_core_delay(&time_travel_core, TICK_NSEC);
	return 0;
}
late_initcall(clock_await_tick);

/**
 * __time_travel_alarm() - a signal of the host's timer has come
 * @regs: what it interrupted
 *
 * Context: interrupt, interrupts off, with simulated time.
 */
void __time_travel_alarm(struct uml_pt_regs *regs)
{
	struct pt_regs *old = set_irq_regs((struct pt_regs *)regs);

	tt_guard_alarm(&time_travel_guard, regs->is_user);
	tt_core_alarm(&time_travel_core);
	set_irq_regs(old);
}

/**
 * __time_travel_wall_clock() - the simulated wall clock
 *
 * Context: any, with simulated time.
 * Return: ns since 1970.
 */
unsigned long long __time_travel_wall_clock(void)
{
	return time_travel_core.wall + tt_core_now(&time_travel_core);
}

/*
 * The scheduler's clock may be ahead: where time stands still, a kernel thread that calls
 * schedule() in a loop would never let others run. It waits for simulated time then.
 */
static u64 notrace clock_sched(u64 now)
{
	static u64 ahead, last;
	static unsigned int reads;

	if (now != last) {
		last = now;
		reads = 0;
	} else if (++reads == TT_SCHED_READS) {
		ahead = max(ahead, now) + TICK_NSEC;
		reads = 0;
	}

	return max(ahead, now);
}

/**
 * sched_clock() - the scheduler's clock, also that of printk() and of tracing
 *
 * Without simulated time, the same as the generic one.
 *
 * Context: any.
 * Return: ns since boot.
 */
unsigned long long notrace sched_clock(void)
{
	if (time_travel_mode == TT_MODE_OFF)
		return (unsigned long long)(jiffies - INITIAL_JIFFIES) *
		       (NSEC_PER_SEC / HZ);

	return clock_sched(tt_core_now(&time_travel_core));
}

/**
 * calibrate_delay_is_known() - loops per jiffy, with simulated time
 *
 * Delays do not count loops then, and in most modes loops cannot be measured, as they
 * take no time. Claim 1 ns a loop.
 *
 * Context: boot.
 * Return: loops per jiffy, 0 to measure.
 */
unsigned long calibrate_delay_is_known(void)
{
	return time_travel_mode == TT_MODE_OFF ? 0 : NSEC_PER_SEC / HZ;
}
