/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Waits for descriptors and timers, and calls who is concerned.
 *
 * Holds: a source that was removed is not called any more, so that what it is part
 * of can be freed at once. All that is ready at the same time is called in one round, in
 * the order of priorities.
 */
#ifndef UMTT_LOOP_H
#define UMTT_LOOP_H

#include <stdbool.h>
#include <sys/epoll.h>
#include <linux/types.h>

/**
 * enum loop_priority - who is called first of those that are ready at once
 * @LOOP_FIRST: before the others
 * @LOOP_NORMAL: it does not matter
 * @LOOP_LAST: when the others have been called
 */
enum loop_priority {
	LOOP_FIRST = -1,
	LOOP_NORMAL,
	LOOP_LAST,
};

/**
 * struct loop_source - a descriptor to wait for
 * @fd: the descriptor, whoever opened it closes it
 * @priority: when it is called, if others are ready, too
 * @ready: called with the events of epoll(7) that are there
 */
struct loop_source {
	int fd;
	enum loop_priority priority;
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

/**
 * struct loop - what is waited for
 * @over: set by whoever wants loop_run() to return
 * @settle: called after each round, before the loop waits again; NULL for nothing to do
 * @epoll: of epoll(7)
 * @count: sources
 * @ready: how many of them are in @batch
 * @room: how many have room there
 * @batch: the round that is under way
 */
struct loop {
	bool over;
	void (*settle)(struct loop *loop);
	int epoll;
	int count, ready, room;
	struct epoll_event *batch;
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
