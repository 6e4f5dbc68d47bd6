/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Programs that the controller starts, and that end with it.
 *
 * Holds: a process of its own, the keeper, is their parent. Nothing that they started
 * is left when the keeper ends, and it ends when its controller does, by whatever
 * means. It also removes the controller's files if that was killed.
 */
#ifndef UMTT_LAUNCH_H
#define UMTT_LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/loop.h"
#include "lib/util.h"

/**
 * struct launch - programs, and the keeper that looks after them
 * @argv: what to start
 * @count: how many times; 0 for only looking after the files
 * @socket: where they find their clock
 * @logs: directory of their logs
 * @work: private directory, removed at the end
 * @keeper: the process
 * @loop: where its reports are waited for
 * @link: to the keeper
 * @running: so many have not ended yet
 * @failed: so many have ended otherwise than with status 0
 * @ended: called when one has ended
 */
struct launch {
	char **argv;
	unsigned int count;
	const char *socket;
	const char *logs;
	char work[64];
	pid_t keeper;
	struct loop *loop;
	struct loop_source link;
	unsigned int running, failed;
	void (*ended)(struct launch *launch, bool failed);
};

/* What the controller says to the keeper */
enum { LAUNCH_GO = 'g', LAUNCH_END = 'e' };

/**
 * struct launch_report - what the keeper says when a program has ended
 * @index: which one, counted from 0
 * @status: as waitpid(2) gives it
 * @error: an error number if it could not be started, else 0
 */
struct launch_report {
	unsigned int index;
	int status;
	int error;
};

void launch_name(struct launch *launch);
int launch_prepare(struct launch *launch);
int launch_start(struct launch *launch, struct loop *loop);
void launch_remove(const struct launch *launch);
void launch_end(struct launch *launch);

/* Of keeper.c */
void __noreturn keeper_main(struct launch *launch, int link, pid_t controller);

/* Of launch_args.c */
char **launch_args(const struct launch *launch, unsigned int index);

#endif /* UMTT_LAUNCH_H */
