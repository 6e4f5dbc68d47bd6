// SPDX-License-Identifier: GPL-2.0
/* Tests of polling loops of the kernel. */
#include <kunit/test.h>
#include "charge.h"
#include "modes.h"
#include "relax.h"

static struct tt_relax relax;
static struct tt_charge charge;
static struct tt_core core;
static u64 came;

static int relax_test_init(struct kunit *test)
{
	relax = (struct tt_relax){};
	tt_core_init(&core, &tt_infcpu, &charge, 0);
	came = 0;
	return 0;
}

static void note_time(struct time_travel_event *e)
{
	came = tt_core_now(&core);
}

/* Polls get to an event in time, and not by a ns each. */
static void relax_lets_polling_get_on(struct kunit *test)
{
	struct time_travel_event e = { .fn = note_time };
	unsigned int polls;

	tt_core_arm(&core, &e, NSEC_PER_SEC / 2 + 1);
	for (polls = 0; !came && polls < 1000000; polls++)
		tt_relax(&relax, &core);

	KUNIT_EXPECT_EQ(test, came, NSEC_PER_SEC / 2 + 1);
	KUNIT_EXPECT_LE(test, polls, TT_POLLS + TT_POLLS_AGAIN * (HZ / 2 + 2));
	KUNIT_EXPECT_GT(test, relax.steps, 0);
}

/* Polls between which something else moves time are no loop that waits. */
static void relax_leaves_short_polls_alone(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < 2 * TT_POLLS; i++) {
		tt_relax(&relax, &core);
		if (i % 50 == 0)
			tt_core_delay(&core, 10);
	}

	KUNIT_EXPECT_EQ(test, relax.steps, 0);
	KUNIT_EXPECT_EQ(test, tt_core_now(&core),
			2 * TT_POLLS + 10 * DIV_ROUND_UP(2 * TT_POLLS, 50));
}

static void next_event_is_a_tick_away_at_most(struct kunit *test)
{
	struct time_travel_event e = { .fn = note_time };

	KUNIT_EXPECT_EQ(test, tt_next_event(&core), (u64)TICK_NSEC);
	tt_core_arm(&core, &e, 20);
	KUNIT_EXPECT_EQ(test, tt_next_event(&core), 20);
	tt_core_hold(&core);
	KUNIT_EXPECT_EQ(test, tt_next_event(&core), 0);
	tt_core_release(&core);
	tt_core_cancel(&core, &e);
}

static struct kunit_case relax_cases[] = {
	KUNIT_CASE(relax_lets_polling_get_on),
	KUNIT_CASE(relax_leaves_short_polls_alone),
	KUNIT_CASE(next_event_is_a_tick_away_at_most),
	{}
};

static struct kunit_suite relax_suite = {
	.name = "time_travel_relax",
	.init = relax_test_init,
	.test_cases = relax_cases,
};

kunit_test_suite(relax_suite);
