// SPDX-License-Identifier: GPL-2.0
/*
 * Infinite CPU: computing takes no time. Only events, delays and reads of the
 * clock move it.
 */
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include "core.h"
#include "hold.h"
#include "infcpu.h"
#include "stuck.h"

/*
 * So many reads at the same time, by readers that do not pay, can only be a
 * loop that waits for time to move.
 */
#define INFCPU_FREE_READS	4096

static bool reader_can_pay(void)
{
	return !irqs_disabled() && !in_hardirq() && !in_serving_softirq();
}

/**
 * tt_infcpu_read() - charge a reader of the clock
 * @core: the core
 * @pay: how: make it @until, ns
 *
 * A reader pays, or a loop that waits for time to move would never end. Two
 * readers do not:
 *
 * - One that cannot be interrupted. Else it would cost time to arm a timer, and
 *   a short one would be late.
 * - One that was interrupted by an event while it paid. The event may have
 *   updated the timekeeper, so that the clock is read again. Were that to cost
 *   too, then with a tick shorter than the cost of a read it would never end.
 *
 * Context: any.
 */
void tt_infcpu_read(struct tt_core *core,
		    void (*pay)(struct tt_core *core, u64 until))
{
	u64 cost = core->read_cost;
	u64 delivered = core->delivered;

	if (!cost || !reader_can_pay()) {
		if (core->free_reads < INFCPU_FREE_READS) {
			core->free_reads++;
			return;
		}
		pay(core, tt_core_after(core, cost ?: TT_READ_COST));
		core->free_reads = INFCPU_FREE_READS;
	} else if (core->reread) {
		core->reread = false;
	} else {
		pay(core, tt_core_after(core, cost));
		core->reread = core->delivered != delivered;
	}
}

static void infcpu_read(struct tt_core *core)
{
	tt_infcpu_read(core, tt_core_advance);
}

static void infcpu_idle(struct tt_core *core, u64 expiry)
{
	if (tt_may_skip(core, expiry))
		tt_core_move(core, expiry);
}

const struct tt_mode tt_infcpu = {
	.name = "inf-cpu",
	.id = TT_MODE_INFCPU,
	.stands_still = true,
	.clocksource = "time-travel-clock",
	.clockevent = "time-travel-timer-infcpu",
	.read = infcpu_read,
	.delay = tt_core_advance,
	.step = tt_core_move,
	.idle = infcpu_idle,
	.wait = tt_hold_wait,
};
