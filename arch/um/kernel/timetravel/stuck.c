// SPDX-License-Identifier: GPL-2.0
/*
 * An idle guest that waits for the host rather than for time to pass.
 *
 * The kernel has timers of its own that never end, so that there is nearly always
 * one armed: that no process has run for long tells more.
 */
#include <linux/math64.h>
#include <linux/reboot.h>
#include <linux/time-internal.h>
#include <irq_kern.h>
#include <kern_util.h>
#include <os.h>
#include "stuck.h"

/* While a process waits for a key, time is not so much faster than the host's. */
#define KEY_PACE	1000
/* It is not worth to wait for less, ns of host time */
#define KEY_WAIT_MIN	(100 * NSEC_PER_USEC)

static bool (*key_awaited)(void);

/**
 * time_travel_set_key_awaited() - who knows whether a process waits for a key?
 * @awaited: returns true if one does; called with interrupts off
 *
 * Context: any; to be called by the driver of the keys.
 */
void time_travel_set_key_awaited(bool (*awaited)(void))
{
	key_awaited = awaited;
}

static void stuck_end(const char *what)
{
	os_warn("time-travel: nothing can happen any more: %s, and nothing of the host is open that could wake the guest, such as a console. It ends with status %d\n",
		what, TT_STATUS_STUCK);
	uml_exitcode = TT_STATUS_STUCK;
	machine_power_off();
}

/**
 * tt_wait_host() - no timer is armed: wait for an interrupt of the host
 *
 * For modes.
 *
 * Context: interrupts off, idle task. Does not return if none can come.
 */
void tt_wait_host(void)
{
	if (!um_irq_can_come())
		stuck_end("no timer is armed");

	os_wait_irq(0);
}

/**
 * tt_check_stuck() - has no process run for so long that none will?
 * @core: the core, which goes to its next timer
 *
 * For modes.
 *
 * Context: interrupts off, idle task. Does not return if so.
 */
void tt_check_stuck(struct tt_core *core)
{
	if (core->user_ran) {
		core->user_ran = false;
		core->idle_since = core->now;
	}
	if (!core->idle_limit || core->now < core->idle_since ||
	    core->now - core->idle_since < core->idle_limit)
		return;

	if (!um_irq_can_come())
		stuck_end("no process has run for time-travel-idle-limit");
}

/**
 * tt_wait_key() - the guest is idle until a timer expires: may it skip that time?
 * @core: the core
 * @expiry: when the timer expires, ns
 *
 * For modes. A user who may press a key has some host time to do so.
 *
 * Context: interrupts off, idle task.
 * Return: true if an interrupt has come meanwhile.
 */
bool tt_wait_key(struct tt_core *core, u64 expiry)
{
	u64 ns = expiry > core->now ? div_u64(expiry - core->now, KEY_PACE) : 0;

	if (ns < KEY_WAIT_MIN || !key_awaited || !key_awaited())
		return false;

	return os_wait_irq(ns);
}
