// SPDX-License-Identifier: GPL-2.0
/* umtt status, pause, resume, step, until, broadcast: commands for a controller. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "lib/options.h"
#include "lib/wire.h"
#include "serve/endpoint.h"
#include "lib/number.h"

#define NS 1000000000ull

enum { OPT_SOCKET = OPTIONS_KEY, OPT_JSON };

static const struct argp_option options[] = {
	{ "socket", OPT_SOCKET, "PATH", 0,
	  "that of umtt serve (default: umtt.sock in the user's runtime\n"
	  "directory)", 1 },
	{ "json", OPT_JSON, NULL, 0, "the answer as a line of JSON", 2 },
	{ }
};

/* --- the other end --- */

static int connect_to(const char *socket)
{
	char path[256], why[WIRE_TEXT];
	int fd;

	if (socket)
		snprintf(path, sizeof(path), "%s.ctl", socket);
	else if (!endpoint_default(path, sizeof(path) - 4))
		strcat(path, ".ctl");
	else
		return -1;
	fd = wire_connect(path, why);
	if (fd < 0)
		complain("%s%s", why, socket ? "" : "; name a controller with --socket");
	return fd;
}

/* One line there, one line back, to be freed */
static char *ask(int fd, json_t *request)
{
	FILE *file = fdopen(fd, "r+");
	char *line = NULL;
	size_t size = 0;

	if (!file || json_dumpf(request, file, JSON_COMPACT) || fputc('\n', file) < 0 ||
	    fflush(file) || getline(&line, &size, file) <= 0) {
		complain("the controller ended before it answered");
		free(line);
		line = NULL;
	}
	if (file)
		fclose(file);
	return line;
}

/* --- for people --- */

static const char *seconds(char *text, __u64 ns)
{
	sprintf(text, "%llu.%09llu s", ns / NS, ns % NS);
	return text;
}

static void show_client(const json_t *client)
{
	const json_t *request = json_object_get(client, "request");
	char id_text[24] = "-", time[40] = "-";
	__u64 id;

	if (!number_from_json(json_object_get(client, "id"), &id))
		snprintf(id_text, sizeof(id_text), "%llu", id);
	if (json_is_integer(request))
		seconds(time, json_integer_value(request));
	printf("%5lld %20s %8lld  %-9s %24s  %-4s %10lld\n",
	       json_integer_value(json_object_get(client, "slot")), id_text,
	       json_integer_value(json_object_get(client, "process")),
	       json_string_value(json_object_get(client, "state")), time,
	       json_is_true(json_object_get(client, "page")) ? "yes" : "no",
	       json_integer_value(json_object_get(client, "runs")));
}

static void show(const json_t *answer)
{
	const json_t *clients = json_object_get(answer, "clients");
	char time[40];
	size_t i;

	printf("%s: %s\n", seconds(time, json_integer_value(json_object_get(answer, "now"))),
	       json_string_value(json_object_get(answer, "state")));
	if (!clients)
		return;
	printf("%lld of %lld clients have joined, %lld have left, %lld of these died; "
	       "%lld hand-offs, %lld messages\n",
	       json_integer_value(json_object_get(answer, "joined")),
	       json_integer_value(json_object_get(answer, "expected")),
	       json_integer_value(json_object_get(answer, "left")),
	       json_integer_value(json_object_get(answer, "died")),
	       json_integer_value(json_object_get(answer, "handoffs")),
	       json_integer_value(json_object_get(answer, "messages")));
	if (json_array_size(clients))
		printf("%5s %20s %8s  %-9s %24s  %-4s %10s\n", "slot", "ID", "process",
		       "state", "request", "page", "runs");
	for (i = 0; i < json_array_size(clients); i++)
		show_client(json_array_get(clients, i));
}

static int show_line(const char *line, bool raw)
{
	json_t *answer = json_loads(line, 0, NULL);
	int status = UMTT_OK;

	if (!json_is_true(json_object_get(answer, "ok"))) {
		const char *why = json_string_value(json_object_get(answer, "error"));

		complain("%s", why ? why : "the controller's answer is not understood");
		status = UMTT_FAILED;
	} else if (raw) {
		fputs(line, stdout);
	} else {
		show(answer);
	}
	json_decref(answer);
	return status;
}

/* --- the commands --- */

/**
 * struct call - a command, as it was typed
 * @request: for the controller
 * @add: adds the argument to @request, NULL if there is none
 * @wanted: what the argument is, for people
 * @given: it is there
 * @socket: of umtt serve, NULL for the default
 * @raw: the answer is shown as it comes
 */
struct call {
	json_t *request;
	int (*add)(json_t *request, const char *text);
	const char *wanted;
	bool given;
	const char *socket;
	bool raw;
};

/* "+5s" counts from now */
static int add_time(json_t *request, const char *text)
{
	bool in = *text == '+';
	__u64 time;

	if (parse_time(text + in, &time))
		return -EINVAL;
	return json_object_set_new(request, in ? "in" : "time", json_integer(time));
}

