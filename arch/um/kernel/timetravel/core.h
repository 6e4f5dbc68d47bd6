/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Simulated time: what it is now, and what happens when it passes.
 *
 * A core owns the queue of pending events and the time. A mode says how time
 * moves, by the operations it registers. There is one core for the kernel
 * (time_travel_core); tests have their own.
 *
 * All state of a core is protected by interrupts being off. UML has one CPU with
 * simulated time.
 *
 * What holds, and where to look for it:
 *
 *  1. Time never goes back: tt_core_move().
 *  2. An event runs at its time, or when interrupts come on: tt_core_advance(),
 *     deliver_time_travel_irqs().
 *  3. Events of equal time run in the order of arming: lib/timerqueue.c.
 *  4. Waits nest to any depth: tt_core_advance().
 *  5. An idle guest jumps to the next event, or waits for the host:
 *     tt_core_idle(), and idle() of the mode.
 *  6. Work that the host does holds time: hold.c, tt_core_hold().
 *  7. Clock reads and system calls cost the caller: charge.c.
 *  8. A guest that never idles sees time pass: guard.c, relax.c.
 *  9. What moves time in which mode: the file of the mode.
 * 10. The wall clock is start plus now: clock.c. A tick is charged to whoever used
 *     the CPU: userspace_tick().
 * 11. Input from outside is checked where it enters: setup.c, ext_wire.c,
 *     ext_shm.c.
 */
#ifndef __TIMETRAVEL_CORE_H
#define __TIMETRAVEL_CORE_H

#include <linux/time-internal.h>
#include <linux/timerqueue.h>
#include "limits.h"

struct tt_core;

/**
 * struct tt_mode - how time moves
 *
 * @name: what the user calls it
 * @id: what the rest of arch/um calls it
 * @stands_still: computing takes no time in this mode
 * @clocksource: name of the clocksource in this mode
 * @clockevent: name of the clockevent in this mode
 * @start: before anything else, once. Optional.
 * @wall: the wall clock at time zero, ns since 1970. Optional: it is the host's
 * @refresh: bring now up to date where time passes by itself. Optional.
 * @read: charge a reader of the clock. Optional: reading is free.
 * @delay: return when it is @until, having let the events before run
 * @step: move now to @to, the time of an event or the end of a delay; may stop
 *	before it if a new event has been armed. Interrupts are off. Needed by
 *	tt_core_advance() only.
 * @idle: nothing can run before @expiry: go there, or wait for the host.
 *	Interrupts are off.
 * @wait: time is held: wait for the host. Interrupts are off.
 * @program: the first pending event is due at @expiry now. Interrupts are off.
 *	Optional.
 * @bound: before this, time may pass without step(), ns. Interrupts are off.
 *	Optional: no limit.
 * @irq_time: the time of an interrupt from outside that comes now. Interrupts are
 *	off. Optional: it is now.
 */
struct tt_mode {
	const char *name;
	enum time_travel_mode id;
	bool stands_still;
	const char *clocksource;
	const char *clockevent;
	void (*start)(struct tt_core *core);
	u64 (*wall)(struct tt_core *core);
	void (*refresh)(struct tt_core *core);
	void (*read)(struct tt_core *core);
	void (*delay)(struct tt_core *core, u64 until);
	void (*step)(struct tt_core *core, u64 to);
	void (*idle)(struct tt_core *core, u64 expiry);
	void (*wait)(struct tt_core *core);
	void (*program)(struct tt_core *core, u64 expiry);
	u64 (*bound)(struct tt_core *core);
	u64 (*irq_time)(struct tt_core *core);
};

/**
 * struct tt_core - simulated time
 * @mode: how time moves
 * @mode_data: for the mode
 * @queue: pending events, those that are due and could not run yet included
 * @now: the time, ns since boot. It never goes back
 * @end: the end of time, ns: here the monotonic or the wall clock would wrap
 * @wall: the wall clock at time zero, ns since 1970
 * @programmed: the expiry that @program was last called with
 * @delivered: number of events that have run
 * @held: number of holds on time
 * @due: an event may be due
 */
struct tt_core {
	const struct tt_mode *mode;
	void *mode_data;
	struct timerqueue_head queue;
	u64 now;
	u64 end;
	u64 wall;
	u64 programmed;
	u64 delivered;
	unsigned int held;
	bool due;
};

extern struct tt_core time_travel_core;

void tt_core_init(struct tt_core *core, const struct tt_mode *mode,
		  void *mode_data, u64 wall);
void tt_core_set_wall(struct tt_core *core, u64 wall);
u64 tt_core_expiry(struct tt_core *core);
u64 tt_core_now(struct tt_core *core);
u64 tt_core_read(struct tt_core *core);
void tt_core_move(struct tt_core *core, u64 to);
void tt_core_arm(struct tt_core *core, struct time_travel_event *e, u64 time);
void tt_core_arm_rel(struct tt_core *core, struct time_travel_event *e,
		     u64 delay);
void tt_core_arm_irq(struct tt_core *core, struct time_travel_event *e);
bool tt_core_cancel(struct tt_core *core, struct time_travel_event *e);
void tt_core_hold(struct tt_core *core);
void tt_core_release(struct tt_core *core);
void tt_core_await_release(struct tt_core *core);
void tt_core_settle(struct tt_core *core);
void tt_core_run_due(struct tt_core *core);
void tt_core_alarm(struct tt_core *core);
void tt_core_advance(struct tt_core *core, u64 until);
void tt_core_delay(struct tt_core *core, u64 ns);
void tt_core_idle(struct tt_core *core);

/**
 * tt_core_after() - a time some way from now
 * @core: the core
 * @ns: how far
 *
 * Context: any.
 * Return: the time in ns, %TT_NEVER if it is too far.
 */
static inline u64 tt_core_after(struct tt_core *core, u64 ns)
{
	u64 now = tt_core_now(core);

	return ns < TT_NEVER - now ? now + ns : TT_NEVER;
}

#endif /* __TIMETRAVEL_CORE_H */
