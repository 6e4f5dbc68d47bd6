// SPDX-License-Identifier: GPL-2.0
/* Tests of the core: the laws of simulated time, on a mode that is made up. */
#include <kunit/test.h>
#include <kunit/test-bug.h>
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include "core.h"

#define MAX_EVENTS	8

struct fake;

/**
 * struct fake_event - an event that notes when it ran
 * @event: the event
 * @fake: what it belongs to
 * @also: done when it runs. Optional
 * @ran_at: simulated time of the last run
 * @runs: how often it ran
 */
struct fake_event {
	struct time_travel_event event;
	struct fake *fake;
	void (*also)(struct fake_event *e);
	u64 ran_at;
	int runs;
};

/**
 * struct fake - a core with a mode under control of the test
 * @core: the core
 * @e: events
 * @order: the indices of the events that ran, one decimal digit each
 * @idle_until: what the mode was last asked to idle for
 * @waits: how often the mode was asked to wait for the host
 * @programmed: the expiry that program() was last called with
 * @step_at_most: how far one step goes
 * @on_step: done before each step. Optional
 */
struct fake {
	struct tt_core core;
	struct fake_event e[MAX_EVENTS];
	u64 order;
	u64 idle_until;
	int waits;
	u64 programmed;
	u64 step_at_most;
	void (*on_step)(struct fake *fake);
};

#define core_fake(c)	container_of((c), struct fake, core)

static void fake_step(struct tt_core *core, u64 to)
{
	struct fake *fake = core_fake(core);

	if (fake->on_step)
		fake->on_step(fake);
	tt_core_move(core, min(to, core->now + fake->step_at_most));
}

static void fake_idle(struct tt_core *core, u64 expiry)
{
	core_fake(core)->idle_until = expiry;
	if (expiry != TT_NEVER)
		tt_core_move(core, expiry);
}

/* The host has done the work at the second look. */
static void fake_wait(struct tt_core *core)
{
	if (++core_fake(core)->waits % 2 == 0)
		tt_core_release(core);
}

static void fake_program(struct tt_core *core, u64 expiry)
{
	core_fake(core)->programmed = expiry;
}

static const struct tt_mode fake_mode = {
	.name = "fake",
	.delay = tt_core_advance,
	.step = fake_step,
	.idle = fake_idle,
	.wait = fake_wait,
	.program = fake_program,
};

static void fake_run(struct time_travel_event *event)
{
	struct fake_event *e = container_of(event, struct fake_event, event);
	struct fake *fake = e->fake;

	e->ran_at = fake->core.now;
	e->runs++;
	fake->order = fake->order * 10 + (e - fake->e);
	if (e->also)
		e->also(e);
}

static int core_test_init(struct kunit *test)
{
	struct fake *fake;
	int i;

	fake = kunit_kzalloc(test, sizeof(*fake), GFP_KERNEL);
	if (!fake)
		return -ENOMEM;

	tt_core_init(&fake->core, &fake_mode, NULL, 0);
	fake->step_at_most = TT_NEVER;
	fake->programmed = TT_NEVER;
	for (i = 0; i < MAX_EVENTS; i++) {
		fake->e[i].event.fn = fake_run;
		fake->e[i].fake = fake;
	}
	test->priv = fake;
	return 0;
}

static void arm(struct fake *fake, int i, u64 time)
{
	tt_core_arm(&fake->core, &fake->e[i].event, time);
}

static void time_never_goes_back(struct kunit *test)
{
	struct fake *fake = test->priv;

	tt_core_move(&fake->core, 100);
	tt_core_move(&fake->core, 99);
	KUNIT_EXPECT_EQ(test, fake->core.now, 100);
	tt_core_advance(&fake->core, 50);
	KUNIT_EXPECT_EQ(test, fake->core.now, 100);
}

