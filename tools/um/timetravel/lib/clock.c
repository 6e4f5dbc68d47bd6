// SPDX-License-Identifier: GPL-2.0
/* A place on the simulated clock: a client that keeps the rules. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/util.h"

__printf(2, 3)
static int broken(struct clock_client *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(c->why, sizeof(c->why), format, args);
	va_end(args);
	return -1;
}

static int put(struct clock_client *c, const struct um_timetravel_msg *msg)
{
	int rc = wire_send(c->fd, msg, NULL, 0);

	c->messages++;
	c->gone = rc == -EPIPE || rc == -ECONNRESET;
	return rc ? broken(c, "the controller is gone: %s", strerror(-rc)) : 0;
}

static int get(struct clock_client *c, struct um_timetravel_msg *msg, int *fds, unsigned int *nfds)
{
	int rc = wire_recv(c->fd, msg, fds, nfds);

	c->messages++;
	c->gone = rc == -ENODATA || rc == -ECONNRESET;
	if (rc == -ENODATA)
		return broken(c, "the controller is gone");
	if (rc == -EBADMSG)
		return broken(c, "the controller is gone in the middle of a message");
	return rc ? broken(c, "the controller cannot be heard: %s", strerror(-rc)) : 0;
}

static int set_now(struct clock_client *c, uint64_t time, const char *source)
{
	if (time < c->now || time >= WIRE_NEVER)
		return broken(c, "%s says that it is %llu ns; it was %llu ns before", source,
			      (unsigned long long)time, (unsigned long long)c->now);
	c->now = time;
	return 0;
}

static int grant(struct clock_client *c, const struct um_timetravel_msg *msg)
{
	if (c->granted || c->request == WIRE_NEVER)
		return broken(c, "the controller says RUN to a client that did not ask for it");
	if (!c->view.page && msg->time != c->request)
		return broken(c, "the controller says RUN at %llu ns; asked for was %llu ns",
			      (unsigned long long)msg->time, (unsigned long long)c->request);
	if (set_now(c, c->request, "RUN"))
		return -1;
	c->granted = true;
	c->request = WIRE_NEVER;
	if (!c->view.page)
		return 0;
	page_clear_request(c->view.page, c->view.slot);
	page_write(c->view.page->current_time, c->now);
	return 0;
}

/* Whatever the controller says that is no answer. What is not known is only answered. */
static int heed(struct clock_client *c, const struct um_timetravel_msg *msg)
{
	const struct um_timetravel_msg ack = wire_ack(msg, 0);

	if (msg->op == UM_TIMETRAVEL_RUN) {
		if (grant(c, msg))
			return -1;
		if (c->view.page)
			return 0;
	}
	if (msg->op == UM_TIMETRAVEL_FREE_UNTIL)
		c->free_until = msg->time;
	return put(c, &ack);
}

/* Says something, and deals with whatever comes before its answer */
static int ask(struct clock_client *c, uint32_t op, uint64_t time, struct um_timetravel_msg *answer)
{
	const struct um_timetravel_msg msg = wire_msg(op, ++c->seq, time);
	char text[WIRE_TEXT];

	if (put(c, &msg))
		return -1;
	for (;;) {
		if (get(c, answer, NULL, NULL))
			return -1;
		if (answer->op == UM_TIMETRAVEL_ACK)
			break;
		if (heed(c, answer))
			return -1;
	}
	if (answer->seq != msg.seq)
		return broken(c, "the controller answers %s with sequence number %u; %u is wanted",
			      wire_format(text, &msg), answer->seq, msg.seq);
	return 0;
}

/* A page that is not as it should be is none: the protocol works without */
static void map_page(struct clock_client *c, int fd, unsigned int slot)
{
	char why[PAGE_TEXT];

	if (!page_map(&c->view, fd, slot, why))
		page_join(&c->view, UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE |
			  UM_TIMETRAVEL_SCHEDSHM_CAP_COUNT);
}

/*
 * A late client: some controllers speak of absolute times in messages as in the page,
 * others of times since the client joined. What GET answers shows which.
 */
static int learn_offset(struct clock_client *c)
{
	struct um_timetravel_msg answer;
	uint64_t page;

	c->offset = 0;
	if (!c->view.page)
		return 0;
	page = page_read(c->view.page->current_time);
	if (page && ask(c, UM_TIMETRAVEL_GET, 0, &answer))
		return -1;
	if (page && answer.time > page)
		return broken(c, "the controller says that it is %llu ns; its page says %llu ns",
			      (unsigned long long)answer.time, (unsigned long long)page);
	if (page)
		c->offset = page - answer.time;
	return set_now(c, page, "the shared page");
}

/**
 * clock_client_open() - join a simulation, over a connection that is there
 * @c: to be set up
 * @fd: the connection, which is then @c's to close
 * @id: ID to be known by, %WIRE_NO_ID for none
 * @use_page: use the shared page if the controller has one
 *
 * The first grant comes by clock_client_input(), as all others do. Until then time
 * stands still at 0.
 *
 * Return: 0, or -1 with @c->why.
 */
int clock_client_open(struct clock_client *c, int fd, uint64_t id, bool use_page)
{
	const struct um_timetravel_msg start = wire_msg(UM_TIMETRAVEL_START, 1, id);

	*c = (struct clock_client){
		.fd = fd, .seq = start.seq, .request = WIRE_NEVER, .joining = true,
		.use_page = use_page,
	};
	return put(c, &start);
}

