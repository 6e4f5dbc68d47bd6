/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pending events in time order: a data structure, nothing more.
 *
 * Events of equal time stay in the order in which they were added. The caller
 * serializes all calls on one queue. No call sleeps or allocates.
 */
#ifndef __TIMETRAVEL_QUEUE_H
#define __TIMETRAVEL_QUEUE_H

#include <linux/limits.h>
#include <linux/rbtree.h>
#include <linux/time-internal.h>

/* The largest time, which never comes. */
#define TT_NEVER	((u64)S64_MAX)

/**
 * struct tt_queue - pending events
 * @events: by time; the leftmost is the next
 */
struct tt_queue {
	struct rb_root_cached events;
};

#define TT_QUEUE_INIT	((struct tt_queue){ .events = RB_ROOT_CACHED })

bool tt_event_before(const struct time_travel_event *a,
		     const struct time_travel_event *b);
void tt_queue_add(struct tt_queue *q, struct time_travel_event *e, u64 time);
bool tt_queue_del(struct tt_queue *q, struct time_travel_event *e);
struct time_travel_event *tt_queue_first(const struct tt_queue *q);

/**
 * tt_queue_expiry() - when the first event is due
 * @q: the queue
 *
 * Return: its time in ns, %TT_NEVER if nothing is pending.
 */
static inline u64 tt_queue_expiry(const struct tt_queue *q)
{
	const struct time_travel_event *first = tt_queue_first(q);

	return first ? first->time : TT_NEVER;
}

#endif /* __TIMETRAVEL_QUEUE_H */
