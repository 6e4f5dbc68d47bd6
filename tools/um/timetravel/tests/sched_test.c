// SPDX-License-Identifier: GPL-2.0
/* sched.c: the order of jobs. */
#include "sim/sched.h"
#include "tap.h"

#define MANY 2000

static __u64 numbers = 1;

static __u64 any(__u64 below)
{
	numbers = numbers * 6364136223846793005ull + 1442695040888963407ull;
	return (numbers >> 33) % below;
}

static int empty(void)
{
	struct sched sched = { 0 };
	struct sched_job job = { .time = 1 };

	expect(!sched_first(&sched));
	sched_remove(&sched, &job);
	expect(!sched_first(&sched));
	sched_free(&sched);
	return 0;
}

/* Each differs from the one before it in one thing only */
static int by_time_id_order(void)
{
	struct sched_job jobs[] = {
		{ .time = 1, .id = 9, .order = 9 },
		{ .time = 2, .id = 1, .order = 8 },
		{ .time = 2, .id = 2, .order = 1 },
		{ .time = 2, .id = 2, .order = 2 },
		{ .time = 2, .id = (__u64)-1, .order = 0 },
		{ .time = (__u64)-1, .id = 0, .order = 0 },
	};
	struct sched sched = { 0 };
	size_t i;

	expect(!sched_reserve(&sched, ARRAY_SIZE(jobs)));
	for (i = ARRAY_SIZE(jobs); i > 0; i--)
		sched_set(&sched, &jobs[i - 1]);
	for (i = 0; i < ARRAY_SIZE(jobs); i++) {
		expect(sched_first(&sched) == &jobs[i]);
		sched_remove(&sched, &jobs[i]);
		expect(!jobs[i].place);
	}
	expect(!sched_first(&sched));
	sched_free(&sched);
	return 0;
}

static int moved(void)
{
	struct sched_job a = { .time = 1 }, b = { .time = 2 }, c = { .time = 3 };
	struct sched sched = { 0 };

	expect(!sched_reserve(&sched, 3));
	sched_set(&sched, &a);
	sched_set(&sched, &b);
	sched_set(&sched, &c);
	a.time = 4;
	sched_set(&sched, &a);
	expect(sched_first(&sched) == &b && sched.jobs == 3);
	c.time = 0;
	sched_set(&sched, &c);
	expect(sched_first(&sched) == &c && sched.jobs == 3);
	sched_free(&sched);
	return 0;
}

/* Compared with looking through all of them */
static const struct sched_job *least(const struct sched_job *jobs, size_t count)
{
	const struct sched_job *best = NULL;
	size_t i;

	for (i = 0; i < count; i++) {
		if (!jobs[i].place)
			continue;
		if (!best || jobs[i].time < best->time ||
		    (jobs[i].time == best->time && jobs[i].id < best->id))
			best = &jobs[i];
	}
	return best;
}

static int many(void)
{
	static struct sched_job jobs[MANY];
	struct sched sched = { 0 };
	size_t i, n;

	for (i = 0; i < MANY; i++)
		jobs[i].id = i;
	for (n = 0; n < 20 * MANY; n++) {
		i = any(MANY);
		expect(!sched_reserve(&sched, MANY));
		if (any(3)) {
			jobs[i].time = any(50);
			sched_set(&sched, &jobs[i]);
		} else {
			sched_remove(&sched, &jobs[i]);
		}
		if (n % 64 == 0)
			expect(sched_first(&sched) == least(jobs, MANY));
	}
	sched_free(&sched);
	return 0;
}

static const struct tap_case cases[] = {
	{ "nothing is next where nothing is", empty },
	{ "jobs come by time, ID, order", by_time_id_order },
	{ "a job that is set again moves", moved },
	{ "the first of many is always the least", many },
};

TAP_MAIN(cases)
