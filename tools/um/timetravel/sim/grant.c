// SPDX-License-Identifier: GPL-2.0
/* The simulation: who runs next, and how far. */
#include <stdlib.h>

#include "sim/sim.h"

void sim_send(struct sim *sim, struct client *client, const struct um_timetravel_msg *msg)
{
	client->sent++;
	sim->messages++;
	sim->ops->send(client, msg, NULL, 0);
}

/* A message that the client is to answer */
void sim_send_owed(struct sim *sim, struct client *client, __u32 op, __u64 time,
		   const struct client *sender)
{
	struct um_timetravel_msg msg = wire_msg(op, ++client->seq, time);
	struct client_due due = {
		.seq = msg.seq, .op = op,
		.slot = sender ? sender->slot : 0,
		.serial = sender ? sender->serial : 0,
	};

	if (client_owe(client, &due))
		complain("out of memory");
	sim_send(sim, client, &msg);
}

/* Nobody is let run from now on; who runs is told */
void sim_hold(struct sim *sim)
{
	if (!sim->paused)
		trace_event(sim->trace, sim->now, TRACE_PAUSE, 0, WIRE_NO_ID, 0);
	sim->paused = true;
	sim_tell_bound(sim, sim->now);
}

/* The client wants to run at @time. If it does not run now, this counts at once. */
void sim_ask(struct sim *sim, struct client *client, __u64 time)
{
	if (time < sim->now && client->state == CLIENT_WAITING &&
	    sim_say_once(sim, client, UM_TIMETRAVEL_REQUEST))
		sim_say(sim, client, "asks to run in the past, at %llu ns; it runs next", time);
	client->request = time;
	client->asked = true;
	client->job.order = ++sim->order;
	if (client->state != CLIENT_WAITING)
		return;
	trace_event(sim->trace, sim->now, TRACE_REQUEST, client->slot, client->id, time);
	if (time >= WIRE_NEVER) {
		sched_remove(&sim->sched, &client->job);
		return;
	}
	client->job.time = time < sim->now ? sim->now : time;
	sched_set(&sim->sched, &client->job);
	sim_tell_bound(sim, client->job.time);
}

static bool looks(const struct client *client)
{
	return client && client->page && client->state == CLIENT_WAITING;
}

/* Whether there can be a request in the page that was not looked at */
static bool to_be_polled(struct sim *sim)
{
	__u32 requests = page_owner_requests(&sim->page);

	if (sim->counting == sim->sharing && requests == sim->requests)
		return false;
	sim->requests = requests;
	return true;
}

/*
 * Requests in the page that changed since the last look: those who were interrupted
 * while another one runs tell nobody, but most count them, which saves a pass over the
 * slots.
 */
void sim_look(struct sim *sim)
{
	unsigned int slot;
	__u64 time;

	if (!sim->sharing || !to_be_polled(sim))
		return;
	for (slot = 1; slot <= sim->top; slot++) {
		if (!page_owner_request(&sim->page, slot, &time) || time == sim->last_polled[slot])
			continue;
		if (!looks(sim->clients[slot]))
			continue;
		sim->last_polled[slot] = time;
		sim_ask(sim, sim->clients[slot], sim_earlier(time, WIRE_NEVER));
	}
}

/* --- nobody can run --- */

static void idle(struct sim *sim, bool want_messages, __u64 timer)
{
	page_owner_idle(&sim->page, want_messages);
	sim->idle = true;
	sim->ops->timer(sim, timer);
}

static void end(struct sim *sim, enum sim_end why, __u64 time)
{
	sim->end = why;
	if (time > sim->now && time < WIRE_NEVER)
		sim->now = time;
	idle(sim, true, 0);
}

/* Somebody asked for never; others, which are devices, asked for nothing */
static bool somebody_sleeps(const struct sim *sim)
{
	unsigned int slot;

	for (slot = 1; slot <= sim->top; slot++)
		if (sim->clients[slot] && sim->clients[slot]->asked)
			return true;
	return false;
}

static void nobody_asks(struct sim *sim)
{
	__u64 host;

	if (!sim->count || !somebody_sleeps(sim)) {
		if (sim->left && !sim->opt.stay)
			end(sim, SIM_ALL_LEFT, 0);
		else
			idle(sim, true, 0);
		return;
	}
	/* an interrupt from outside may still be on its way */
	host = host_time();
	if (!sim->asleep_since)
		sim->asleep_since = host;
	if (sim->opt.asleep == WIRE_NEVER) {
		idle(sim, true, 0);
	} else if (host - sim->asleep_since < sim->opt.asleep) {
		idle(sim, true, sim->asleep_since + sim->opt.asleep);
	} else {
		sim_asleep_table(sim);
		end(sim, SIM_ALL_ASLEEP, 0);
	}
}

/* At a pace: the host time when simulated @time may be; 0 if it may be now */
static __u64 too_early(struct sim *sim, __u64 time)
{
	__u64 when;

	if (sim->opt.pace <= 0 || time <= sim->pace_sim)
		return 0;
	when = sim->pace_host + (__u64)((double)(time - sim->pace_sim) / sim->opt.pace);
	return when > host_time() ? when : 0;
}

/* --- somebody can --- */

static void first_grant(struct sim *sim, struct client *client)
{
	bool page = !sim->opt.no_page && (sim->now == 0 || sim->opt.late_page);
	int fds[UM_TIMETRAVEL_SHARED_MAX_FDS] = {
		[UM_TIMETRAVEL_SHARED_MEMFD] = page ? sim->page.fd : sim->page.refused_fd,
		[UM_TIMETRAVEL_SHARED_LOGFD] = sim->page.log_fd,
	};
	struct um_timetravel_msg ack = wire_msg(UM_TIMETRAVEL_ACK, client->start_seq,
						  client->slot);

	page_owner_open_slot(&sim->page, client->slot, client->id);
	client->page_offered = page;
	client->offset = sim->now;
	client->sent++;
	sim->messages++;
	sim->ops->send(client, &ack, fds, UM_TIMETRAVEL_SHARED_MAX_FDS);
}

