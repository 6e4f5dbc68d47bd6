// SPDX-License-Identifier: GPL-2.0
/* The simulation: what people are told. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/sim.h"

#define NS 1000000000ull

/**
 * sim_name_of() - a client's name, as in "client 3 (ID 7, process 1234)"
 * @client: the client, NULL for the controller
 * @text: where to put it
 * @size: room there, %SIM_NAME is enough
 *
 * Return: @text.
 */
const char *sim_name_of(const struct client *client, char *text, size_t size)
{
	if (!client)
		snprintf(text, size, "the controller");
	else if (client->state == CLIENT_CONNECTED)
		snprintf(text, size, "process %d, not a client yet,", client->pid);
	else if (client->id == WIRE_NO_ID)
		snprintf(text, size, "client %u (no ID, process %d)", client->slot, client->pid);
	else
		snprintf(text, size, "client %u (ID %llu, process %d)", client->slot,
			 client->id, client->pid);
	return text;
}

/**
 * sim_say() - one line about a client
 * @sim: the simulation
 * @client: the client, NULL for the controller
 * @format: what it did, as printf(), without the newline
 */
void sim_say(struct sim *sim, const struct client *client, const char *format, ...)
{
	char what[512], name[SIM_NAME];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	complain("at %llu.%09llu s: %s %s", sim->now / NS, sim->now % NS,
		 sim_name_of(client, name, sizeof(name)), what);
}

/**
 * sim_say_once() - is it the first time that this is to be said of this client
 * @sim: the simulation
 * @client: the client
 * @bit: number of what is said
 *
 * Return: true at the first call for @bit.
 */
bool sim_say_once(struct sim *sim, struct client *client, unsigned int bit)
{
	bool told = client->told & (1u << bit);

	(void)sim;
	client->told |= 1u << bit;
	return !told;
}

/**
 * sim_asleep_table() - who waits for what since when
 * @sim: the simulation
 */
void sim_asleep_table(struct sim *sim)
{
	__u64 host = host_time();
	unsigned int slot;

	complain("at %llu.%09llu s everybody sleeps for ever:", sim->now / NS, sim->now % NS);
	complain("  slot                   ID  process  waits for      since (simulated)  host");
	for (slot = 1; slot <= sim->top; slot++) {
		const struct client *client = sim->clients[slot];
		char id[24] = "-";

		if (!client)
			continue;
		if (client->id != WIRE_NO_ID)
			snprintf(id, sizeof(id), "%llu", client->id);
		complain("  %4u %20s %8d  %-13s %7llu.%09llu s  %.1f s", slot, id, client->pid,
			 client->asked ? "never" : "an interrupt", client->last / NS,
			 client->last % NS, (double)(host - client->since) / NS);
	}
}

static void name_runner(struct sim *sim, __u64 host)
{
	struct client *client = sim->running;

	if (host - client->since < sim->opt.patience || !sim_say_once(sim, client, 31))
		return;
	sim_say(sim, client, "has run for %.1f s of host time and not given the processor back",
		(double)(host - client->since) / NS);
	if (client->broadcast_left)
		sim_say(sim, client, "waits for %u clients to answer its BROADCAST",
			client->broadcast_left);
}

static bool has_joined(const struct sim *sim, __u64 id)
{
	unsigned int slot;

	for (slot = 1; slot <= sim->top; slot++)
		if (sim->clients[slot] && sim->clients[slot]->id == id)
			return true;
	return false;
}

/* " (missing: ID 2, 5)" where the IDs are known */
static const char *missing_ids(const struct sim *sim, char *text, size_t size)
{
	size_t length = 0;
	unsigned int id;

	*text = 0;
	for (id = 1; id <= sim->opt.numbered && length < size; id++)
		if (!has_joined(sim, id))
			length += snprintf(text + length, size - length, "%s%u",
					   length ? ", " : " (missing: ID ", id);
	if (length && length < size)
		snprintf(text + length, size - length, ")");
	return text;
}

/**
 * sim_say_missing() - say how many clients have not joined, and which if that is known
 * @sim: the simulation, which waits for them
 */
void sim_say_missing(struct sim *sim)
{
	char ids[160];

	complain("%u of %u clients have joined after %.1f s of host time%s", sim->joined,
		 sim->opt.expect, (double)(host_time() - sim->opened) / NS,
		 missing_ids(sim, ids, sizeof(ids)));
}

static void name_missing(struct sim *sim, __u64 host)
{
	if (sim->missing_said || host - sim->opened < sim->opt.patience)
		return;
	sim->missing_said = true;
	sim_say_missing(sim);
}

/**
 * sim_impatient() - name a client that runs for too long, or who has not joined
 * @sim: the simulation
 * @host: host time in ns
 *
 * Each is named once, as there may be a good reason.
 */
void sim_impatient(struct sim *sim, __u64 host)
{
	if (sim->running)
		name_runner(sim, host);
	else if (sim->joined < sim->opt.expect)
		name_missing(sim, host);
}

/**
 * sim_stats() - what there was, at the end
 * @sim: the simulation
 */
void sim_stats(struct sim *sim)
{
	double host = sim->begun ? (double)(host_time() - sim->begun) / NS : 0;
	double simulated = (double)sim->now / NS;

	complain("%.9f s of simulated time in %.3f s of host time (%.1f times as fast)",
		 simulated, host, host > 0 ? simulated / host : 0);
	complain("%u clients joined, %u have left, %u of these died", sim->joined, sim->left,
		 sim->died);
	complain("%llu hand-offs, %llu messages (%.1f a hand-off)", sim->handoffs, sim->messages,
		 sim->handoffs ? (double)sim->messages / sim->handoffs : 0);
}
