// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of external mode: what it asks the controller, and when. A socket has what the
 * controller will say; what it was told is read afterwards.
 */
#include <kunit/test.h>
#include <linux/irqflags.h>
#include <linux/sched.h>
#include <asm/unistd.h>
#include <os.h>
#include <timetravel_host.h>
#include "charge.h"
#include "ext.h"
#include "modes.h"

/* the sequence number of what the controller says by itself */
#define ITS_SEQ		77

/* more than any test needs: the idle task returns for interrupts of the host as well */
#define MANY_IDLES	1000

struct fake {
	struct tt_core core;
	struct tt_mode mode;
	struct tt_ext ext;
	int controller;
	u32 seq;
	u64 heard;
	u64 heard_at;
};

static struct fake fake;

static void says(u32 op, u32 seq, u64 time)
{
	struct um_timetravel_msg msg = { .op = op, .seq = seq, .time = time };

	os_link_send(fake.controller, &msg, sizeof(msg));
}

#define SAYS(op, time)	says(UM_TIMETRAVEL_##op, ITS_SEQ, time)

/* The answer to the next message that the kernel will send */
static void answers(u64 time)
{
	says(UM_TIMETRAVEL_ACK, ++fake.seq, time);
}

/* All that the kernel waits for before it has @time, if it asks for that */
static void grants(u64 time)
{
	answers(0);
	answers(0);
	SAYS(RUN, time);
}

/* The next message that was sent; all ones in @op if there is none */
static struct um_timetravel_msg sent(void)
{
	struct um_timetravel_msg msg;
	int fds[1];

	if (os_link_recv(fake.controller, &msg, sizeof(msg), fds, 1) != sizeof(msg))
		msg = (struct um_timetravel_msg){ .op = ~0U };
	return msg;
}

static void expect_sent(struct kunit *test, u32 op, u64 time)
{
	struct um_timetravel_msg msg = sent();

	KUNIT_EXPECT_EQ(test, msg.op, op);
	KUNIT_EXPECT_EQ(test, msg.time, time);
}

#define SENT(op, time)	expect_sent(test, UM_TIMETRAVEL_##op, time)

static void expect_granted(struct kunit *test, u64 time)
{
	SENT(REQUEST, time);
	SENT(WAIT, 0);
	SENT(ACK, 0);
}

static void expect_silence(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sent().op, ~0U);
	KUNIT_EXPECT_TRUE(test, fake.ext.link.up);
}

static void received(u64 payload)
{
	fake.heard = payload;
	fake.heard_at = fake.core.now;
}

static int ext_test_init(struct kunit *test)
{
	int fds[2];

	KUNIT_ASSERT_EQ(test, os_pipe(fds, 1, 1), 0);
	KUNIT_ASSERT_EQ(test, os_set_fd_block(fds[1], 0), 0);

	fake = (struct fake){
		.mode = tt_ext,
		.controller = fds[1],
		.ext = {
			.charge = {
				.read_cost = TT_READ_COST,
				.syscall_cost = TT_SYSCALL_COST,
			},
			.core = &fake.core,
			.received = received,
		},
	};
	fake.mode.start = NULL;
	tt_core_init(&fake.core, &fake.mode, &fake.ext.charge, 0);

	answers(1);
	tt_link_start(&fake.ext.link, &tt_ext_link_ops, fds[0], 42);
	SENT(START, 42);
	return 0;
}

static void ext_test_exit(struct kunit *test)
{
	os_link_close(fake.ext.link.fd);
	os_link_close(fake.controller);
}

/* Have it free from now on */
static void ext_free_until(struct kunit *test, u64 until)
{
	answers(0);
	answers(0);
	SAYS(FREE_UNTIL, until);
	SAYS(RUN, 1);
	tt_core_advance(&fake.core, 1);
	SENT(REQUEST, 1);
	SENT(WAIT, 0);
	SENT(ACK, 0);
	SENT(ACK, 0);
}

static void ext_idle_until(u64 time)
{
	int i;

	for (i = 0; i < MANY_IDLES && fake.core.now < time; i++) {
		local_irq_disable();
		tt_core_idle(&fake.core);
		local_irq_enable();
	}
}

static u64 ran_at;
static u64 events;

static void event_runs(struct time_travel_event *e)
{
	ran_at = fake.core.now;
	events++;
}

static void ext_idle_asks_for_the_next_event(struct kunit *test)
{
	struct time_travel_event e = { .fn = event_runs };

	tt_core_arm(&fake.core, &e, 5000);
	grants(5000);
	ext_idle_until(5000);
	KUNIT_EXPECT_EQ(test, fake.core.now, 5000);
	expect_granted(test, 5000);
	tt_core_settle(&fake.core);
	KUNIT_EXPECT_EQ(test, ran_at, 5000);
	expect_silence(test);
}

static void ext_idle_asks_nobody_below_what_is_free(struct kunit *test)
{
	struct time_travel_event e = { .fn = event_runs };

	ext_free_until(test, 5001);
	tt_core_arm(&fake.core, &e, 5000);
	ext_idle_until(5000);
	KUNIT_EXPECT_EQ(test, fake.core.now, 5000);
	expect_silence(test);
}

