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
#include <sys/socket.h>
#include <unistd.h>

#include "conform/fake_controller.h"
#include "lib/listener.h"

/* How long all of it may take, ms of host time */
#define SERVE_PATIENCE	30000

/* How long the kernel may take to connect, ms of host time */
#define BOOT_PATIENCE	10000

/* Of the page that is offered, the controller's own included */
#define SLOTS	16

/* What the wall clock shows at the time 0: a Tuesday in 2023 */
#define START_OF_DAY	UINT64_C(1700000000000000000)

/**
 * struct until - how far it is to go
 * @how: what to wait for
 * @what: the operation or the time
 * @text: what it says; or words for whoever reads that it did not come
 */
struct until {
	enum { UNTIL_OP, UNTIL_TIME, UNTIL_SAYS, UNTIL_END } how;
	uint64_t what;
	const char *text;
};

/**
 * fake_controller_listen() - make the socket that the kernel is to connect to
 * @f: the controller
 * @path: its socket
 * @verdict: where faults are said
 *
 * Return: 0, or -1 with @verdict.
 */
int fake_controller_listen(struct fake_controller *f, const char *path, struct verdict *verdict)
{
	char why[LISTENER_TEXT];

	f->listener = listener_listen(path, why);
	if (f->listener < 0)
		return verdict_fail(verdict, "%s: %s", path, why);
	return 0;
}

/**
 * fake_controller_accept() - let the kernel in
 * @f: the controller, which listens
 * @a: its end of the connection
 *
 * Return: 0, or -1 with @a->verdict.
 */
int fake_controller_accept(struct fake_controller *f, struct actor *a)
{
	struct pollfd fd = { .fd = f->listener, .events = POLLIN };
	int ready = poll(&fd, 1, BOOT_PATIENCE);

	if (!ready)
		return verdict_fail(a->verdict, "the kernel does not connect in %d s",
				    BOOT_PATIENCE / 1000);
	a->fd = ready < 0 ? -1 : accept4(f->listener, NULL, NULL, SOCK_CLOEXEC);
	if (a->fd < 0)
		return verdict_fail(a->verdict, "the kernel cannot connect: %s",
				    strerror(errno));
	return 0;
}

/**
 * fake_controller_close() - listen no more
 * @f: the controller
 */
void fake_controller_close(struct fake_controller *f)
{
	if (f->listener >= 0)
		close(f->listener);
	f->listener = -1;
}

