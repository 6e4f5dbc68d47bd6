// SPDX-License-Identifier: GPL-2.0
/*
 * A controller of one kernel that does everything right, until the transcript wants to
 * do something else.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "conform/conform.h"

/* How long all of it may take, ms of host time */
#define SERVE_PATIENCE	30000

/* What the wall clock shows at the time 0: a Tuesday in 2023 */
#define START_OF_DAY	UINT64_C(1700000000000000000)

enum until { UNTIL_OP, UNTIL_TIME, UNTIL_SAYS, UNTIL_END };

static int make_page(struct conform *t)
{
	const size_t size = sizeof(struct um_timetravel_schedshm) +
		16 * sizeof(union um_timetravel_schedshm_client);
	int fd = memfd_create("page", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	struct um_timetravel_schedshm page = {
		.version = t->offer.version,
		.len = t->offer.len ? t->offer.len : size,
		.free_until = t->offer.start,
		.current_time = t->offer.start,
		.running_id = t->offer.slot,
		.max_clients = 16,
	};

	if (fd < 0 || ftruncate(fd, size) || write(fd, &page, sizeof(page)) != sizeof(page)) {
		conform_fail(t, "no memory to share: %s", strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

/* Our own view of the page, without taking part in it as a client */
static int look_into_page(struct conform *t, struct conform_actor *a, int fd)
{
	a->slot = t->offer.slot;
	a->page_size = lseek(fd, 0, SEEK_END);
	a->page = mmap(NULL, a->page_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (a->page != MAP_FAILED)
		return 0;
	a->page = NULL;
	return conform_fail(t, "the page cannot be mapped: %s", strerror(errno));
}

/**
 * conform_offer() - answer START, as the transcript has said
 * @t: the transcript
 * @a: the fake controller; START was heard last
 *
 * Return: 0, or -1 with @t->why.
 */
int conform_offer(struct conform *t, struct conform_actor *a)
{
	const struct um_timetravel_msg ack = wire_ack(&a->last, t->offer.slot);
	int fds[UM_TIMETRAVEL_MAX_FDS] = { -1, -1 };
	int rc;

	t->now = t->offer.start;
	fds[0] = make_page(t);
	fds[1] = memfd_create("log", MFD_CLOEXEC);
	if (fds[0] < 0)
		return -1;
	rc = conform_send_raw(t, a, &ack, fds, t->offer.count);
	if (!rc && t->offer.count && t->offer.version == UM_TIMETRAVEL_SCHEDSHM_VERSION)
		rc = look_into_page(t, a, fds[0]);
	close(fds[0]);
	close(fds[1]);
	return rc;
}

/* Times in messages count from when the kernel joined, those in the page do not */
static uint64_t wanted(struct conform *t, struct conform_actor *a)
{
	const union um_timetravel_schedshm_client *slot;

	if (conform_uses_page(a)) {
		slot = &a->page->clients[a->slot];
		if (slot->flags & UM_TIMETRAVEL_SCHEDSHM_FLAGS_REQ_RUN)
			return slot->req_time;
	}
	return a->request + t->offer.start;
}

static int grant(struct conform *t, struct conform_actor *a)
{
	t->now = wanted(t, a);
	if (t->now >= WIRE_NEVER)
		return conform_fail(t, "the kernel waits for ever");
	a->request = WIRE_NEVER;
	if (conform_uses_page(a)) {
		a->page->current_time = t->now;
		a->page->running_id = a->slot;
		a->page->free_until = t->now;
	}
	return conform_send(t, a, UM_TIMETRAVEL_RUN, t->now - t->offer.start);
}

static int obey(struct conform *t, struct conform_actor *a, const struct um_timetravel_msg *msg)
{
	switch (msg->op) {
	case UM_TIMETRAVEL_ACK:
		return 0;
	case UM_TIMETRAVEL_START:
		return conform_offer(t, a);
	case UM_TIMETRAVEL_GET:
		return conform_answer(t, a, t->now - t->offer.start);
	case UM_TIMETRAVEL_GET_TOD:
		return conform_answer(t, a, START_OF_DAY + t->now);
	case UM_TIMETRAVEL_UPDATE:
		if (msg->time + t->offer.start < t->now)
			return conform_fail(t, "the kernel says that it is %llu ns; it was %llu ns",
					    (unsigned long long)(msg->time + t->offer.start),
					    (unsigned long long)t->now);
		t->now = msg->time + t->offer.start;
		return conform_answer(t, a, 0);
	case UM_TIMETRAVEL_WAIT:
		if (!conform_uses_page(a) && conform_answer(t, a, 0))
			return -1;
		return grant(t, a);
	default:
		return conform_answer(t, a, 0);
	}
}

/* It has got as far as the transcript wants; nothing of this message is answered yet */
static bool reached(struct conform *t, struct conform_actor *a, enum until until, uint64_t what,
		    const struct um_timetravel_msg *msg)
{
	if (until == UNTIL_OP)
		return msg->op == what;
	if (until != UNTIL_TIME || msg->op != UM_TIMETRAVEL_WAIT)
		return false;
	return wanted(t, a) >= what;
}

/* The kernel may have ended, which can be what is waited for, or come right after it */
static int connection_ended(struct conform *t, struct conform_actor *a, enum until until,
			    const char *text)
{
	if (!strstr(t->why, "lost its connection"))
		return -1;
	if (until == UNTIL_SAYS)
		return conform_said(t, text, t->patience);
	if (until != UNTIL_END)
		return -1;
	conform_close(a);
	return 0;
}

static int serve(struct conform *t, struct conform_actor *a, enum until until, uint64_t what,
		 const char *text)
{
	struct pollfd fds[] = {
		{ .fd = a->fd, .events = POLLIN }, { .events = POLLIN },
	};
	struct um_timetravel_msg msg;
	char text_buffer[CONFORM_TEXT];
	int left = SERVE_PATIENCE;

	while (left > 0) {
		fds[1].fd = t->program.out;
		if (!poll(fds, 2, 100))
			left -= 100;
		conform_listen_to(&t->program);
		if (until == UNTIL_SAYS && strstr(t->program.said, text))
			return 0;
		if (!fds[0].revents)
			continue;
		if (conform_receive(t, a, &msg))
			return connection_ended(t, a, until, text);
		if (reached(t, a, until, what, &msg))
			return 0;
		if (obey(t, a, &msg))
			return -1;
	}
	snprintf(text_buffer, sizeof(text_buffer), "%s", text);
	return conform_fail(t, "the kernel did not come to '%s' in %d s", text_buffer,
			    SERVE_PATIENCE / 1000);
}

static bool find_op(const char *name, uint64_t *op)
{
	for (*op = 0; wire_op_known(*op); ++*op) {
		if (!strcmp(wire_op_name(*op), name))
			return true;
	}
	return false;
}

/**
 * conform_serve() - be a controller that does everything right, up to some point
 * @t: the transcript
 * @a: the fake controller
 * @words: "op NAME", "time NS", "says TEXT..." or "end"
 * @count: how many
 *
 * What is waited for was heard, and is not answered yet.
 *
 * Return: 0, or -1 with @t->why.
 */
int conform_serve(struct conform *t, struct conform_actor *a, char **words, unsigned int count)
{
	uint64_t what = 0;
	bool ok = true;

	if (count == 1 && !strcmp(words[0], "end"))
		return serve(t, a, UNTIL_END, 0, "its end");
	if (count == 2 && !strcmp(words[0], "op") && find_op(words[1], &what))
		return serve(t, a, UNTIL_OP, what, words[1]);
	if (count == 2 && !strcmp(words[0], "time")) {
		what = conform_time(a, words[1], &ok);
		if (ok)
			return serve(t, a, UNTIL_TIME, what, words[1]);
	}
	if (count == 2 && !strcmp(words[0], "says"))
		return serve(t, a, UNTIL_SAYS, 0, words[1]);
	return conform_fail(t, "serve until: op NAME, time NS, says 'TEXT' or end is wanted");
}
