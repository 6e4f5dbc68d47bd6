// SPDX-License-Identifier: GPL-2.0
/* Tests of the clock in user space: a struct on the stack is the memory of a process. */
#include <kunit/test.h>
#include "modes.h"
#include "user_clock.h"

static struct tt_core core;
static struct tt_charge charge;
static struct time_travel_user_clock clock;

static int user_clock_test_init(struct kunit *test)
{
	charge = (struct tt_charge){ .read_cost = TT_READ_COST };
	clock = (struct time_travel_user_clock){};
	tt_core_init(&core, &tt_infcpu, &charge, 0);
	tt_core_advance(&core, 10000);
	return 0;
}

/* As the vDSO does: true if it is no system call */
static bool user_reads(void)
{
	clock.now += clock.cost;
	return clock.now < clock.bound;
}

static void reads_are_charged_when_the_process_stops(struct kunit *test)
{
	tt_user_clock_publish(&core, &clock);
	KUNIT_EXPECT_TRUE(test, user_reads());
	KUNIT_EXPECT_TRUE(test, user_reads());
	KUNIT_EXPECT_EQ(test, clock.now,
			10000 + 2 * TT_READ_COST + TT_CLOCK_FIRST);
	tt_user_clock_withdraw(&core);
	KUNIT_EXPECT_EQ(test, core.now, 10000 + 2 * TT_READ_COST);
	KUNIT_EXPECT_EQ(test, charge.calls, 2);
}

static void event_runs(struct time_travel_event *e)
{
}

/* The read that would reach it is left to the system call, and not charged twice. */
static void no_read_reaches_the_next_event(struct kunit *test)
{
	struct time_travel_event e = { .fn = event_runs };

	tt_core_arm(&core, &e, 10000 + 2 * TT_READ_COST);
	tt_user_clock_publish(&core, &clock);
	KUNIT_EXPECT_TRUE(test, user_reads());
	KUNIT_EXPECT_FALSE(test, user_reads());
	KUNIT_EXPECT_FALSE(test, user_reads());
	tt_user_clock_withdraw(&core);
	KUNIT_EXPECT_EQ(test, core.now, 10000 + TT_READ_COST);
	KUNIT_EXPECT_EQ(test, charge.calls, 1);
	tt_core_cancel(&core, &e);
}

/* An interrupt sees the time, and what it does then is seen by the next read. */
static void interrupt_sees_the_time(struct kunit *test)
{
	tt_user_clock_publish(&core, &clock);
	user_reads();
	KUNIT_EXPECT_EQ(test, tt_core_now(&core), 10000 + TT_READ_COST);
	KUNIT_EXPECT_FALSE(test, user_reads());
	tt_core_move(&core, 50000);
	tt_user_clock_withdraw(&core);
	KUNIT_EXPECT_EQ(test, core.now, 50000);
}

static void free_reads_are_system_calls(struct kunit *test)
{
	charge.read_cost = 0;
	tt_user_clock_publish(&core, &clock);
	KUNIT_EXPECT_FALSE(test, user_reads());
	tt_user_clock_withdraw(&core);
	KUNIT_EXPECT_EQ(test, core.now, 10000);
}

static void clock_that_was_not_published_is_a_system_call(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, user_reads());
	tt_user_clock_withdraw(&core);
	KUNIT_EXPECT_EQ(test, core.now, 10000);
}

/* Whatever the process writes, time moves by whole reads and stays below the event. */
static void process_is_believed_up_to_the_bound(struct kunit *test)
{
	static const u64 garbage[] = {
		0, 1, 9999, 10000, 10000 + TT_READ_COST, 19999, 20000, 20001, 20002,
		S64_MAX, 1ULL << 63, U64_MAX,
	};
	struct time_travel_event e = { .fn = event_runs };
	u64 before;
	int i;

	tt_core_arm(&core, &e, 20000);
	for (i = 0; i < ARRAY_SIZE(garbage); i++) {
		tt_user_clock_publish(&core, &clock);
		before = core.now;
		clock.now = garbage[i];
		clock.cost = garbage[i];
		clock.bound = U64_MAX;
		tt_user_clock_withdraw(&core);
		KUNIT_EXPECT_GE(test, core.now, before);
		KUNIT_EXPECT_LT(test, core.now, 20000);
		KUNIT_EXPECT_EQ(test, (core.now - before) % TT_READ_COST, 0);
	}
	tt_core_cancel(&core, &e);
}

static u64 granted;

static u64 fake_bound(struct tt_core *core)
{
	return granted;
}

static void no_read_reaches_what_was_not_granted(struct kunit *test)
{
	struct tt_mode mode = tt_infcpu;

	mode.bound = fake_bound;
	core.mode = &mode;
	granted = 10000 + TT_READ_COST;
	tt_user_clock_publish(&core, &clock);
	KUNIT_EXPECT_FALSE(test, user_reads());
	tt_user_clock_withdraw(&core);

	granted++;
	tt_user_clock_publish(&core, &clock);
	KUNIT_EXPECT_TRUE(test, user_reads());
	tt_user_clock_withdraw(&core);
	KUNIT_EXPECT_EQ(test, core.now, 10000 + TT_READ_COST);
}

static struct kunit_case user_clock_cases[] = {
	KUNIT_CASE(reads_are_charged_when_the_process_stops),
	KUNIT_CASE(no_read_reaches_the_next_event),
	KUNIT_CASE(interrupt_sees_the_time),
	KUNIT_CASE(free_reads_are_system_calls),
	KUNIT_CASE(clock_that_was_not_published_is_a_system_call),
	KUNIT_CASE(process_is_believed_up_to_the_bound),
	KUNIT_CASE(no_read_reaches_what_was_not_granted),
	{}
};

static struct kunit_suite user_clock_suite = {
	.name = "time_travel_user_clock",
	.init = user_clock_test_init,
	.test_cases = user_clock_cases,
};

kunit_test_suite(user_clock_suite);
