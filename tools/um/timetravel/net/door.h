/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where guests come in: a socket, and those who have connected to it.
 *
 * Who connects is a caller first, and a guest from the moment on in which it shares its
 * memory; then @joined takes it over. So a socket can be looked at without being taken for
 * a guest, and who says nothing keeps nobody out.
 *
 * net_door_open(), net_door_start() when @joined is set, net_door_close().
 */
#ifndef NET_DOOR_H
#define NET_DOOR_H

#include <sys/stat.h>

#include "lib/listener.h"
#include "net/vhost/dev.h"

struct net_door;

/**
 * struct net_caller - somebody who has connected, and is no guest yet
 * @source: its socket
 * @door: where it called
 * @v: what it has said
 * @prev: in the list of those at the same door
 * @next: the same
 */
struct net_caller {
	struct loop_source source;
	struct net_door *door;
	struct net_vhost v;
	struct net_caller *prev, *next;
};

/**
 * struct net_door - a socket for guests
 * @path: where it is
 * @made: its file, as it was made
 * @mac: the address that a guest is to use
 * @listener: waits for connections
 * @callers: who are no guests yet
 * @joined: called when one is; it is the callee's, to be moved away or closed
 */
struct net_door {
	const char *path;
	struct stat made;
	unsigned char mac[6];
	struct listener listener;
	struct net_caller *callers;
	void (*joined)(struct net_door *door, struct net_vhost *v);
};

int net_door_open(struct net_door *door, const char *path, const unsigned char mac[6], char *why);
int net_door_start(struct net_door *door, struct loop *loop);
void net_door_close(struct net_door *door);

#endif /* NET_DOOR_H */
