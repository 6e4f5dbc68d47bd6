// SPDX-License-Identifier: GPL-2.0
/* Commands for a controller that runs: what they do. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "serve/control.h"
#include "lib/number.h"

static json_t *error(const char *text)
{
	return json_pack("{s:b, s:s}", "ok", 0, "error", text);
}

static const char *state_of(const struct sim *sim)
{
	if (sim->joined < sim->opt.expect)
		return "waits for clients";
	if (sim->running)
		return sim->paused ? "pausing" : "running";
	if (sim->paused)
		return "paused";
	return sim->asleep_since ? "asleep" : "waiting";
}

static json_t *id_of(const struct client *client)
{
	return client->id == WIRE_NO_ID ? json_null() : number_to_json(client->id);
}

static json_t *describe(const struct client *client)
{
	bool asks = client->asked && client->request < WIRE_NEVER;

	return json_pack("{s:i, s:o, s:i, s:s, s:o, s:b, s:I, s:I, s:I}",
			 "slot", client->slot, "id", id_of(client), "process", client->pid,
			 "state", client_doing(client),
			 "request", asks ? json_integer(client->request) : json_null(),
			 "page", client->page, "runs", (json_int_t)client->runs,
			 "received", (json_int_t)client->received,
			 "sent", (json_int_t)client->sent);
}

static json_t *summary(const struct sim *sim)
{
	return json_pack("{s:b, s:I, s:s, s:i, s:i, s:i, s:i, s:i, s:I, s:I}", "ok", 1,
			 "now", (json_int_t)sim->now, "state", state_of(sim),
			 "running", sim->running ? sim->running->slot : 0,
			 "expected", sim->opt.expect, "joined", sim->joined,
			 "left", sim->left, "died", sim->died,
			 "handoffs", (json_int_t)sim->handoffs,
			 "messages", (json_int_t)sim->messages);
}

static json_t *do_status(struct sim *sim, const json_t *request, bool *wait)
{
	json_t *answer = summary(sim), *clients = json_array();
	unsigned int slot;

	(void)request;
	(void)wait;
	for (slot = 1; slot <= sim->top; slot++)
		if (sim->clients[slot])
			json_array_append_new(clients, describe(sim->clients[slot]));
	json_object_set_new(answer, "clients", clients);
	return answer;
}

static json_t *do_pause(struct sim *sim, const json_t *request, bool *wait)
{
	(void)request;
	*wait = true;
	sim_pause(sim);
	return NULL;
}

static json_t *do_resume(struct sim *sim, const json_t *request, bool *wait)
{
	(void)request;
	(void)wait;
	sim_resume(sim);
	return summary(sim);
}

static json_t *do_step(struct sim *sim, const json_t *request, bool *wait)
{
	(void)request;
	if (!sim->paused)
		return error("step: the simulation is not paused");
	*wait = true;
	sim_step(sim);
	return NULL;
}

/* "time" is absolute, "in" counts from now */
static json_t *do_until(struct sim *sim, const json_t *request, bool *wait)
{
	const json_t *time = json_object_get(request, "time");
	const json_t *in = json_object_get(request, "in");
	__u64 until;

	if (!json_is_integer(time) == !json_is_integer(in))
		return error("until: one of \"time\" and \"in\" is needed, a number of ns");
	if (json_integer_value(json_is_integer(time) ? time : in) < 0)
		return error("until: a time is not negative");
	until = json_is_integer(time) ? (__u64)json_integer_value(time) :
		sim->now + (__u64)json_integer_value(in);
	if (until < sim->now)
		return error("until: this time is over");
	*wait = true;
	sim_until(sim, until);
	return NULL;
}

static json_t *do_broadcast(struct sim *sim, const json_t *request, bool *wait)
{
	__u64 value;

	(void)wait;
	if (number_from_json(json_object_get(request, "value"), &value))
		return error("broadcast: \"value\" is needed, a 64-bit number");
	sim_broadcast(sim, value);
	return summary(sim);
}

struct command {
	const char *name;
	json_t *(*run)(struct sim *sim, const json_t *request, bool *wait);
	bool tells_all;
};

static const struct command commands[] = {
	{ "status", do_status },
	{ "pause", do_pause },
	{ "resume", do_resume },
	{ "step", do_step },
	{ "until", do_until },
	{ "broadcast", do_broadcast, .tells_all = true },
};

static const struct command *find_command(const char *name)
{
	size_t i;

	for (i = 0; name && i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

static const char *name_of(const json_t *request)
{
	return json_string_value(json_object_get(request, "command"));
}

static json_t *dispatch(struct sim *sim, const json_t *request, bool *wait)
{
	const struct command *command = find_command(name_of(request));

	if (command)
		return command->run(sim, request, wait);
	if (!name_of(request))
		return error("a line is a JSON object with a \"command\"");
	return error("no such command; there are status, pause, resume, step, until, broadcast");
}

/**
 * commands_tell_all() - does a command need room with all clients
 * @line: the command
 *
 * Return: whether it sends something to each of them.
 */
bool commands_tell_all(const char *line)
{
	json_t *request = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
	const struct command *command = find_command(name_of(request));
	bool all = command && command->tells_all;

	json_decref(request);
	return all;
}

/**
 * commands_answer() - do what a command says
 * @sim: the simulation
 * @line: the command, NULL for what is told those who waited for a pause
 * @wait: set if it is answered later, by another call with a @line of NULL
 *
 * Return: the answer with its newline, to be freed; NULL if it comes later, or without
 * memory.
 */
char *commands_answer(struct sim *sim, const char *line, bool *wait)
{
	json_t *request = line ? json_loads(line, JSON_REJECT_DUPLICATES, NULL) : NULL;
	json_t *answer = line ? dispatch(sim, request, wait) : summary(sim);
	char *text = NULL, *with_newline;

	json_decref(request);
	if (!answer)
		return NULL;
	text = json_dumps(answer, JSON_COMPACT);
	json_decref(answer);
	if (!text)
		return NULL;
	with_newline = realloc(text, strlen(text) + 2);
	if (!with_newline) {
		free(text);
		return NULL;
	}
	return strcat(with_newline, "\n");
}
