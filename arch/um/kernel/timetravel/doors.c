// SPDX-License-Identifier: GPL-2.0
/*
 * What the rest of arch/um and its drivers call: operations on the core that is the
 * kernel's time.
 */
#include <linux/cache.h>
#include <linux/context_tracking_irq.h>
#include <linux/export.h>
#include <linux/irqflags.h>
#include <linux/sched.h>
#include <os.h>
#include "charge.h"
#include "core.h"
#include "guard.h"

enum time_travel_mode time_travel_mode __read_mostly;
EXPORT_SYMBOL_GPL(time_travel_mode);

/**
 * time_travel_add_irq_event() - a device has raised an interrupt
 * @e: the event that handles it
 *
 * It runs now. While this kernel waits for a controller, that is the time of the client
 * that runs. No effect if the event is pending.
 *
 * Context: any.
 */
void time_travel_add_irq_event(struct time_travel_event *e)
{
	tt_core_arm_irq(&time_travel_core, e);
}
EXPORT_SYMBOL_GPL(time_travel_add_irq_event);

/**
 * time_travel_add_event_rel() - arm an event
 * @e: the event; if it is pending it gets a new time
 * @delay_ns: how far from now it is due, ns
 *
 * Context: any.
 */
void time_travel_add_event_rel(struct time_travel_event *e,
			       unsigned long long delay_ns)
{
	tt_core_arm_rel(&time_travel_core, e, delay_ns);
}

/**
 * time_travel_del_event() - delete an event
 * @e: the event
 *
 * Context: any.
 * Return: true if it was pending. In any case it does not run afterwards.
 */
bool time_travel_del_event(struct time_travel_event *e)
{
	return tt_core_cancel(&time_travel_core, e);
}

/**
 * time_travel_ndelay() - busy-wait
 * @nsec: how long, ns
 *
 * Context: any, with simulated time. Events that are due meanwhile run at their times
 * if interrupts are on.
 */
void time_travel_ndelay(unsigned long nsec)
{
	tt_core_delay(&time_travel_core, nsec);
}
EXPORT_SYMBOL(time_travel_ndelay);

/**
 * __time_travel_syscall_enter() - a process has made a system call
 * @nr: its number, valid or not
 *
 * Charges it. Its own clock reads are free until __time_travel_syscall_exit().
 *
 * Context: process, in a mode in which computing takes no time.
 */
void __time_travel_syscall_enter(long nr)
{
	tt_charge_syscall(&time_travel_core, nr);
	current->thread.time_travel.in_syscall = true;
}

/**
 * __time_travel_syscall_exit() - a system call is over
 *
 * Context: process, in a mode in which computing takes no time.
 */
void __time_travel_syscall_exit(void)
{
	current->thread.time_travel.in_syscall = false;
}

/**
 * time_travel_sleep() - the idle task has nothing to do
 *
 * Goes to the next event, or waits for an interrupt from the host.
 *
 * Context: idle task, interrupts off.
 */
void time_travel_sleep(void)
{
	bool on = lockdep_hardirqs_enabled();

	/*
	 * RCU does not watch the idle task, but tracepoints need it to. Lockdep was
	 * told that interrupts are on, which is not true.
	 */
	lockdep_hardirqs_off(_THIS_IP_);
	ct_irq_enter();
	tt_guard_idle(&time_travel_guard);
	tt_core_idle(&time_travel_core);
	if (on)
		lockdep_hardirqs_on_prepare();
	ct_irq_exit();
	if (on)
		lockdep_hardirqs_on(_THIS_IP_);
}

/**
 * deliver_time_travel_irqs() - run events that became due while interrupts were off
 *
 * Context: right after interrupts were enabled, each time.
 */
void deliver_time_travel_irqs(void)
{
	struct tt_core *core = &time_travel_core;
	unsigned long flags;

	if (likely(!core->due))
		return;

	local_irq_save(flags);
	tt_core_run_due(core);
	local_irq_restore(flags);
}