/* The bound is exclusive. */
static void ext_idle_asks_at_what_is_free(struct kunit *test)
{
	struct time_travel_event e = { .fn = event_runs };

	ext_free_until(test, 5000);
	tt_core_arm(&fake.core, &e, 5000);
	grants(5000);
	ext_idle_until(5000);
	expect_granted(test, 5000);
	expect_silence(test);
}

static void ext_delay_stops_at_events(struct kunit *test)
{
	struct time_travel_event e = { .fn = event_runs };

	tt_core_arm(&fake.core, &e, 300);
	grants(300);
	grants(1000);
	tt_core_delay(&fake.core, 1000);
	KUNIT_EXPECT_EQ(test, ran_at, 300);
	KUNIT_EXPECT_EQ(test, fake.core.now, 1000);
	expect_granted(test, 300);
	expect_granted(test, 1000);
	expect_silence(test);
}

static u64 syscall_cost(void)
{
	u64 before = fake.core.now;

	tt_charge_syscall(&fake.core, __NR_getppid);
	return fake.core.now - before;
}

static void ext_costs_need_nobody_below_what_is_free(struct kunit *test)
{
	ext_free_until(test, NSEC_PER_SEC);
	KUNIT_EXPECT_EQ(test, tt_core_read(&fake.core), 1 + TT_READ_COST);
	KUNIT_EXPECT_EQ(test, syscall_cost(), TT_SYSCALL_COST);
	KUNIT_EXPECT_EQ(test, tt_core_read(&fake.core),
			1 + 2 * TT_READ_COST + TT_SYSCALL_COST);
	expect_silence(test);
}

static void ext_costs_that_reach_it_are_asked_for(struct kunit *test)
{
	ext_free_until(test, 1 + TT_READ_COST);
	grants(1 + TT_READ_COST);
	KUNIT_EXPECT_EQ(test, tt_core_read(&fake.core), 1 + TT_READ_COST);
	expect_granted(test, 1 + TT_READ_COST);
	grants(1 + TT_READ_COST + TT_SYSCALL_COST);
	KUNIT_EXPECT_EQ(test, syscall_cost(), TT_SYSCALL_COST);
	expect_granted(test, 1 + TT_READ_COST + TT_SYSCALL_COST);
	expect_silence(test);
}

static void ext_event_in_a_clock_read_is_on_time(struct kunit *test)
{
	struct time_travel_event e = { .fn = event_runs };

	ext_free_until(test, NSEC_PER_SEC);
	tt_core_arm(&fake.core, &e, 100);
	KUNIT_EXPECT_EQ(test, tt_core_read(&fake.core), 1 + TT_READ_COST);
	KUNIT_EXPECT_EQ(test, ran_at, 100);
	expect_silence(test);
}

static void ext_event_in_a_syscall_is_on_time(struct kunit *test)
{
	struct time_travel_event e = { .fn = event_runs };

	/* what is free ends at the event: each step is asked for */
	ext_free_until(test, 300);
	tt_core_arm(&fake.core, &e, 300);
	grants(300);
	grants(1 + TT_SYSCALL_COST);
	KUNIT_EXPECT_EQ(test, syscall_cost(), TT_SYSCALL_COST);
	KUNIT_EXPECT_EQ(test, ran_at, 300);
	expect_granted(test, 300);
	expect_granted(test, 1 + TT_SYSCALL_COST);
	expect_silence(test);
}

/* A device interrupts the one that runs: now. */
static void ext_interrupt_while_it_runs_is_now(struct kunit *test)
{
	struct time_travel_event e = { .fn = event_runs };

	ext_free_until(test, NSEC_PER_SEC);
	tt_core_read(&fake.core);
	events = 0;
	tt_core_arm_irq(&fake.core, &e);
	KUNIT_EXPECT_EQ(test, events, 1);
	KUNIT_EXPECT_EQ(test, ran_at, 1 + TT_READ_COST);
	expect_silence(test);
}

/* A device interrupts one that waits: at the time of whoever runs. */
static void ext_interrupt_while_it_waits_asks_for_its_time(struct kunit *test)
{
	struct time_travel_event e = { .fn = event_runs };

	ext_free_until(test, NSEC_PER_SEC);
	local_irq_disable();
	fake.ext.link.runs = false;
	fake.ext.link.request = 9000;
	answers(600);
	answers(0);
	tt_core_arm_irq(&fake.core, &e);
	KUNIT_EXPECT_EQ(test, tt_core_expiry(&fake.core), 600);
	fake.ext.link.runs = true;
	tt_core_cancel(&fake.core, &e);
	local_irq_enable();
	SENT(GET, 0);
	SENT(REQUEST, 600);
	expect_silence(test);
}

static void ext_publishes_before_a_broadcast(struct kunit *test)
{
	ext_free_until(test, NSEC_PER_SEC);
	tt_core_read(&fake.core);
	answers(0);
	answers(0);
	KUNIT_EXPECT_EQ(test, tt_ext_broadcast(&fake.core, 0xabc), 0);
	SENT(UPDATE, 1 + TT_READ_COST);
	SENT(BROADCAST, 0xabc);
	/* others know what time it is */
	answers(0);
	KUNIT_EXPECT_EQ(test, tt_ext_broadcast(&fake.core, 0xdef), 0);
	SENT(BROADCAST, 0xdef);
	expect_silence(test);
}

