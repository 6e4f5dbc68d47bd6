// SPDX-License-Identifier: GPL-2.0
/* Tests of what an idle guest waits for: a process that never runs, a key that may come. */
#include <kunit/test.h>
#include "stuck.h"

#define LIMIT	((u64)NSEC_PER_SEC)

static struct tt_stuck stuck;

static int stuck_test_init(struct kunit *test)
{
	stuck = (struct tt_stuck){ .limit = LIMIT, .since = TT_NEVER };
	return 0;
}

/* However long that takes: init may wait for a device. */
static void stuck_not_before_the_first_process(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, tt_stuck_limit(&stuck, 0));
	KUNIT_EXPECT_FALSE(test, tt_stuck_limit(&stuck, TT_NEVER - 1));
}

static void stuck_counts_from_when_a_process_ran(struct kunit *test)
{
	stuck.user_ran = true;
	KUNIT_EXPECT_FALSE(test, tt_stuck_limit(&stuck, 5 * LIMIT));
	KUNIT_EXPECT_FALSE(test, tt_stuck_limit(&stuck, 6 * LIMIT - 1));
	KUNIT_EXPECT_TRUE(test, tt_stuck_limit(&stuck, 6 * LIMIT));
	stuck.user_ran = true;
	KUNIT_EXPECT_FALSE(test, tt_stuck_limit(&stuck, 7 * LIMIT));
	KUNIT_EXPECT_TRUE(test, tt_stuck_limit(&stuck, 8 * LIMIT));
}

static void stuck_never_without_a_limit(struct kunit *test)
{
	stuck.limit = 0;
	stuck.user_ran = true;
	KUNIT_EXPECT_FALSE(test, tt_stuck_limit(&stuck, 1));
	KUNIT_EXPECT_FALSE(test, tt_stuck_limit(&stuck, TT_NEVER - 1));
}

static void pace_waits_for_the_host(struct kunit *test)
{
	stuck.pace = 1;
	KUNIT_EXPECT_EQ(test, tt_stuck_pace(&stuck, LIMIT), LIMIT);
	stuck.pace = 1000;
	KUNIT_EXPECT_EQ(test, tt_stuck_pace(&stuck, LIMIT), LIMIT / 1000);
}

/* Many short ones must not let time run away. */
static void pace_adds_up_what_is_short(struct kunit *test)
{
	stuck.pace = 10;
	KUNIT_EXPECT_EQ(test, tt_stuck_pace(&stuck, 10 * TT_PACE_WAIT_MIN - 1), 0);
	KUNIT_EXPECT_EQ(test, tt_stuck_pace(&stuck, 1), TT_PACE_WAIT_MIN);
	KUNIT_EXPECT_EQ(test, tt_stuck_pace(&stuck, 1), 0);
}

static struct kunit_case stuck_cases[] = {
	KUNIT_CASE(stuck_not_before_the_first_process),
	KUNIT_CASE(stuck_counts_from_when_a_process_ran),
	KUNIT_CASE(stuck_never_without_a_limit),
	KUNIT_CASE(pace_waits_for_the_host),
	KUNIT_CASE(pace_adds_up_what_is_short),
	{}
};

static struct kunit_suite stuck_suite = {
	.name = "time_travel_stuck",
	.init = stuck_test_init,
	.test_cases = stuck_cases,
};

kunit_test_suite(stuck_suite);
