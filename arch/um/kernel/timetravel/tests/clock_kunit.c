// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the kernel's own timers and clocks, in the mode it was booted in.
 *
 * In inf-cpu all is exact; where hrtimers have the resolution of the tick, they
 * expire at the next one. In basic, and in real time, nothing is early, and what
 * must happen before something else does.
 */
#include <kunit/test.h>
#include <linux/clockchips.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/prandom.h>
#include <linux/sched/clock.h>
#include <linux/time-internal.h>
#include <linux/timekeeping.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

#define MS	((u64)NSEC_PER_MSEC)

static bool exact(void)
{
	return time_travel_mode == TT_MODE_INFCPU;
}

static bool simulated(void)
{
	return time_travel_mode != TT_MODE_OFF;
}

/* So late may a timer be that is on time, ns */
static u64 grain(void)
{
	return hrtimer_resolution > 1 ? hrtimer_resolution : 0;
}

/* With simulated time this costs nothing, and has the same resolution. */
static u64 now(void)
{
	return simulated() ? sched_clock() : ktime_get_ns();
}

/**
 * struct probe - an hrtimer that notes when it ran
 * @timer: the timer
 * @late: how late it was, ns
 * @ran_at: when, on the clock of now()
 * @period: if not zero, it goes on until @runs is zero
 * @runs: how often it is still to run
 * @irqs_were_off: set by the test while interrupts are off
 * @too_soon: it ran while they were
 * @done: it has run
 */
struct probe {
	struct hrtimer timer;
	s64 late;
	u64 ran_at;
	u64 period;
	int runs;
	bool irqs_were_off;
	bool too_soon;
	struct completion done;
};

static enum hrtimer_restart probe_run(struct hrtimer *timer)
{
	struct probe *p = container_of(timer, struct probe, timer);
	s64 late = ktime_to_ns(ktime_sub(ktime_get(),
					 hrtimer_get_expires(timer)));

	p->late = max(p->late, late);
	p->ran_at = now();
	p->too_soon |= p->irqs_were_off;

	if (p->period && --p->runs) {
		hrtimer_add_expires_ns(timer, p->period);
		return HRTIMER_RESTART;
	}
	complete(&p->done);
	return HRTIMER_NORESTART;
}

static void probe_start(struct probe *p, u64 ns)
{
	p->late = S64_MIN;
	p->ran_at = 0;
	init_completion(&p->done);
	hrtimer_setup_on_stack(&p->timer, probe_run, CLOCK_MONOTONIC,
			       HRTIMER_MODE_REL_HARD);
	hrtimer_start(&p->timer, ns_to_ktime(ns), HRTIMER_MODE_REL_HARD);
}

static void probe_end(struct probe *p)
{
	hrtimer_cancel(&p->timer);
	destroy_hrtimer_on_stack(&p->timer);
}

static void probe_expect_on_time(struct kunit *test, struct probe *p)
{
	KUNIT_EXPECT_GE(test, p->late, 0);
	if (exact())
		KUNIT_EXPECT_LE(test, p->late, grain());
}

static void hrtimer_wakes_a_sleeper_on_time(struct kunit *test)
{
	static const u64 delays[] = { 1, 100, 1000, 12345, MS, 10 * MS, 33 * MS };
	struct probe p = {};
	int i;

	for (i = 0; i < ARRAY_SIZE(delays); i++) {
		probe_start(&p, delays[i]);
		wait_for_completion(&p.done);
		probe_expect_on_time(test, &p);
		probe_end(&p);
	}
}

static void hrtimer_in_a_busy_delay_is_on_time(struct kunit *test)
{
	u64 ms = 10 + div_u64(grain(), MS);
	struct probe p = {};
	u64 start, end;

	start = now();
	probe_start(&p, MS);
	mdelay(ms);
	end = now();

	KUNIT_EXPECT_NE(test, p.ran_at, 0);
	KUNIT_EXPECT_LT(test, p.ran_at, end);
	probe_expect_on_time(test, &p);
	if (exact())
		KUNIT_EXPECT_EQ(test, end - start, ms * MS);
	probe_end(&p);
}

static void hrtimer_waits_for_interrupts(struct kunit *test)
{
	struct probe p = {};
	u64 start, on;

	local_irq_disable();
	start = now();
	probe_start(&p, MS);
	p.irqs_were_off = true;
	mdelay(3);
	p.irqs_were_off = false;
	on = now();
	local_irq_enable();
	if (grain())
		wait_for_completion(&p.done);

	KUNIT_EXPECT_FALSE(test, p.too_soon);
	/* without simulated time a delay is only about as long as it says */
	if (simulated()) {
		KUNIT_EXPECT_GE(test, p.ran_at, on);
		KUNIT_EXPECT_GE(test, on - start, 3 * MS);
	}
	if (exact()) {
		KUNIT_EXPECT_LE(test, p.ran_at, on + grain());
		KUNIT_EXPECT_EQ(test, on - start, 3 * MS);
		KUNIT_EXPECT_GE(test, p.late, 2 * MS);
		KUNIT_EXPECT_LE(test, p.late, 2 * MS + grain());
	}
	probe_end(&p);
}

