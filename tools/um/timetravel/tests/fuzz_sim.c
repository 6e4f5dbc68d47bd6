// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer: whatever clients send and write to the page, the simulation goes on, and
 * keeps its word.
 *
 * The input is a row of actions: a client sends a message, pays a debt, writes to the
 * page, comes, goes; the user pauses and goes on.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/page.h"
#include "sim/sim.h"

#define CLIENTS 5
#define SLOTS 5		/* one client too many */

static struct sim sim;
static struct client clients[CLIENTS];
static bool here[CLIENTS];
/* What each was told last that it has to answer */
static __u32 last_seq[CLIENTS];
static __u64 last_now;
static unsigned long long said;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Nobody reads it */
void complain(const char *format, ...)
{
	said += !!format;
}

static void must(bool condition)
{
	if (!condition)
		abort();
}

/* --- the world --- */

static void fuzz_send(struct client *client, const struct um_timetravel_msg *msg,
		      const int *fds, unsigned int nfds)
{
	ptrdiff_t i = client - clients;

	must(i >= 0 && i < CLIENTS && here[i]);
	must(!fds == !nfds);
	must(nfds == 0 || (msg->op == UM_TIMETRAVEL_ACK && nfds == 2));
	/* only one runs, and it is told so once */
	if (msg->op == UM_TIMETRAVEL_RUN)
		must(sim.running == client && client->state == CLIENT_RUNNING);
	if (msg->op == UM_TIMETRAVEL_FREE_UNTIL)
		must(!client->page && sim.running == client);
	if (msg->op != UM_TIMETRAVEL_ACK) {
		last_seq[i] = msg->seq;
		must(msg->time <= WIRE_NEVER || msg->op == UM_TIMETRAVEL_BROADCAST);
	}
}

static void fuzz_timer(struct sim *of, __u64 host)
{
	(void)of;
	(void)host;
}

static void fuzz_nothing(struct sim *of)
{
	(void)of;
}

static const struct sim_ops ops = { fuzz_send, fuzz_timer, fuzz_nothing, fuzz_nothing };

/* --- the input --- */

struct input {
	const uint8_t *at, *end;
};

static __u64 take(struct input *input, size_t bytes)
{
	__u64 value = 0;

	if ((size_t)(input->end - input->at) < bytes)
		bytes = input->end - input->at;
	memcpy(&value, input->at, bytes);
	input->at += bytes;
	return value;
}

/* Times near now, near the end of time, and any */
static __u64 take_time(struct input *input)
{
	switch (take(input, 1) % 4) {
	case 0:
		return take(input, 1);
	case 1:
		return sim.now + take(input, 2) - 32;
	case 2:
		return WIRE_NEVER - take(input, 1) + 8;
	default:
		return take(input, 8);
	}
}

static void leave(unsigned int i, enum sim_leaving how)
{
	here[i] = false;
	sim_leave(&sim, &clients[i], how);
}

static void say(unsigned int i, __u32 op, __u32 seq, __u64 time)
{
	struct um_timetravel_msg msg = wire_msg(op, seq, time);

	if (here[i] && sim_receive(&sim, &clients[i], &msg) == SIM_REFUSED)
		leave(i, SIM_BROKE);
}

static void write_page(struct input *input)
{
	static const unsigned int fields[] = { 0, 4, 8, 16, 24, 26 };
	char *page = (char *)sim.page.page;
	unsigned int what = take(input, 1);
	__u64 value = take_time(input);

	if (what < 64)
		memcpy(page + fields[what % ARRAY_SIZE(fields)], &value, 2 + 2 * (what & 1));
	else if (what < 96)
		memcpy(&sim.page.page->current_time, &value, 8);
	else
		memcpy(page + 4096 + 128 * (what % SLOTS) + 4 * (what / 8 % 4), &value, 8);
}

/* A well-behaved one: asks in the page, or by message, and waits */
static void page_turn(unsigned int i, struct input *input)
{
	struct page_view view = {
		.page = sim.page.page, .size = page_bytes(SLOTS), .slots = SLOTS,
		.slot = clients[i].slot,
	};
	__u64 time;

	if (!here[i] || clients[i].state < CLIENT_RUNNING)
		return;
	page_join(&view, UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE);
	time = take_time(input);
	if (!page_put_request(&view, time, true))
		say(i, UM_TIMETRAVEL_REQUEST, 1, time);
	say(i, UM_TIMETRAVEL_WAIT, 1, 0);
}

static void user(unsigned int what, struct input *input)
{
	switch (what % 6) {
	case 0:
		sim_pause(&sim);
		break;
	case 1:
		sim_resume(&sim);
		break;
	case 2:
		sim_step(&sim);
		break;
	case 3:
		sim_until(&sim, take_time(input));
		break;
	case 4:
		sim_broadcast(&sim, take(input, 8));
		break;
	case 5:
		sim_wake(&sim);
		break;
	}
}

static void act(struct input *input)
{
	unsigned int what = take(input, 1), i = take(input, 1) % CLIENTS;

	if (!here[i] && what < 240) {
		sim_connect(&sim, &clients[i], i);
		here[i] = true;
		say(i, UM_TIMETRAVEL_START, 1, take(input, 1));
		return;
	}
	if (what < 100)
		say(i, what % 12, what, take_time(input));
	else if (what < 150)
		say(i, UM_TIMETRAVEL_ACK, last_seq[i], 0);
	else if (what < 190)
		page_turn(i, input);
	else if (what < 230)
		write_page(input);
	else if (what < 236)
		say(i, take(input, 4), take(input, 4), take(input, 8));
	else if (what < 244 && here[i])
		leave(i, what % 3);
	else
		user(what, input);
}

/* --- what must hold --- */

static void check(void)
{
	unsigned int i, running = 0, members = 0;

	must(sim.now >= last_now && sim.now <= WIRE_NEVER);
	last_now = sim.now;
	for (i = 0; i < CLIENTS; i++) {
		if (!here[i])
			continue;
		running += clients[i].state == CLIENT_RUNNING;
		members += clients[i].state != CLIENT_CONNECTED;
		must(clients[i].state == CLIENT_CONNECTED ||
		     sim.clients[clients[i].slot] == &clients[i]);
		must(clients[i].state != CLIENT_RUNNING || !clients[i].job.place);
		must(clients[i].frees_due <= 64);
	}
	must(running == (sim.running ? 1 : 0) && members == sim.count);
	/* somebody could run, and nobody holds it up */
	if (!sim.running && !sim.paused && !sim.end && sim.joined >= sim.opt.expect)
		must(!sched_first(&sim.sched));
}

static void begin(unsigned int choice)
{
	struct sim_options opt = {
		.expect = 1 + choice % 3, .slots = SLOTS, .no_page = choice & 4,
		.late_page = choice & 8, .end = choice & 16 ? 1000000 : WIRE_NEVER,
		.limit = WIRE_NEVER, .on_death = choice / 32 % 3, .asleep = WIRE_NEVER,
	};

	memset(here, 0, sizeof(here));
	memset(last_seq, 0, sizeof(last_seq));
	last_now = 0;
	must(!sim_init(&sim, &ops, &opt, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, data + size };
	unsigned int i;

	begin(take(&input, 1));
	while (input.at < input.end) {
		act(&input);
		check();
	}
	for (i = 0; i < CLIENTS; i++)
		if (here[i])
			leave(i, SIM_LEFT);
	check();
	sim_free(&sim);
	return 0;
}
