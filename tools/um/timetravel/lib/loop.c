// SPDX-License-Identifier: GPL-2.0
/* Waits for descriptors and timers. */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "lib/loop.h"
#include "lib/util.h"

/**
 * loop_init() - begin with nothing to wait for
 * @loop: to be set up
 *
 * Return: 0 or a negative error number.
 */
int loop_init(struct loop *loop)
{
	*loop = (struct loop){ .epoll = epoll_create1(EPOLL_CLOEXEC) };
	return loop->epoll < 0 ? -errno : 0;
}

/**
 * loop_close() - give back what loop_init() took
 * @loop: the loop
 */
void loop_close(struct loop *loop)
{
	close(loop->epoll);
	free(loop->batch);
	loop->batch = NULL;
	loop->room = 0;
}

/* A round holds all that is ready: with less room, priorities would hold by chance only */
static int make_room(struct loop *loop)
{
	int room = loop->room ? 2 * loop->room : 64;
	struct epoll_event *batch;

	if (loop->count < loop->room)
		return 0;
	batch = realloc(loop->batch, room * sizeof(*batch));
	if (!batch)
		return -ENOMEM;
	loop->batch = batch;
	loop->room = room;
	return 0;
}

/**
 * loop_add() - wait for a source, too
 * @loop: the loop
 * @source: the source
 * @events: of epoll(7)
 *
 * Return: 0 or a negative error number.
 */
int loop_add(struct loop *loop, struct loop_source *source, unsigned int events)
{
	struct epoll_event event = { .events = events, .data.ptr = source };

	if (make_room(loop))
		return -ENOMEM;
	if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, source->fd, &event))
		return -errno;
	loop->count++;
	return 0;
}

/**
 * loop_change() - wait for other events of a source
 * @loop: the loop
 * @source: the source
 * @events: of epoll(7)
 */
void loop_change(struct loop *loop, struct loop_source *source, unsigned int events)
{
	struct epoll_event event = { .events = events, .data.ptr = source };

	epoll_ctl(loop->epoll, EPOLL_CTL_MOD, source->fd, &event);
}

/**
 * loop_remove() - wait for a source no more
 * @loop: the loop
 * @source: the source
 */
void loop_remove(struct loop *loop, struct loop_source *source)
{
	int i;

	if (!epoll_ctl(loop->epoll, EPOLL_CTL_DEL, source->fd, NULL))
		loop->count--;
	for (i = 0; i < loop->ready; i++)
		if (loop->batch[i].data.ptr == source)
			loop->batch[i].data.ptr = NULL;
}

static void call(struct loop *loop, enum loop_priority priority)
{
	struct loop_source *source;
	int i;

	for (i = 0; i < loop->ready && !loop->over; i++) {
		source = loop->batch[i].data.ptr;
		if (source && source->priority == priority)
			source->ready(source, loop->batch[i].events);
	}
}

/**
 * loop_run() - wait and call until somebody sets &loop.over
 * @loop: the loop, with a source
 *
 * Return: 0 or a negative error number.
 */
int loop_run(struct loop *loop)
{
	int priority;

	while (!loop->over) {
		loop->ready = epoll_wait(loop->epoll, loop->batch, loop->room, -1);
		if (loop->ready < 0 && errno != EINTR)
			return -errno;
		for (priority = LOOP_FIRST; priority <= LOOP_LAST; priority++)
			call(loop, priority);
		if (loop->settle && !loop->over)
			loop->settle(loop);
	}
	return 0;
}

static void timer_ready(struct loop_source *source, unsigned int events)
{
	struct loop_timer *timer = container_of(source, struct loop_timer, source);
	uint64_t times;

	(void)events;
	if (read(source->fd, &times, sizeof(times)) != sizeof(times))
		return;
	if (!timer->every)
		timer->at = 0;
	timer->fired(timer);
}

/**
 * loop_timer_init() - a timer that does not run yet
 * @loop: the loop
 * @timer: the timer, with @fired set
 *
 * Return: 0 or a negative error number.
 */
int loop_timer_init(struct loop *loop, struct loop_timer *timer)
{
	timer->at = 0;
	timer->every = 0;
	timer->source.ready = timer_ready;
	timer->source.fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (timer->source.fd < 0)
		return -errno;
	return loop_add(loop, &timer->source, EPOLLIN);
}

static struct timespec to_timespec(__u64 ns)
{
	return (struct timespec){ .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 };
}

/**
 * loop_timer_set() - say when it fires
 * @timer: the timer
 * @at: host time in ns, 0 for never
 * @every: and after each so many ns, 0 for not again
 */
void loop_timer_set(struct loop_timer *timer, __u64 at, __u64 every)
{
	struct itimerspec when = { .it_value = to_timespec(at), .it_interval = to_timespec(every) };

	if (at == timer->at && every == timer->every)
		return;
	timer->at = at;
	timer->every = every;
	timerfd_settime(timer->source.fd, TFD_TIMER_ABSTIME, &when, NULL);
}

/**
 * loop_timer_close() - the timer is not needed any more
 * @loop: the loop
 * @timer: the timer
 */
void loop_timer_close(struct loop *loop, struct loop_timer *timer)
{
	loop_remove(loop, &timer->source);
	close(timer->source.fd);
}
