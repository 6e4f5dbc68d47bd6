/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Waits for descriptors and timers, and calls who is concerned.
 *
 * Holds: a source that was removed is not called any more, so that what it is part
 * of can be freed at once.
 */
#ifndef UMTT_LOOP_H
#define UMTT_LOOP_H

#include <stdbool.h>
#include <sys/epoll.h>
#include <linux/types.h>

#define LOOP_BATCH 64

/**
 * struct loop_source - a descriptor to wait for
 * @fd: the descriptor, whoever opened it closes it
 * @ready: called with the events of epoll(7) that are there
 */
struct loop_source {
	int fd;
	void (*ready)(struct loop_source *source, unsigned int events);
};

/**
 * struct loop_timer - a time to wait for
 * @source: a timerfd
 * @at: host time in ns, 0 for never
 * @every: and then after each so many ns, 0 for not again
 * @fired: called when the time has come
 */
struct loop_timer {
	struct loop_source source;
	__u64 at;
	__u64 every;
	void (*fired)(struct loop_timer *timer);
};

struct loop {
	int epoll;
	int ready;
	bool over;
	struct epoll_event batch[LOOP_BATCH];
};

int loop_init(struct loop *loop);
void loop_close(struct loop *loop);
int loop_add(struct loop *loop, struct loop_source *source, unsigned int events);
void loop_change(struct loop *loop, struct loop_source *source, unsigned int events);
void loop_remove(struct loop *loop, struct loop_source *source);
int loop_run(struct loop *loop);
int loop_timer_init(struct loop *loop, struct loop_timer *timer);
void loop_timer_set(struct loop_timer *timer, __u64 at, __u64 every);
void loop_timer_close(struct loop *loop, struct loop_timer *timer);

#endif /* UMTT_LOOP_H */
