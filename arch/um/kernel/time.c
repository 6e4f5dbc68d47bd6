// SPDX-License-Identifier: GPL-2.0
/*
 * The clocksource and the clockevent of User-Mode Linux on the host's clock.
 * With simulated time, timetravel/clock.c takes both over before they are
 * registered.
 */
#include <linux/clockchips.h>
#include <linux/clocksource.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/mm_types.h>
#include <linux/sched.h>
#include <linux/time-internal.h>
#include <linux/timekeeping.h>
#include <asm/irq.h>
#include <kern_util.h>
#include <os.h>
#include <skas.h>

/* What a timer of the host can do, ns */
#define HOST_TIMER_MIN_DELTA	((s64)500)

static int host_timer_shutdown(struct clock_event_device *evt)
{
	os_timer_disable();
	return 0;
}

static int host_timer_set_periodic(struct clock_event_device *evt)
{
	return os_timer_set_interval(NSEC_PER_SEC / HZ);
}

static int host_timer_set_next(ktime_t expires, struct clock_event_device *evt)
{
	s64 delta = ktime_to_ns(ktime_sub(expires, ktime_get()));

	return os_timer_one_shot(max(delta, HOST_TIMER_MIN_DELTA));
}

static struct clock_event_device um_clockevent = {
	.name			= "posix-timer",
	.rating			= 250,
	.cpumask		= cpu_possible_mask,
	/* KTIME: there is no largest delta that an idle guest would wake up for */
	.features		= CLOCK_EVT_FEAT_PERIODIC |
				  CLOCK_EVT_FEAT_ONESHOT |
				  CLOCK_EVT_FEAT_KTIME,
	.set_state_shutdown	= host_timer_shutdown,
	.set_state_oneshot_stopped = host_timer_shutdown,
	.set_state_periodic	= host_timer_set_periodic,
	.set_next_ktime		= host_timer_set_next,
	.mult			= 1,
};

static u64 host_clock_read(struct clocksource *cs)
{
	return os_nsecs();
}

/*
 * NTP sets the rate in steps of 1 / mult, 0.015 ppm. For that the timekeeper has
 * to look at the clock every two minutes.
 */
#define CLOCK_SHIFT	26

static struct clocksource um_clocksource = {
	.name	= "timer",
	.rating	= 300,
	.read	= host_clock_read,
	.mask	= CLOCKSOURCE_MASK(64),
	.mult	= BIT(CLOCK_SHIFT),
	.shift	= CLOCK_SHIFT,
	.flags	= CLOCK_SOURCE_IS_CONTINUOUS,
};

static irqreturn_t um_timer_interrupt(int irq, void *dev)
{
	um_clockevent.event_handler(&um_clockevent);
	return IRQ_HANDLED;
}

/*
 * User space runs in a process of its own, which does not notice that the
 * kernel had an interrupt. Stop it, so that it is preempted and gets signals.
 */
static void relay_tick(void)
{
	if (current->mm)
		os_alarm_process(current->mm->context.id.pid);
}

/**
 * timer_handler() - handle a signal of the host's timer
 * @sig: SIGALRM
 * @unused_si: not used
 * @regs: what the signal interrupted
 *
 * Context: interrupt, interrupts off.
 */
void timer_handler(int sig, struct siginfo *unused_si, struct uml_pt_regs *regs)
{
	u64 before = jiffies_64;

	relay_tick();
	if (time_travel_alarm(regs))
		return;

	regs->is_user = os_user_tick(TICK_NSEC) && current->mm;
	do_IRQ(TIMER_IRQ, regs);
	if (jiffies_64 != before)
		os_user_ticked();
}

static void __init um_timer_setup(void)
{
	int err;

	time_travel_take_clock(&um_clocksource, &um_clockevent);

	err = request_irq(TIMER_IRQ, um_timer_interrupt, IRQF_TIMER, "hr timer",
			  NULL);
	if (err)
		panic("timer: cannot request IRQ %d: error %d\n", TIMER_IRQ, err);

	err = os_timer_create();
	if (err)
		panic("timer: cannot create a timer on the host: error %d\n", err);

	err = __clocksource_register(&um_clocksource);
	if (err)
		panic("timer: cannot register the clocksource: error %d\n", err);

	clockevents_register_device(&um_clockevent);
}

/**
 * read_persistent_clock64() - the wall clock
 * @ts: where to put it
 *
 * Context: any.
 */
void read_persistent_clock64(struct timespec64 *ts)
{
	unsigned long long ns;

	if (!time_travel_wall_clock(&ns))
		ns = os_persistent_clock_emulation();
	*ts = ns_to_timespec64(ns);
}

/**
 * time_init() - prepare for the host's timer signals
 *
 * The timer itself needs interrupts, and is set up late in the boot.
 */
void __init time_init(void)
{
	timer_set_signal_handler();
	late_time_init = um_timer_setup;
}