static void event_in_a_delay_runs_at_its_time(struct kunit *test)
{
	struct fake *fake = test->priv;

	arm(fake, 1, 1000);
	arm(fake, 2, 2500);
	arm(fake, 3, 10001);
	tt_core_delay(&fake->core, 10000);

	KUNIT_EXPECT_EQ(test, fake->e[1].ran_at, 1000);
	KUNIT_EXPECT_EQ(test, fake->e[2].ran_at, 2500);
	KUNIT_EXPECT_EQ(test, fake->e[3].runs, 0);
	KUNIT_EXPECT_EQ(test, fake->core.now, 10000);
}

static bool event_in_hardirq, event_irqs_off;

static void note_context(struct fake_event *e)
{
	event_in_hardirq = in_hardirq();
	event_irqs_off = irqs_disabled();
}

static void event_runs_as_an_interrupt_does(struct kunit *test)
{
	struct fake *fake = test->priv;

	fake->e[1].also = note_context;
	arm(fake, 1, 10);
	tt_core_delay(&fake->core, 20);
	KUNIT_EXPECT_EQ(test, fake->e[1].runs, 1);
	KUNIT_EXPECT_TRUE(test, event_in_hardirq);
	KUNIT_EXPECT_TRUE(test, event_irqs_off);
	KUNIT_EXPECT_FALSE(test, in_hardirq());
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
}

static void event_waits_for_interrupts_to_come_on(struct kunit *test)
{
	struct fake *fake = test->priv;

	arm(fake, 1, 1000);
	local_irq_disable();
	tt_core_delay(&fake->core, 3000);
	KUNIT_EXPECT_EQ(test, fake->e[1].runs, 0);
	KUNIT_EXPECT_TRUE(test, time_travel_event_pending(&fake->e[1].event));
	local_irq_enable();

	tt_core_settle(&fake->core);
	KUNIT_EXPECT_EQ(test, fake->e[1].runs, 1);
	KUNIT_EXPECT_EQ(test, fake->e[1].ran_at, 3000);
	KUNIT_EXPECT_EQ(test, fake->core.now, 3000);
}

static void event_that_waits_can_be_deleted(struct kunit *test)
{
	struct fake *fake = test->priv;

	arm(fake, 1, 1000);
	local_irq_disable();
	tt_core_delay(&fake->core, 3000);
	KUNIT_EXPECT_TRUE(test, tt_core_cancel(&fake->core, &fake->e[1].event));
	local_irq_enable();

	tt_core_settle(&fake->core);
	KUNIT_EXPECT_EQ(test, fake->e[1].runs, 0);
}

static void equal_times_run_in_the_order_of_arming(struct kunit *test)
{
	struct fake *fake = test->priv;

	arm(fake, 3, 100);
	arm(fake, 1, 100);
	arm(fake, 4, 100);
	arm(fake, 2, 50);
	arm(fake, 3, 100);
	tt_core_delay(&fake->core, 100);
	KUNIT_EXPECT_EQ(test, fake->order, 2143);
}

static void delay_past_the_outer_end(struct fake_event *e)
{
	tt_core_delay(&e->fake->core, 500);
}

static void wait_inside_may_go_further(struct kunit *test)
{
	struct fake *fake = test->priv;

	fake->e[1].also = delay_past_the_outer_end;
	arm(fake, 1, 90);
	arm(fake, 2, 95);
	arm(fake, 3, 600);
	tt_core_delay(&fake->core, 100);

	KUNIT_EXPECT_EQ(test, fake->e[1].ran_at, 90);
	/* due in the middle of the handler, which has interrupts off */
	KUNIT_EXPECT_EQ(test, fake->e[2].ran_at, 590);
	KUNIT_EXPECT_EQ(test, fake->e[3].runs, 0);
	KUNIT_EXPECT_EQ(test, fake->core.now, 590);
}

/* As in a softirq: interrupts are on, so the next event nests in this delay. */
static void delay_with_interrupts_on(struct fake_event *e)
{
	local_irq_enable();
	tt_core_delay(&e->fake->core, 1000 - 100 * (e - e->fake->e));
	local_irq_disable();
}

