/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A port of the switch: a socket, and behind it a guest with a virtio network device.
 *
 * Frames that the guest has no room for wait here, up to a limit, until it has.
 */
#ifndef NET_PORT_H
#define NET_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/listener.h"
#include "net/switch.h"
#include "net/vhost/conn.h"

#define NET_PORT_WAITING	4096

/**
 * struct net_port - a port
 * @path: its socket
 * @name: the last part of that
 * @listener: descriptor of the socket
 * @guest: who is connected
 * @used: somebody was
 * @call: rings of which the guest is to be told
 * @waiting: frames that the guest has no room for yet
 * @first: the first of these
 * @count: how many they are
 * @received: frames from the guest
 * @sent: frames to the guest
 * @dropped: frames that went nowhere
 */
struct net_port {
	const char *path, *name;
	int listener;
	struct net_vhost guest;
	bool used;
	bool call[NET_VHOST_RINGS];
	struct net_frame *waiting[NET_PORT_WAITING];
	unsigned int first, count;
	uint64_t received, sent, dropped;
};

int net_port_open(struct net_port *port, const char *path, unsigned int number, char *why);
void net_port_close(struct net_port *port);
bool net_port_connected(const struct net_port *port);
void net_port_connect(struct net_port *port, int fd);
void net_port_disconnect(struct net_port *port);
struct net_frame *net_port_receive(struct net_port *port);
void net_port_send(struct net_port *port, struct net_frame *frame);
void net_port_fill(struct net_port *port);
const char *net_port_trouble(const struct net_port *port);

#endif /* NET_PORT_H */
