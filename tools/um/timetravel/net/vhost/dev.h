/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A network device by the vhost-user protocol.
 *
 * Nothing here blocks: net_vhost_input() is called when the socket is readable,
 * net_vhost_called() when the request channel is.
 */
#ifndef NET_VHOST_DEV_H
#define NET_VHOST_DEV_H

#include "net/vhost/req.h"

/**
 * enum net_vhost_event - what net_vhost_input() has found
 * @NET_VHOST_IDLE: nothing more to read
 * @NET_VHOST_JOINED: who has connected is a guest: it has shared its memory for the first
 *	time
 * @NET_VHOST_KICK: the guest points to the ring @kick, and waits for net_vhost_kicked()
 * @NET_VHOST_GONE: the guest has closed the connection
 * @NET_VHOST_BROKEN: the guest broke the rule that @conn.why names
 */
enum net_vhost_event {
	NET_VHOST_IDLE,
	NET_VHOST_JOINED,
	NET_VHOST_KICK,
	NET_VHOST_GONE,
	NET_VHOST_BROKEN,
};

void net_vhost_init(struct net_vhost *v, const unsigned char mac[6]);
void net_vhost_open(struct net_vhost *v, int fd);
void net_vhost_close(struct net_vhost *v);
bool net_vhost_connected(const struct net_vhost *v);
void net_vhost_move(struct net_vhost *to, struct net_vhost *from);
enum net_vhost_event net_vhost_input(struct net_vhost *v);
int net_vhost_kicked(struct net_vhost *v, bool ok);
int net_vhost_call(struct net_vhost *v, unsigned int index);
int net_vhost_called(struct net_vhost *v);

#endif /* NET_VHOST_DEV_H */
