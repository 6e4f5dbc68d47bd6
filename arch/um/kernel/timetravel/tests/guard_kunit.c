// SPDX-License-Identifier: GPL-2.0
/* Tests of the guard: who computes without end, and what becomes of it. */
#include <kunit/test.h>
#include "charge.h"
#include "guard.h"
#include "modes.h"

#define PATIENCE	((u64)NSEC_PER_SEC)

static struct tt_guard guard;
static struct tt_charge charge;
static struct tt_core core;
static struct time_travel_thread one, other;

static int guard_test_init(struct kunit *test)
{
	guard = (struct tt_guard){ .on = true, .patience = PATIENCE };
	one = (struct time_travel_thread){};
	other = one;
	tt_core_init(&core, &tt_infcpu, &charge, 0);
	return 0;
}

static bool computes(struct time_travel_thread *thread, u64 ns)
{
	return tt_guard_compute(&guard, &core, thread, ns);
}

static enum tt_guard_verdict judge(struct time_travel_thread *thread)
{
	return tt_guard_judge(&guard, &core, thread);
}

static void event_runs(void)
{
	core.delivered++;
}

static void guard_has_patience(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, computes(&one, PATIENCE / 2));
	KUNIT_EXPECT_FALSE(test, computes(&one, PATIENCE / 2 - 1));
	KUNIT_EXPECT_TRUE(test, computes(&one, 1));
}

static void guard_counts_from_the_last_call(struct kunit *test)
{
	int i;

	for (i = 0; i < 1000; i++) {
		KUNIT_EXPECT_FALSE(test, computes(&one, PATIENCE - 1));
		one.calls++;
	}
}

static void guard_preempts_first_and_then_ticks(struct kunit *test)
{
	computes(&one, PATIENCE);
	KUNIT_EXPECT_EQ(test, judge(&one), TT_GUARD_PREEMPT);
	KUNIT_EXPECT_FALSE(test, computes(&one, TT_SPIN_SLICE - 1));
	KUNIT_EXPECT_TRUE(test, computes(&one, 1));
	KUNIT_EXPECT_EQ(test, judge(&one), TT_GUARD_TICK);
	KUNIT_EXPECT_EQ(test, guard.spinners, 1);
	KUNIT_EXPECT_EQ(test, guard.preemptions, 1);
	KUNIT_EXPECT_EQ(test, guard.ticks, 1);
}

static void guard_has_one_budget_for_all(struct kunit *test)
{
	computes(&one, PATIENCE);
	KUNIT_EXPECT_EQ(test, judge(&one), TT_GUARD_PREEMPT);
	KUNIT_EXPECT_TRUE(test, computes(&other, TT_SPIN_SLICE));
	KUNIT_EXPECT_EQ(test, judge(&other), TT_GUARD_PREEMPT);
	KUNIT_EXPECT_TRUE(test, computes(&one, TT_SPIN_SLICE));
	KUNIT_EXPECT_EQ(test, judge(&one), TT_GUARD_TICK);
	/* who was only in the way of the first is not said to spin */
	KUNIT_EXPECT_EQ(test, guard.spinners, 1);
}

/* After an event others may run for as long as they like again, but not the spinner. */
static void guard_renews_the_budget_with_an_event(struct kunit *test)
{
	computes(&one, PATIENCE);
	judge(&one);
	event_runs();
	KUNIT_EXPECT_FALSE(test, computes(&other, PATIENCE - 1));
	KUNIT_EXPECT_TRUE(test, computes(&one, TT_SPIN_SLICE));
	KUNIT_EXPECT_EQ(test, judge(&one), TT_GUARD_PREEMPT);
}

static void guard_forgets_who_calls(struct kunit *test)
{
	computes(&one, PATIENCE);
	judge(&one);
	event_runs();
	one.calls++;
	KUNIT_EXPECT_FALSE(test, computes(&one, PATIENCE - 1));
	KUNIT_EXPECT_TRUE(test, computes(&one, 1));
	KUNIT_EXPECT_EQ(test, judge(&one), TT_GUARD_PREEMPT);
	KUNIT_EXPECT_EQ(test, guard.spinners, 2);
}

/* Once ticks go at the pace of the host, each takes as long there as it has moved time. */
static void guard_goes_at_the_pace_of_the_host(struct kunit *test)
{
	computes(&one, PATIENCE);
	judge(&one);
	guard.pacing = true;
	guard.tick_ns = TT_SPIN_SLICE / 4;
	event_runs();
	KUNIT_EXPECT_EQ(test, tt_guard_limit(&guard, &core, &one),
			TT_SPIN_SLICE / 4);
	KUNIT_EXPECT_TRUE(test, computes(&one, TT_SPIN_SLICE / 4));
	KUNIT_EXPECT_EQ(test, judge(&one), TT_GUARD_TICK);
	/* whoever it is */
	KUNIT_EXPECT_TRUE(test, computes(&other, TT_SPIN_SLICE / 4));
	KUNIT_EXPECT_EQ(test, judge(&other), TT_GUARD_TICK);
	tt_guard_idle(&guard);
	event_runs();
	KUNIT_EXPECT_EQ(test, tt_guard_limit(&guard, &core, &one),
			TT_SPIN_SLICE);
}

static void guard_of_a_strict_run_knows_hangs_only(struct kunit *test)
{
	guard.strict = true;
	guard.hang_limit = 60 * PATIENCE;
	KUNIT_EXPECT_FALSE(test, computes(&one, 60 * PATIENCE - 1));
	KUNIT_EXPECT_TRUE(test, computes(&one, 1));
	KUNIT_EXPECT_EQ(test, judge(&one), TT_GUARD_HANG);
	KUNIT_EXPECT_EQ(test, guard.preemptions + guard.ticks, 0);
}

static struct kunit_case guard_cases[] = {
	KUNIT_CASE(guard_has_patience),
	KUNIT_CASE(guard_counts_from_the_last_call),
	KUNIT_CASE(guard_preempts_first_and_then_ticks),
	KUNIT_CASE(guard_has_one_budget_for_all),
	KUNIT_CASE(guard_renews_the_budget_with_an_event),
	KUNIT_CASE(guard_forgets_who_calls),
	KUNIT_CASE(guard_goes_at_the_pace_of_the_host),
	KUNIT_CASE(guard_of_a_strict_run_knows_hangs_only),
	{}
};

static struct kunit_suite guard_suite = {
	.name = "time_travel_guard",
	.init = guard_test_init,
	.test_cases = guard_cases,
};

kunit_test_suite(guard_suite);
