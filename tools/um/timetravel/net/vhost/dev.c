// SPDX-License-Identifier: GPL-2.0
/* A network device by the vhost-user protocol. */
#include <string.h>

#include "net/vhost/dev.h"

/* What we ask of the guest */
#define BACKEND_VRING_CALL	4

/**
 * net_vhost_init() - a device that no guest is connected to
 * @v: the device
 * @mac: the address that the guest is to use
 */
void net_vhost_init(struct net_vhost *v, const unsigned char mac[6])
{
	memset(v, 0, sizeof(*v));
	net_vhost_conn_init(&v->conn);
	memcpy(v->config, mac, 6);
}

static void reset(struct net_vhost *v)
{
	unsigned int i;

	net_mem_init(&v->mem);
	for (i = 0; i < NET_VHOST_RINGS; i++)
		net_ring_init(&v->rings[i], &v->mem);
	v->joined = false;
	v->kicked = false;
	v->features = 0;
	v->protocol = 0;
}

/**
 * net_vhost_open() - a guest has connected
 * @v: a device without one
 * @fd: the guest's socket, from now on @v's
 */
void net_vhost_open(struct net_vhost *v, int fd)
{
	reset(v);
	net_vhost_conn_open(&v->conn, fd);
}

/**
 * net_vhost_close() - forget the guest, if there is one
 * @v: the device
 */
void net_vhost_close(struct net_vhost *v)
{
	net_vhost_conn_close(&v->conn);
	net_mem_clear(&v->mem);
	reset(v);
}

/**
 * net_vhost_connected() - is there a guest
 * @v: the device
 *
 * Return: true if there is.
 */
bool net_vhost_connected(const struct net_vhost *v)
{
	return v->conn.fd >= 0;
}

/**
 * net_vhost_move() - a guest goes on elsewhere
 * @to: a device without a guest
 * @from: the guest's, which has none after that
 */
void net_vhost_move(struct net_vhost *to, struct net_vhost *from)
{
	unsigned int i;

	*to = *from;
	net_vhost_conn_move(&to->conn, &from->conn);
	for (i = 0; i < NET_VHOST_RINGS; i++)
		to->rings[i].mem = &to->mem;
	reset(from);
}

static enum net_vhost_event deal_with_message(struct net_vhost *v)
{
	int rc = net_vhost_request(v);

	net_vhost_done(&v->conn);
	if (rc)
		return NET_VHOST_BROKEN;
	if (v->kicked)
		return NET_VHOST_KICK;
	if (!v->joined && v->mem.count) {
		v->joined = true;
		return NET_VHOST_JOINED;
	}
	return NET_VHOST_IDLE;
}

/**
 * net_vhost_input() - deal with what the guest has sent
 * @v: the device, with a guest
 *
 * Return: what made it return; see &enum net_vhost_event.
 */
enum net_vhost_event net_vhost_input(struct net_vhost *v)
{
	enum net_vhost_event event = NET_VHOST_IDLE;

	while (event == NET_VHOST_IDLE) {
		switch (net_vhost_receive(&v->conn)) {
		case NET_VHOST_NOTHING:
			return NET_VHOST_IDLE;
		case NET_VHOST_MESSAGE:
			event = deal_with_message(v);
			break;
		case NET_VHOST_CLOSED:
			return NET_VHOST_GONE;
		case NET_VHOST_INVALID:
			return NET_VHOST_BROKEN;
		}
	}
	return event;
}

/**
 * net_vhost_kicked() - the kick has been dealt with, the guest can go on
 * @v: the device, of which net_vhost_input() returned %NET_VHOST_KICK
 * @ok: the ring was in order
 *
 * Return: 0, or -1 if the guest does not take the answer.
 */
int net_vhost_kicked(struct net_vhost *v, bool ok)
{
	v->kicked = false;
	return net_vhost_acknowledge(v, ok);
}

/**
 * net_vhost_call() - tell the guest that a ring has something for it
 * @v: the device
 * @index: which ring
 *
 * The guest's answer is then read by net_vhost_called().
 *
 * Return: 0, or -1 if the guest cannot be told.
 */
int net_vhost_call(struct net_vhost *v, unsigned int index)
{
	const uint32_t state[] = { index, 0 };

	return net_vhost_ask(&v->conn, BACKEND_VRING_CALL, state, sizeof(state));
}

/**
 * net_vhost_called() - has the guest answered
 * @v: the device, after net_vhost_call()
 *
 * Return: 1, 0 if not all of the answer is there yet, or -1 if it is none.
 */
int net_vhost_called(struct net_vhost *v)
{
	return net_vhost_asked(&v->conn, BACKEND_VRING_CALL);
}
