// SPDX-License-Identifier: GPL-2.0
/*
 * Copyright (C) 2015 Anton Ivanov (aivanov@{brocade.com,kot-begemot.co.uk})
 * Copyright (C) 2015 Thomas Meyer (thomas@m3y3r.de)
 * Copyright (C) 2012-2014 Cisco Systems
 * Copyright (C) 2000 - 2007 Jeff Dike (jdike@{addtoit,linux.intel}.com)
 * Copyright (C) 2019 Intel Corporation
 *
 * The clocksource and the clockevents of User-Mode Linux on the host's clock.
 * With simulated time, timetravel/clock.c takes them over before they are
 * registered.
 */
#include <linux/clockchips.h>
#include <linux/clocksource.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/time-internal.h>
#include <linux/timekeeping.h>
#include <asm/irq.h>
#include <kern_util.h>
#include <os.h>
#include <skas.h>

/* Shortest timeout of the host's timer, ns */
#define HOST_TIMER_MIN_DELTA	500

static DEFINE_PER_CPU(struct clock_event_device, um_clockevent);

static int host_timer_shutdown(struct clock_event_device *evt)
{
	os_timer_disable(smp_processor_id());
	return 0;
}

static int host_timer_set_periodic(struct clock_event_device *evt)
{
	return os_timer_set_interval(smp_processor_id(), NSEC_PER_SEC / HZ);
}

static int host_timer_set_next(unsigned long delta,
			       struct clock_event_device *evt)
{
	return os_timer_one_shot(smp_processor_id(), delta);
}

/* mult and shift make the unit a nanosecond */
static struct clock_event_device um_clockevent_template = {
	.name			= "posix-timer",
	.rating			= 250,
	.features		= CLOCK_EVT_FEAT_PERIODIC |
				  CLOCK_EVT_FEAT_ONESHOT,
	.set_state_shutdown	= host_timer_shutdown,
	.set_state_oneshot_stopped = host_timer_shutdown,
	.set_state_periodic	= host_timer_set_periodic,
	.set_next_event		= host_timer_set_next,
	.min_delta_ns		= HOST_TIMER_MIN_DELTA,
	.min_delta_ticks	= HOST_TIMER_MIN_DELTA,
	.max_delta_ns		= LONG_MAX,
	.max_delta_ticks	= LONG_MAX,
	.mult			= 1,
};

static u64 host_clock_read(struct clocksource *cs)
{
	return os_nsecs();
}

/*
 * NTP adjusts the rate in steps of 1 / mult, 0.015 ppm. In return, the timekeeper has
 * to read the clock every two minutes.
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

/**
 * clocksource_default_clock() - the clocksource that timekeeping begins with
 *
 * Jiffies, the usual one, stand still until the timer is set up. The wall clock would be
 * behind the persistent clock for ever by what that takes.
 *
 * Context: boot.
 * Return: the clocksource.
 */
struct clocksource * __init clocksource_default_clock(void)
{
	time_travel_take_clock(&um_clocksource, &um_clockevent_template);
	return &um_clocksource;
}

static irqreturn_t um_timer_interrupt(int irq, void *dev)
{
	struct clock_event_device *evt = this_cpu_ptr(&um_clockevent);

	evt->event_handler(evt);
	return IRQ_HANDLED;
}

/*
 * User space runs in a process of its own, which an interrupt of the kernel does not
 * stop. Stop it, so that it is preempted and gets signals.
 */
static void stop_userspace(void)
{
	if (current->mm)
		os_alarm_process(current->mm->context.id.pid);
}

/**
 * uml_user_work_pending() - check for work to do before user space may run
 *
 * Context: process.
 * Return: non-zero if it has to be preempted, or has a signal to handle.
 */
int uml_user_work_pending(void)
{
	return !!(read_thread_flags() &
		  (_TIF_NEED_RESCHED | _TIF_SIGPENDING | _TIF_NOTIFY_SIGNAL));
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

	if (userspace_running())
		stop_userspace();
	if (time_travel_alarm(regs))
		return;

	regs->is_user = userspace_tick(TICK_NSEC) && current->mm;
	do_IRQ(TIMER_IRQ, regs);
	if (jiffies_64 != before)
		userspace_ticked();
}

/**
 * um_setup_timer() - set up the timer of this CPU
 *
 * Context: boot of the CPU.
 * Return: 0 or a negative error.
 */
int um_setup_timer(void)
{
	struct clock_event_device *evt = this_cpu_ptr(&um_clockevent);
	int err;

	err = os_timer_create();
	if (err)
		return err;

	*evt = um_clockevent_template;
	evt->cpumask = cpumask_of(smp_processor_id());
	clockevents_register_device(evt);
	return 0;
}

static void __init um_timer_setup(void)
{
	int err;

	err = request_irq(TIMER_IRQ, um_timer_interrupt, IRQF_TIMER, "hr timer",
			  NULL);
	if (err)
		panic("timer: cannot request IRQ %d: error %d\n", TIMER_IRQ, err);

	err = um_setup_timer();
	if (err)
		panic("timer: cannot create a timer on the host: error %d\n", err);
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
 * time_init() - register the clocksource, prepare for the host's timer signals
 *
 * The timer itself needs interrupts, and is set up late in the boot.
 */
void __init time_init(void)
{
	int err;

	timer_set_signal_handler();

	err = __clocksource_register(&um_clocksource);
	if (err)
		panic("timer: cannot register the clocksource: error %d\n", err);

	late_time_init = um_timer_setup;
}
