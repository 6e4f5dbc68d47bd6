/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An endpoint: sockets in the file system: private to the user, and taken by one
 * controller at a time.
 *
 * Holds: who has the lock on PATH.lock owns PATH and PATH.ctl. Only a socket at which
 * nobody listens is ever replaced.
 */
#ifndef UMTT_ENDPOINT_H
#define UMTT_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/**
 * struct endpoint - where a controller is reached
 * @path: of the socket for clients
 * @ctl_path: of the socket for commands
 * @lock_path: of the file that tells that they are taken
 * @lock: this file, locked
 * @fd: listens for clients
 * @ctl_fd: listens for commands
 */
struct endpoint {
	char *path, *ctl_path, *lock_path;
	int lock;
	int fd, ctl_fd;
};

int endpoint_name(struct endpoint *endpoint, const char *path);
int endpoint_take(struct endpoint *endpoint);
void endpoint_close(struct endpoint *endpoint);
void endpoint_clean_up(const char *path);
int endpoint_default(char *path, size_t size);

#endif /* UMTT_ENDPOINT_H */
