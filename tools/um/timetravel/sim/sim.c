// SPDX-License-Identifier: GPL-2.0
/* The simulation: its beginning, its end, and what the user does to it. */
#include <errno.h>
#include <stdlib.h>

#include "sim/sim.h"

/**
 * sim_init() - begin at time 0
 * @sim: to be set up
 * @ops: the world
 * @opt: what the user chose
 * @trace: where to write what happens, NULL for nowhere
 *
 * Return: 0 or a negative error number.
 */
int sim_init(struct sim *sim, const struct sim_ops *ops, const struct sim_options *opt,
	     struct trace *trace)
{
	int err;

	*sim = (struct sim){ .ops = ops, .opt = *opt, .trace = trace, .pause_at = WIRE_NEVER,
		.opened = host_time() };
	err = page_owner_create(&sim->page, opt->slots);
	if (err)
		return err;
	sim->clients = calloc(opt->slots, sizeof(*sim->clients));
	sim->last_polled = calloc(opt->slots, sizeof(*sim->last_polled));
	if (!sim->clients || !sim->last_polled) {
		sim_free(sim);
		return -ENOMEM;
	}
	return 0;
}

/**
 * sim_free() - give back what sim_init() took; no client is left
 * @sim: the simulation
 */
void sim_free(struct sim *sim)
{
	page_owner_destroy(&sim->page);
	sched_free(&sim->sched);
	free(sim->clients);
	free(sim->last_polled);
}

/**
 * sim_connect() - somebody is there who may become a client
 * @sim: the simulation
 * @client: to be set up
 * @pid: its process
 */
void sim_connect(struct sim *sim, struct client *client, pid_t pid)
{
	*client = (struct client){
		.pid = pid, .id = WIRE_NO_ID, .serial = ++sim->serial,
		.request = WIRE_NEVER, .since = host_time(),
	};
}

/**
 * sim_wake() - the time has come that was asked for by &sim_ops.timer
 * @sim: the simulation
 */
void sim_wake(struct sim *sim)
{
	sim_schedule(sim);
}

/**
 * sim_expect() - it is known now how many clients will join
 * @sim: the simulation
 * @clients: so many, those that have joined included
 */
void sim_expect(struct sim *sim, unsigned int clients)
{
	sim->opt.expect = clients;
	sim_schedule(sim);
}

/**
 * sim_pause() - nobody is let run any more
 * @sim: the simulation
 *
 * The client that runs does so until it gives the processor away.
 */
void sim_pause(struct sim *sim)
{
	sim_hold(sim);
	sim_schedule(sim);
}

/* The pace counts from where it was interrupted */
static void go_on(struct sim *sim)
{
	if (sim->paused)
		trace_event(sim->trace, sim->now, TRACE_RESUME, 0, WIRE_NO_ID, 0);
	sim->paused = false;
	sim->pace_host = host_time();
	sim->pace_sim = sim->now;
}

/**
 * sim_resume() - go on after a pause
 * @sim: the simulation
 */
void sim_resume(struct sim *sim)
{
	sim->pause_at = WIRE_NEVER;
	go_on(sim);
	sim_schedule(sim);
}

/**
 * sim_step() - one client runs, then it is paused again
 * @sim: the simulation, paused
 */
void sim_step(struct sim *sim)
{
	sim->stepping = true;
	go_on(sim);
	sim_schedule(sim);
}

/**
 * sim_until() - go on, and pause at a time
 * @sim: the simulation
 * @time: ns; if it is over, the pause is now
 */
void sim_until(struct sim *sim, __u64 time)
{
	sim->pause_at = time;
	go_on(sim);
	sim_tell_bound(sim, sim_bound(sim));
	sim_schedule(sim);
}

/**
 * sim_broadcast() - 64 bits for all clients
 * @sim: the simulation
 * @value: the bits
 */
void sim_broadcast(struct sim *sim, __u64 value)
{
	sim_relay(sim, NULL, value);
}
