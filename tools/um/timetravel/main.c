// SPDX-License-Identifier: GPL-2.0
/* umtt: one clock for many User-Mode Linux kernels. The table of its commands. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "lib/options.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} commands[] = {
	{ "serve", cmd_serve, "one clock for the clients that connect, or that it starts" },
	{ "status", cmd_status, "what time it is, and what each client does" },
	{ "pause", cmd_pause, "let nobody run any more" },
	{ "resume", cmd_resume, "go on after a pause" },
	{ "step", cmd_step, "let one client run, then pause again" },
	{ "until", cmd_until, "go on, and pause at a time" },
	{ "broadcast", cmd_broadcast, "send 64 bits to all clients" },
	{ "net", cmd_net, "packets between guests, in simulated time" },
	{ "conform", cmd_conform, "do a controller, or a kernel, keep the rules of the protocol" },
	{ "trace", cmd_trace, "a trace as JSON for Perfetto, or as a picture" },
};

static const char doc[] =
	"One clock for many User-Mode Linux kernels." OPTIONS_HERE
	"'umtt COMMAND --help' says more about each.\n"
	"\n"
	"  umtt serve --clients 2 -- build/linux mem=64M root=/dev/ubda ubd0=cow{id},image\n"
	"\n"
	"Exit status: 0 all went well, 1 it could not be done, 2 called wrongly;\n"
	"of serve also 3 everybody sleeps for ever, 4 a client died or failed,\n"
	"5 limit of simulated time, 6 limit of host time, 7 interrupted.";

/**
 * struct call - the command that was typed
 * @number: in the table
 * @argv: its own words, the first is its name
 * @argc: how many
 */
struct call {
	size_t number;
	char **argv;
	int argc;
};

/* The rest of the line is the command's */
static void take_command(struct call *call, char *name, struct argp_state *state)
{
	call->argv = state->argv + state->next - 1;
	call->argc = state->argc - state->next + 1;
	state->next = state->argc;
	for (call->number = 0; call->number < ARRAY_SIZE(commands); call->number++)
		if (!strcmp(name, commands[call->number].name))
			return;
	argp_error(state, "there is no command '%s'", name);
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	switch (key) {
	case ARGP_KEY_ARG:
		take_command(state->input, value, state);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_state_help(state, stderr, ARGP_HELP_SHORT_USAGE | ARGP_HELP_LONG |
				ARGP_HELP_DOC | ARGP_HELP_EXIT_ERR);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

int main(int argc, char **argv)
{
	struct argp_option lines[ARRAY_SIZE(commands) + 1] = { };
	const struct argp argp = {
		.options = lines, .parser = parse, .args_doc = "COMMAND [ARG]...", .doc = doc,
		.children = options_common,
	};
	struct call call;
	char name[32];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		lines[i] = (struct argp_option){ .name = commands[i].name, .flags = OPTION_DOC,
			.doc = commands[i].help, .group = i + 1 };
	argp_err_exit_status = UMTT_USAGE;
	argv[0] = "umtt";
	options_parse(&argp, argc, argv, &call);
	snprintf(name, sizeof(name), "umtt %s", commands[call.number].name);
	call.argv[0] = name;
	return commands[call.number].run(call.argc, call.argv);
}
