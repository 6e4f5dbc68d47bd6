// SPDX-License-Identifier: GPL-2.0
/* Who runs next. */
#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "sim/sched.h"

static bool before(const struct sched_job *a, const struct sched_job *b)
{
	if (a->time != b->time)
		return a->time < b->time;
	if (a->id != b->id)
		return a->id < b->id;
	return a->order < b->order;
}

static void put(struct sched *sched, size_t i, struct sched_job *job)
{
	sched->heap[i] = job;
	job->place = i + 1;
}

/* A hole is at i: finds where job belongs, between there and the top */
static size_t rise(struct sched *sched, size_t i, const struct sched_job *job)
{
	while (i && before(job, sched->heap[(i - 1) / 2])) {
		put(sched, i, sched->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	return i;
}

/* The same, between there and the bottom */
static size_t sink(struct sched *sched, size_t i, const struct sched_job *job)
{
	size_t child;

	while ((child = 2 * i + 1) < sched->jobs) {
		if (child + 1 < sched->jobs &&
		    before(sched->heap[child + 1], sched->heap[child]))
			child++;
		if (!before(sched->heap[child], job))
			break;
		put(sched, i, sched->heap[child]);
		i = child;
	}
	return i;
}

static void settle(struct sched *sched, size_t i, struct sched_job *job)
{
	put(sched, sink(sched, rise(sched, i, job), job), job);
}

/**
 * sched_reserve() - make room, so that sched_set() cannot fail
 * @sched: the jobs
 * @jobs: how many there may be
 *
 * Return: 0 or -ENOMEM.
 */
int sched_reserve(struct sched *sched, size_t jobs)
{
	size_t room = sched->room ? sched->room : 16;
	struct sched_job **heap;

	if (jobs <= sched->room)
		return 0;
	while (room < jobs)
		room *= 2;
	heap = realloc(sched->heap, room * sizeof(*heap));
	if (!heap)
		return -ENOMEM;
	sched->heap = heap;
	sched->room = room;
	return 0;
}

/**
 * sched_set() - add a job, or move it to where it belongs now
 * @sched: the jobs, with room
 * @job: its time, ID and order may have changed since it was added
 */
void sched_set(struct sched *sched, struct sched_job *job)
{
	size_t i = job->place ? job->place - 1 : sched->jobs++;

	assert(sched->jobs <= sched->room);
	settle(sched, i, job);
}

/**
 * sched_remove() - take a job out
 * @sched: the jobs
 * @job: the job, which need not be there
 */
void sched_remove(struct sched *sched, struct sched_job *job)
{
	struct sched_job *last;
	size_t i = job->place - 1;

	if (!job->place)
		return;
	last = sched->heap[--sched->jobs];
	job->place = 0;
	if (last != job)
		settle(sched, i, last);
}

/**
 * sched_first() - the job that is next
 * @sched: the jobs
 *
 * Return: the job, which stays; NULL if there is none.
 */
struct sched_job *sched_first(const struct sched *sched)
{
	return sched->jobs ? sched->heap[0] : NULL;
}

/**
 * sched_free() - forget all jobs
 * @sched: the jobs
 */
void sched_free(struct sched *sched)
{
	free(sched->heap);
	*sched = (struct sched){ 0 };
}
