/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A port of the switch: a door, and behind it a guest with a virtio network device.
 *
 * Frames that the guest has no room for wait here, up to a limit, until it has.
 */
#ifndef NET_PORT_H
#define NET_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "net/door.h"
#include "net/loss.h"
#include "net/switch.h"
#include "net/vhost/dev.h"

/**
 * struct net_waiting - a frame that the guest has no room for yet
 * @next: the one that came after it
 * @frame: the frame
 */
struct net_waiting {
	struct net_waiting *next;
	struct net_frame *frame;
};

/**
 * struct net_port - a port
 * @path: its socket
 * @name: the last part of that
 * @door: where guests come in
 * @source: the guest's socket
 * @guest: who is connected
 * @used: somebody was
 * @call: rings of which the guest is to be told
 * @first: the frame that waits longest for the guest to have room
 * @last: where the next one is appended
 * @count: how many wait
 * @held: bytes that these take
 * @losses: frames that went nowhere
 */
struct net_port {
	const char *path, *name;
	struct net_door door;
	struct loop_source source;
	struct net_vhost guest;
	bool used;
	bool call[NET_VHOST_RINGS];
	struct net_waiting *first, **last;
	unsigned int count;
	size_t held;
	struct net_losses losses;
};

int net_port_open(struct net_port *port, const char *path, unsigned int number, char *why);
void net_port_close(struct net_port *port);
bool net_port_connected(const struct net_port *port);
void net_port_connect(struct net_port *port, struct net_vhost *v);
void net_port_disconnect(struct net_port *port);
struct net_frame *net_port_receive(struct net_port *port);
void net_port_send(struct net_port *port, struct net_frame *frame);
void net_port_fill(struct net_port *port);
const char *net_port_trouble(const struct net_port *port);

#endif /* NET_PORT_H */