/* The time that RUN carries: what was asked for, even if time has passed since */
static __u64 run_time(const struct sim *sim, const struct client *client)
{
	return client->request < client->last ? sim->now : client->request;
}

static void run(struct sim *sim, struct client *client, __u64 bound)
{
	__u64 time = run_time(sim, client);
	struct um_timetravel_msg msg;

	client->last = time;
	if (client->page) {
		client->horizon = bound;
		msg = wire_msg(UM_TIMETRAVEL_RUN, ++client->seq, time);
		sim_send(sim, client, &msg);
		return;
	}
	if (client->free_credit && bound > sim->now) {
		client->free_credit--;
		client->free_until = bound;
		client->horizon = bound;
		sim_send_owed(sim, client, UM_TIMETRAVEL_FREE_UNTIL,
			      client_from_sim(client, bound), NULL);
		trace_event(sim->trace, sim->now, TRACE_FREE, client->slot, client->id, bound);
	}
	sim_send_owed(sim, client, UM_TIMETRAVEL_RUN, client_from_sim(client, time), NULL);
}

static void grant(struct sim *sim, struct client *client)
{
	enum client_state was = client->state;
	__u64 bound;

	if (client->job.time > sim->now)
		sim->now = client->job.time;
	sched_remove(&sim->sched, &client->job);
	if (sim->stepping) {
		sim->stepping = false;
		sim->paused = true;
	}
	bound = sim_bound(sim);
	page_owner_grant(&sim->page, client->slot, sim->now, bound);
	sim->last_polled[client->slot] = SIM_NOT_POLLED;
	sim->idle = false;
	sim->running = client;
	sim->handoffs += sim->last_ran != client->serial;
	sim->last_ran = client->serial;
	client->state = CLIENT_RUNNING;
	client->since = host_time();
	client->runs++;
	if (was == CLIENT_JOINING)
		trace_event(sim->trace, sim->now, TRACE_JOIN, client->slot, client->id,
			    client->pid);
	trace_event(sim->trace, sim->now, TRACE_RUN, client->slot, client->id,
		    was == CLIENT_JOINING ? sim->now : client->request);
	client->asked = false;
	/* a request that came meanwhile is before the bound that was just written */
	sim_look(sim);
	if (was == CLIENT_JOINING)
		first_grant(sim, client);
	else
		run(sim, client, sim_earlier(bound, sim_bound(sim)));
}

/*
 * Who joins begins its life now, but not before what others may have seen already: when
 * that is not known, at the next time that is.
 */
static struct sched_job *settle_joiner(struct sim *sim, struct sched_job *job)
{
	struct client *client = container_of(job, struct client, job);
	struct sched_job *next;

	if (client->state != CLIENT_JOINING || job->time >= sim->unseen_until)
		return job;
	sched_remove(&sim->sched, job);
	next = sched_first(&sim->sched);
	job->time = next ? sim_earlier(next->time, sim->unseen_until) : sim->unseen_until;
	sched_set(&sim->sched, job);
	return sched_first(&sim->sched);
}

/* Nobody is let run: there is a pause, or not all are there yet */
static void rest(struct sim *sim)
{
	if (!sim->idle)
		idle(sim, true, 0);
	if (sim->paused)
		sim->ops->paused(sim);
}

/* A limit of ours comes before the next job */
static bool stopped(struct sim *sim, __u64 next)
{
	__u64 stop = sim_stop_time(sim);

	if (next < stop)
		return false;
	if (stop == sim->opt.end) {
		end(sim, SIM_AT_END, stop);
	} else if (stop == sim->opt.limit) {
		end(sim, SIM_AT_LIMIT, stop);
	} else {
		if (stop > sim->now)
			sim->now = stop;
		sim->pause_at = WIRE_NEVER;
		sim_hold(sim);
		rest(sim);
	}
	return true;
}

static int by_id(const void *a, const void *b)
{
	const struct client *const *left = a, *const *right = b;

	if (!*left || !*right)
		return !*left - !*right;
	if ((*left)->id != (*right)->id)
		return (*left)->id < (*right)->id ? -1 : 1;
	return (*left)->serial < (*right)->serial ? -1 : 1;
}

/* Those who were there at the beginning get slots by their IDs: each run like the other */
static void begin(struct sim *sim)
{
	unsigned int slot;

	qsort(sim->clients + 1, sim->top, sizeof(*sim->clients), by_id);
	sim->top = sim->count;
	for (slot = 1; slot <= sim->top; slot++)
		sim->clients[slot]->slot = slot;
	sim->begun = host_time();
	sim->pace_host = sim->begun;
}

/**
 * sim_schedule() - let the next client run, if nobody does
 * @sim: the simulation
 */
void sim_schedule(struct sim *sim)
{
	struct sched_job *job;
	__u64 when;

	if (sim->running || sim->end)
		return;
	if (sim->joined < sim->opt.expect || sim->paused) {
		rest(sim);
		return;
	}
	sim_look(sim);
	job = sched_first(&sim->sched);
	if (!job) {
		nobody_asks(sim);
		return;
	}
	sim->asleep_since = 0;
	job = settle_joiner(sim, job);
	if (stopped(sim, job->time))
		return;
	if (!sim->begun)
		begin(sim);
	when = too_early(sim, job->time);
	if (when) {
		idle(sim, true, when);
		return;
	}
	grant(sim, container_of(job, struct client, job));
}
