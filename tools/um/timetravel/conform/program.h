/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The controller or kernel that is under test: told what it is to be, started, listened
 * to, and ended with all that it has started.
 */
#ifndef CONFORM_PROGRAM_H
#define CONFORM_PROGRAM_H

#include <stdbool.h>
#include <sys/types.h>

#include "conform/verdict.h"

/**
 * struct program - what is under test
 * @exec: command line of a controller, NULL if one runs or a kernel is tested
 * @kernel: the kernel, NULL if a controller is tested
 * @socket: the controller's socket
 * @dir: a directory for this transcript alone
 * @clients: how many clients the controller is to wait for
 * @options: more options for it
 * @init: what the kernel's first program does, shell
 * @verdict: where faults are said
 * @pid: of its process group, 0 if none runs
 * @out: what it says, a pipe; -1 if none
 * @said: what it has said
 * @said_len: bytes of it
 * @ended: it has, with @status as wait() has it
 * @status: see @ended
 */
struct program {
	const char *exec, *kernel, *socket, *dir;
	unsigned int clients;
	char options[VERDICT_TEXT];
	char init[4096];
	struct verdict *verdict;
	pid_t pid;
	int out;
	char said[64 * 1024];
	size_t said_len;
	bool ended;
	int status;
};

int program_start_controller(struct program *p);
int program_start_kernel(struct program *p, const char *id, char **args, unsigned int count);
void program_listen(struct program *p);
int program_said(struct program *p, const char *text, int patience);
int program_await_end(struct program *p);
void program_end(struct program *p);

#endif /* CONFORM_PROGRAM_H */
