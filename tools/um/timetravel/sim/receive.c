// SPDX-License-Identifier: GPL-2.0
/* The simulation: what clients say. */
#include <stdio.h>

#include "sim/sim.h"

/* How many grants go with FREE_UNTIL after one where it would have paid off */
#define FREE_CREDIT 15

/* How many FREE_UNTIL a client may leave unanswered until others have to wait for it */
#define FREES_DUE_MAX 64

static void answer(struct sim *sim, struct client *client, const struct um_timetravel_msg *msg,
		   __u64 time)
{
	struct um_timetravel_msg ack = wire_ack(msg, time);

	sim_send(sim, client, &ack);
}

/* What time it is, as well as it can be known */
static __u64 current_time(struct sim *sim)
{
	if (sim->running && sim->running->page) {
		sim_look(sim);
		sim_time_claimed(sim, page_owner_time(&sim->page), SIM_PAGE_TIME);
	}
	return sim->now;
}

static unsigned int free_slot(struct sim *sim)
{
	unsigned int slot;

	for (slot = 1; slot < sim->opt.slots; slot++)
		if (!sim->clients[slot])
			return slot;
	return 0;
}

/* They will do, but where their times are equal they run as they happened to ask */
static void note_same_id(struct sim *sim, const struct client *client)
{
	unsigned int slot;

	for (slot = 1; slot <= sim->top; slot++) {
		const struct client *other = sim->clients[slot];

		if (other && other != client && other->id == client->id)
			break;
	}
	if (slot <= sim->top && client->id != WIRE_NO_ID)
		sim_say(sim, client, "has the ID of client %u: their order is not fixed", slot);
}

static void on_start(struct sim *sim, struct client *client, const struct um_timetravel_msg *msg)
{
	client->state = CLIENT_JOINING;
	client->id = msg->time;
	client->start_seq = msg->seq;
	client->since = host_time();
	client->job = (struct sched_job){
		.time = current_time(sim), .id = client->id, .order = ++sim->order };
	client->request = client->job.time;
	sim->clients[client->slot] = client;
	sim->last_polled[client->slot] = SIM_NOT_POLLED;
	if (client->slot > sim->top)
		sim->top = client->slot;
	sim->count++;
	sim->joined++;
	note_same_id(sim, client);
	sched_set(&sim->sched, &client->job);
	sim_tell_bound(sim, client->job.time);
	sim_schedule(sim);
}

/*
 * Who runs may learn by another way than ours that a request was answered: a device
 * answers it then. So it must have taken note of FREE_UNTIL before.
 */
static bool runner_knows(const struct sim *sim, const struct client *client)
{
	return !sim->running || sim->running == client || !sim->running->frees_due;
}

/* Who runs knows by now, or nobody does: answer REQUESTs that had to wait for that */
void sim_answer_withheld(struct sim *sim)
{
	struct client *client;
	unsigned int slot;

	for (slot = 1; slot <= sim->top && sim->withheld; slot++) {
		client = sim->clients[slot];
		if (!client || !client->withheld)
			continue;
		client->withheld = false;
		if (!--sim->withheld)
			sim->ops->resumed(sim);
		answer(sim, client, &client->request_msg, 0);
	}
}

static void on_request(struct sim *sim, struct client *client,
		       const struct um_timetravel_msg *msg)
{
	sim_ask(sim, client, client_to_sim(client, msg->time));
	if (!runner_knows(sim, client)) {
		client->withheld = true;
		client->request_msg = *msg;
		sim->withheld++;
		return;
	}
	answer(sim, client, msg, 0);
	if (client->state == CLIENT_WAITING)
		sim_schedule(sim);
}

/*
 * A client that was told that it may go on by itself may have come that far, or to its
 * request, without a word.
 */
static void note_hidden(struct sim *sim, struct client *client)
{
	__u64 hidden = client->horizon - 1;

	if (!client->horizon)
		return;
	if (client->asked && client->request < hidden)
		hidden = client->request;
	if (hidden > client->unseen_until)
		client->unseen_until = hidden;
	if (hidden > sim->unseen_until && hidden < WIRE_NEVER - 1)
		sim->unseen_until = hidden;
}

/* FREE_UNTIL, when there was none, would have saved this WAIT */
static void note_missed(struct sim *sim, struct client *client)
{
	const struct sched_job *job = sched_first(&sim->sched);

	if (client->page || client->horizon || !client->asked)
		return;
	if (client->request < (job ? job->time : WIRE_NEVER))
		client->free_credit = FREE_CREDIT;
}

