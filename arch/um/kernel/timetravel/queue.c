// SPDX-License-Identifier: GPL-2.0
/*
 * The event queue: a red-black tree that knows its leftmost node.
 *
 * Law 3: events of equal time run in the order in which they were armed. The
 * tree puts a new node behind all nodes that it is not before, so it is enough
 * that tt_event_before() is false for equal times.
 */
#include <kunit/static_stub.h>
#include "queue.h"

#define node_event(n)	rb_entry((n), struct time_travel_event, node)

/**
 * tt_event_before() - order of two events
 * @a: one
 * @b: the other
 *
 * Return: true if @a must run before @b whichever was armed first.
 */
bool tt_event_before(const struct time_travel_event *a,
		     const struct time_travel_event *b)
{
	KUNIT_STATIC_STUB_REDIRECT(tt_event_before, a, b);

	return a->time < b->time;
}

static bool node_before(struct rb_node *a, const struct rb_node *b)
{
	return tt_event_before(node_event(a), node_event(b));
}

/**
 * tt_queue_add() - add an event, or move it if it is pending
 * @q: the queue
 * @e: the event
 * @time: when it is due, ns; beyond %TT_NEVER counts as %TT_NEVER
 */
void tt_queue_add(struct tt_queue *q, struct time_travel_event *e, u64 time)
{
	tt_queue_del(q, e);
	e->time = min(time, TT_NEVER);
	e->pending = true;
	rb_add_cached(&e->node, &q->events, node_before);
}

/**
 * tt_queue_del() - delete an event
 * @q: the queue
 * @e: the event
 *
 * Return: true if it was pending.
 */
bool tt_queue_del(struct tt_queue *q, struct time_travel_event *e)
{
	if (!e->pending)
		return false;

	rb_erase_cached(&e->node, &q->events);
	e->pending = false;
	return true;
}

/**
 * tt_queue_first() - the event that is due first
 * @q: the queue
 *
 * Return: the event, which stays pending, or NULL.
 */
struct time_travel_event *tt_queue_first(const struct tt_queue *q)
{
	struct rb_node *first = rb_first_cached(&q->events);

	return first ? node_event(first) : NULL;
}
