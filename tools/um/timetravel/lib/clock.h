/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A place on the simulated clock: a client that keeps the rules. A device only reacts:
 * it waits nearly always, asks for the time when it wants to do something, and does it
 * when it is let run. A program goes on from one time to the next.
 *
 * The life of a client: clock_client_join(), clock_client_input() or clock_client_run()
 * until it is granted, then clock_client_request() and clock_client_wait() by turns,
 * clock_client_leave().
 *
 * Both forms of the protocol are spoken: messages alone, and the shared page if the
 * controller offers one. All times are ns since this client's zero, which is the
 * controller's zero with the page, and the moment of joining without.
 */
#ifndef UMTT_CLOCK_H
#define UMTT_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/page.h"
#include "lib/wire.h"

/**
 * struct clock_client - a connection to the controller
 * @fd: the socket
 * @seq: sequence number of the latest message
 * @now: latest time that is known
 * @offset: what a time in the page is ahead of one in a message
 * @request: what was asked for and not granted yet, %WIRE_NEVER if nothing
 * @joining: START has not been answered yet: it is @now, and stays so
 * @use_page: use the shared page if there is one
 * @granted: this client may run, and has not sent WAIT since
 * @free_until: without the page, it may go on by itself before this time
 * @messages: in both directions
 * @view: our view of the shared page, @view.page is NULL without one
 * @gone: the controller has closed the connection
 * @why: what went wrong
 */
struct clock_client {
	int fd;
	uint32_t seq;
	uint64_t now, offset, request;
	bool joining, use_page, granted;
	uint64_t free_until, messages;
	struct page_view view;
	bool gone;
	char why[WIRE_TEXT + 64];
};

int clock_client_open(struct clock_client *c, int fd, uint64_t id, bool use_page);
int clock_client_join(struct clock_client *c, const char *path, uint64_t id, bool use_page);
void clock_client_leave(struct clock_client *c);
int clock_client_now(struct clock_client *c);
int clock_client_request(struct clock_client *c, uint64_t time);
int clock_client_input(struct clock_client *c);
int clock_client_wait(struct clock_client *c);
int clock_client_run(struct clock_client *c);
bool clock_client_advance(struct clock_client *c, uint64_t time);

#endif /* UMTT_CLOCK_H */