static void on_wait(struct sim *sim, struct client *client, const struct um_timetravel_msg *msg)
{
	__u64 claimed = 0, time;

	if (client->page) {
		claimed = page_owner_time(&sim->page);
		if (page_owner_request(&sim->page, client->slot, &time)) {
			client->request = time < WIRE_NEVER ? time : WIRE_NEVER;
			client->asked = true;
			client->job.order = ++sim->order;
			sim->last_polled[client->slot] = time;
		}
		sim_look(sim);
		sim_time_claimed(sim, claimed, SIM_PAGE_TIME);
	}
	note_hidden(sim, client);
	note_missed(sim, client);
	client->free_until = 0;
	client->horizon = 0;
	client->state = CLIENT_WAITING;
	client->since = host_time();
	sim->running = NULL;
	if (!client->asked)
		client->request = WIRE_NEVER;
	trace_event(sim->trace, sim->now, TRACE_WAIT, client->slot, client->id, client->request);
	if (client->request < WIRE_NEVER) {
		client->job.time = client->request < sim->now ? sim->now : client->request;
		sched_set(&sim->sched, &client->job);
	}
	if (!client->page)
		answer(sim, client, msg, 0);
	sim_answer_withheld(sim);
	sim_schedule(sim);
}

static void on_get(struct sim *sim, struct client *client, const struct um_timetravel_msg *msg)
{
	__u64 now = current_time(sim);

	if (now < client->unseen_until)
		now = client->unseen_until;
	if (now > client->last)
		client->last = now;
	answer(sim, client, msg, client_from_sim(client, now));
}

static void on_update(struct sim *sim, struct client *client,
		      const struct um_timetravel_msg *msg)
{
	__u64 time = client_to_sim(client, msg->time);

	if (time < client->last && sim_say_once(sim, client, UM_TIMETRAVEL_ACK))
		sim_say(sim, client, "sets its time back from %llu to %llu ns; not done",
			client->last, time);
	sim_time_claimed(sim, time, "its UPDATE");
	page_owner_set_time(&sim->page, sim->now);
	trace_event(sim->trace, sim->now, TRACE_UPDATE, client->slot, client->id, time);
	answer(sim, client, msg, 0);
}

static void on_get_tod(struct sim *sim, struct client *client,
		       const struct um_timetravel_msg *msg)
{
	answer(sim, client, msg, sim->opt.start + current_time(sim));
}

/* All others are told; the sender is answered when they have answered */
void sim_relay(struct sim *sim, struct client *sender, __u64 value)
{
	struct client *client;
	unsigned int slot;

	trace_event(sim->trace, sim->now, TRACE_BROADCAST, sender ? sender->slot : 0,
		    sender ? sender->id : WIRE_NO_ID, value);
	for (slot = 1; slot <= sim->top; slot++) {
		client = sim->clients[slot];
		if (!client || client == sender || client->state == CLIENT_JOINING)
			continue;
		if (sender)
			sender->broadcast_left++;
		sim_send_owed(sim, client, UM_TIMETRAVEL_BROADCAST, value, sender);
	}
}

static void on_broadcast(struct sim *sim, struct client *client,
			 const struct um_timetravel_msg *msg)
{
	client->broadcast = *msg;
	sim_relay(sim, client, msg->time);
	if (!client->broadcast_left)
		answer(sim, client, msg, 0);
}

static void on_leave(struct sim *sim, struct client *client,
		     const struct um_timetravel_msg *msg)
{
	if (msg->time == UM_TIMETRAVEL_LEAVE_NOW)
		client->leaving = true;
	else if (msg->time == UM_TIMETRAVEL_LEAVE_ANNOUNCED)
		client->announced = true;
	answer(sim, client, msg, 0);
}

/* One more has answered a BROADCAST, or never will */
void sim_broadcast_answered(struct sim *sim, const struct client_due *due)
{
	struct client *sender = due->slot ? sim->clients[due->slot] : NULL;

	if (!sender || sender->serial != due->serial || --sender->broadcast_left)
		return;
	answer(sim, sender, &sender->broadcast, 0);
}

