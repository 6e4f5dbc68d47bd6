// SPDX-License-Identifier: GPL-2.0
/* A hundred tests that sleep, 550 s in all: what simulated time is good for. */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/ktime.h>

#define SLEEPS	100

static const void *sleep_gen_params(struct kunit *test,
				    const void *prev, char *desc)
{
	static unsigned int seconds[SLEEPS];
	unsigned int i = prev ? (const unsigned int *)prev - seconds + 1 : 0;

	if (i == SLEEPS)
		return NULL;

	seconds[i] = i % 10 + 1;
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u: %u s", i, seconds[i]);
	return &seconds[i];
}

static void sleep_takes_its_time(struct kunit *test)
{
	const unsigned int *seconds = test->param_value;
	ktime_t begin = ktime_get();

	msleep(*seconds * MSEC_PER_SEC);
	KUNIT_EXPECT_GE(test, ktime_ms_delta(ktime_get(), begin),
			*seconds * MSEC_PER_SEC);
}

static struct kunit_case sleep_cases[] = {
	KUNIT_CASE_PARAM_ATTR(sleep_takes_its_time, sleep_gen_params,
			      { .speed = KUNIT_SPEED_VERY_SLOW }),
	{}
};

static struct kunit_suite sleep_suite = {
	.name = "time_travel_sleep",
	.test_cases = sleep_cases,
};

kunit_test_suite(sleep_suite);
