/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a guest can ask of its network device, which has one pair of rings, and what is
 * known of the guest from what it has asked for.
 *
 * Only the form in which everything is a message with an answer is spoken: kicks come
 * in by the socket, calls go out by the guest's request channel. So the guest stands
 * still, in simulated time, until what it said has been dealt with.
 */
#ifndef NET_VHOST_REQ_H
#define NET_VHOST_REQ_H

#include <stdbool.h>
#include <stdint.h>

#include "net/mem.h"
#include "net/ring.h"
#include "net/vhost/conn.h"

/* Rings as a network device numbers them: to the guest, and from it */
#define NET_VHOST_RX	0
#define NET_VHOST_TX	1
#define NET_VHOST_RINGS	2

/* What a guest's configuration space holds: an address, and what is not offered */
#define NET_VHOST_CONFIG	12

/**
 * struct net_vhost - a network device, and its guest
 * @conn: the connection
 * @mem: the guest's memory
 * @rings: its rings
 * @joined: it has shared its memory
 * @kicked: a kick has not been dealt with
 * @kick: the ring that was kicked
 * @features: as agreed
 * @protocol: the same, of the protocol
 * @config: the configuration space
 */
struct net_vhost {
	struct net_vhost_conn conn;
	struct net_mem mem;
	struct net_ring rings[NET_VHOST_RINGS];
	bool joined, kicked;
	unsigned int kick;
	uint64_t features, protocol;
	unsigned char config[NET_VHOST_CONFIG];
};

int net_vhost_request(struct net_vhost *v);
int net_vhost_acknowledge(struct net_vhost *v, bool ok);

#endif /* NET_VHOST_REQ_H */