static int make_page(struct fake_controller *f, struct verdict *verdict)
{
	const size_t size = page_bytes(SLOTS);
	int fd = memfd_create("page", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	struct um_timetravel_schedshm page = {
		.version = f->offer.version,
		.len = f->offer.len ? f->offer.len : size,
		.free_until = f->offer.start,
		.current_time = f->offer.start,
		.running_id = f->offer.slot,
		.max_clients = SLOTS,
	};

	if (fd >= 0 && !ftruncate(fd, size) && write(fd, &page, sizeof(page)) == sizeof(page))
		return fd;
	verdict_fail(verdict, "no memory to share: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

/*
 * The owner's view of the page. It is not checked as a client's is: the transcript may
 * have said something else about it than what it is.
 */
static int look_into_page(struct fake_controller *f, struct actor *a, int fd)
{
	struct page_view view = { .size = page_bytes(SLOTS), .slots = SLOTS };

	if (f->offer.slot >= SLOTS)
		return 0;
	view.slot = f->offer.slot;
	view.page = mmap(NULL, view.size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (view.page == MAP_FAILED)
		return verdict_fail(a->verdict, "the page cannot be mapped: %s", strerror(errno));
	page_unmap(&a->view);
	a->view = view;
	return 0;
}

/**
 * fake_controller_offer() - answer START, as the transcript has said
 * @f: the controller
 * @a: its end of the connection; START was heard last
 *
 * Return: 0, or -1 with @a->verdict.
 */
int fake_controller_offer(struct fake_controller *f, struct actor *a)
{
	const struct um_timetravel_msg ack = wire_ack(&a->last, f->offer.slot);
	int fds[UM_TIMETRAVEL_MAX_FDS] = { -1, -1 };
	int rc;

	f->now = f->offer.start;
	fds[0] = make_page(f, a->verdict);
	if (fds[0] < 0)
		return -1;
	fds[1] = memfd_create("log", MFD_CLOEXEC);
	rc = actor_send_raw(a, &ack, fds, f->offer.count);
	if (!rc && f->offer.count && f->offer.version == UM_TIMETRAVEL_SCHEDSHM_VERSION)
		rc = look_into_page(f, a, fds[0]);
	close(fds[0]);
	close(fds[1]);
	return rc;
}

/* Times in messages count from when the kernel joined, those in the page do not */
static uint64_t wanted(struct fake_controller *f, struct actor *a)
{
	__u64 time;

	if (actor_uses_page(a) && page_request(a->view.page, a->view.slot, &time))
		return time;
	return a->request + f->offer.start;
}

static int grant(struct fake_controller *f, struct actor *a)
{
	f->now = wanted(f, a);
	if (f->now >= WIRE_NEVER)
		return verdict_fail(a->verdict, "the kernel waits for ever");
	a->request = WIRE_NEVER;
	if (actor_uses_page(a)) {
		page_write(a->view.page->current_time, f->now);
		page_write(a->view.page->free_until, f->now);
		page_write(a->view.page->running_id, a->view.slot);
	}
	return actor_send(a, UM_TIMETRAVEL_RUN, f->now - f->offer.start);
}

static int obey(struct fake_controller *f, struct actor *a, const struct um_timetravel_msg *msg)
{
	switch (msg->op) {
	case UM_TIMETRAVEL_ACK:
		return 0;
	case UM_TIMETRAVEL_START:
		return fake_controller_offer(f, a);
	case UM_TIMETRAVEL_GET:
		return actor_answer(a, f->now - f->offer.start);
	case UM_TIMETRAVEL_GET_TOD:
		return actor_answer(a, START_OF_DAY + f->now);
	case UM_TIMETRAVEL_UPDATE:
		if (msg->time + f->offer.start < f->now)
			return verdict_fail(a->verdict,
					    "the kernel says that it is %llu ns; it was %llu ns",
					    (unsigned long long)(msg->time + f->offer.start),
					    (unsigned long long)f->now);
		f->now = msg->time + f->offer.start;
		return actor_answer(a, 0);
	case UM_TIMETRAVEL_WAIT:
		if (!actor_uses_page(a) && actor_answer(a, 0))
			return -1;
		return grant(f, a);
	default:
		return actor_answer(a, 0);
	}
}

/* It has got as far as the transcript wants; nothing of this message is answered yet */
static bool reached(struct fake_controller *f, struct actor *a, const struct until *until,
		    const struct um_timetravel_msg *msg)
{
	if (until->how == UNTIL_OP)
		return msg->op == until->what;
	if (until->how != UNTIL_TIME || msg->op != UM_TIMETRAVEL_WAIT)
		return false;
	return wanted(f, a) >= until->what;
}

/* The kernel may have ended, which can be what is waited for, or come right after it */
static int connection_ended(struct actor *a, struct program *kernel, const struct until *until)
{
	if (!strstr(a->verdict->why, "lost its connection"))
		return -1;
	if (until->how == UNTIL_SAYS)
		return program_said(kernel, until->text, a->patience);
	if (until->how != UNTIL_END)
		return -1;
	actor_close(a);
	return 0;
}

static int serve(struct fake_controller *f, struct actor *a, struct program *kernel,
		 const struct until *until)
{
	struct pollfd fds[] = {
		{ .fd = a->fd, .events = POLLIN }, { .events = POLLIN },
	};
	struct um_timetravel_msg msg;
	int left = SERVE_PATIENCE;

	while (left > 0) {
		fds[1].fd = kernel->out;
		if (!poll(fds, 2, 100))
			left -= 100;
		program_listen(kernel);
		if (until->how == UNTIL_SAYS && strstr(kernel->said, until->text))
			return 0;
		if (!fds[0].revents)
			continue;
		if (actor_receive(a, &msg))
			return connection_ended(a, kernel, until);
		if (reached(f, a, until, &msg))
			return 0;
		if (obey(f, a, &msg))
			return -1;
	}
	return verdict_fail(a->verdict, "the kernel did not come to '%s' in %d s", until->text,
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

static int read_until(struct actor *a, char **words, unsigned int count, struct until *until)
{
	bool ok = true;

	*until = (struct until){ .how = UNTIL_END, .text = "its end" };
	if (count == 1 && !strcmp(words[0], "end"))
		return 0;
	if (count == 2) {
		until->text = words[1];
		until->how = UNTIL_OP;
		if (!strcmp(words[0], "op") && find_op(words[1], &until->what))
			return 0;
		until->how = UNTIL_SAYS;
		if (!strcmp(words[0], "says"))
			return 0;
		until->how = UNTIL_TIME;
		until->what = actor_time(a, words[1], &ok);
		if (!strcmp(words[0], "time") && ok)
			return 0;
	}
	return verdict_fail(a->verdict,
			    "serve until: op NAME, time NS, says 'TEXT' or end is wanted");
}

/**
 * fake_controller_serve() - be a controller that does everything right, up to some point
 * @f: the controller
 * @a: its end of the connection
 * @kernel: what it serves
 * @words: "op NAME", "time NS", "says TEXT..." or "end"
 * @count: how many
 *
 * What is waited for was heard, and is not answered yet.
 *
 * Return: 0, or -1 with @a->verdict.
 */
int fake_controller_serve(struct fake_controller *f, struct actor *a, struct program *kernel,
			  char **words, unsigned int count)
{
	struct until until;

	if (read_until(a, words, count, &until))
		return -1;
	return serve(f, a, kernel, &until);
}
