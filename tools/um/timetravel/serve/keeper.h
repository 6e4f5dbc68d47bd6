/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The keeper: a process between the controller and the programs that it starts.
 *
 * Holds: it is the parent of all programs. Nothing that they started is left when it
 * ends, and it ends when its controller does, by whatever means. If it is killed, too,
 * the kernel ends them, where the host allows a PID namespace.
 *
 *	KEEPER_GO --> programs run, one report for each that ends
 *	KEEPER_END, or the link closes --> all are ended, files are cleaned up
 */
#ifndef UMTT_KEEPER_H
#define UMTT_KEEPER_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/util.h"

/* What the controller says to the keeper */
enum { KEEPER_GO = 'g', KEEPER_END = 'e' };

/**
 * struct keeper_report - what the keeper says when a program has ended
 * @index: which one, counted from 0
 * @status: as waitpid(2) gives it
 * @error: an error number if it could not be started, else 0
 */
struct keeper_report {
	unsigned int index;
	int status;
	int error;
};

/**
 * struct keeper - what the keeper needs to know, and what it keeps
 * @count: so many programs are started
 * @logs: directory of their logs
 * @args: the command line of one, counted from 0; NULL without memory
 * @clean_up: called when no program is left; @killed says that the controller did not
 *	      end by itself, and is gone
 * @link: to the controller
 * @controller: its process
 * @signals: of children that have ended
 * @contained: the programs live in a PID namespace, whose init is a child, too
 * @pids: of the programs, 0 for those that do not run
 */
struct keeper {
	unsigned int count;
	const char *logs;
	char **(*args)(const struct keeper *keeper, unsigned int index);
	void (*clean_up)(const struct keeper *keeper, bool killed);
	int link;
	pid_t controller;
	int signals;
	bool contained;
	pid_t *pids;
};

void __noreturn keeper_main(struct keeper *keeper, int link, pid_t controller);

#endif /* UMTT_KEEPER_H */