static void waits_nest(struct kunit *test)
{
	struct fake *fake = test->priv;
	int i;

	if (IS_ENABLED(CONFIG_PROVE_LOCKING))
		kunit_skip(test, "lockdep wants interrupts off in handlers");

	for (i = 0; i < MAX_EVENTS; i++) {
		fake->e[i].also = delay_with_interrupts_on;
		arm(fake, i, 10 * (i + 1));
	}
	tt_core_delay(&fake->core, 15);

	for (i = 0; i < MAX_EVENTS; i++)
		KUNIT_EXPECT_EQ(test, fake->e[i].ran_at, 10 * (i + 1));
	/* the first began at 10 and took 1000, longer than all inside it */
	KUNIT_EXPECT_EQ(test, fake->core.now, 1010);
}

static void rearm_three_times(struct fake_event *e)
{
	if (e->runs < 4)
		tt_core_arm(&e->fake->core, &e->event, e->event.node.expires + 10);
}

static void event_can_arm_itself(struct kunit *test)
{
	struct fake *fake = test->priv;

	fake->e[1].also = rearm_three_times;
	arm(fake, 1, 10);
	tt_core_delay(&fake->core, 100);
	KUNIT_EXPECT_EQ(test, fake->e[1].runs, 4);
	KUNIT_EXPECT_EQ(test, fake->e[1].ran_at, 40);
	KUNIT_EXPECT_FALSE(test,
			   time_travel_event_pending(&fake->e[1].event));
}

static void delete_the_others(struct fake_event *e)
{
	KUNIT_EXPECT_FALSE(kunit_get_current_test(),
			   tt_core_cancel(&e->fake->core, &e->event));
	tt_core_cancel(&e->fake->core, &e->fake->e[2].event);
	tt_core_arm(&e->fake->core, &e->fake->e[3].event, 70);
}

static void event_can_delete_and_move_what_is_due(struct kunit *test)
{
	struct fake *fake = test->priv;

	fake->e[1].also = delete_the_others;
	arm(fake, 1, 50);
	arm(fake, 2, 50);
	arm(fake, 3, 50);
	tt_core_delay(&fake->core, 100);
	KUNIT_EXPECT_EQ(test, fake->order, 13);
	KUNIT_EXPECT_EQ(test, fake->e[3].ran_at, 70);
}

static void event_in_the_past_runs_now(struct kunit *test)
{
	struct fake *fake = test->priv;

	tt_core_move(&fake->core, 1000);
	arm(fake, 1, 10);
	KUNIT_EXPECT_EQ(test, fake->e[1].runs, 1);
	KUNIT_EXPECT_EQ(test, fake->e[1].ran_at, 1000);

	local_irq_disable();
	arm(fake, 2, 10);
	KUNIT_EXPECT_EQ(test, fake->e[2].runs, 0);
	local_irq_enable();
	tt_core_settle(&fake->core);
	KUNIT_EXPECT_EQ(test, fake->e[2].runs, 1);
	KUNIT_EXPECT_EQ(test, fake->core.now, 1000);
}

static void delay_of_zero_takes_none(struct kunit *test)
{
	struct fake *fake = test->priv;

	arm(fake, 1, 1);
	tt_core_delay(&fake->core, 0);
	KUNIT_EXPECT_EQ(test, fake->core.now, 0);
	KUNIT_EXPECT_EQ(test, fake->e[1].runs, 0);
}

static void far_times_do_not_wrap(struct kunit *test)
{
	struct fake *fake = test->priv;

	tt_core_move(&fake->core, 1000);
	tt_core_arm_rel(&fake->core, &fake->e[1].event, U64_MAX);
	KUNIT_EXPECT_EQ(test, fake->e[1].event.node.expires, TT_NEVER);
	tt_core_arm_rel(&fake->core, &fake->e[2].event, TT_NEVER - 1001);
	KUNIT_EXPECT_EQ(test, fake->e[2].event.node.expires, TT_NEVER - 1);
	KUNIT_EXPECT_EQ(test, fake->e[1].runs + fake->e[2].runs, 0);
	KUNIT_EXPECT_EQ(test, tt_core_after(&fake->core, U64_MAX - 10), TT_NEVER);
}

