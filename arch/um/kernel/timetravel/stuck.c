// SPDX-License-Identifier: GPL-2.0
/*
 * An idle guest that waits for the host rather than for time to pass.
 *
 * The kernel's own timers never end, so there is nearly always one armed. That no
 * process has run for long is a better sign that nothing can happen.
 */
#include <linux/math64.h>
#include <linux/reboot.h>
#include <linux/time-internal.h>
#include <irq_kern.h>
#include <kern_util.h>
#include <os.h>
#include "stuck.h"

struct tt_stuck time_travel_stuck = {
	.since = TT_NEVER,
};

static bool (*key_awaited)(void);

/**
 * time_travel_set_key_awaited() - register the driver of the keyboard
 * @awaited: returns true if a process waits for a key; called with interrupts off
 *
 * Context: any.
 */
void time_travel_set_key_awaited(bool (*awaited)(void))
{
	key_awaited = awaited;
}

static void stuck_end(const char *what)
{
	os_warn("time-travel: nothing can happen any more: %s, and nothing that could wake the guest is open on the host, such as a console. It ends with status %d\n",
		what, TT_STATUS_STUCK);
	uml_exitcode = TT_STATUS_STUCK;
	machine_power_off();
}

/* No timer is armed. */
static void wait_host(void)
{
	if (!um_irq_can_wake())
		stuck_end("no timer is armed");

	os_wait_irq(0);
}

/**
 * tt_stuck_limit() - check whether no process has run for so long that none will
 * @stuck: the guest
 * @now: the time, ns
 *
 * Context: interrupts off, idle task.
 * Return: true if so.
 */
bool tt_stuck_limit(struct tt_stuck *stuck, u64 now)
{
	if (stuck->user_ran) {
		stuck->user_ran = false;
		stuck->since = now;
	}

	return stuck->limit && now >= stuck->since &&
	       now - stuck->since >= stuck->limit;
}

/**
 * tt_stuck_pace() - how long to give the user to press a key
 * @stuck: the guest, with a pace
 * @skip: by how much time is to move, ns
 *
 * What is too short to wait for is added to the next wait.
 *
 * Context: interrupts off, idle task.
 * Return: host time, ns; 0 not to wait.
 */
u64 tt_stuck_pace(struct tt_stuck *stuck, u64 skip)
{
	u64 ns;

	stuck->skipped += skip;
	ns = div64_u64(stuck->skipped, stuck->pace);
	if (ns < TT_PACE_WAIT_MIN)
		return 0;

	stuck->skipped = 0;
	return ns;
}

/* Give the user time to press a key. True if an interrupt has come. */
static bool wait_key(struct tt_stuck *stuck, struct tt_core *core, u64 expiry)
{
	u64 ns;

	if (!stuck->pace || expiry <= core->now || !key_awaited ||
	    !key_awaited())
		return false;

	ns = tt_stuck_pace(stuck, expiry - core->now);
	return ns && os_wait_irq(ns);
}

/**
 * tt_may_skip() - check whether an idle guest may go to its next timer
 * @core: the core
 * @expiry: when that expires, ns
 *
 * For modes. Waits for the host if it has to act first.
 *
 * Context: interrupts off, idle task. Does not return if nothing can happen any more.
 * Return: false if it may not, as the host has raised an interrupt.
 */
bool tt_may_skip(struct tt_core *core, u64 expiry)
{
	if (os_irq_pending())
		return false;

	if (expiry == TT_NEVER) {
		wait_host();
		return false;
	}

	if (tt_stuck_limit(&time_travel_stuck, core->now) && !um_irq_can_wake())
		stuck_end("no process has run for time-travel-idle-limit");
	return !wait_key(&time_travel_stuck, core, expiry);
}
