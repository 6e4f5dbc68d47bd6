// SPDX-License-Identifier: GPL-2.0
/* Tests of the guard: what counts as spinning, and what does not. */
#include <kunit/test.h>
#include "guard.h"

static struct tt_guard guard;

static int guard_test_init(struct kunit *test)
{
	guard = (struct tt_guard){ .on = true, .limit = 200 };
	return 0;
}

static int entries_until_step(void)
{
	int n;

	for (n = 1; n < 1000; n++)
		if (tt_guard_count(&guard))
			break;
	return n;
}

static void guard_moves_time_at_the_limit(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, entries_until_step(), 200);
	KUNIT_EXPECT_EQ(test, guard.steps, 1);
	KUNIT_EXPECT_EQ(test, guard.total, 200);
}

static void guard_is_sooner_the_next_time(struct kunit *test)
{
	entries_until_step();
	KUNIT_EXPECT_EQ(test, entries_until_step(), 5);
	KUNIT_EXPECT_EQ(test, entries_until_step(), 5);
}

static void guard_forgets_when_idle(struct kunit *test)
{
	int i;

	for (i = 0; i < 199; i++)
		KUNIT_EXPECT_FALSE(test, tt_guard_count(&guard));
	tt_guard_idle(&guard);
	KUNIT_EXPECT_EQ(test, entries_until_step(), 200);
	tt_guard_idle(&guard);
	KUNIT_EXPECT_EQ(test, entries_until_step(), 200);
}

static void guard_without_a_limit_does_nothing(struct kunit *test)
{
	guard.limit = 0;
	KUNIT_EXPECT_EQ(test, entries_until_step(), 1000);
	KUNIT_EXPECT_EQ(test, guard.steps, 0);
}

static void guard_with_a_small_limit_still_counts(struct kunit *test)
{
	guard.limit = 1;
	KUNIT_EXPECT_EQ(test, entries_until_step(), 1);
	KUNIT_EXPECT_EQ(test, entries_until_step(), 1);
}

static struct tt_core core;
static u64 came;

static void note_time(struct time_travel_event *e)
{
	came = tt_core_now(&core);
}

/* Polls of the kernel get to an event in time, and not by a ns each. */
static void guard_lets_polling_get_on(struct kunit *test)
{
	struct time_travel_event e = { .fn = note_time };
	unsigned int polls;

	tt_core_init(&core, &tt_infcpu, 0);
	came = 0;
	tt_core_arm(&core, &e, NSEC_PER_SEC / 2 + 1);
	for (polls = 0; !came && polls < 1000000; polls++)
		tt_guard_relax(&guard, &core);

	KUNIT_EXPECT_EQ(test, came, NSEC_PER_SEC / 2 + 1);
	/* the first two hundred, and then five for each tick */
	KUNIT_EXPECT_LE(test, polls, 200 + 5 * (HZ / 2 + 2));
}

/* Polls between which something else moves time are no loop that waits. */
static void guard_leaves_short_polls_alone(struct kunit *test)
{
	unsigned int i;

	tt_core_init(&core, &tt_infcpu, 0);
	for (i = 0; i < 1000; i++) {
		tt_guard_relax(&guard, &core);
		if (i % 50 == 0)
			tt_core_delay(&core, 10);
	}

	KUNIT_EXPECT_EQ(test, guard.steps, 0);
	KUNIT_EXPECT_EQ(test, tt_core_now(&core), 1000 + 20 * 10);
}

static void guard_is_patient_with_who_is_counted(struct kunit *test)
{
	guard.patience = NSEC_PER_SEC;
	guard.seen = guard.total;
	KUNIT_EXPECT_EQ(test, tt_guard_patience(&guard), NSEC_PER_SEC);
	guard.total += guard.limit / 2;
	KUNIT_EXPECT_EQ(test, tt_guard_patience(&guard), 2ULL * NSEC_PER_SEC);
	guard.total += guard.limit;
	KUNIT_EXPECT_EQ(test, tt_guard_patience(&guard), 4ULL * NSEC_PER_SEC);
}

static void guard_without_a_limit_has_one_patience(struct kunit *test)
{
	guard.limit = 0;
	guard.patience = NSEC_PER_SEC;
	guard.total += 1000;
	KUNIT_EXPECT_EQ(test, tt_guard_patience(&guard), NSEC_PER_SEC);
}

/* The largest values of the command line, and a guest that is never idle */
static void guard_has_patience_that_fits(struct kunit *test)
{
	u64 before = 0;
	unsigned int bits;

	guard.limit = 1;
	guard.patience = TT_SPIN_PATIENCE_MAX * (u64)NSEC_PER_MSEC;
	for (bits = 0; bits < 64; bits++) {
		guard.total = 1ULL << bits;
		KUNIT_EXPECT_GE(test, tt_guard_patience(&guard), before);
		before = tt_guard_patience(&guard);
	}
}

/* As much host time to the next tick as the last one has moved time. */
static void guard_paces_by_ticks(struct kunit *test)
{
	guard.patience = NSEC_PER_SEC;
	guard.pacing = true;
	guard.paid = TICK_NSEC / 4;
	KUNIT_EXPECT_EQ(test, tt_guard_patience(&guard), TICK_NSEC / 4);
}

static struct kunit_case guard_cases[] = {
	KUNIT_CASE(guard_moves_time_at_the_limit),
	KUNIT_CASE(guard_is_sooner_the_next_time),
	KUNIT_CASE(guard_forgets_when_idle),
	KUNIT_CASE(guard_without_a_limit_does_nothing),
	KUNIT_CASE(guard_with_a_small_limit_still_counts),
	KUNIT_CASE(guard_lets_polling_get_on),
	KUNIT_CASE(guard_leaves_short_polls_alone),
	KUNIT_CASE(guard_is_patient_with_who_is_counted),
	KUNIT_CASE(guard_without_a_limit_has_one_patience),
	KUNIT_CASE(guard_has_patience_that_fits),
	KUNIT_CASE(guard_paces_by_ticks),
	{}
};

static struct kunit_suite guard_suite = {
	.name = "time_travel_guard",
	.init = guard_test_init,
	.test_cases = guard_cases,
};

kunit_test_suite(guard_suite);
