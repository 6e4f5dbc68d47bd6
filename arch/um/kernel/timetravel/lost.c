// SPDX-License-Identifier: GPL-2.0
/*
 * The controller is gone, or has broken the protocol. That ends the simulation, but
 * the guest loses nothing: it continues alone, with infinite CPU.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/reboot.h>
#include <linux/suspend.h>
#include <linux/workqueue.h>
#include <init.h>
#include <kern_util.h>
#include <os.h>
#include "limits.h"
#include "lost.h"

/* For a user space that has no program for it, or whose program hangs */
static void lost_force(struct work_struct *work)
{
	ksys_sync_helper();
	kernel_power_off();
}

static DECLARE_DELAYED_WORK(lost_work, lost_force);

static bool lost_powers_off, lost_late;

/* Overrides what the power-off by user space has set. */
static void lost_status(void)
{
	if (lost_powers_off)
		uml_exitcode = TT_STATUS_LOST;
}

__uml_exitcall(lost_status);

static void lost_power_off(void)
{
	orderly_poweroff(true);
	schedule_delayed_work(&lost_work, TT_LOST_GRACE);
}

/* An orderly power-off before late initcalls has to wait until here. */
static int __init lost_early(void)
{
	lost_late = true;
	if (lost_powers_off)
		lost_power_off();
	return 0;
}
late_initcall_sync(lost_early);

/**
 * tt_lost() - react to the loss of the controller
 * @what: what to do about it
 * @why: what is wrong
 *
 * Context: interrupts off.
 */
void tt_lost(enum tt_lost what, const char *why)
{
	switch (what) {
	case TT_LOST_PANIC:
		panic("time-travel: %s\n", why);
	case TT_LOST_DETACH:
		pr_warn("time-travel: %s. This guest goes on by its own clock\n",
			why);
		break;
	case TT_LOST_POWEROFF:
		pr_crit("time-travel: %s. This guest goes on by its own clock, and powers off\n",
			why);
		lost_powers_off = true;
		if (lost_late)
			lost_power_off();
		break;
	}
}
