// SPDX-License-Identifier: GPL-2.0
/*
 * How external mode ends: the controller is told, so that it can tell a kernel that has
 * ended from one that has died.
 */
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/notifier.h>
#include <linux/reboot.h>
#include <linux/time-internal.h>
#include "ext.h"

static int ext_leave(struct notifier_block *nb, unsigned long action, void *data)
{
	unsigned long flags;

	local_irq_save(flags);
	tt_link_ask(&time_travel_ext.link, UM_TIMETRAVEL_LEAVE, UM_TIMETRAVEL_LEAVE_NOW);
	local_irq_restore(flags);

	return NOTIFY_DONE;
}

static struct notifier_block ext_leave_notifier = {
	.notifier_call = ext_leave,
};

/* A panic, and what ends the process without the kernel, do not come here. */
static int __init ext_leave_init(void)
{
	if (time_travel_mode != TT_MODE_EXTERNAL)
		return 0;

	return register_reboot_notifier(&ext_leave_notifier);
}
core_initcall(ext_leave_init);