static void wall_clock_ends_before_it_wraps(struct kunit *test)
{
	struct fake *fake = test->priv;

	tt_core_init(&fake->core, &fake_mode, NULL, TT_WALL_MAX);
	KUNIT_EXPECT_EQ(test, fake->core.end, TT_NEVER - TT_WALL_MAX);
	/* what the kernel allows for after the last date that can be set */
	KUNIT_EXPECT_GE(test, fake->core.end,
			TIME_UPTIME_SEC_MAX * NSEC_PER_SEC);
}

static void idle_goes_to_the_next_event(struct kunit *test)
{
	struct fake *fake = test->priv;

	arm(fake, 1, 5000);
	local_irq_disable();
	tt_core_idle(&fake->core);
	KUNIT_EXPECT_EQ(test, fake->core.now, 5000);
	KUNIT_EXPECT_EQ(test, fake->e[1].runs, 0);

	/* it has not run yet, so there is no more to sleep */
	fake->idle_until = 0;
	tt_core_idle(&fake->core);
	KUNIT_EXPECT_EQ(test, fake->idle_until, 0);
	local_irq_enable();

	tt_core_settle(&fake->core);
	KUNIT_EXPECT_EQ(test, fake->e[1].ran_at, 5000);
}

static void idle_without_events_is_for_the_mode(struct kunit *test)
{
	struct fake *fake = test->priv;

	local_irq_disable();
	tt_core_idle(&fake->core);
	local_irq_enable();
	KUNIT_EXPECT_EQ(test, fake->idle_until, TT_NEVER);
	KUNIT_EXPECT_EQ(test, fake->core.now, 0);
}

static void held_time_does_not_pass_in_idle(struct kunit *test)
{
	struct fake *fake = test->priv;

	arm(fake, 1, 5000);
	tt_core_hold(&fake->core);
	local_irq_disable();
	tt_core_idle(&fake->core);
	tt_core_idle(&fake->core);
	KUNIT_EXPECT_EQ(test, fake->waits, 2);
	KUNIT_EXPECT_EQ(test, fake->core.now, 0);

	/* the host is done */
	tt_core_idle(&fake->core);
	local_irq_enable();
	KUNIT_EXPECT_EQ(test, fake->waits, 2);
	KUNIT_EXPECT_EQ(test, fake->core.now, 5000);
	tt_core_settle(&fake->core);
}

static void delay_waits_for_the_release(struct kunit *test)
{
	struct fake *fake = test->priv;

	tt_core_hold(&fake->core);
	tt_core_hold(&fake->core);
	tt_core_delay(&fake->core, 10);
	KUNIT_EXPECT_EQ(test, fake->waits, 4);
	KUNIT_EXPECT_EQ(test, fake->core.held, 0);
	KUNIT_EXPECT_EQ(test, fake->core.now, 10);
}

static void delay_that_cannot_be_interrupted_does_not_wait(struct kunit *test)
{
	struct fake *fake = test->priv;

	tt_core_hold(&fake->core);
	local_irq_disable();
	tt_core_delay(&fake->core, 10);
	local_irq_enable();
	KUNIT_EXPECT_EQ(test, fake->waits, 0);
	KUNIT_EXPECT_EQ(test, fake->core.now, 10);
}

static void mode_knows_the_first_event(struct kunit *test)
{
	struct fake *fake = test->priv;

	arm(fake, 1, 500);
	KUNIT_EXPECT_EQ(test, fake->programmed, 500);
	arm(fake, 2, 300);
	KUNIT_EXPECT_EQ(test, fake->programmed, 300);
	arm(fake, 3, 400);
	KUNIT_EXPECT_EQ(test, fake->programmed, 300);
	tt_core_cancel(&fake->core, &fake->e[2].event);
	KUNIT_EXPECT_EQ(test, fake->programmed, 400);
	tt_core_delay(&fake->core, 450);
	KUNIT_EXPECT_EQ(test, fake->programmed, 500);
	tt_core_cancel(&fake->core, &fake->e[1].event);
	KUNIT_EXPECT_EQ(test, fake->programmed, TT_NEVER);
}