static void ext_hears_a_broadcast_while_it_runs(struct kunit *test)
{
	SAYS(BROADCAST, 0x123);
	answers(0);
	KUNIT_EXPECT_EQ(test, tt_ext_broadcast(&fake.core, 1), 0);
	KUNIT_EXPECT_EQ(test, fake.heard, 0x123);
	SENT(BROADCAST, 1);
	SENT(ACK, 0);
	expect_silence(test);
}

/* It is passed on when the kernel runs, at the time of that. */
static void ext_keeps_a_broadcast_while_it_waits(struct kunit *test)
{
	answers(0);
	answers(0);
	SAYS(BROADCAST, 0x123);
	SAYS(RUN, 700);
	tt_core_delay(&fake.core, 700);
	KUNIT_EXPECT_EQ(test, fake.heard, 0x123);
	KUNIT_EXPECT_EQ(test, fake.heard_at, 700);
	expect_granted(test, 700);
	SENT(ACK, 0);
	expect_silence(test);
}

/*
 * Begin to be without a controller as the kernel itself does. Its mode is a variable of
 * the kernel, so nothing else may run meanwhile.
 */
static enum time_travel_mode ext_loses_it(u64 to)
{
	enum time_travel_mode mode = time_travel_mode, after;
	enum tt_lost what = tt_ext_options.lost;

	local_irq_disable();
	time_travel_mode = TT_MODE_EXTERNAL;
	tt_ext_options.lost = TT_LOST_DETACH;
	tt_core_advance(&fake.core, to);
	after = time_travel_mode;
	tt_ext_options.lost = what;
	time_travel_mode = mode;
	local_irq_enable();

	return after;
}

static void ext_goes_on_alone(struct kunit *test)
{
	struct time_travel_event e = { .fn = event_runs };

	os_link_close(fake.controller);
	fake.controller = -1;
	KUNIT_EXPECT_EQ(test, ext_loses_it(1000), TT_MODE_INFCPU);
	KUNIT_EXPECT_PTR_EQ(test, fake.core.mode, &tt_infcpu);
	KUNIT_EXPECT_FALSE(test, fake.ext.link.up);
	KUNIT_EXPECT_EQ(test, fake.core.now, 1000);

	/* time goes on, costs what it did, and nobody is asked */
	KUNIT_EXPECT_EQ(test, tt_core_read(&fake.core), 1000 + TT_READ_COST);
	tt_core_arm(&fake.core, &e, 5000);
	ext_idle_until(5000);
	KUNIT_EXPECT_EQ(test, fake.core.now, 5000);
	tt_core_settle(&fake.core);
	KUNIT_EXPECT_EQ(test, ran_at, 5000);
	KUNIT_EXPECT_EQ(test, tt_ext_broadcast(&fake.core, 1), -ENOTCONN);
}

/* Who lives on what is free learns of it when it touches the outside. */
static void ext_that_is_free_goes_on_alone(struct kunit *test)
{
	ext_free_until(test, TT_NEVER - 1);
	os_link_close(fake.controller);
	fake.controller = -1;
	tt_core_delay(&fake.core, 1000);
	KUNIT_EXPECT_TRUE(test, fake.ext.link.up);
	KUNIT_EXPECT_EQ(test, ext_loses_it(TT_NEVER - 1), TT_MODE_INFCPU);
	KUNIT_EXPECT_FALSE(test, fake.ext.link.up);
}

static struct kunit_case ext_cases[] = {
	KUNIT_CASE(ext_idle_asks_for_the_next_event),
	KUNIT_CASE(ext_idle_asks_nobody_below_what_is_free),
	KUNIT_CASE(ext_idle_asks_at_what_is_free),
	KUNIT_CASE(ext_delay_stops_at_events),
	KUNIT_CASE(ext_costs_need_nobody_below_what_is_free),
	KUNIT_CASE(ext_costs_that_reach_it_are_asked_for),
	KUNIT_CASE(ext_event_in_a_clock_read_is_on_time),
	KUNIT_CASE(ext_event_in_a_syscall_is_on_time),
	KUNIT_CASE(ext_interrupt_while_it_runs_is_now),
	KUNIT_CASE(ext_interrupt_while_it_waits_asks_for_its_time),
	KUNIT_CASE(ext_publishes_before_a_broadcast),
	KUNIT_CASE(ext_hears_a_broadcast_while_it_runs),
	KUNIT_CASE(ext_keeps_a_broadcast_while_it_waits),
	KUNIT_CASE(ext_goes_on_alone),
	KUNIT_CASE(ext_that_is_free_goes_on_alone),
	{}
};

static struct kunit_suite ext_suite = {
	.name = "time_travel_ext",
	.init = ext_test_init,
	.exit = ext_test_exit,
	.test_cases = ext_cases,
};

kunit_test_suite(ext_suite);
