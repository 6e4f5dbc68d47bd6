/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Programs that the controller starts, and that end with it.
 *
 * Holds: a process of its own, the keeper, is their parent. It also removes the
 * controller's files if that was killed.
 */
#ifndef UMTT_LAUNCH_H
#define UMTT_LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/loop.h"
#include "serve/keeper.h"

/**
 * struct launch - programs, and the keeper that looks after them
 * @argv: what to start
 * @count: how many times; 0 for only looking after the files
 * @socket: where they find their clock
 * @logs: directory of their logs
 * @work: private directory, removed at the end
 * @keeper: what looks after them
 * @keeper_pid: its process
 * @loop: where its reports are waited for
 * @link: to the keeper
 * @running: so many have not ended yet
 * @failed: so many have ended otherwise than with status 0
 * @ended: called when one has ended
 * @killed: called in the keeper, to remove files of a controller that was killed
 */
struct launch {
	char **argv;
	unsigned int count;
	const char *socket;
	const char *logs;
	char work[64];
	struct keeper keeper;
	pid_t keeper_pid;
	struct loop *loop;
	struct loop_source link;
	unsigned int running, failed;
	void (*ended)(struct launch *launch, bool failed);
	void (*killed)(const struct launch *launch);
};

void launch_name(struct launch *launch);
int launch_prepare(struct launch *launch);
int launch_start(struct launch *launch, struct loop *loop);
void launch_end(struct launch *launch);

/* Of launch_args.c */
char **launch_args(const struct launch *launch, unsigned int index);

#endif /* UMTT_LAUNCH_H */
