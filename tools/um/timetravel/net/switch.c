// SPDX-License-Identifier: GPL-2.0
/*
 * An Ethernet switch in simulated time.
 *
 * All frames take the same time, so that those under way are in the order in which
 * they were sent, which is the order in which they arrive.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/util.h"
#include "net/switch.h"

/**
 * net_frame_new() - a frame
 * @data: what is in it
 * @len: bytes
 *
 * Return: the frame, which the caller holds, or NULL if there is no memory.
 */
struct net_frame *net_frame_new(const void *data, uint32_t len)
{
	struct net_frame *frame = malloc(sizeof(*frame) + len);

	if (!frame)
		return NULL;
	frame->refs = 1;
	frame->flights = 0;
	frame->len = len;
	memcpy(frame->data, data, len);
	return frame;
}

/**
 * net_frame_get() - hold a frame
 * @frame: the frame
 *
 * Return: the frame.
 */
struct net_frame *net_frame_get(struct net_frame *frame)
{
	frame->refs++;
	return frame;
}

/**
 * net_frame_put() - do not hold a frame any more
 * @frame: the frame
 */
void net_frame_put(struct net_frame *frame)
{
	if (!--frame->refs)
		free(frame);
}

/**
 * net_frame_size() - what a frame takes of the host's memory
 * @frame: the frame
 *
 * Return: bytes.
 */
size_t net_frame_size(const struct net_frame *frame)
{
	return sizeof(*frame) + frame->len;
}

/**
 * net_switch_init() - a switch
 * @sw: the switch
 * @ports: how many ports it has, up to %NET_SWITCH_PORTS
 * @delay: what a frame takes from port to port, ns
 */
void net_switch_init(struct net_switch *sw, unsigned int ports, uint64_t delay)
{
	memset(sw, 0, sizeof(*sw));
	sw->ports = ports;
	sw->delay = delay;
	sw->bound = NET_SWITCH_HELD;
	sw->last = &sw->first;
}

/* The frame that arrives first, then no longer under way */
static struct net_frame *land(struct net_switch *sw, unsigned int *port)
{
	struct net_flight *flight = sw->first;
	struct net_frame *frame = flight->frame;

	sw->first = flight->next;
	if (!sw->first)
		sw->last = &sw->first;
	sw->flights--;
	sw->held -= sizeof(*flight);
	if (!--frame->flights)
		sw->held -= net_frame_size(frame);
	*port = flight->port;
	free(flight);
	return frame;
}

/**
 * net_switch_clear() - drop what is under way
 * @sw: the switch
 */
void net_switch_clear(struct net_switch *sw)
{
	unsigned int port;

	while (sw->first)
		net_frame_put(land(sw, &port));
}

static struct net_learned *learned_at(struct net_switch *sw, const unsigned char *mac)
{
	uint32_t hash = hash_bytes(mac, 6);

	return &sw->learned[(hash ^ hash >> 16) % NET_LEARNED];
}

static bool is_group(const unsigned char *mac)
{
	return mac[0] & 1;
}

static void learn(struct net_switch *sw, const unsigned char *mac, unsigned int port)
{
	struct net_learned *l = learned_at(sw, mac);

	if (is_group(mac))
		return;
	memcpy(l->mac, mac, 6);
	l->port = port + 1;
}

static bool look_up(struct net_switch *sw, const unsigned char *mac, unsigned int *port)
{
	const struct net_learned *l = learned_at(sw, mac);

	if (is_group(mac) || !l->port || memcmp(l->mac, mac, 6))
		return false;
	*port = l->port - 1;
	return true;
}

/* Returns how many were lost: one, or none */
static unsigned int start(struct net_switch *sw, uint64_t time, unsigned int port,
			  struct net_frame *frame)
{
	struct net_flight *flight;
	size_t size = sizeof(*flight) + (frame->flights ? 0 : net_frame_size(frame));

	if (size > sw->bound - sw->held)
		return 1;
	flight = malloc(sizeof(*flight));
	if (!flight)
		return 1;
	flight->next = NULL;
	flight->time = time;
	flight->port = port;
	flight->frame = net_frame_get(frame);
	*sw->last = flight;
	sw->last = &flight->next;
	sw->flights++;
	sw->held += size;
	frame->flights++;
	return 0;
}

/**
 * net_switch_send() - a frame goes into a port
 * @sw: the switch
 * @now: when, ns; not before an earlier frame
 * @from: which port
 * @frame: the frame, which the caller keeps its hold of
 *
 * It will come out where its destination was last seen, or of all other ports.
 *
 * Return: at how many of these it will not, as too much is under way.
 */
unsigned int net_switch_send(struct net_switch *sw, uint64_t now, unsigned int from,
			     struct net_frame *frame)
{
	uint64_t time = now + sw->delay;
	unsigned int port, lost = 0;

	learn(sw, frame->data + 6, from);
	if (look_up(sw, frame->data, &port))
		return port == from ? 0 : start(sw, time, port, frame);
	for (port = 0; port < sw->ports; port++) {
		if (port != from)
			lost += start(sw, time, port, frame);
	}
	return lost;
}

/**
 * net_switch_next() - when does the next frame come out
 * @sw: the switch
 *
 * Return: the time in ns, or %NET_NEVER.
 */
uint64_t net_switch_next(const struct net_switch *sw)
{
	return sw->first ? sw->first->time : NET_NEVER;
}

/**
 * net_switch_due() - a frame that comes out
 * @sw: the switch
 * @now: what time it is, ns
 * @port: where to put the number of its port
 *
 * Return: the frame, whose holder the caller becomes, or NULL if none is due.
 */
struct net_frame *net_switch_due(struct net_switch *sw, uint64_t now, unsigned int *port)
{
	if (!sw->first || sw->first->time > now)
		return NULL;
	return land(sw, port);
}
