// SPDX-License-Identifier: GPL-2.0
/*
 * Basic mode: now is the host's monotonic clock plus all idle time skipped.
 *
 * The guest computes in real time, so events that are due meanwhile are delivered by
 * the host's timer.
 */
#include <linux/irqflags.h>
#include <os.h>
#include "hold.h"
#include "modes.h"
#include "stuck.h"

/* what to add to the host's clock to get now, modulo 2^64 */
static u64 basic_offset;

static void basic_start(struct tt_core *core)
{
	basic_offset = -os_nsecs();
}

/* raw: sched_clock() gets here, and lockdep and tracing call it */
static void basic_refresh(struct tt_core *core)
{
	unsigned long flags;

	raw_local_irq_save(flags);
	core->now = max(core->now, os_nsecs() + basic_offset);
	raw_local_irq_restore(flags);
}

/*
 * The host's timer interrupts this for the events on the way, but not where its
 * signal is blocked, as in a softirq that another signal led to.
 */
static void basic_delay(struct tt_core *core, u64 until)
{
	do {
		tt_core_settle(core);
	} while (tt_core_now(core) < until);
}

static void basic_idle(struct tt_core *core, u64 expiry)
{
	u64 now;

	if (!tt_may_skip(core, expiry))
		return;

	/* The event is delivered without the timer, which is armed again for the next. */
	os_timer_disable(0);
	now = tt_core_now(core);
	if (expiry > now)
		basic_offset += expiry - now;
	tt_core_move(core, expiry);
}

static void basic_program(struct tt_core *core, u64 expiry)
{
	u64 now = tt_core_now(core);

	if (expiry == TT_NEVER)
		os_timer_disable(0);
	else
		/* zero would disarm the timer */
		os_timer_one_shot(0, expiry > now ? expiry - now : 1);
}

const struct tt_mode tt_basic = {
	.name = "basic",
	.id = TT_MODE_BASIC,
	.clocksource = "time-travel-clock",
	.clockevent = "time-travel-timer",
	.start = basic_start,
	.refresh = basic_refresh,
	.delay = basic_delay,
	.idle = basic_idle,
	.wait = tt_hold_wait,
	.program = basic_program,
};
