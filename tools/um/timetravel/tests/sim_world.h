/* SPDX-License-Identifier: GPL-2.0 */
/* A simulation with clients that are no processes, for the tests of sim/. */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include <string.h>

#include "sim/sim.h"
#include "tap.h"

#define CLIENTS 4
#define SENT_MAX 256

/* What the simulation sent, in order */
static struct {
	struct client *to;
	struct um_timetravel_msg msg;
	unsigned int nfds;
} sent[SENT_MAX];
static size_t n_sent, n_read;
static struct sim sim;
static struct client clients[CLIENTS];
static __u32 seq;

static inline void fake_send(struct client *client, const struct um_timetravel_msg *msg,
			     const int *fds, unsigned int nfds)
{
	(void)fds;
	if (n_sent == SENT_MAX)
		abort();
	sent[n_sent].to = client;
	sent[n_sent].nfds = nfds;
	sent[n_sent++].msg = *msg;
}

static inline void fake_timer(struct sim *of, __u64 host)
{
	(void)of;
	(void)host;
}

static inline void fake_nothing(struct sim *of)
{
	(void)of;
}

static const struct sim_ops ops = { fake_send, fake_timer, fake_nothing, fake_nothing };

static inline void begin(unsigned int expect, bool no_page)
{
	struct sim_options opt = {
		.expect = expect, .slots = CLIENTS + 1, .no_page = no_page,
		.start = 1000000, .end = WIRE_NEVER, .limit = WIRE_NEVER,
	};
	unsigned int i;

	n_sent = 0;
	n_read = 0;
	if (sim_init(&sim, &ops, &opt, NULL))
		abort();
	for (i = 0; i < CLIENTS; i++)
		sim_connect(&sim, &clients[i], 100 + i);
}

static inline int finish(void)
{
	unsigned int i;

	for (i = 0; i < CLIENTS; i++)
		client_free(&clients[i]);
	sim_free(&sim);
	return 0;
}

static inline enum sim_received say(unsigned int i, __u32 op, __u64 time)
{
	struct um_timetravel_msg msg = wire_msg(op, ++seq, time);

	return sim_receive(&sim, &clients[i], &msg);
}

/* The next message is this one. It is answered where that is due. */
static inline bool hears(unsigned int i, __u32 op, __u64 time)
{
	const struct um_timetravel_msg *msg = &sent[n_read].msg;
	struct um_timetravel_msg ack = wire_ack(msg, 0);

	if (n_read == n_sent || sent[n_read].to != &clients[i] || msg->op != op ||
	    msg->time != time)
		return false;
	n_read++;
	if (op == UM_TIMETRAVEL_ACK || (op == UM_TIMETRAVEL_RUN && clients[i].page))
		return true;
	return sim_receive(&sim, &clients[i], &ack) == SIM_DONE;
}

static inline bool silence(void)
{
	return n_read == n_sent;
}

/* Asks for a time and gives the processor away, without the page */
static inline bool asks_and_waits(unsigned int i, __u64 time)
{
	return say(i, UM_TIMETRAVEL_REQUEST, time) == SIM_DONE &&
		hears(i, UM_TIMETRAVEL_ACK, 0) &&
		say(i, UM_TIMETRAVEL_WAIT, 0) == SIM_DONE && hears(i, UM_TIMETRAVEL_ACK, 0);
}

/* Both have joined, asked for a time, and wait; the first of them runs */
static inline bool two_at_work(bool no_page, __u64 a, __u64 b)
{
	begin(2, no_page);
	if (say(0, UM_TIMETRAVEL_START, 1) || say(1, UM_TIMETRAVEL_START, 2))
		return false;
	return hears(0, UM_TIMETRAVEL_ACK, 1) && asks_and_waits(0, a) &&
		hears(1, UM_TIMETRAVEL_ACK, 2) && asks_and_waits(1, b);
}

#endif /* SIM_WORLD_H */
