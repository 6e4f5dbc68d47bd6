// SPDX-License-Identifier: GPL-2.0
/*
 * Simulated time. The laws that hold here:
 *
 * - Time never goes back: tt_core_move() is the only way that it moves in steps,
 *   and it moves forward only.
 * - An event runs at its time. tt_core_advance() stops at each event on its
 *   way. One that is passed while interrupts are off stays in the queue, and
 *   @due makes it run when they come on (deliver_time_travel_irqs()).
 * - Work that the host does for the guest holds time: while @held is not zero
 *   only a charge moves it, or a delay that cannot be interrupted, which the work
 *   could not end in.
 * - Waits nest to any depth: a wait only knows its end, reads the time again after
 *   each event, and is over if a nested one went further. It is not in the queue.
 */
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/math64.h>
#include <linux/panic.h>
#include "core.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

struct tt_core time_travel_core;

/**
 * tt_core_init() - begin simulated time
 * @core: the core; its content is not used
 * @mode: how time moves
 * @mode_data: for the mode
 * @wall: the wall clock at time zero, ns since 1970, at most %TT_WALL_MAX
 *
 * Context: any, before anything else is done with @core.
 */
void tt_core_init(struct tt_core *core, const struct tt_mode *mode,
		  void *mode_data, u64 wall)
{
	*core = (struct tt_core){
		.mode = mode,
		.mode_data = mode_data,
		.end = TT_NEVER - wall,
		.wall = wall,
		.programmed = TT_NEVER,
	};
	timerqueue_init_head(&core->queue);

	if (mode->start)
		mode->start(core);
}

/**
 * tt_core_set_wall() - set the wall clock
 * @core: the core
 * @wall: the wall clock at time zero, ns since 1970, at most %TT_WALL_MAX
 *
 * Context: any, before the kernel has looked at it.
 */
void tt_core_set_wall(struct tt_core *core, u64 wall)
{
	core->wall = wall;
	core->end = TT_NEVER - wall;
}

static struct time_travel_event *tt_core_first(struct tt_core *core)
{
	struct timerqueue_node *first = timerqueue_getnext(&core->queue);

	return first ? container_of(first, struct time_travel_event, node) :
		       NULL;
}

/**
 * tt_core_expiry() - when the first event is due
 * @core: the core
 *
 * Context: interrupts off.
 * Return: its time, ns since boot; %TT_NEVER if none is pending.
 */
u64 tt_core_expiry(struct tt_core *core)
{
	struct timerqueue_node *first = timerqueue_getnext(&core->queue);

	return first ? first->expires : TT_NEVER;
}

static void tt_core_check_due(struct tt_core *core)
{
	if (tt_core_expiry(core) <= core->now)
		core->due = true;
}

static void tt_core_program(struct tt_core *core)
{
	u64 expiry = tt_core_expiry(core);

	if (expiry == core->programmed)
		return;

	core->programmed = expiry;
	if (core->mode->program)
		core->mode->program(core, expiry);
}

/* End a section with interrupts off: run what became due in it. */
static void tt_core_leave(struct tt_core *core, unsigned long flags)
{
	if (core->due && !irqs_disabled_flags(flags))
		tt_core_run_due(core);
	local_irq_restore(flags);
}

/* On 32 bits this takes two loads, and an interrupt may move time between them. */
static u64 tt_core_peek(const struct tt_core *core)
{
	u64 now;

	do {
		now = READ_ONCE(core->now);
	} while (!IS_ENABLED(CONFIG_64BIT) && now != READ_ONCE(core->now));

	return now;
}

/**
 * tt_core_now() - read the clock without charging the caller
 * @core: the core
 *
 * Context: any.
 * Return: the time, ns since boot.
 */
u64 tt_core_now(struct tt_core *core)
{
	if (core->mode->refresh)
		core->mode->refresh(core);
	return tt_core_peek(core);
}

/**
 * tt_core_read() - read the clock and charge the caller
 * @core: the core
 *
 * Time may move, and events may run.
 *
 * Context: any.
 * Return: the time, ns since boot.
 */
u64 tt_core_read(struct tt_core *core)
{
	if (core->mode->read)
		core->mode->read(core);
	return tt_core_now(core);
}

/**
 * tt_core_move() - move time forward
 * @core: the core
 * @to: the new time, ns; no effect if it is in the past
 *
 * For modes. Events that are passed become due, but do not run here.
 *
 * Context: interrupts off.
 */
void tt_core_move(struct tt_core *core, u64 to)
{
	if (to >= core->end)
		panic("time-travel: simulated time ends %llu s after boot, cannot go beyond\n",
		      div_u64(core->end, NSEC_PER_SEC));

	if (to > core->now) {
		u64 from = core->now;

		/* before the tracepoint, whose timestamp is the new time */
		core->now = to;
		trace_time_travel_advance(from, to);
	}
	/* Where time passes by itself, it may be past an event already. */
	tt_core_check_due(core);
}

/**
 * tt_core_arm() - arm an event
 * @core: the core
 * @e: the event; if it is pending it gets a new time and place
 * @time: when, ns since boot; if that is past, it runs at once, or as soon as
 *	interrupts are on; with %TT_NEVER it is pending and never runs
 *
 * Context: any.
 */
void tt_core_arm(struct tt_core *core, struct time_travel_event *e, u64 time)
{
	unsigned long flags;

	local_irq_save(flags);
	if (time_travel_event_pending(e))
		timerqueue_del(&core->queue, &e->node);
	timerqueue_init(&e->node);
	e->node.expires = min(time, TT_NEVER);
	timerqueue_add(&core->queue, &e->node);
	trace_time_travel_arm(e, core->now);
	tt_core_check_due(core);
	tt_core_program(core);
	tt_core_leave(core, flags);
}

