// SPDX-License-Identifier: GPL-2.0
/* Tests of the event queue. */
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/log2.h>
#include <linux/prandom.h>
#include <linux/vmalloc.h>
#include "queue.h"

static void queue_is_empty_at_first(struct kunit *test)
{
	struct tt_queue q = TT_QUEUE_INIT;

	KUNIT_EXPECT_NULL(test, tt_queue_first(&q));
	KUNIT_EXPECT_EQ(test, tt_queue_expiry(&q), TT_NEVER);
}

static void queue_gives_events_in_time_order(struct kunit *test)
{
	static const u64 times[] = { 30, 10, 20, 0, TT_NEVER - 1, 15 };
	static const u64 sorted[] = { 0, 10, 15, 20, 30, TT_NEVER - 1 };
	struct time_travel_event e[ARRAY_SIZE(times)] = {};
	struct tt_queue q = TT_QUEUE_INIT;
	int i;

	for (i = 0; i < ARRAY_SIZE(e); i++)
		tt_queue_add(&q, &e[i], times[i]);

	for (i = 0; i < ARRAY_SIZE(e); i++) {
		KUNIT_EXPECT_EQ(test, tt_queue_expiry(&q), sorted[i]);
		KUNIT_EXPECT_TRUE(test, tt_queue_del(&q, tt_queue_first(&q)));
	}
	KUNIT_EXPECT_NULL(test, tt_queue_first(&q));
}

static void queue_keeps_the_order_of_equal_times(struct kunit *test)
{
	struct time_travel_event e[16] = {};
	struct tt_queue q = TT_QUEUE_INIT;
	int i;

	for (i = 0; i < ARRAY_SIZE(e); i++)
		tt_queue_add(&q, &e[i], 5);

	for (i = 0; i < ARRAY_SIZE(e); i++) {
		KUNIT_EXPECT_PTR_EQ(test, tt_queue_first(&q), &e[i]);
		tt_queue_del(&q, &e[i]);
	}
}

static void queue_puts_a_moved_event_behind_its_equals(struct kunit *test)
{
	struct time_travel_event a = {}, b = {};
	struct tt_queue q = TT_QUEUE_INIT;

	tt_queue_add(&q, &a, 5);
	tt_queue_add(&q, &b, 5);
	tt_queue_add(&q, &a, 5);
	KUNIT_EXPECT_PTR_EQ(test, tt_queue_first(&q), &b);

	tt_queue_add(&q, &a, 4);
	KUNIT_EXPECT_PTR_EQ(test, tt_queue_first(&q), &a);
}

static void queue_deletes_once(struct kunit *test)
{
	struct time_travel_event e = {};
	struct tt_queue q = TT_QUEUE_INIT;

	KUNIT_EXPECT_FALSE(test, tt_queue_del(&q, &e));
	tt_queue_add(&q, &e, 1);
	KUNIT_EXPECT_TRUE(test, e.pending);
	KUNIT_EXPECT_TRUE(test, tt_queue_del(&q, &e));
	KUNIT_EXPECT_FALSE(test, e.pending);
	KUNIT_EXPECT_FALSE(test, tt_queue_del(&q, &e));
}

static void queue_has_no_time_beyond_never(struct kunit *test)
{
	struct time_travel_event e = {};
	struct tt_queue q = TT_QUEUE_INIT;

	tt_queue_add(&q, &e, U64_MAX);
	KUNIT_EXPECT_EQ(test, e.time, TT_NEVER);
	KUNIT_EXPECT_EQ(test, tt_queue_expiry(&q), TT_NEVER);
}

/* The model: no order at all, the first is looked for among all. */
#define MODEL_EVENTS	200
#define MODEL_STEPS	100000

struct model {
	struct time_travel_event event;
	u64 time;
	u64 armed;
	bool pending;
};

static struct model *model_first(struct model *m)
{
	struct model *first = NULL;
	int i;

