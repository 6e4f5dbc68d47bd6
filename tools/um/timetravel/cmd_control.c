// SPDX-License-Identifier: GPL-2.0
/* umtt status, pause, resume, step, until, broadcast: commands for a controller. */
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "serve/endpoint.h"
#include "lib/wire.h"

#define NS 1000000000ull

static const struct option options[] = {
	{ "socket", required_argument, NULL, 's' },
	{ "json", no_argument, NULL, 'j' },
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
	const json_t *id = json_object_get(client, "id");
	const json_t *request = json_object_get(client, "request");
	char id_text[24] = "-", time[40] = "-";

	if (json_is_integer(id))
		snprintf(id_text, sizeof(id_text), "%llu", (__u64)json_integer_value(id));
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
	return json_object_set_new(request, "value", json_integer(value));
}

static int command(const struct command *cmd, int argc, char **argv, const char *what,
		   int (*add)(json_t *request, const char *text))
{
	json_t *request = json_pack("{s:s}", "command", cmd->name);
	const char *socket = NULL;
	bool raw = false;
	int option, fd, status;
	char *line;

	opterr = 0;
	while ((option = getopt_long(argc, argv, ":", options, NULL)) >= 0) {
		if (option == 's')
			socket = optarg;
		else if (option == 'j')
			raw = true;
		else
			return usage_error(cmd, "%s: unknown, or without a value",
					   argv[optind - 1]);
	}
	if (argc - optind != !!add)
		return usage_error(cmd, add ? "one %s is needed" : "no argument is needed%.0s",
				   what);
	if (add && add(request, argv[optind]))
		return usage_error(cmd, "'%s' is no %s", argv[optind], what);
	fd = connect_to(socket);
	if (fd < 0)
		return UMTT_FAILED;
	line = ask(fd, request);
	status = line ? show_line(line, raw) : UMTT_FAILED;
	free(line);
	json_decref(request);
	return status;
}

static int status(int argc, char **argv)
{
	return command(&cmd_status, argc, argv, NULL, NULL);
}

static int pause_it(int argc, char **argv)
{
	return command(&cmd_pause, argc, argv, NULL, NULL);
}

static int resume(int argc, char **argv)
{
	return command(&cmd_resume, argc, argv, NULL, NULL);
}

static int step(int argc, char **argv)
{
	return command(&cmd_step, argc, argv, NULL, NULL);
}

static int until(int argc, char **argv)
{
	return command(&cmd_until, argc, argv, "time, as in 90s or +250ms", add_time);
}

static int broadcast(int argc, char **argv)
{
	return command(&cmd_broadcast, argc, argv, "64-bit number", add_value);
}

#define COMMON \
"\n" \
"  --socket PATH     that of umtt serve (default: umtt.sock in the user's runtime\n" \
"                    directory)\n" \
"  --json            the answer as a line of JSON\n" \
"\n" \
"Exit status: 0 it was done; 1 it could not be, or the controller ended; 2 called\n" \
"wrongly.\n" \
"\n"

const struct command cmd_status = {
	.name = "status",
	.what = "what time it is, and what each client does",
	.help =
"usage: umtt status [OPTION]...\n"
"\n"
"Shows the time as far as the controller knows it, and what each client does: where\n"
"it is, when it wants to run, and how often it has.\n"
COMMON
"  umtt status --socket /tmp/clock\n"
"  umtt status --json | jq .now\n",
	.run = status,
};

const struct command cmd_pause = {
	.name = "pause",
	.what = "let nobody run any more",
	.help =
"usage: umtt pause [OPTION]...\n"
"\n"
"Lets nobody run any more, and ends when the client that runs has given the\n"
"processor back.\n"
COMMON
"  umtt pause && umtt status && umtt resume\n",
	.run = pause_it,
};

const struct command cmd_resume = {
	.name = "resume",
	.what = "go on after a pause",
	.help =
"usage: umtt resume [OPTION]...\n"
"\n"
"Goes on after pause, step, until, or the death of a client (--on-death pause).\n"
COMMON
"  umtt resume --socket /tmp/clock\n",
	.run = resume,
};

const struct command cmd_step = {
	.name = "step",
	.what = "let one client run, then pause again",
	.help =
"usage: umtt step [OPTION]...\n"
"\n"
"During a pause: lets the next client run until it gives the processor back.\n"
COMMON
"  umtt pause && umtt step && umtt step && umtt resume\n",
	.run = step,
};

const struct command cmd_until = {
	.name = "until",
	.what = "go on, and pause at a time",
	.help =
"usage: umtt until [OPTION]... TIME\n"
"\n"
"Goes on until simulated TIME since the start, or with a plus, for so long, then\n"
"pauses; what is due at that time has not run. Ends when it is paused.\n"
COMMON
"  umtt until 90s\n"
"  umtt until +250ms --socket /tmp/clock\n",
	.run = until,
};

const struct command cmd_broadcast = {
	.name = "broadcast",
	.what = "send 64 bits to all clients",
	.help =
"usage: umtt broadcast [OPTION]... VALUE\n"
"\n"
"Sends VALUE to all clients: a kernel shows it in\n"
"/sys/kernel/um-ext-time/bc-message.\n"
COMMON
"  umtt broadcast 0x1234\n",
	.run = broadcast,
};
