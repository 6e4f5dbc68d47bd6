/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An Ethernet switch in simulated time: a frame comes out of another port a fixed delay
 * after it went in. A pure data structure: no clock, no descriptors.
 */
#ifndef NET_SWITCH_H
#define NET_SWITCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Nothing is under way */
#define NET_NEVER	INT64_MAX

#define NET_FRAME_MIN	14
#define NET_FRAME_MAX	65550

#define NET_SWITCH_PORTS	1024

/*
 * What frames that are under way may take of the host's memory, bytes: a guest that
 * sends without end is not to fill it. When each of %NET_SWITCH_PORTS ports sends a frame
 * to all others, 32 MiB are enough.
 */
#define NET_SWITCH_HELD		(256u << 20)

/*
 * And what may wait for one guest that takes nothing: 10,000 frames of 1,500 bytes, some
 * seconds of a gigabit link.
 */
#define NET_PORT_WAITING	(16u << 20)

/**
 * struct net_frame - a frame, shared by all who hold it
 * @refs: how many do
 * @flights: how many of these are ports that it is on its way to
 * @len: bytes
 * @data: the frame, from its destination address on
 */
struct net_frame {
	unsigned int refs;
	unsigned int flights;
	uint32_t len;
	unsigned char data[];
};

/**
 * struct net_flight - a frame on its way to a port
 * @next: the one that arrives after it
 * @time: when it arrives, ns
 * @port: where
 * @frame: the frame
 */
struct net_flight {
	struct net_flight *next;
	uint64_t time;
	unsigned int port;
	struct net_frame *frame;
};

/**
 * struct net_learned - where an address was last seen
 * @mac: the address
 * @port: the port that it sent from, plus one; 0 if nothing is learned
 */
struct net_learned {
	unsigned char mac[6];
	uint16_t port;
};

/* An address that hashes to the same place takes it over, and the other is flooded to */
#define NET_LEARNED	4096

/**
 * struct net_switch - a switch
 * @ports: how many it has
 * @delay: from port to port, ns
 * @first: the frame that arrives first
 * @last: where the next one is appended
 * @flights: how many are under way
 * @held: bytes that these take; a frame that is on its way to many ports counts once
 * @bound: how many bytes it can be
 * @learned: where addresses are
 */
struct net_switch {
	unsigned int ports;
	uint64_t delay;
	struct net_flight *first, **last;
	unsigned int flights;
	size_t held, bound;
	struct net_learned learned[NET_LEARNED];
};

struct net_frame *net_frame_new(const void *data, uint32_t len);
struct net_frame *net_frame_get(struct net_frame *frame);
void net_frame_put(struct net_frame *frame);
size_t net_frame_size(const struct net_frame *frame);

void net_switch_init(struct net_switch *sw, unsigned int ports, uint64_t delay);
void net_switch_clear(struct net_switch *sw);
unsigned int net_switch_send(struct net_switch *sw, uint64_t now, unsigned int from,
			     struct net_frame *frame);
uint64_t net_switch_next(const struct net_switch *sw);
struct net_frame *net_switch_due(struct net_switch *sw, uint64_t now, unsigned int *port);

#endif /* NET_SWITCH_H */
