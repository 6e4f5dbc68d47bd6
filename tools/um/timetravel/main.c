// SPDX-License-Identifier: GPL-2.0
/* umtt: one clock for many User-Mode Linux kernels. The table of its subcommands. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"

static const struct command *const commands[] = {
	&cmd_serve,
	&cmd_status,
	&cmd_pause,
	&cmd_resume,
	&cmd_step,
	&cmd_until,
	&cmd_broadcast,
	&cmd_net,
	&cmd_conform,
	&cmd_trace,
	NULL
};

/**
 * usage_error() - say that a subcommand was called wrongly
 * @cmd: the subcommand
 * @format: what is wrong, as printf(), without the newline
 *
 * Return: the exit status for it.
 */
int usage_error(const struct command *cmd, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "umtt %s: ", cmd->name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, " (see umtt %s --help)\n", cmd->name);
	return UMTT_USAGE;
}

static void overview(FILE *to)
{
	const struct command *const *cmd;

	fputs("usage: umtt COMMAND [OPTION]...\n\n"
	      "One clock for many User-Mode Linux kernels.\n\n", to);
	for (cmd = commands; *cmd; cmd++)
		fprintf(to, "  %-10s %s\n", (*cmd)->name, (*cmd)->what);
	fputs("\n'umtt COMMAND --help' says more about each.\n\n"
	      "  umtt serve --clients 2 -- build/linux mem=64M root=/dev/ubda ubd0=cow{id},image\n"
	      "\n"
	      "Exit status: 0 all went well, 1 it could not be done, 2 called wrongly;\n"
	      "of serve also 3 everybody sleeps for ever, 4 a client died or failed,\n"
	      "5 limit of simulated time, 6 limit of host time, 7 interrupted.\n", to);
}

int main(int argc, char **argv)
{
	const struct command *const *cmd;

	if (argc < 2) {
		overview(stderr);
		return UMTT_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		overview(stdout);
		return UMTT_OK;
	}
	for (cmd = commands; *cmd; cmd++) {
		if (strcmp(argv[1], (*cmd)->name))
			continue;
		if (argc > 2 && !strcmp(argv[2], "--help")) {
			fputs((*cmd)->help, stdout);
			return UMTT_OK;
		}
		return (*cmd)->run(argc - 1, argv + 1);
	}
	complain("there is no command '%s' (see umtt --help)", argv[1]);
	return UMTT_USAGE;
}