/**
 * tt_core_arm_rel() - arm an event some way from now
 * @core: the core
 * @e: the event, as for tt_core_arm()
 * @delay: how far, ns
 *
 * Context: any.
 */
void tt_core_arm_rel(struct tt_core *core, struct time_travel_event *e,
		     u64 delay)
{
	unsigned long flags;

	local_irq_save(flags);
	tt_core_arm(core, e, tt_core_after(core, delay));
	tt_core_leave(core, flags);
}

/**
 * tt_core_arm_irq() - arm the event of an interrupt from outside
 * @core: the core
 * @e: the event; if it is pending it stays as it is
 *
 * Context: any.
 */
void tt_core_arm_irq(struct tt_core *core, struct time_travel_event *e)
{
	unsigned long flags;
	u64 time;

	local_irq_save(flags);
	if (!time_travel_event_pending(e)) {
		time = tt_core_now(core);
		if (core->mode->irq_time)
			time = max(time, core->mode->irq_time(core));
		tt_core_arm(core, e, time);
	}
	tt_core_leave(core, flags);
}

/**
 * tt_core_cancel() - delete an event
 * @core: the core
 * @e: the event
 *
 * Context: any.
 * Return: true if it was pending.
 */
bool tt_core_cancel(struct tt_core *core, struct time_travel_event *e)
{
	unsigned long flags;
	bool pending;

	local_irq_save(flags);
	pending = time_travel_event_pending(e);
	if (pending) {
		timerqueue_del(&core->queue, &e->node);
		trace_time_travel_cancel(e, core->now);
		tt_core_program(core);
	}
	local_irq_restore(flags);

	return pending;
}

/**
 * tt_core_settle() - run what is due, if it can run
 * @core: the core
 *
 * Context: any.
 */
void tt_core_settle(struct tt_core *core)
{
	unsigned long flags;

	local_irq_save(flags);
	tt_core_check_due(core);
	tt_core_leave(core, flags);
}

static void tt_core_deliver(struct tt_core *core, struct time_travel_event *e)
{
	timerqueue_del(&core->queue, &e->node);
	core->delivered++;

	irq_enter();
	trace_time_travel_deliver(e, core->now);
	e->fn(e);
	irq_exit();
}

/**
 * tt_core_run_due() - run all events whose time has come
 * @core: the core
 *
 * Including those that become due meanwhile.
 *
 * Context: interrupts off where an interrupt may be taken. Softirqs may run.
 */
void tt_core_run_due(struct tt_core *core)
{
	struct time_travel_event *e;

	while ((e = tt_core_first(core)) && e->node.expires <= core->now)
		tt_core_deliver(core, e);

	core->due = false;
	tt_core_program(core);
}

/**
 * tt_core_alarm() - the host's timer, set by the mode's program(), has expired
 * @core: the core
 *
 * Context: interrupt, interrupts off.
 */
void tt_core_alarm(struct tt_core *core)
{
	/* The host timer fired; it is no longer armed. */
	core->programmed = TT_NEVER;
	tt_core_now(core);
	tt_core_run_due(core);
}

/**
 * tt_core_advance() - let time pass
 * @core: the core
 * @until: go there, ns
 *
 * The events on the way run at their times if interrupts are on; otherwise once the
 * caller has enabled them.
 *
 * Context: any, in modes that have step().
 */
void tt_core_advance(struct tt_core *core, u64 until)
{
	unsigned long flags;
	u64 to;

	local_irq_save(flags);
	do {
		to = until;
		if (!irqs_disabled_flags(flags))
			to = min(to, tt_core_expiry(core));
		if (to > core->now)
			core->mode->step(core, to);
		if (core->due && !irqs_disabled_flags(flags))
			tt_core_run_due(core);
	} while (core->now < until);
	local_irq_restore(flags);
}

/**
 * tt_core_hold() - hold time, as the host works for the guest
 * @core: the core
 *
 * Context: any. Needs as many calls of tt_core_release(), from an interrupt.
 */
void tt_core_hold(struct tt_core *core)
{
	unsigned long flags;

	local_irq_save(flags);
	core->held++;
	local_irq_restore(flags);
}

/**
 * tt_core_release() - the host has done its work
 * @core: the core
 *
 * Context: any.
 */
void tt_core_release(struct tt_core *core)
{
	unsigned long flags;

	local_irq_save(flags);
	if (!WARN_ON_ONCE(!core->held))
		core->held--;
	local_irq_restore(flags);
}

/**
 * tt_core_await_release() - wait until time is no longer held
 * @core: the core
 *
 * Interrupts are taken meanwhile, and one of them releases time.
 *
 * Context: any; where an interrupt cannot be taken it does nothing.
 */
void tt_core_await_release(struct tt_core *core)
{
	while (core->held && !irqs_disabled() && !in_interrupt()) {
		local_irq_disable();
		if (core->held)
			core->mode->wait(core);
		local_irq_enable();
	}
}

/**
 * tt_core_delay() - busy-wait
 * @core: the core
 * @ns: how long, exactly
 *
 * Context: any. Events that run meanwhile may delay, too.
 */
void tt_core_delay(struct tt_core *core, u64 ns)
{
	tt_core_await_release(core);
	core->mode->delay(core, tt_core_after(core, ns));
}

/**
 * tt_core_idle() - nothing can run before the next event or interrupt
 * @core: the core
 *
 * Events that are due then run when the caller enables interrupts.
 *
 * Context: interrupts off, process context of the idle task.
 */
void tt_core_idle(struct tt_core *core)
{
	tt_core_check_due(core);
	if (core->due)
		return;

	if (core->held)
		core->mode->wait(core);
	else
		core->mode->idle(core, tt_core_expiry(core));
}
