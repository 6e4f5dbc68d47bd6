// SPDX-License-Identifier: GPL-2.0
/* A port of the switch. */
#include <stdlib.h>
#include <string.h>

#include "net/port.h"

/* What virtio puts before each frame; without offloads all of it is 0 but the last */
struct net_header {
	uint8_t flags, gso_type;
	uint16_t hdr_len, gso_size, csum_start, csum_offset, num_buffers;
};

#define HEADER	sizeof(struct net_header)

/**
 * net_port_open() - listen for a guest
 * @port: the port
 * @path: where, a string that stays
 * @number: of the port, from 0; gives the guest its address
 * @why: %LISTENER_TEXT bytes for what went wrong
 *
 * Return: 0, or -1 with @why.
 */
int net_port_open(struct net_port *port, const char *path, unsigned int number, char *why)
{
	/* an address of nobody else's, the same in each run */
	const unsigned char mac[6] = { 2, 0, 0, 0, (number + 1) >> 8, number + 1 };
	const char *slash = strrchr(path, '/');

	memset(port, 0, sizeof(*port));
	net_vhost_init(&port->guest, mac);
	port->path = path;
	port->name = slash ? slash + 1 : path;
	return net_door_open(&port->door, path, mac, why);
}

/**
 * net_port_close() - no longer listen, leave no socket behind, and say what was lost
 * @port: a port that was opened
 */
void net_port_close(struct net_port *port)
{
	net_port_disconnect(port);
	net_door_close(&port->door);
	net_losses_say(&port->losses, port->path);
}

/**
 * net_port_connected() - is there a guest
 * @port: the port
 *
 * Return: true if there is.
 */
bool net_port_connected(const struct net_port *port)
{
	return net_vhost_connected(&port->guest);
}

/**
 * net_port_connect() - a guest has come
 * @port: a port without one
 * @v: what it has said so far; it is moved from there
 */
void net_port_connect(struct net_port *port, struct net_vhost *v)
{
	net_vhost_move(&port->guest, v);
	port->source.fd = port->guest.conn.fd;
	port->used = true;
}

static void lose(struct net_port *port, enum net_loss why)
{
	net_lose(&port->losses, port->path, why, 1);
}

static size_t size_of(const struct net_frame *frame)
{
	return sizeof(struct net_waiting) + net_frame_size(frame);
}

/* Takes over the hold of the frame, if that has room: returns whether it has */
static bool wait_for_room(struct net_port *port, struct net_frame *frame)
{
	struct net_waiting *waiting;

	if (size_of(frame) > NET_PORT_WAITING - port->held) {
		lose(port, NET_LOSS_WAITING);
		return false;
	}
	waiting = malloc(sizeof(*waiting));
	if (!waiting) {
		lose(port, NET_LOSS_MEMORY);
		return false;
	}
	waiting->next = NULL;
	waiting->frame = frame;
	if (!port->first)
		port->last = &port->first;
	*port->last = waiting;
	port->last = &waiting->next;
	port->count++;
	port->held += size_of(frame);
	return true;
}

static struct net_frame *next_waiting(struct net_port *port)
{
	struct net_waiting *waiting = port->first;
	struct net_frame *frame = waiting->frame;

	port->first = waiting->next;
	port->count--;
	port->held -= size_of(frame);
	free(waiting);
	return frame;
}

/**
 * net_port_disconnect() - the guest is gone, or is to go
 * @port: the port
 */
void net_port_disconnect(struct net_port *port)
{
	net_vhost_close(&port->guest);
	while (port->first)
		net_frame_put(next_waiting(port));
	memset(port->call, 0, sizeof(port->call));
}

/* What is no frame comes back as NULL, and is lost */
static struct net_frame *read_frame(struct net_port *port, struct net_ring *ring,
				    const struct net_ring_chain *chain)
{
	static unsigned char data[HEADER + NET_FRAME_MAX];
	struct net_frame *frame;

	if (chain->len < HEADER + NET_FRAME_MIN || chain->len > sizeof(data)) {
		lose(port, NET_LOSS_NO_FRAME);
		return NULL;
	}
	if (net_ring_gather(ring, chain, data, chain->len))
		return NULL;
	frame = net_frame_new(data + HEADER, chain->len - HEADER);
	if (!frame)
		lose(port, NET_LOSS_MEMORY);
	return frame;
}

/**
 * net_port_receive() - the next frame that the guest sends
 * @port: the port
 *
 * Return: a frame, whose holder the caller becomes, or NULL if there is none.
 */
struct net_frame *net_port_receive(struct net_port *port)
{
	struct net_ring *ring = &port->guest.rings[NET_VHOST_TX];
	struct net_frame *frame = NULL;
	struct net_ring_chain chain;

	while (!frame && net_ring_usable(ring) && net_ring_take(ring, &chain, false) > 0) {
		frame = read_frame(port, ring, &chain);
		if (!ring->why && !net_ring_give(ring, &chain, 0) && net_ring_wants_call(ring))
			port->call[NET_VHOST_TX] = true;
	}
	return frame;
}

static int write_frame(struct net_ring *ring, const struct net_ring_chain *chain,
		       const struct net_frame *frame)
{
	static unsigned char data[HEADER + NET_FRAME_MAX];
	const struct net_header header = { .num_buffers = 1 };

	memcpy(data, &header, HEADER);
	memcpy(data + HEADER, frame->data, frame->len);
	if (net_ring_scatter(ring, chain, data, HEADER + frame->len))
		return -1;
	return net_ring_give(ring, chain, HEADER + frame->len);
}

/* Into the next buffer: 1 if that was done, 0 if there is no buffer, -1 if it broke */
static int fill_one(struct net_port *port, struct net_ring *ring)
{
	struct net_ring_chain chain;
	struct net_frame *frame;
	int rc = net_ring_take(ring, &chain, true);

	if (rc <= 0)
		return rc;
	frame = next_waiting(port);
	if (chain.len >= HEADER + frame->len) {
		rc = write_frame(ring, &chain, frame) ? -1 : 1;
	} else {
		net_ring_untake(ring);
		lose(port, NET_LOSS_BUFFER);
	}
	net_frame_put(frame);
	return rc;
}

/**
 * net_port_fill() - give the guest the frames that wait, as far as it has room
 * @port: the port
 */
void net_port_fill(struct net_port *port)
{
	struct net_ring *ring = &port->guest.rings[NET_VHOST_RX];
	bool any = false;

	while (port->first && net_ring_usable(ring) && fill_one(port, ring) > 0)
		any = true;
	if (any && !ring->why && net_ring_wants_call(ring))
		port->call[NET_VHOST_RX] = true;
}

/**
 * net_port_send() - a frame for the guest
 * @port: the port
 * @frame: the frame, whose hold the caller gives away
 *
 * It waits if the guest has no room. If there is no guest that listens, it is as with a cable
 * that is not plugged in.
 */
void net_port_send(struct net_port *port, struct net_frame *frame)
{
	if (!net_ring_usable(&port->guest.rings[NET_VHOST_RX]) || !wait_for_room(port, frame)) {
		net_frame_put(frame);
		return;
	}
	net_port_fill(port);
}

/**
 * net_port_trouble() - what is wrong with the guest's rings
 * @port: the port
 *
 * Return: one line, or NULL if nothing is.
 */
const char *net_port_trouble(const struct net_port *port)
{
	unsigned int i;

	for (i = 0; i < NET_VHOST_RINGS; i++) {
		if (port->guest.rings[i].why)
			return port->guest.rings[i].why;
	}
	return NULL;
}
