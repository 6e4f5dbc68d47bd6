// SPDX-License-Identifier: GPL-2.0
/* Tests of what clock reads and system calls cost, on a core of their own. */
#include <kunit/test.h>
#include <linux/bottom_half.h>
#include <linux/irqflags.h>
#include <linux/sched.h>
#include <asm/unistd.h>
#include "charge.h"
#include "modes.h"

/* more than any reader may need that waits for 1 ms */
#define MANY_READS	100000

static struct tt_core core;
static struct tt_charge charge;

static int charge_test_init(struct kunit *test)
{
	charge = (struct tt_charge){
		.read_cost = TT_READ_COST,
		.syscall_cost = TT_SYSCALL_COST,
	};
	tt_core_init(&core, &tt_infcpu, &charge, 0);
	return 0;
}

static void read_costs_what_the_user_said(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, tt_core_read(&core), TT_READ_COST);
	KUNIT_EXPECT_EQ(test, tt_core_read(&core), 2 * TT_READ_COST);
	charge.read_cost = 1;
	KUNIT_EXPECT_EQ(test, tt_core_read(&core), 2 * TT_READ_COST + 1);
}

static void read_is_free_where_no_interrupt_can_come(struct kunit *test)
{
	int i;

	local_irq_disable();
	for (i = 0; i < 100; i++)
		KUNIT_EXPECT_EQ(test, tt_core_read(&core), 0);
	local_irq_enable();
}

static u64 read_in_event;

static void read_from_event(struct time_travel_event *e)
{
	read_in_event = tt_core_read(&core);
}

static void read_is_free_in_interrupts(struct kunit *test)
{
	struct time_travel_event e = { .fn = read_from_event };

	tt_core_arm(&core, &e, 1000);
	tt_core_delay(&core, 2000);
	KUNIT_EXPECT_EQ(test, read_in_event, 1000);
	KUNIT_EXPECT_EQ(test, core.now, 2000);
}

static void read_costs_where_bottom_halves_are_off(struct kunit *test)
{
	local_bh_disable();
	KUNIT_EXPECT_EQ(test, tt_core_read(&core), TT_READ_COST);
	local_bh_enable();
}

static int reads_until(u64 time)
{
	int n;

	for (n = 0; n < MANY_READS; n++)
		if (tt_core_read(&core) >= time)
			break;
	return n;
}

static void loop_of_reads_ends(struct kunit *test)
{
	KUNIT_EXPECT_LT(test, reads_until(NSEC_PER_MSEC), MANY_READS);
}

static void loop_of_reads_ends_with_interrupts_off(struct kunit *test)
{
	int n;

	local_irq_disable();
	n = reads_until(NSEC_PER_MSEC);
	local_irq_enable();
	KUNIT_EXPECT_LT(test, n, MANY_READS);
}

static void loop_of_reads_ends_if_they_are_free(struct kunit *test)
{
	charge.read_cost = 0;
	KUNIT_EXPECT_EQ(test, tt_core_read(&core), 0);
	KUNIT_EXPECT_LT(test, reads_until(NSEC_PER_MSEC), MANY_READS);
}

static u64 ticks;

static void tick(struct time_travel_event *e)
{
	ticks++;
	tt_core_arm(&core, e, e->node.expires + 1000);
}

/* As the kernel reads the clock: again, if the timekeeper changed meanwhile. */
static void read_that_is_interrupted_ends(struct kunit *test)
{
	struct time_travel_event e = { .fn = tick };
	u64 seq;
	int n;

	ticks = 0;
	charge.read_cost = 10000;
	tt_core_arm(&core, &e, 1000);
	for (n = 0; n < 10; n++) {
		seq = ticks;
		tt_core_read(&core);
		if (seq == ticks)
			break;
	}
	KUNIT_EXPECT_LE(test, n, 1);
	KUNIT_EXPECT_EQ(test, ticks, 10);
	tt_core_cancel(&core, &e);
}

static void event_within_the_cost_runs_at_its_time(struct kunit *test)
{
	struct time_travel_event e = { .fn = read_from_event };

	tt_core_arm(&core, &e, 100);
	KUNIT_EXPECT_EQ(test, tt_core_read(&core), TT_READ_COST);
	KUNIT_EXPECT_EQ(test, read_in_event, 100);
}

static u64 cost_of(long nr)
{
	u64 before = core.now;

	tt_charge_syscall(&core, nr);
	return core.now - before;
}

static void syscall_has_a_fixed_cost(struct kunit *test)
{
	int i;

	for (i = 0; i < 2 * TT_USER_SHARE; i++)
		KUNIT_EXPECT_EQ(test, cost_of(__NR_getppid), TT_SYSCALL_COST);
	KUNIT_EXPECT_EQ(test, cost_of(-1), TT_SYSCALL_COST);
	charge.syscall_cost = 0;
	KUNIT_EXPECT_EQ(test, cost_of(__NR_getppid), 0);
}

static void syscall_that_reads_the_clock_costs_a_read(struct kunit *test)
{
	charge.read_cost = 7;
	KUNIT_EXPECT_EQ(test, cost_of(__NR_clock_gettime), 7);
	KUNIT_EXPECT_EQ(test, cost_of(__NR_gettimeofday), 7);
	KUNIT_EXPECT_EQ(test, cost_of(__NR_time), 7);
	KUNIT_EXPECT_EQ(test, cost_of(__NR_clock_getres), 0);
	KUNIT_EXPECT_EQ(test, cost_of(__NR_getcpu), 0);
}

static void syscall_does_not_pay_for_its_own_reads(struct kunit *test)
{
	int i;

	current->thread.time_travel.in_syscall = true;
	for (i = 0; i < 100; i++)
		KUNIT_EXPECT_EQ(test, tt_core_read(&core), 0);
	/* but it may wait for time to pass */
	i = reads_until(NSEC_PER_MSEC);
	current->thread.time_travel.in_syscall = false;
	KUNIT_EXPECT_LT(test, i, MANY_READS);
}

static void event_within_a_syscall_runs_at_its_time(struct kunit *test)
{
	struct time_travel_event e = { .fn = read_from_event };

	tt_core_arm(&core, &e, 300);
	KUNIT_EXPECT_EQ(test, cost_of(__NR_getppid), TT_SYSCALL_COST);
	KUNIT_EXPECT_EQ(test, read_in_event, 300);
}

static struct kunit_case charge_cases[] = {
	KUNIT_CASE(read_costs_what_the_user_said),
	KUNIT_CASE(read_is_free_where_no_interrupt_can_come),
	KUNIT_CASE(read_is_free_in_interrupts),
	KUNIT_CASE(read_costs_where_bottom_halves_are_off),
	KUNIT_CASE(loop_of_reads_ends),
	KUNIT_CASE(loop_of_reads_ends_with_interrupts_off),
	KUNIT_CASE(loop_of_reads_ends_if_they_are_free),
	KUNIT_CASE(read_that_is_interrupted_ends),
	KUNIT_CASE(event_within_the_cost_runs_at_its_time),
	KUNIT_CASE(syscall_has_a_fixed_cost),
	KUNIT_CASE(syscall_that_reads_the_clock_costs_a_read),
	KUNIT_CASE(syscall_does_not_pay_for_its_own_reads),
	KUNIT_CASE(event_within_a_syscall_runs_at_its_time),
	{}
};

static struct kunit_suite charge_suite = {
	.name = "time_travel_charge",
	.init = charge_test_init,
	.test_cases = charge_cases,
};

kunit_test_suite(charge_suite);
