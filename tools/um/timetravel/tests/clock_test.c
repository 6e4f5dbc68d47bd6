// SPDX-License-Identifier: GPL-2.0
/*
 * lib/clock.c: a client that keeps the rules. The controller is the other end of its
 * socket: what it is to say is there before the client wants it.
 */
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "meddle.h"
#include "tap.h"

#define SLOTS	4
#define OWN	1
#define OTHER	2

static struct clock_client client;
static int controller;

static int make_page(__u64 now)
{
	struct um_timetravel_schedshm page = {
		.version = UM_TIMETRAVEL_SCHEDSHM_VERSION, .len = page_bytes(SLOTS),
		.max_clients = SLOTS, .current_time = now, .free_until = 100,
		.running_id = OWN,
	};
	int fd = memfd_create("page", MFD_CLOEXEC);

	if (fd < 0 || write(fd, &page, sizeof(page)) != sizeof(page) ||
	    ftruncate(fd, page_bytes(SLOTS)))
		exit(EXIT_FAILURE);
	return fd;
}

static void tell(__u32 op, __u32 seq, __u64 time)
{
	const struct um_timetravel_msg msg = wire_msg(op, seq, time);

	if (wire_send(controller, &msg, NULL, 0))
		exit(EXIT_FAILURE);
}

/* What the client says next is this */
static bool hears(__u32 op, __u64 time)
{
	struct um_timetravel_msg msg;

	return !wire_recv(controller, &msg, NULL, NULL) && msg.op == op && msg.time == time;
}

/* And nothing more */
static bool hears_nothing(void)
{
	char byte;

	return recv(controller, &byte, 1, MSG_DONTWAIT | MSG_PEEK) < 0;
}

/* START is said, and answered with a page or with none */
static int join(int page)
{
	const struct um_timetravel_msg ack = wire_msg(UM_TIMETRAVEL_ACK, 1, OWN);
	const struct timeval tv = { .tv_sec = 10 };
	int fds[2], end;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds))
		exit(EXIT_FAILURE);
	for (end = 0; end < 2; end++)
		setsockopt(fds[end], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	controller = fds[0];
	if (clock_client_open(&client, fds[1], 77, true) || !hears(UM_TIMETRAVEL_START, 77))
		return -1;
	if (wire_send(controller, &ack, &page, page >= 0))
		exit(EXIT_FAILURE);
	return 0;
}

static void leave(void)
{
	clock_client_leave(&client);
	close(controller);
}

static int by_message(void)
{
	expect(!join(-1) && !client.granted);
	expect(!clock_client_run(&client) && client.granted && client.now == 0);
	tell(UM_TIMETRAVEL_FREE_UNTIL, 50, 900);
	tell(UM_TIMETRAVEL_ACK, 2, 0);
	tell(UM_TIMETRAVEL_ACK, 3, 0);
	tell(UM_TIMETRAVEL_BROADCAST, 51, 5);
	tell(UM_TIMETRAVEL_RUN, 52, 1000);
	expect(!clock_client_request(&client, 1000) && hears(UM_TIMETRAVEL_REQUEST, 1000));
	expect(hears(UM_TIMETRAVEL_ACK, 0) && hears_nothing());
	expect(!clock_client_request(&client, 1000) && hears_nothing());
	expect(!clock_client_wait(&client) && hears(UM_TIMETRAVEL_WAIT, -1) && !client.granted);
	expect(!clock_client_run(&client) && client.granted && client.now == 1000);
	expect(hears(UM_TIMETRAVEL_ACK, 0) && hears(UM_TIMETRAVEL_ACK, 0) && hears_nothing());
	leave();
	return 0;
}

static int by_itself(void)
{
	expect(!join(-1) && !clock_client_run(&client));
	expect(!clock_client_advance(&client, 0));
	tell(UM_TIMETRAVEL_FREE_UNTIL, 50, 900);
	expect(!clock_client_input(&client));
	expect(clock_client_advance(&client, 899) && client.now == 899);
	expect(!clock_client_advance(&client, 900) && !clock_client_advance(&client, 898));
	tell(UM_TIMETRAVEL_ACK, 2, 0);
	expect(!clock_client_wait(&client) && !client.free_until);
	expect(!clock_client_advance(&client, 899));
	leave();
	return 0;
}

static int with_page(void)
{
	int fd = make_page(0);
	__u64 time;

	expect(!join(fd) && !clock_client_run(&client) && client.view.page);
	expect(page_shares_time(client.view.page, OWN) && hears_nothing());
	expect(clock_client_advance(&client, 99) && client.view.page->current_time == 99);
	expect(!clock_client_request(&client, 200) && !clock_client_wait(&client));
	expect(hears(UM_TIMETRAVEL_WAIT, -1) && hears_nothing());
	expect(page_request(client.view.page, OWN, &time) && time == 200);
	tell(UM_TIMETRAVEL_RUN, 50, 200);
	expect(!clock_client_run(&client) && client.now == 200 && hears_nothing());
	expect(!page_request(client.view.page, OWN, &time));
	expect(client.view.page->current_time == 200);
	leave();
	close(fd);
	return 0;
}