static int add_value(json_t *request, const char *text)
{
	__u64 value;

	if (parse_number(text, UINT64_MAX, &value))
		return -EINVAL;
	return json_object_set_new(request, "value", number_to_json(value));
}

static void take_argument(struct call *call, const char *text, const struct argp_state *state)
{
	if (!call->add)
		argp_error(state, "no argument is wanted, there is '%s'", text);
	else if (call->given)
		argp_error(state, "one %s is wanted, there is also '%s'", call->wanted, text);
	else if (call->add(call->request, text))
		argp_error(state, "'%s' is no %s", text, call->wanted);
	call->given = true;
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct call *call = state->input;

	switch (key) {
	case OPT_SOCKET:
		call->socket = value;
		return 0;
	case OPT_JSON:
		call->raw = true;
		return 0;
	case ARGP_KEY_ARG:
		take_argument(call, value, state);
		return 0;
	case ARGP_KEY_END:
		if (call->add && !call->given)
			argp_error(state, "one %s is wanted", call->wanted);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static int do_call(struct call *call)
{
	int fd = connect_to(call->socket);
	char *line = fd < 0 ? NULL : ask(fd, call->request);
	int status = line ? show_line(line, call->raw) : UMTT_FAILED;

	free(line);
	json_decref(call->request);
	return status;
}

static int command(const char *name, struct call *call, const struct argp *own, int argc,
		   char **argv)
{
	struct argp argp = *own;

	argp.options = options;
	argp.parser = parse;
	argp.children = options_common;
	call->request = json_pack("{s:s}", "command", name);
	options_parse(&argp, argc, argv, call);
	return do_call(call);
}

#define EXIT_STATUS \
	OPTIONS_HERE \
	"Exit status: 0 it was done; 1 it could not be, or the controller ended; 2 called\n" \
	"wrongly.\n" \
	"\n"

/**
 * cmd_status() - umtt status
 * @argc: number of words
 * @argv: the words
 *
 * Return: the exit status.
 */
int cmd_status(int argc, char **argv)
{
	static const struct argp argp = {
		.doc =
			"Shows the time as far as the controller knows it, and what each client does: where\n"
			"it is, when it wants to run, and how often it has."
			EXIT_STATUS
			"  umtt status --socket /tmp/clock\n"
			"  umtt status --json | jq .now",
	};
	struct call call = { };

	return command("status", &call, &argp, argc, argv);
}

/**
 * cmd_pause() - umtt pause
 * @argc: number of words
 * @argv: the words
 *
 * Return: the exit status.
 */
int cmd_pause(int argc, char **argv)
{
	static const struct argp argp = {
		.doc =
			"Lets nobody run any more, and ends when the client that runs has given the\n"
			"processor back."
			EXIT_STATUS
			"  umtt pause && umtt status && umtt resume",
	};
	struct call call = { };

	return command("pause", &call, &argp, argc, argv);
}

/**
 * cmd_resume() - umtt resume
 * @argc: number of words
 * @argv: the words
 *
 * Return: the exit status.
 */
int cmd_resume(int argc, char **argv)
{
	static const struct argp argp = {
		.doc =
			"Goes on after pause, step, until, or the death of a client (--on-death pause)."
			EXIT_STATUS
			"  umtt resume --socket /tmp/clock",
	};
	struct call call = { };

	return command("resume", &call, &argp, argc, argv);
}

/**
 * cmd_step() - umtt step
 * @argc: number of words
 * @argv: the words
 *
 * Return: the exit status.
 */
int cmd_step(int argc, char **argv)
{
	static const struct argp argp = {
		.doc =
			"During a pause: lets the next client run until it gives the processor back."
			EXIT_STATUS
			"  umtt pause && umtt step && umtt step && umtt resume",
	};
	struct call call = { };

	return command("step", &call, &argp, argc, argv);
}

/**
 * cmd_until() - umtt until
 * @argc: number of words
 * @argv: the words
 *
 * Return: the exit status.
 */
int cmd_until(int argc, char **argv)
{
	static const struct argp argp = {
		.args_doc = "TIME",
		.doc =
			"Goes on until simulated TIME since the start, or with a plus, for so long, then\n"
			"pauses; what is due at that time has not run. Ends when it is paused."
			EXIT_STATUS
			"  umtt until 90s\n"
			"  umtt until +250ms --socket /tmp/clock",
	};
	struct call call = { .add = add_time, .wanted = "time, as in 90s or +250ms" };

	return command("until", &call, &argp, argc, argv);
}

/**
 * cmd_broadcast() - umtt broadcast
 * @argc: number of words
 * @argv: the words
 *
 * Return: the exit status.
 */
int cmd_broadcast(int argc, char **argv)
{
	static const struct argp argp = {
		.args_doc = "VALUE",
		.doc =
			"Sends VALUE to all clients: a kernel shows it in\n"
			"/sys/kernel/um-ext-time/bc-message."
			EXIT_STATUS
			"  umtt broadcast 0x1234",
	};
	struct call call = { .add = add_value, .wanted = "64-bit number" };

	return command("broadcast", &call, &argp, argc, argv);
}
