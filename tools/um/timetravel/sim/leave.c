// SPDX-License-Identifier: GPL-2.0
/* The simulation: clients that go. */
#include <stdio.h>
#include <string.h>

#include "sim/sim.h"

/**
 * sim_departure() - the connection of a client was closed: how has it gone
 * @sim: the simulation
 * @client: the client
 * @cut: bytes that came of a message that is not whole
 *
 * A kernel that powers off does so while it runs. Older ones do not say that they leave.
 *
 * Return: what to call sim_leave() with. If it has died, or may have, it is said.
 */
enum sim_leaving sim_departure(struct sim *sim, const struct client *client, size_t cut)
{
	if (cut) {
		sim_say(sim, client, "is gone within a message: %zu bytes of %zu came", cut,
			sizeof(struct um_timetravel_msg));
		return SIM_DIED;
	}
	if (client->leaving || client->state == CLIENT_CONNECTED)
		return SIM_LEFT;
	if (client->state == CLIENT_RUNNING && client_owes(client, UM_TIMETRAVEL_RUN)) {
		sim_say(sim, client, "died while RUN was on its way");
		return SIM_DIED;
	}
	if (client->announced || client->state != CLIENT_RUNNING) {
		sim_say(sim, client, "died while %s", client_doing(client));
		return SIM_DIED;
	}
	sim_say(sim, client, "is gone while running; it does not say whether it has ended or died");
	return SIM_LEFT;
}

static void forget_debts(struct sim *sim, struct client *client)
{
	struct client_due due;

	while (client->due_count && client_paid(client, client->due[client->due_first].seq, &due))
		if (due.op == UM_TIMETRAVEL_BROADCAST)
			sim_broadcast_answered(sim, &due);
}

static void free_place(struct sim *sim, struct client *client)
{
	sched_remove(&sim->sched, &client->job);
	sim->clients[client->slot] = NULL;
	while (sim->top && !sim->clients[sim->top])
		sim->top--;
	sim->count--;
	sim->left++;
	sim->sharing -= client->page;
	sim->counting -= client->counts;
	sim->withheld -= client->withheld;
	client->withheld = false;
	page_owner_close_slot(&sim->page, client->slot);
}

/* Their names, as far as there is room, for the end */
static void note_dead(struct sim *sim, const struct client *client)
{
	size_t length = strlen(sim->dead_names);
	char name[SIM_NAME];

	sim->died++;
	if (!client->announced)
		return;
	sim->dead++;
	if (length + SIM_NAME < sizeof(sim->dead_names))
		snprintf(sim->dead_names + length, sizeof(sim->dead_names) - length, "%s%s",
			 length ? ", " : "", sim_name_of(client, name, sizeof(name)));
}

/**
 * sim_leave() - a client is gone
 * @sim: the simulation
 * @client: the client; it is not used any more afterwards
 * @how: by itself, not, or because it broke the rules
 */
void sim_leave(struct sim *sim, struct client *client, enum sim_leaving how)
{
	bool ran = sim->running == client;

	if (client->state == CLIENT_CONNECTED) {
		client_free(client);
		return;
	}
	if (ran && client->page) {
		sim_look(sim);
		sim_time_claimed(sim, page_owner_time(&sim->page), SIM_PAGE_TIME);
	}
	if (ran)
		sim->running = NULL;
	if (client->state != CLIENT_JOINING)
		trace_event(sim->trace, sim->now, TRACE_LEAVE, client->slot, client->id, how);
	free_place(sim, client);
	forget_debts(sim, client);
	client_free(client);
	if (how != SIM_LEFT) {
		note_dead(sim, client);
		if (sim->opt.on_death == SIM_FAIL && !sim->end)
			sim->end = SIM_CLIENT_DIED;
		else if (sim->opt.on_death == SIM_PAUSE)
			sim_hold(sim);
	}
	if (ran) {
		sim_answer_withheld(sim);
		sim->ops->resumed(sim);
	}
	sim_schedule(sim);
}
