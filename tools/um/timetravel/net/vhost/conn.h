/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages of the vhost-user protocol and the descriptors that come with them, from the
 * side of a device; what they mean is not known here.
 *
 * The guest asks by its socket, and is asked by its request channel once there is one.
 * net_vhost_conn_init(), net_vhost_conn_open(); net_vhost_receive() until a message is
 * there, net_vhost_answer() it, net_vhost_done() with it; net_vhost_conn_close().
 */
#ifndef NET_VHOST_CONN_H
#define NET_VHOST_CONN_H

#include <stdint.h>

#include "lib/util.h"

/* The largest message that is understood, and the most descriptors that come with one */
#define NET_VHOST_PAYLOAD	512
#define NET_VHOST_FDS		8

/* Flags of a header */
#define NET_VHOST_VERSION	1
#define NET_VHOST_VERSION_MASK	3
#define NET_VHOST_REPLY		4
#define NET_VHOST_NEED_REPLY	8

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
 * enum net_vhost_arrival - what net_vhost_receive() has found
 * @NET_VHOST_NOTHING: no whole message is there yet
 * @NET_VHOST_MESSAGE: a message, in @msg and @fds, until net_vhost_done()
 * @NET_VHOST_CLOSED: the guest has closed the connection
 * @NET_VHOST_INVALID: no message of the protocol: @why says what is wrong
 */
enum net_vhost_arrival {
	NET_VHOST_NOTHING,
	NET_VHOST_MESSAGE,
	NET_VHOST_CLOSED,
	NET_VHOST_INVALID,
};

/**
 * struct net_vhost_conn - a connection
 * @fd: the guest's socket, -1 if there is none
 * @call_fd: its request channel, -1 before it is known
 * @msg: the message that is coming in
 * @got: bytes of it that are there
 * @fds: descriptors that came with it
 * @fd_count: how many
 * @answer: what the request channel has brought of an answer
 * @answer_got: bytes of it
 * @why: what the guest did wrong
 */
struct net_vhost_conn {
	int fd, call_fd;
	struct net_vhost_msg msg;
	unsigned int got;
	int fds[NET_VHOST_FDS];
	unsigned int fd_count;
	struct net_vhost_msg answer;
	unsigned int answer_got;
	char why[160];
};

void net_vhost_conn_init(struct net_vhost_conn *conn);
void net_vhost_conn_open(struct net_vhost_conn *conn, int fd);
void net_vhost_conn_close(struct net_vhost_conn *conn);
void net_vhost_conn_move(struct net_vhost_conn *to, struct net_vhost_conn *from);
int net_vhost_refuse(struct net_vhost_conn *conn, const char *format, ...) __printf(2, 3);
enum net_vhost_arrival net_vhost_receive(struct net_vhost_conn *conn);
int net_vhost_answer(struct net_vhost_conn *conn, const void *data, uint32_t size);
void net_vhost_done(struct net_vhost_conn *conn);
int net_vhost_ask(struct net_vhost_conn *conn, uint32_t request, const void *data, uint32_t size);
int net_vhost_asked(struct net_vhost_conn *conn, uint32_t request);

#endif /* NET_VHOST_CONN_H */
