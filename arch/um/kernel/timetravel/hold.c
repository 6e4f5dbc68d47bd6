// SPDX-License-Identifier: GPL-2.0
/*
 * Held time: the holders, the completion of their work, and a warning if it is late.
 */
#include <linux/export.h>
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/math64.h>
#include <linux/printk.h>
#include <linux/time64.h>
#include <linux/timer.h>
#include <os.h>
#include "hold.h"

/* in the order in which they began */
static LIST_HEAD(holders);

/* work that the host has done, not yet reported to the guest */
static LIST_HEAD(finished);

static void hold_watch(struct timer_list *unused);
static DEFINE_TIMER(watch, hold_watch);

static void hold_watch_later(void)
{
	mod_timer(&watch, jiffies + nsecs_to_jiffies(TT_HOLD_PATIENCE) + 1);
}

/*
 * Where time passes while it is held, a guest may be too busy to ever wait for the host,
 * which is where other modes complain.
 */
static void hold_watch(struct timer_list *unused)
{
	unsigned long flags;

	local_irq_save(flags);
	tt_hold_complain();
	if (!list_empty(&holders))
		hold_watch_later();
	local_irq_restore(flags);
}

/**
 * __time_travel_hold() - hold time, as the host works for the guest
 * @hold: the holder
 * @name: its name, for the user
 *
 * May be called again before the release; needs as many releases.
 *
 * Context: any, with simulated time.
 */
void __time_travel_hold(struct time_travel_hold *hold, const char *name)
{
	unsigned long flags;

	local_irq_save(flags);
	if (!hold->count++) {
		hold->name = name;
		hold->since = os_nsecs();
		list_add_tail(&hold->list, &holders);
	}
	tt_core_hold(&time_travel_core);
	if (!time_travel_core.mode->stands_still && !timer_pending(&watch))
		hold_watch_later();
	local_irq_restore(flags);
}
EXPORT_SYMBOL_GPL(__time_travel_hold);

/**
 * __time_travel_release() - the host has done its work
 * @hold: who
 *
 * Context: any, with simulated time.
 */
void __time_travel_release(struct time_travel_hold *hold)
{
	unsigned long flags;

	local_irq_save(flags);
	tt_core_release(&time_travel_core);
	if (!--hold->count)
		list_del(&hold->list);
	else
		hold->since = os_nsecs();
	local_irq_restore(flags);
}
EXPORT_SYMBOL_GPL(__time_travel_release);

/**
 * __time_travel_done() - the host has done a piece of work that held time
 * @done: the work
 *
 * Context: interrupt, with simulated time.
 */
void __time_travel_done(struct time_travel_done *done)
{
	unsigned long flags;

	if (!time_travel_core.mode->stands_still) {
		done->fn(done);
		return;
	}

	local_irq_save(flags);
	list_add_tail(&done->list, &finished);
	local_irq_restore(flags);
}
EXPORT_SYMBOL_GPL(__time_travel_done);

/**
 * tt_hold_finish() - report one piece of finished work to the guest
 *
 * One at a time, so that it does not matter how many there are already.
 *
 * Context: interrupts off, when everything else in the guest is idle.
 * Return: false if there is none.
 */
bool tt_hold_finish(void)
{
	struct time_travel_done *done;

	done = list_first_entry_or_null(&finished, struct time_travel_done, list);
	if (!done)
		return false;

	list_del(&done->list);
	irq_enter();
	done->fn(done);
	irq_exit();
	return true;
}

/**
 * tt_hold_complain() - warn about those that have held time for long
 *
 * Rate-limited.
 *
 * Context: interrupts off.
 */
void tt_hold_complain(void)
{
	static u64 last;
	struct time_travel_hold *hold;
	u64 now = os_nsecs();
	bool warned = false;

	if (now - last < TT_HOLD_PATIENCE)
		return;

	list_for_each_entry(hold, &holders, list) {
		if (now - hold->since < TT_HOLD_PATIENCE)
			continue;
		pr_warn("time-travel: %s has held time for %llu s of host time: %u requests that the host does not finish\n",
			hold->name, div_u64(now - hold->since, NSEC_PER_SEC),
			hold->count);
		warned = true;
	}
	if (warned)
		last = now;
}

/**
 * tt_hold_wait() - wait for the host while time is held
 * @core: the core
 *
 * For modes. Returns when the host has raised an interrupt, which may or may not
 * release time, or after %TT_HOLD_PATIENCE.
 *
 * Context: interrupts off.
 */
void tt_hold_wait(struct tt_core *core)
{
	if (tt_hold_finish())
		return;

	os_wait_irq(TT_HOLD_PATIENCE);
	tt_hold_complain();
}
