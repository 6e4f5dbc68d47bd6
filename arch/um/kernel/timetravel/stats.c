// SPDX-License-Identifier: GPL-2.0
/* Counters in /sys/kernel/time_travel */
#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/sysfs.h>
#include "core.h"
#include "guard.h"
#include "relax.h"

#define TT_COUNTER(_name, _value)					\
static ssize_t _name##_show(struct kobject *kobj,			\
			    struct kobj_attribute *attr, char *buf)	\
{									\
	return sysfs_emit(buf, "%llu\n", (u64)(_value));		\
}									\
static struct kobj_attribute _name##_attr = __ATTR_RO(_name)

/* events that ran */
TT_COUNTER(events, time_travel_core.delivered);
/* holds on time, for work in flight on the host */
TT_COUNTER(held, time_travel_core.held);
/* system calls and faults of user space */
TT_COUNTER(kernel_entries, time_travel_guard.entries);
/* how often time moved because the kernel polled for long */
TT_COUNTER(poll_steps, time_travel_relax_state.steps);
/* processes found to compute without end */
TT_COUNTER(spinners, time_travel_guard.spinners);
/* how often one of them was preempted, without time passing */
TT_COUNTER(spin_preemptions, time_travel_guard.preemptions);
/* how often time moved for one of them */
TT_COUNTER(spin_ticks, time_travel_guard.ticks);

static struct attribute *time_travel_attrs[] = {
	&events_attr.attr,
	&held_attr.attr,
	&kernel_entries_attr.attr,
	&poll_steps_attr.attr,
	&spinners_attr.attr,
	&spin_preemptions_attr.attr,
	&spin_ticks_attr.attr,
	NULL
};

static const struct attribute_group time_travel_group = {
	.name = "time_travel",
	.attrs = time_travel_attrs,
};

static int __init time_travel_stats_init(void)
{
	if (time_travel_mode == TT_MODE_OFF)
		return 0;

	return sysfs_create_group(kernel_kobj, &time_travel_group);
}
late_initcall(time_travel_stats_init);
