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

/* what was skipped while a user might have pressed a key, and was not waited for, ns */
static u64 skipped;

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

/* No timer is armed. */
static void wait_host(void)
{
	if (!um_irq_can_come())
		stuck_end("no timer is armed");

	os_wait_irq(0);
}

/* Has no process run for so long that none will? */
static void check_limit(struct tt_core *core)
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

/* A user who may press a key has some host time to do so. True if an interrupt has come. */
static bool wait_key(struct tt_core *core, u64 expiry)
{
	u64 ns;

	if (expiry <= core->now || !key_awaited || !key_awaited())
		return false;

	skipped += expiry - core->now;
	ns = div_u64(skipped, KEY_PACE);
	if (ns < KEY_WAIT_MIN)
		return false;

	skipped = 0;
	return os_wait_irq(ns);
}

/**
 * tt_may_skip() - the guest is idle: may it go to its next timer?
 * @core: the core
 * @expiry: when that expires, ns
 *
 * For modes. Waits where the host comes first.
 *
 * Context: interrupts off, idle task. Does not return if nothing can happen any more.
 * Return: false if it is not, as the host has raised an interrupt.
 */
bool tt_may_skip(struct tt_core *core, u64 expiry)
{
	if (os_irq_pending())
		return false;

	if (expiry == TT_NEVER) {
		wait_host();
		return false;
	}

	check_limit(core);
	return !wait_key(core, expiry);
}
