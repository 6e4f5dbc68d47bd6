// SPDX-License-Identifier: GPL-2.0
/*
 * The controller is gone, or cannot be trusted any more. That ends the simulation,
 * but the guest keeps what it has: it goes on alone, with infinite CPU.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/reboot.h>
#include <linux/suspend.h>
#include <linux/workqueue.h>
#include <kern.h>
#include <init.h>
#include <kern_util.h>
#include <os.h>
#include <timetravel_host.h>
#include "ext.h"

/* simulated time that user space has for an orderly end */
#define LOST_GRACE	(60 * HZ)

/* User space has no program for it, or it hangs. */
static void lost_force(struct work_struct *work)
{
	ksys_sync_helper();
	kernel_power_off();
}

static DECLARE_DELAYED_WORK(lost_work, lost_force);

static bool lost_powers_off, lost_late;

/* Whatever the end of user space says of it */
static void lost_status(void)
{
	if (lost_powers_off)
		uml_exitcode = TT_STATUS_LOST;
}

__uml_exitcall(lost_status);

static void lost_power_off(void)
{
	orderly_poweroff(true);
	schedule_delayed_work(&lost_work, LOST_GRACE);
}

/* Before there is a console it is too early for that. */
static int __init lost_early(void)
{
	lost_late = true;
	if (lost_powers_off)
		lost_power_off();
	return 0;
}
late_initcall_sync(lost_early);

/**
 * tt_ext_lost() - the link is of no use any more
 * @link: the link, which says why
 *
 * Context: interrupts off.
 */
void tt_ext_lost(struct tt_link *link)
{
	os_link_close(link->fd);

	/* a kernel that runs has asked for a time, and has something to lose */
	if (!link->until) {
		os_warn("time-travel=ext:%s: %s\n", tt_ext_options.socket,
			link->why);
		exit(1);
	}
	time_travel_core.mode = &tt_infcpu;

	switch (tt_ext_options.lost) {
	case TT_LOST_PANIC:
		panic("time-travel: %s\n", link->why);
	case TT_LOST_DETACH:
		pr_warn("time-travel: %s. This guest goes on by its own clock\n",
			link->why);
		break;
	case TT_LOST_POWEROFF:
		pr_crit("time-travel: %s. This guest goes on by its own clock, and powers off\n",
			link->why);
		lost_powers_off = true;
		if (lost_late)
			lost_power_off();
		break;
	}
}
