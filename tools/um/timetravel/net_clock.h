/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device's place on the simulated clock: a client that only reacts. It waits
 * nearly always; what it wants to do later it asks for, and does when it is let run.
 *
 * Both forms of the protocol are spoken: messages alone, and the shared page if the
 * controller offers one. All times are ns since this client's zero, which is the
 * controller's zero with the page, and the moment of joining without.
 */
#ifndef NET_CLOCK_H
#define NET_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "proto.h"

/**
 * struct net_clock - a connection to the controller
 * @fd: the socket
 * @seq: sequence number of the latest message
 * @now: latest time that is known
 * @offset: what a time in the page is ahead of one in a message
 * @request: what was asked for and not granted yet, %PROTO_NEVER if nothing
 * @joining: START has not been answered yet: it is @now, and stays so
 * @use_page: use the shared page if there is one
 * @granted: this client may run, and has not sent WAIT since
 * @page: the shared page, NULL without one
 * @page_size: bytes of it
 * @slot: our slot in it
 * @gone: the controller has closed the connection
 * @why: what went wrong
 */
struct net_clock {
	int fd;
	uint32_t seq;
	uint64_t now, offset, request;
	bool joining, use_page, granted;
	struct um_timetravel_schedshm *page;
	size_t page_size;
	unsigned int slot;
	bool gone;
	char why[PROTO_TEXT + 64];
};

int net_clock_join(struct net_clock *c, const char *path, uint64_t id, bool use_page);
void net_clock_leave(struct net_clock *c);
int net_clock_now(struct net_clock *c);
int net_clock_request(struct net_clock *c, uint64_t time);
int net_clock_input(struct net_clock *c);
int net_clock_wait(struct net_clock *c);

#endif /* NET_CLOCK_H */
