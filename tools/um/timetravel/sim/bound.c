// SPDX-License-Identifier: GPL-2.0
/* The simulation: how far the client that runs may go, and how far it has come. */
#include "sim/sim.h"

/* Nobody goes on by itself for longer than this, so that it is known what time it is, ns */
#define FREE_MAX 1000000000

/* At a pace, a client goes on by itself for no more than so much host time, ns */
#define PACE_SLICE 1000000

/* The time after which nobody is let run without more ado */
__u64 sim_stop_time(const struct sim *sim)
{
	return sim_earlier(sim_earlier(sim->opt.end, sim->opt.limit), sim->pause_at);
}

/* Until when the client that runs may go on, exclusive: others' requests, and our limits */
__u64 sim_bound(const struct sim *sim)
{
	const struct sched_job *job = sched_first(&sim->sched);
	__u64 bound = sim_earlier(job ? job->time : WIRE_NEVER, sim_stop_time(sim));

	bound = sim_earlier(bound, sim->now + FREE_MAX);
	if (sim->opt.pace > 0)
		bound = sim_earlier(bound, sim->now + (__u64)(sim->opt.pace * PACE_SLICE) + 1);
	if (sim->paused)
		bound = sim_earlier(bound, sim->now);
	return bound;
}

/*
 * The client that runs may go less far than it was told. This goes out before whatever
 * caused it is answered.
 */
void sim_tell_bound(struct sim *sim, __u64 bound)
{
	struct client *client = sim->running;

	if (!client)
		return;
	page_owner_lower_bound(&sim->page, bound);
	if (client->page || client->free_until <= bound)
		return;
	client->free_until = bound;
	sim_send_owed(sim, client, UM_TIMETRAVEL_FREE_UNTIL,
		      client_from_sim(client, bound), NULL);
	trace_event(sim->trace, sim->now, TRACE_FREE, client->slot, client->id, bound);
}

/* As far as the client that runs can have come, if it keeps the rules */
static __u64 furthest(const struct sim *sim, const struct client *client)
{
	const struct sched_job *job = sched_first(&sim->sched);
	__u64 time = sim_earlier(job ? job->time : WIRE_NEVER,
			     sim_earlier(sim->opt.end, sim->opt.limit));

	if (client->asked)
		time = sim_earlier(time, client->request);
	if (client->horizon)
		time = sim_earlier(time, client->horizon);
	return time;
}

/*
 * The client that runs says how far it has come. It is believed as far as it may have
 * come: not back, and not past anybody's request.
 */
void sim_time_claimed(struct sim *sim, __u64 claimed, const char *what)
{
	struct client *client = sim->running;
	__u64 most = furthest(sim, client);

	if (claimed > most && claimed > sim->now) {
		if (claimed <= client->horizon)
			/* it went there before it heard of an earlier request */
			client->unseen_until = claimed;
		else if (sim_say_once(sim, client, UM_TIMETRAVEL_UPDATE))
			sim_say(sim, client, "%s is %llu ns, later than it may be: %llu",
				what, claimed, most);
		claimed = most;
	}
	if (claimed > sim->now)
		sim->now = claimed;
	if (sim->now > client->last)
		client->last = sim->now;
}
