/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who runs next: jobs in the order of their time, of equal time in that of their
 * IDs, of equal ID in that in which they were asked for.
 *
 * Holds: a binary heap; the first job is at hand, everything else costs log n. No
 * descriptors, no clients, no clock.
 */
#ifndef UMTT_SCHED_H
#define UMTT_SCHED_H

#include <stddef.h>
#include <linux/types.h>

/**
 * struct sched_job - one client's wish to run
 * @time: when, in ns
 * @id: orders jobs of equal time
 * @order: orders jobs of equal time and ID
 * @place: where it is in the heap, counted from 1; 0 if it is not there
 */
struct sched_job {
	__u64 time;
	__u64 id;
	__u64 order;
	size_t place;
};

/**
 * struct sched - all wishes
 * @heap: none is before its parent; the children of i are at 2i+1 and 2i+2
 * @jobs: how many there are
 * @room: how many fit
 */
struct sched {
	struct sched_job **heap;
	size_t jobs;
	size_t room;
};

int sched_reserve(struct sched *sched, size_t jobs);
void sched_set(struct sched *sched, struct sched_job *job);
void sched_remove(struct sched *sched, struct sched_job *job);
struct sched_job *sched_first(const struct sched *sched);
void sched_free(struct sched *sched);

#endif /* UMTT_SCHED_H */
