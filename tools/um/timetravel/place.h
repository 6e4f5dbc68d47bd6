/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A socket's place in the file system: private to the user, and taken by one
 * controller at a time.
 *
 * Holds: who has the lock on PATH.lock owns PATH and PATH.ctl. Only a socket at which
 * nobody listens is ever replaced.
 */
#ifndef UMTT_PLACE_H
#define UMTT_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/**
 * struct place - where a controller is reached
 * @path: of the socket for clients
 * @ctl_path: of the socket for commands
 * @lock_path: of the file that tells that they are taken
 * @lock: this file, locked
 * @fd: listens for clients
 * @ctl_fd: listens for commands
 */
struct place {
	char *path, *ctl_path, *lock_path;
	int lock;
	int fd, ctl_fd;
};

int place_name(struct place *place, const char *path);
int place_take(struct place *place);
void place_close(struct place *place);
void place_clean_up(const char *path);
bool place_admits(int fd, pid_t *pid);
int place_default(char *path, size_t size);

#endif /* UMTT_PLACE_H */