/* A controller whose messages count from when the client joined */
static int late(void)
{
	int fd = make_page(5000);

	expect(!join(fd));
	tell(UM_TIMETRAVEL_ACK, 2, 0);
	expect(!clock_client_run(&client) && hears(UM_TIMETRAVEL_GET, 0));
	expect(client.now == 5000);
	client.view.page->running_id = 0;
	tell(UM_TIMETRAVEL_ACK, 3, 0);
	expect(!clock_client_request(&client, 6000) && hears(UM_TIMETRAVEL_REQUEST, 1000));
	leave();
	expect(!join(fd));
	tell(UM_TIMETRAVEL_ACK, 2, 5001);
	expect(clock_client_run(&client) && strstr(client.why, "5001 ns"));
	leave();
	close(fd);
	return 0;
}

static void grant_other(struct um_timetravel_schedshm *page)
{
	page->free_until = 90000;
	page->running_id = OTHER;
}

/* The owner looked before the request was there, and set the bound after it was lowered */
static int hand_off(void)
{
	int fd = make_page(0);
	__u64 time;

	expect(!join(fd) && !clock_client_run(&client));
	expect(!clock_client_request(&client, 50000) && !clock_client_wait(&client));
	expect(hears(UM_TIMETRAVEL_WAIT, -1));
	client.view.page->clients[OTHER].capa = UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE;
	client.view.page->clients[0].capa = UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE;
	client.view.page->running_id = 0;
	client.view.page->free_until = 60000;
	meddle_map(fd);
	meddle(client.view.page, grant_other);
	tell(UM_TIMETRAVEL_ACK, 3, 0);
	expect(!clock_client_request(&client, 700) && meddled());
	expect(hears(UM_TIMETRAVEL_REQUEST, 700) && hears_nothing());
	expect(!page_request(client.view.page, OWN, &time) && client.request == 700);
	meddle_unmap();
	leave();
	close(fd);
	return 0;
}

static int no_good_page(void)
{
	int fd = make_page(0);
	__u32 version = -1;

	expect(pwrite(fd, &version, sizeof(version), 0) == sizeof(version));
	expect(!join(fd) && !clock_client_run(&client) && !client.view.page);
	tell(UM_TIMETRAVEL_ACK, 2, 0);
	expect(!clock_client_request(&client, 10) && hears(UM_TIMETRAVEL_REQUEST, 10));
	leave();
	close(fd);
	return 0;
}

static int not_as_agreed(void)
{
	static const struct {
		struct um_timetravel_msg msg;
		const char *why;
	} wrong[] = {
		{ { UM_TIMETRAVEL_ACK, 9, 0 }, "sequence number 9; 2 is wanted" },
		{ { UM_TIMETRAVEL_RUN, 9, 11 }, "asked for was 10" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		expect(!join(-1) && !clock_client_run(&client));
		client.granted = false;
		tell(wrong[i].msg.op, wrong[i].msg.seq, wrong[i].msg.time);
		expect(clock_client_request(&client, 10) && strstr(client.why, wrong[i].why));
		leave();
	}
	expect(!join(-1) && !clock_client_run(&client));
	tell(UM_TIMETRAVEL_RUN, 9, 0);
	expect(clock_client_input(&client) && strstr(client.why, "did not ask"));
	leave();
	return 0;
}

static int gone(void)
{
	expect(!join(-1) && !clock_client_run(&client));
	close(controller);
	expect(clock_client_request(&client, 10) && client.gone && *client.why);
	clock_client_leave(&client);
	expect(clock_client_join(&client, "/nowhere/at/all", 1, true));
	expect(strstr(client.why, "no such socket") && client.fd == -1);
	clock_client_leave(&client);
	return 0;
}

static const struct tap_case cases[] = {
	{ "without the page everything is asked for and answered", by_message },
	{ "below the bound of FREE_UNTIL it goes on by itself, until WAIT", by_itself },
	{ "with the page it asks there, and RUN has no answer", with_page },
	{ "a late client learns from where times in messages count", late },
	{ "a request in the midst of a hand-off goes by message", hand_off },
	{ "a page that cannot be used is none", no_good_page },
	{ "what the controller must not say is named", not_as_agreed },
	{ "a controller that is gone or never was is said to be", gone },
};

TAP_MAIN(cases)
