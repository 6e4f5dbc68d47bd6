/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sockets in the file system that only their owner can connect to.
 *
 * listener_listen() makes one; listener_start() has each connection handed over. When the
 * host has no more descriptors, those who connect wait until listener_resume() is told
 * that one was closed.
 */
#ifndef UMTT_LISTENER_H
#define UMTT_LISTENER_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/loop.h"

/* Enough for what these functions write about what went wrong */
#define LISTENER_TEXT	256

/**
 * struct listener - who waits for connections
 * @source: the socket, whose descriptor its owner closes
 * @loop: waits for it
 * @admitted: gets each connection of this user's or root's, which is then the callee's to
 *	close, and the process at its other end
 * @full: it waits for a descriptor
 * @next: in the list of those who do
 */
struct listener {
	struct loop_source source;
	struct loop *loop;
	void (*admitted)(struct listener *listener, int fd, pid_t pid);
	bool full;
	struct listener *next;
};

int listener_listen(const char *path, char *why);
int listener_accept(int listener, char *why);
int listener_start(struct listener *listener, struct loop *loop, int fd);
void listener_stop(struct listener *listener);
void listener_resume(void);

#endif /* UMTT_LISTENER_H */