	for (i = 0; i < MODEL_EVENTS; i++) {
		if (!m[i].pending)
			continue;
		if (!first || m[i].time < first->time ||
		    (m[i].time == first->time && m[i].armed < first->armed))
			first = &m[i];
	}
	return first;
}

static void queue_does_as_the_model_does(struct kunit *test)
{
	struct tt_queue q = TT_QUEUE_INIT;
	struct model *m, *one, *first;
	struct rnd_state rnd;
	int step;

	m = kunit_kcalloc(test, MODEL_EVENTS, sizeof(*m), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, m);
	prandom_seed_state(&rnd, 6012);

	for (step = 0; step < MODEL_STEPS; step++) {
		u32 what = prandom_u32_state(&rnd) % 8;

		one = &m[prandom_u32_state(&rnd) % MODEL_EVENTS];
		first = model_first(m);

		if (what < 4) {
			/* few different times, so that many are equal */
			one->time = prandom_u32_state(&rnd) % 64;
			one->armed = step;
			one->pending = true;
			tt_queue_add(&q, &one->event, one->time);
		} else if (what < 6 || !first) {
			KUNIT_ASSERT_EQ(test, tt_queue_del(&q, &one->event),
					one->pending);
			one->pending = false;
		} else {
			KUNIT_ASSERT_TRUE(test, tt_queue_del(&q, &first->event));
			first->pending = false;
		}

		first = model_first(m);
		KUNIT_ASSERT_PTR_EQ(test, tt_queue_first(&q),
				    first ? &first->event : NULL);
		KUNIT_ASSERT_EQ(test, one->event.pending, one->pending);
	}
}

static unsigned int comparisons;

static bool counting_before(const struct time_travel_event *a,
			    const struct time_travel_event *b)
{
	comparisons++;
	return a->time < b->time;
}

static void queue_costs_the_logarithm(struct kunit *test)
{
	static const unsigned int sizes[] = { 10, 100, 1000, 10000, 100000 };
	unsigned int i, n, most = 0, limit;
	struct tt_queue q = TT_QUEUE_INIT;
	struct time_travel_event *e;
	struct rnd_state rnd;

	e = vcalloc(sizes[ARRAY_SIZE(sizes) - 1], sizeof(*e));
	KUNIT_ASSERT_NOT_NULL(test, e);
	prandom_seed_state(&rnd, 2026);
	kunit_activate_static_stub(test, tt_event_before, counting_before);

	for (i = 0, n = 0; i < ARRAY_SIZE(sizes); i++) {
		for (; n < sizes[i]; n++) {
			comparisons = 0;
			tt_queue_add(&q, &e[n], prandom_u32_state(&rnd));
			most = max(most, comparisons);
		}
		/* the height of a red-black tree */
		limit = 2 * ilog2(n + 1) + 1;
		kunit_info(test, "%u events: at most %u comparisons to add one\n",
			   n, most);
		KUNIT_EXPECT_LE(test, most, limit);
	}

	comparisons = 0;
	for (n = 0; n < sizes[ARRAY_SIZE(sizes) - 1]; n++)
		tt_queue_del(&q, &e[n]);
	KUNIT_EXPECT_EQ(test, comparisons, 0);
	KUNIT_EXPECT_NULL(test, tt_queue_first(&q));

	kunit_deactivate_static_stub(test, tt_event_before);
	vfree(e);
}

static struct kunit_case queue_cases[] = {
	KUNIT_CASE(queue_is_empty_at_first),
	KUNIT_CASE(queue_gives_events_in_time_order),
	KUNIT_CASE(queue_keeps_the_order_of_equal_times),
	KUNIT_CASE(queue_puts_a_moved_event_behind_its_equals),
	KUNIT_CASE(queue_deletes_once),
	KUNIT_CASE(queue_has_no_time_beyond_never),
	KUNIT_CASE_SLOW(queue_does_as_the_model_does),
	KUNIT_CASE_SLOW(queue_costs_the_logarithm),
	{}
};

static struct kunit_suite queue_suite = {
	.name = "time_travel_queue",
	.test_cases = queue_cases,
};

kunit_test_suite(queue_suite);