static enum sim_received on_ack(struct sim *sim, struct client *client,
				const struct um_timetravel_msg *msg)
{
	struct client_due due;
	char text[WIRE_TEXT];

	if (!client_paid(client, msg->seq, &due)) {
		if (client->due_count)
			sim_say(sim, client, "sent %s, which answers nothing; seq %u is due",
				wire_format(text, msg), client->due[client->due_first].seq);
		else
			sim_say(sim, client, "sent %s, and no answer is due",
				wire_format(text, msg));
		return SIM_REFUSED;
	}
	if (due.op == UM_TIMETRAVEL_BROADCAST)
		sim_broadcast_answered(sim, &due);
	if (due.op == UM_TIMETRAVEL_FREE_UNTIL && client->frees_due == FREES_DUE_MAX - 1)
		sim->ops->resumed(sim);
	if (client == sim->running && !client->frees_due)
		sim_answer_withheld(sim);
	return SIM_DONE;
}

static void (*const handlers[])(struct sim *sim, struct client *client,
				const struct um_timetravel_msg *msg) = {
	[UM_TIMETRAVEL_START] = on_start,
	[UM_TIMETRAVEL_REQUEST] = on_request,
	[UM_TIMETRAVEL_WAIT] = on_wait,
	[UM_TIMETRAVEL_GET] = on_get,
	[UM_TIMETRAVEL_UPDATE] = on_update,
	[UM_TIMETRAVEL_GET_TOD] = on_get_tod,
	[UM_TIMETRAVEL_BROADCAST] = on_broadcast,
	[UM_TIMETRAVEL_LEAVE] = on_leave,
};

/* The first message after START was answered tells whether it uses the page */
static void look_up_page(struct sim *sim, struct client *client)
{
	if (client->page_known || client->state < CLIENT_RUNNING)
		return;
	client->page_known = true;
	if (client->page_offered && page_owner_shares_time(&sim->page, client->slot)) {
		client->page = true;
		client->counts = page_owner_counts(&sim->page, client->slot);
		sim->sharing++;
		sim->counting += client->counts;
	}
}

/*
 * The client that runs does not read what it is told: others cannot tell it more. And
 * answers come in the order of the questions.
 */
static bool is_held(const struct sim *sim, const struct client *client, __u32 op)
{
	if (client->withheld && op != UM_TIMETRAVEL_ACK)
		return true;
	if (op != UM_TIMETRAVEL_START && op != UM_TIMETRAVEL_REQUEST)
		return false;
	return sim->running && sim->running != client &&
		sim->running->frees_due >= FREES_DUE_MAX;
}

static enum sim_received refuse(struct sim *sim, struct client *client,
				const struct um_timetravel_msg *msg, const char *why)
{
	char text[WIRE_TEXT];

	sim_say(sim, client, "broke the rules while %s, with %s: %s", client_doing(client),
		wire_format(text, msg), why);
	return SIM_REFUSED;
}

/* START: everything that can fail, before anything is done */
static enum sim_received prepare_start(struct sim *sim, struct client *client,
				       const struct um_timetravel_msg *msg)
{
	client->slot = free_slot(sim);
	if (!client->slot) {
		char why[80];

		snprintf(why, sizeof(why), "there are %u clients, and no slot is left",
			 sim->count);
		return refuse(sim, client, msg, why);
	}
	if (sched_reserve(&sim->sched, sim->count + 1)) {
		client->slot = 0;
		return refuse(sim, client, msg, "out of memory");
	}
	return SIM_DONE;
}

/**
 * sim_receive() - a client says something
 * @sim: the simulation
 * @client: the client
 * @msg: what it says
 *
 * Return: whether it was done, must wait, or was refused, which is said.
 */
enum sim_received sim_receive(struct sim *sim, struct client *client,
			      const struct um_timetravel_msg *msg)
{
	enum client_verdict verdict;
	char text[WIRE_TEXT];
	const char *why;

	if (is_held(sim, client, msg->op))
		return SIM_HELD;
	client->received++;
	sim->messages++;
	look_up_page(sim, client);
	verdict = client_check(client, msg, &why);
	if (verdict == CLIENT_BROKEN)
		return refuse(sim, client, msg, why);
	if (msg->op == UM_TIMETRAVEL_START && prepare_start(sim, client, msg) != SIM_DONE)
		return SIM_REFUSED;
	if (verdict == CLIENT_ODD && sim_say_once(sim, client, msg->op))
		sim_say(sim, client, "sent %s while %s: %s; answered, not done",
			wire_format(text, msg), client_doing(client), why);
	if (verdict == CLIENT_FINE && msg->op == UM_TIMETRAVEL_ACK)
		return on_ack(sim, client, msg);
	if (verdict == CLIENT_FINE)
		handlers[msg->op](sim, client, msg);
	else
		answer(sim, client, msg, 0);
	return SIM_DONE;
}