/**
 * clock_client_join() - connect to a controller, and join its simulation
 * @c: to be set up
 * @path: the controller's socket
 * @id: as in clock_client_open()
 * @use_page: as in clock_client_open()
 *
 * Return: 0, or -1 with @c->why.
 */
int clock_client_join(struct clock_client *c, const char *path, uint64_t id, bool use_page)
{
	char why[WIRE_TEXT];
	int fd = wire_connect(path, why);

	if (fd >= 0)
		return clock_client_open(c, fd, id, use_page);
	*c = (struct clock_client){ .fd = -1, .request = WIRE_NEVER };
	return broken(c, "%s", why);
}

static int joined(struct clock_client *c, const struct um_timetravel_msg *ack, const int *fds,
		  unsigned int count)
{
	if (ack->seq != c->seq)
		return broken(c, "the controller answers START with number %u; %u is wanted",
			      ack->seq, c->seq);
	if (c->use_page && count)
		map_page(c, fds[UM_TIMETRAVEL_SHARED_MEMFD],
			 ack->time & UM_TIMETRAVEL_START_ACK_ID);
	c->joining = false;
	c->granted = true;
	c->request = WIRE_NEVER;
	return learn_offset(c);
}

/**
 * clock_client_leave() - close the connection
 * @c: the connection
 *
 * The controller is told that this is no death. Its answer is not waited for: it may
 * be gone, or stand still.
 */
void clock_client_leave(struct clock_client *c)
{
	const struct um_timetravel_msg leave = wire_msg(UM_TIMETRAVEL_LEAVE, c->seq + 1,
							UM_TIMETRAVEL_LEAVE_NOW);

	if (c->fd >= 0 && !c->joining && !c->gone)
		put(c, &leave);
	page_unmap(&c->view);
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

/**
 * clock_client_now() - find out what time it is, while somebody else runs
 * @c: the connection
 *
 * The time is then in @c->now.
 *
 * Return: 0, or -1 with @c->why.
 */
int clock_client_now(struct clock_client *c)
{
	struct um_timetravel_msg answer;

	if (c->joining)
		return 0;
	if (c->view.page)
		return set_now(c, page_read(c->view.page->current_time),
			       "the shared page");
	if (ask(c, UM_TIMETRAVEL_GET, 0, &answer))
		return -1;
	return set_now(c, answer.time, "the controller");
}

/**
 * clock_client_request() - ask to be let run
 * @c: the connection
 * @time: when, ns; instead of what was asked for before
 *
 * Nothing is said if this was asked for already, or before the first grant, which
 * makes everything else be asked for anew. When it returns, the controller has told
 * whoever runs.
 *
 * Return: 0, or -1 with @c->why.
 */
int clock_client_request(struct clock_client *c, uint64_t time)
{
	struct um_timetravel_msg answer;

	if (time == c->request)
		return 0;
	c->request = time;
	if (c->joining || (c->view.page && page_put_request(&c->view, time, !c->granted)))
		return 0;
	return ask(c, UM_TIMETRAVEL_REQUEST, time - c->offset, &answer);
}

/**
 * clock_client_input() - deal with one message of the controller
 * @c: the connection, readable
 *
 * Return: 0, or -1 with @c->why.
 */
int clock_client_input(struct clock_client *c)
{
	int fds[UM_TIMETRAVEL_MAX_FDS], rc;
	struct um_timetravel_msg msg;
	unsigned int count;
	char text[WIRE_TEXT];

	if (get(c, &msg, fds, &count))
		return -1;
	if (msg.op != UM_TIMETRAVEL_ACK)
		rc = heed(c, &msg);
	else if (c->joining)
		rc = joined(c, &msg, fds, count);
	else
		rc = broken(c, "the controller answers what nobody asked: %s",
			    wire_format(text, &msg));
	while (count)
		close(fds[--count]);
	return rc;
}

/**
 * clock_client_wait() - give the processor away
 * @c: the connection, granted
 *
 * The grant that follows may come before this returns.
 *
 * Return: 0, or -1 with @c->why.
 */
int clock_client_wait(struct clock_client *c)
{
	const struct um_timetravel_msg wait = wire_msg(UM_TIMETRAVEL_WAIT, c->seq + 1, -1);
	struct um_timetravel_msg answer;

	c->granted = false;
	c->free_until = 0;
	if (!c->view.page)
		return ask(c, UM_TIMETRAVEL_WAIT, -1, &answer);
	c->seq++;
	return put(c, &wait);
}

/**
 * clock_client_run() - do nothing until this client is let run
 * @c: the connection
 *
 * Return: 0, or -1 with @c->why.
 */
int clock_client_run(struct clock_client *c)
{
	while (!c->granted) {
		if (clock_client_input(c))
			return -1;
	}
	return 0;
}

/**
 * clock_client_advance() - go on without asking, if that is allowed
 * @c: the connection, granted
 * @time: what time it is to be
 *
 * Return: whether it is allowed; then it is this time.
 */
bool clock_client_advance(struct clock_client *c, uint64_t time)
{
	uint64_t bound = c->view.page ? page_read(c->view.page->free_until) : c->free_until;

	if (!c->granted || time < c->now || time >= bound)
		return false;
	c->now = time;
	if (c->view.page)
		page_write(c->view.page->current_time, time);
	return true;
}