static void alarm_runs_what_is_due(struct kunit *test)
{
	struct fake *fake = test->priv;

	arm(fake, 1, 500);
	arm(fake, 2, 700);
	fake->programmed = 0;
	fake->core.now = 600;
	local_irq_disable();
	tt_core_alarm(&fake->core);
	local_irq_enable();
	KUNIT_EXPECT_EQ(test, fake->e[1].runs, 1);
	KUNIT_EXPECT_EQ(test, fake->e[2].runs, 0);
	KUNIT_EXPECT_EQ(test, fake->programmed, 700);

	/* one that came too early, or for nothing, must not be the last */
	fake->programmed = 0;
	local_irq_disable();
	tt_core_alarm(&fake->core);
	local_irq_enable();
	KUNIT_EXPECT_EQ(test, fake->programmed, 700);
}

static void steps_may_stop_short(struct kunit *test)
{
	struct fake *fake = test->priv;

	fake->step_at_most = 7;
	arm(fake, 1, 50);
	tt_core_delay(&fake->core, 100);
	KUNIT_EXPECT_EQ(test, fake->e[1].ran_at, 50);
	KUNIT_EXPECT_EQ(test, fake->core.now, 100);
}

static void arm_one_on_the_way(struct fake *fake)
{
	if (fake->core.now == 20)
		arm(fake, 2, 25);
}

static void event_may_turn_up_in_a_step(struct kunit *test)
{
	struct fake *fake = test->priv;

	fake->step_at_most = 5;
	fake->on_step = arm_one_on_the_way;
	arm(fake, 1, 50);
	tt_core_delay(&fake->core, 100);
	KUNIT_EXPECT_EQ(test, fake->order, 21);
	KUNIT_EXPECT_EQ(test, fake->e[2].ran_at, 25);
	KUNIT_EXPECT_EQ(test, fake->e[1].ran_at, 50);
}

static struct kunit_case core_cases[] = {
	KUNIT_CASE(time_never_goes_back),
	KUNIT_CASE(event_in_a_delay_runs_at_its_time),
	KUNIT_CASE(event_runs_as_an_interrupt_does),
	KUNIT_CASE(event_waits_for_interrupts_to_come_on),
	KUNIT_CASE(event_that_waits_can_be_deleted),
	KUNIT_CASE(equal_times_run_in_the_order_of_arming),
	KUNIT_CASE(wait_inside_may_go_further),
	KUNIT_CASE(waits_nest),
	KUNIT_CASE(event_can_arm_itself),
	KUNIT_CASE(event_can_delete_and_move_what_is_due),
	KUNIT_CASE(event_in_the_past_runs_now),
	KUNIT_CASE(delay_of_zero_takes_none),
	KUNIT_CASE(far_times_do_not_wrap),
	KUNIT_CASE(wall_clock_ends_before_it_wraps),
	KUNIT_CASE(idle_goes_to_the_next_event),
	KUNIT_CASE(idle_without_events_is_for_the_mode),
	KUNIT_CASE(held_time_does_not_pass_in_idle),
	KUNIT_CASE(delay_waits_for_the_release),
	KUNIT_CASE(delay_that_cannot_be_interrupted_does_not_wait),
	KUNIT_CASE(mode_knows_the_first_event),
	KUNIT_CASE(alarm_runs_what_is_due),
	KUNIT_CASE(steps_may_stop_short),
	KUNIT_CASE(event_may_turn_up_in_a_step),
	{}
};

static struct kunit_suite core_suite = {
	.name = "time_travel_core",
	.init = core_test_init,
	.test_cases = core_cases,
};

kunit_test_suite(core_suite);
