// SPDX-License-Identifier: GPL-2.0
/* Broadcasts: 64 bits from one client of the controller to all others. */
#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/kstrtox.h>
#include <linux/printk.h>
#include <linux/sysfs.h>
#include "ext.h"

/* the last one sent or received */
static u64 broadcast;

static void broadcast_report(struct time_travel_event *e)
{
	pr_info("time-travel: broadcast received: 0x%llx\n", broadcast);
}

static struct time_travel_event broadcast_event = {
	.fn = broadcast_report,
};

static void broadcast_received(u64 payload)
{
	broadcast = payload;
	tt_core_arm_irq(&time_travel_core, &broadcast_event);
}

static ssize_t bc_message_show(struct kobject *kobj,
			       struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "0x%llx\n", broadcast);
}

static ssize_t bc_message_store(struct kobject *kobj,
				struct kobj_attribute *attr, const char *buf,
				size_t count)
{
	u64 payload;
	int err;

	err = kstrtou64(buf, 0, &payload);
	if (err)
		return err;

	broadcast = payload;
	err = tt_ext_broadcast(&time_travel_core, payload);
	return err ?: count;
}

static struct kobj_attribute bc_message_attr = {
	.attr = { .name = "bc-message", .mode = 0660 },
	.show = bc_message_show,
	.store = bc_message_store,
};

static int __init broadcast_init(void)
{
	struct kobject *dir;

	if (time_travel_mode != TT_MODE_EXTERNAL)
		return 0;

	tt_ext_on_broadcast(broadcast_received);
	dir = kobject_create_and_add("um-ext-time", kernel_kobj);
	if (!dir)
		return -ENOMEM;

	return sysfs_create_file(dir, &bc_message_attr.attr);
}
late_initcall(broadcast_init);