static void hrtimer_keeps_its_period(struct kunit *test)
{
	struct probe p = { .period = 100 * NSEC_PER_USEC, .runs = 200 };
	u64 start = now();

	probe_start(&p, p.period);
	wait_for_completion(&p.done);
	probe_expect_on_time(test, &p);
	if (exact()) {
		KUNIT_EXPECT_GE(test, p.ran_at - start, 20 * MS);
		KUNIT_EXPECT_LE(test, p.ran_at - start, 20 * MS + grain());
	}
	probe_end(&p);
}

static void delays_take_what_they_say(struct kunit *test)
{
	static const unsigned int us[] = { 0, 1, 37, 999, 5000, 20000 };
	u64 start, took;
	int i;

	for (i = 0; i < ARRAY_SIZE(us); i++) {
		start = now();
		udelay(us[i]);
		took = now() - start;
		if (simulated())
			KUNIT_EXPECT_GE(test, took, us[i] * NSEC_PER_USEC);
		if (exact())
			KUNIT_EXPECT_EQ(test, took, us[i] * NSEC_PER_USEC);
	}

	start = now();
	ndelay(123);
	took = now() - start;
	if (simulated())
		KUNIT_EXPECT_GE(test, took, 123);
	if (exact())
		KUNIT_EXPECT_EQ(test, took, 123);
}

static void delay_with_interrupts_off_takes_what_it_says(struct kunit *test)
{
	u64 start, took;

	local_irq_disable();
	start = now();
	mdelay(30);
	took = now() - start;
	local_irq_enable();

	if (simulated())
		KUNIT_EXPECT_GE(test, took, 30 * MS);
	if (exact())
		KUNIT_EXPECT_EQ(test, took, 30 * MS);
}

struct jiffy_probe {
	struct timer_list timer;
	struct delayed_work work;
	unsigned long ran_at;
	struct completion done;
};

static void jiffy_timer_run(struct timer_list *timer)
{
	struct jiffy_probe *p = timer_container_of(p, timer, timer);

	p->ran_at = jiffies;
	complete(&p->done);
}

static void timer_runs_at_its_jiffy(struct kunit *test)
{
	static const unsigned int delays[] = { 1, 2, 5, 13 };
	struct jiffy_probe p;
	unsigned long due;
	int i;

	timer_setup_on_stack(&p.timer, jiffy_timer_run, 0);
	for (i = 0; i < ARRAY_SIZE(delays); i++) {
		init_completion(&p.done);
		due = jiffies + delays[i];
		mod_timer(&p.timer, due);
		wait_for_completion(&p.done);
		KUNIT_EXPECT_TRUE(test, time_after_eq(p.ran_at, due));
		/* the timer wheel rounds up, so as not to be early */
		if (exact())
			KUNIT_EXPECT_EQ(test, p.ran_at, due + 1);
	}
	timer_destroy_on_stack(&p.timer);
}

static void jiffy_work_run(struct work_struct *work)
{
	struct jiffy_probe *p = container_of(work, struct jiffy_probe,
					     work.work);

	p->ran_at = jiffies;
	complete(&p->done);
}

static void delayed_work_runs_at_its_jiffy(struct kunit *test)
{
	struct jiffy_probe p;
	unsigned long due;

	INIT_DELAYED_WORK_ONSTACK(&p.work, jiffy_work_run);
	init_completion(&p.done);
	due = jiffies + 7;
	schedule_delayed_work(&p.work, 7);
	wait_for_completion(&p.done);
	KUNIT_EXPECT_TRUE(test, time_after_eq(p.ran_at, due));
	if (exact())
		KUNIT_EXPECT_EQ(test, p.ran_at, due + 1);
	destroy_delayed_work_on_stack(&p.work);
}

static void jiffies_go_on_in_a_busy_delay(struct kunit *test)
{
	unsigned long start = jiffies;

	mdelay(10 * MSEC_PER_SEC / HZ);
	/* without simulated time a delay is only about as long as it says */
	if (simulated())
		KUNIT_EXPECT_GE(test, jiffies - start, 9);
	if (exact())
		KUNIT_EXPECT_LE(test, jiffies - start, 10);
}

struct clocks {
	u64 mono;
	u64 boot;
	u64 real;
	u64 sched;
	u64 jiffies;
	u64 persistent;
};

static void clocks_read(struct clocks *c)
{
	struct timespec64 ts;

	read_persistent_clock64(&ts);
	c->persistent = timespec64_to_ns(&ts);
	c->mono = ktime_get_ns();
	c->boot = ktime_get_boottime_ns();
	c->real = ktime_get_real_ns();
	c->sched = sched_clock();
	c->jiffies = jiffies64_to_nsecs(get_jiffies_64());
}

static void expect_near(struct kunit *test, const char *what, u64 a, u64 b)
{
	KUNIT_EXPECT_LE_MSG(test, abs((s64)(a - b)), 2 * TICK_NSEC, "%s", what);
}

