/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Copyright (C) 2012 - 2014 Cisco Systems
 * Copyright (C) 2000 - 2007 Jeff Dike (jdike@{addtoit,linux.intel}.com)
 *
 * Simulated time, as the rest of arch/um and its drivers see it.
 *
 * All times are in ns. Time zero is the boot of this kernel.
 */
#ifndef __UM_TIME_INTERNAL_H
#define __UM_TIME_INTERNAL_H

#include <linux/bug.h>
#include <linux/list.h>
#include <linux/timerqueue.h>
#include <linux/types.h>
#include <shared/timetravel.h>

struct clock_event_device;
struct clocksource;
struct uml_pt_regs;

#ifdef CONFIG_UML_TIME_TRAVEL_SUPPORT

/**
 * struct time_travel_event - something that happens at a simulated time
 * @fn: called at that time like an interrupt handler: interrupts off, inside
 *	irq_enter() and irq_exit(). May arm or delete any event, this one too.
 * @node: place among the pending events, and the time in ns, which is kept after the
 *	event has run
 *
 * All zero but @fn is a valid event that is not pending.
 */
struct time_travel_event {
	void (*fn)(struct time_travel_event *e);
	struct timerqueue_node node;
};

/**
 * time_travel_event_pending() - check whether an event is armed and has not run yet
 * @e: the event
 *
 * Context: interrupts off.
 * Return: true if so.
 */
static inline bool time_travel_event_pending(struct time_travel_event *e)
{
	/* a node that has never been in a queue is all zero */
	return e->node.node.__rb_parent_color && timerqueue_node_queued(&e->node);
}

/**
 * struct time_travel_hold - a holder of time, for whom the host works
 * @list: for the list of all holders
 * @name: its name, for the user
 * @since: host time of the first request that is not finished, or of the last
 *	one that was, ns
 * @count: number of unfinished requests
 *
 * All zero is valid, and holds nothing.
 */
struct time_travel_hold {
	struct list_head list;
	const char *name;
	unsigned long long since;
	unsigned int count;
};

/**
 * struct time_travel_done - work that the host has done
 * @list: for the list of work not yet reported to the guest
 * @fn: reports it
 */
struct time_travel_done {
	struct list_head list;
	void (*fn)(struct time_travel_done *done);
};

/* For drivers: timetravel/hold.c, by way of the inline functions below */
void __time_travel_hold(struct time_travel_hold *hold, const char *name);
void __time_travel_release(struct time_travel_hold *hold);
void __time_travel_done(struct time_travel_done *done);

/**
 * time_travel_hold() - hold time until the host has done something
 * @hold: the holder
 * @name: its name, for the user; must be valid until the release
 *
 * Time stands still until as many calls of time_travel_release(), from the interrupt
 * that reports completion. No effect without simulated time.
 *
 * Context: any.
 */
static inline void time_travel_hold(struct time_travel_hold *hold,
				    const char *name)
{
	if (time_travel_mode != TT_MODE_OFF)
		__time_travel_hold(hold, name);
}

/**
 * time_travel_release() - the host has done its work
 * @hold: the holder
 *
 * Context: any.
 */
static inline void time_travel_release(struct time_travel_hold *hold)
{
	if (time_travel_mode != TT_MODE_OFF)
		__time_travel_release(hold);
}

/**
 * time_travel_done() - the host has done a piece of work that held time
 * @done: the work; must be valid until @fn is called
 * @fn: completes it, in interrupt context
 *
 * Where computing takes no time, @fn is called once everything else in the guest is
 * idle, in the order of these calls, so that the guest does not see how fast the host
 * was. Otherwise it is called at once.
 *
 * Context: interrupt.
 */
static inline void time_travel_done(struct time_travel_done *done,
				    void (*fn)(struct time_travel_done *done))
{
	done->fn = fn;
	if (time_travel_mode != TT_MODE_OFF)
		__time_travel_done(done);
	else
		fn(done);
}

/* For drivers: timetravel/doors.c */
void time_travel_add_irq_event(struct time_travel_event *e);
void time_travel_add_event_rel(struct time_travel_event *e,
			       unsigned long long delay_ns);
bool time_travel_del_event(struct time_travel_event *e);
void time_travel_sleep(void);

/* For drivers of a keyboard: timetravel/stuck.c */
void time_travel_set_key_awaited(bool (*awaited)(void));

/* For irq.c: timetravel/strict.c */
void time_travel_input(int irq);

/* For drivers of devices that other processes simulate: timetravel/ext.c */
void time_travel_propagate_time(void);
void time_travel_wait_readable(int fd);

/* For time.c: timetravel/clock.c */
void time_travel_take_clock(struct clocksource *cs,
			    struct clock_event_device *evt);
void __time_travel_alarm(struct uml_pt_regs *regs);
unsigned long long __time_travel_wall_clock(void);

/**
 * time_travel_alarm() - a signal of the host's timer has come
 * @regs: what it interrupted
 *
 * Context: interrupt, interrupts off.
 * Return: true if it was handled.
 */
static inline bool time_travel_alarm(struct uml_pt_regs *regs)
{
	if (time_travel_mode == TT_MODE_OFF)
		return false;
	__time_travel_alarm(regs);
	return true;
}

/**
 * time_travel_wall_clock() - the simulated wall clock
 * @ns: where to put it, ns since 1970
 *
 * Context: any.
 * Return: false if the wall clock is the host's; @ns is unchanged.
 */
static inline bool time_travel_wall_clock(unsigned long long *ns)
{
	if (time_travel_mode == TT_MODE_OFF)
		return false;
	*ns = __time_travel_wall_clock();
	return true;
}

#else /* !CONFIG_UML_TIME_TRAVEL_SUPPORT */

struct time_travel_event {
};

struct time_travel_hold {
};

struct time_travel_done {
};

static inline void time_travel_done(struct time_travel_done *done,
				    void (*fn)(struct time_travel_done *done))
{
	fn(done);
}

static inline void time_travel_hold(struct time_travel_hold *hold,
				    const char *name)
{
}

static inline void time_travel_release(struct time_travel_hold *hold)
{
}

/* Only called in modes that do not exist here; never linked. */
void time_travel_not_configured(void);
#define time_travel_add_event_rel(...) time_travel_not_configured()
#define time_travel_del_event(...) time_travel_not_configured()

static inline void time_travel_add_irq_event(struct time_travel_event *e)
{
	WARN_ON(1);
}

static inline void time_travel_sleep(void)
{
}

static inline void time_travel_set_key_awaited(bool (*awaited)(void))
{
}

static inline void time_travel_propagate_time(void)
{
}

static inline void time_travel_wait_readable(int fd)
{
}

static inline void time_travel_take_clock(struct clocksource *cs,
					  struct clock_event_device *evt)
{
}

static inline bool time_travel_alarm(struct uml_pt_regs *regs)
{
	return false;
}

static inline bool time_travel_wall_clock(unsigned long long *ns)
{
	return false;
}

#endif /* CONFIG_UML_TIME_TRAVEL_SUPPORT */

int um_setup_timer(void);

#endif /* __UM_TIME_INTERNAL_H */
