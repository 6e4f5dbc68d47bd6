/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The vhost-user protocol, from the side of a network device with one pair of rings.
 *
 * Only the form in which everything is a message with an answer is spoken: kicks come
 * in by the socket, calls go out by the guest's request channel. So the guest stands
 * still, in simulated time, until what it said has been dealt with.
 *
 * Nothing here blocks: net_vhost_input() is called when the socket is readable.
 */
#ifndef NET_VHOST_H
#define NET_VHOST_H

#include <stdbool.h>
#include <stdint.h>

#include "net/mem.h"
#include "net/ring.h"

/* Rings as a network device numbers them: to the guest, and from it */
#define NET_VHOST_RX	0
#define NET_VHOST_TX	1
#define NET_VHOST_RINGS	2

/* What a guest's configuration space holds: an address, and what is not offered */
#define NET_VHOST_CONFIG	12

/* The largest message that is understood */
#define NET_VHOST_PAYLOAD	512

/**
 * struct net_vhost_header - begins each message
 * @request: what is wanted
 * @flags: version, and of answers
 * @size: bytes that follow
 */
struct net_vhost_header {
	uint32_t request, flags, size;
};

/**
 * struct net_vhost_msg - a message
 * @header: its header
 * @payload: what follows
 */
struct net_vhost_msg {
	struct net_vhost_header header;
	unsigned char payload[NET_VHOST_PAYLOAD];
};

/**
 * enum net_vhost_event - what net_vhost_input() has found
 * @NET_VHOST_IDLE: nothing more to read
 * @NET_VHOST_JOINED: who has connected is a guest: it has shared its memory for the first
 *	time
 * @NET_VHOST_KICK: the guest points to the ring @kick, and waits for net_vhost_kicked()
 * @NET_VHOST_GONE: the guest has closed the connection
 * @NET_VHOST_BROKEN: the guest broke the rule that @why names
 */
enum net_vhost_event {
	NET_VHOST_IDLE,
	NET_VHOST_JOINED,
	NET_VHOST_KICK,
	NET_VHOST_GONE,
	NET_VHOST_BROKEN,
};

/**
 * struct net_vhost - a connection
 * @fd: the guest's socket, -1 if there is none
 * @call_fd: its request channel, -1 before it is known
 * @mem: its memory
 * @rings: its rings
 * @joined: it is a guest
 * @features: as agreed
 * @protocol: the same, of the protocol
 * @config: the configuration space
 * @msg: the message that is coming in
 * @got: bytes of it that are there
 * @fds: descriptors that came with it
 * @fd_count: how many
 * @kick: the ring that was kicked
 * @answer: what the request channel has brought of an answer
 * @answer_got: bytes of it
 * @why: what the guest did wrong
 */
struct net_vhost {
	int fd, call_fd;
	struct net_mem mem;
	struct net_ring rings[NET_VHOST_RINGS];
	bool joined;
	uint64_t features, protocol;
	unsigned char config[NET_VHOST_CONFIG];
	struct net_vhost_msg msg;
	unsigned int got;
	int fds[NET_MEM_REGIONS];
	unsigned int fd_count;
	unsigned int kick;
	struct net_vhost_msg answer;
	unsigned int answer_got;
	char why[160];
};

void net_vhost_init(struct net_vhost *v, const unsigned char mac[6]);
void net_vhost_open(struct net_vhost *v, int fd);
void net_vhost_close(struct net_vhost *v);
void net_vhost_move(struct net_vhost *to, struct net_vhost *from);
enum net_vhost_event net_vhost_input(struct net_vhost *v);
int net_vhost_kicked(struct net_vhost *v, bool ok);
int net_vhost_call(struct net_vhost *v, unsigned int index);
int net_vhost_called(struct net_vhost *v);

#endif /* NET_VHOST_H */
