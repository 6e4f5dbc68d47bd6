/* SPDX-License-Identifier: GPL-2.0 */
/* Commands of umtt: each has a function cmd_NAME() and a line in main.c. */
#ifndef UMTT_CMD_H
#define UMTT_CMD_H

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

/*
 * The commands: argv[0] is "umtt NAME", the result is the exit status. Wrong usage ends
 * the program with %UMTT_USAGE.
 */
int cmd_serve(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_pause(int argc, char **argv);
int cmd_resume(int argc, char **argv);
int cmd_step(int argc, char **argv);
int cmd_until(int argc, char **argv);
int cmd_broadcast(int argc, char **argv);
int cmd_net(int argc, char **argv);
int cmd_conform(int argc, char **argv);
int cmd_trace(int argc, char **argv);

#endif /* UMTT_CMD_H */
