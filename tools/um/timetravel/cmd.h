/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Subcommands of umtt: each has a file cmd_NAME.c and a line in main.c.
 */
#ifndef UMTT_CMD_H
#define UMTT_CMD_H

#include "lib/util.h"

/* How umtt ends; the manual page says the same */
enum umtt_status {
	UMTT_OK = 0,
	UMTT_FAILED = 1,	/* it could not do what it was asked to */
	UMTT_USAGE = 2,		/* it was called wrongly */
	UMTT_ASLEEP = 3,	/* everybody sleeps for ever */
	UMTT_CLIENT = 4,	/* a client died, or a program that was started failed */
	UMTT_LIMIT = 5,		/* the limit of simulated time was reached */
	UMTT_TIMEOUT = 6,	/* the limit of host time was reached */
	UMTT_SIGNAL = 7,	/* interrupted */
};

/**
 * struct command - a subcommand
 * @name: as it is typed
 * @what: one line for "umtt --help"
 * @help: what "umtt NAME --help" prints
 * @run: does it: argv[0] is the name; the result is the exit status
 */
struct command {
	const char *name;
	const char *what;
	const char *help;
	int (*run)(int argc, char **argv);
};

extern const struct command cmd_net, cmd_conform, cmd_trace;
extern const struct command cmd_serve, cmd_status, cmd_pause, cmd_resume, cmd_step, cmd_until,
	cmd_broadcast;

int usage_error(const struct command *cmd, const char *format, ...) __printf(2, 3);

#endif /* UMTT_CMD_H */