static void clocks_agree_after_any_idle_time(struct kunit *test)
{
	/* KUnit gives a test 300 s, the hung-task detector a sleep 120 s */
	static const unsigned int secs[] = { 1, 59, 110 };
	struct clocks a, b;
	ktime_t sleep;
	u64 took;
	int i;

	if (!simulated())
		kunit_skip(test, "takes minutes of real time");

	for (i = 0; i < ARRAY_SIZE(secs); i++) {
		clocks_read(&a);
		sleep = ktime_set(secs[i], 0);
		set_current_state(TASK_UNINTERRUPTIBLE);
		schedule_hrtimeout(&sleep, HRTIMER_MODE_REL);
		clocks_read(&b);

		took = b.mono - a.mono;
		KUNIT_EXPECT_GE(test, took, secs[i] * NSEC_PER_SEC);
		expect_near(test, "monotonic", took, secs[i] * NSEC_PER_SEC);
		expect_near(test, "boottime", b.boot - a.boot, took);
		expect_near(test, "realtime", b.real - a.real, took);
		expect_near(test, "sched_clock", b.sched - a.sched, took);
		expect_near(test, "jiffies", b.jiffies - a.jiffies, took);
		expect_near(test, "persistent", b.persistent - a.persistent,
			    took);
	}
}

static void reading_the_clock_costs(struct kunit *test)
{
	u64 a, b;

	if (!exact())
		kunit_skip(test, "free but with time-travel=inf-cpu");

	a = ktime_get_ns();
	b = ktime_get_ns();
	/* whoever sets time-travel-read-cost wants it to be so */
	KUNIT_EXPECT_GT(test, b, a);

	local_irq_disable();
	a = ktime_get_ns();
	b = ktime_get_ns();
	local_irq_enable();
	KUNIT_EXPECT_EQ(test, a, b);
}

/* Handlers that delay, delays that are interrupted, and reads all over. */
#define MANY_TIMERS	64

struct crowd {
	struct hrtimer timer;
	struct rnd_state *rnd;
	int *left;
	u64 *last;
	bool *went_back;
};

static void crowd_look(struct crowd *c)
{
	u64 t = now();

	*c->went_back |= t < *c->last;
	*c->last = t;
}

static enum hrtimer_restart crowd_run(struct hrtimer *timer)
{
	struct crowd *c = container_of(timer, struct crowd, timer);

	crowd_look(c);
	udelay(prandom_u32_state(c->rnd) % 50);
	crowd_look(c);
	if (--*c->left <= 0)
		return HRTIMER_NORESTART;
	hrtimer_forward_now(timer, prandom_u32_state(c->rnd) % (2 * MS) + 1);
	return HRTIMER_RESTART;
}

static void many_delays_and_timers_never_turn_time_back(struct kunit *test)
{
	bool went_back = false;
	int left = 2000, i;
	struct rnd_state rnd;
	struct crowd *c;
	u64 last = 0;

	c = kunit_kcalloc(test, MANY_TIMERS, sizeof(*c), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, c);
	prandom_seed_state(&rnd, 12);

	for (i = 0; i < MANY_TIMERS; i++) {
		c[i] = (struct crowd){
			.rnd = &rnd, .left = &left, .last = &last,
			.went_back = &went_back,
		};
		hrtimer_setup(&c[i].timer, crowd_run, CLOCK_MONOTONIC,
			      HRTIMER_MODE_REL);
		hrtimer_start(&c[i].timer, prandom_u32_state(&rnd) % MS,
			      HRTIMER_MODE_REL);
	}

	while (READ_ONCE(left) > 0) {
		mdelay(1);
		ktime_get();
		if (!(left % 7))
			usleep_range(10, 20);
	}
	for (i = 0; i < MANY_TIMERS; i++)
		hrtimer_cancel(&c[i].timer);

	KUNIT_EXPECT_FALSE(test, went_back);
}

/* Timers have high resolution from the first ticks on. */
static int clock_suite_init(struct kunit_suite *suite)
{
	msleep(100);
	return 0;
}

static struct kunit_case clock_cases[] = {
	KUNIT_CASE(hrtimer_wakes_a_sleeper_on_time),
	KUNIT_CASE(hrtimer_in_a_busy_delay_is_on_time),
	KUNIT_CASE(hrtimer_waits_for_interrupts),
	KUNIT_CASE(hrtimer_keeps_its_period),
	KUNIT_CASE(delays_take_what_they_say),
	KUNIT_CASE(delay_with_interrupts_off_takes_what_it_says),
	KUNIT_CASE(timer_runs_at_its_jiffy),
	KUNIT_CASE(delayed_work_runs_at_its_jiffy),
	KUNIT_CASE(jiffies_go_on_in_a_busy_delay),
	KUNIT_CASE_SLOW(clocks_agree_after_any_idle_time),
	KUNIT_CASE(reading_the_clock_costs),
	KUNIT_CASE(many_delays_and_timers_never_turn_time_back),
	{}
};

static struct kunit_suite clock_suite = {
	.name = "time_travel_clock",
	.suite_init = clock_suite_init,
	.test_cases = clock_cases,
};

kunit_test_suite(clock_suite);
