// SPDX-License-Identifier: GPL-2.0
/* net_switch.c: when and where frames come out. */
#include <string.h>

#include "net/switch.h"
#include "tap.h"

#define DELAY	1000

static struct net_switch sw;

static struct net_frame *frame(unsigned char to, unsigned char from)
{
	unsigned char data[60] = { 2, 0, 0, 0, 0, to, 2, 0, 0, 0, 0, from };

	if (to == 0xff)
		memset(data, 0xff, 6);
	return net_frame_new(data, sizeof(data));
}

static void send(uint64_t now, unsigned int port, unsigned char to, unsigned char from)
{
	struct net_frame *f = frame(to, from);

	net_switch_send(&sw, now, port, f);
	net_frame_put(f);
}

/* Takes what is due at @now: a bit for each port */
static unsigned int due(uint64_t now)
{
	struct net_frame *f;
	unsigned int port, ports = 0;

	while ((f = net_switch_due(&sw, now, &port))) {
		ports |= 1u << port;
		net_frame_put(f);
	}
	return ports;
}

static int the_delay_is_exact(void)
{
	net_switch_init(&sw, 2, DELAY);
	expect(net_switch_next(&sw) == NET_NEVER);
	send(5, 0, 2, 1);
	expect(net_switch_next(&sw) == 5 + DELAY);
	expect(due(5 + DELAY - 1) == 0);
	expect(due(5 + DELAY) == 2);
	expect(net_switch_next(&sw) == NET_NEVER);
	return 0;
}

static int no_delay_is_a_delay(void)
{
	net_switch_init(&sw, 2, 0);
	send(7, 1, 2, 1);
	expect(net_switch_next(&sw) == 7 && due(7) == 1);
	return 0;
}

static int order_is_kept(void)
{
	struct net_frame *f;
	unsigned int i, port;

	net_switch_init(&sw, 2, DELAY);
	for (i = 0; i < 100; i++)
		send(10, 0, 200, i);
	for (i = 0; i < 100; i++) {
		f = net_switch_due(&sw, 10 + DELAY, &port);
		expect(f && f->data[11] == i);
		net_frame_put(f);
	}
	return 0;
}

static int unknown_goes_everywhere_else(void)
{
	net_switch_init(&sw, 4, DELAY);
	send(0, 1, 9, 1);
	expect(due(DELAY) == (1 | 4 | 8));
	send(0, 1, 0xff, 1);
	expect(due(DELAY) == (1 | 4 | 8));
	return 0;
}

static int known_goes_there_only(void)
{
	net_switch_init(&sw, 4, DELAY);
	send(0, 2, 0xff, 7);
	due(DELAY);
	send(0, 0, 7, 1);
	expect(due(DELAY) == 4);
	/* it has moved */
	send(0, 3, 0xff, 7);
	due(DELAY);
	send(0, 0, 7, 1);
	expect(due(DELAY) == 8);
	/* and is where it comes from */
	send(0, 3, 7, 8);
	expect(due(DELAY) == 0);
	return 0;
}

#define CROWD	400

/* Returns how many frames arrive, of those that are due at @now */
static unsigned int arrive(uint64_t now)
{
	struct net_frame *f;
	unsigned int port, count = 0;

	while ((f = net_switch_due(&sw, now, &port))) {
		net_frame_put(f);
		count++;
	}
	return count;
}

static int a_crowd_sends_to_all(void)
{
	struct net_frame *f;
	unsigned int i;

	net_switch_init(&sw, CROWD, DELAY);
	for (i = 0; i < CROWD; i++) {
		f = frame(0xff, i);
		expect(!net_switch_send(&sw, 0, i, f));
		net_frame_put(f);
	}
	expect(arrive(DELAY) == CROWD * (CROWD - 1) && !sw.held);
	return 0;
}

static int a_shared_frame_is_held_once(void)
{
	struct net_frame *f = frame(0xff, 1);

	net_switch_init(&sw, CROWD, DELAY);
	expect(!net_switch_send(&sw, 0, 0, f));
	expect(sw.held == net_frame_size(f) + (CROWD - 1) * sizeof(struct net_flight));
	net_frame_put(f);
	net_switch_clear(&sw);
	expect(!sw.held);
	return 0;
}

static int a_flood_is_bounded(void)
{
	struct net_frame *f = frame(0xff, 1);
	size_t each = net_frame_size(f);

	net_switch_init(&sw, 5, DELAY);
	/* the whole of one, and of the next one a part of its copies */
	sw.bound = 2 * each + 6 * sizeof(struct net_flight);
	expect(net_switch_send(&sw, 0, 0, f) == 0);
	net_frame_put(f);
	f = frame(0xff, 1);
	expect(net_switch_send(&sw, 0, 0, f) == 2);
	net_frame_put(f);
	f = frame(0xff, 1);
	expect(net_switch_send(&sw, 0, 0, f) == 4 && f->refs == 1);
	net_frame_put(f);
	expect(arrive(DELAY) == 6 && !sw.held && !sw.flights && !sw.first);
	return 0;
}

static int the_bound_is_in_bytes(void)
{
	static unsigned char large[NET_FRAME_MAX] = { 0xff };
	unsigned int i, lost = 0;
	struct net_frame *f;

	net_switch_init(&sw, 2, DELAY);
	for (i = 0; i < 2 * NET_SWITCH_HELD / NET_FRAME_MAX; i++) {
		f = net_frame_new(large, sizeof(large));
		expect(f);
		lost += net_switch_send(&sw, 0, 0, f);
		net_frame_put(f);
		expect(sw.held <= NET_SWITCH_HELD);
	}
	expect(sw.flights + lost == i && lost >= i / 2);
	net_switch_clear(&sw);
	expect(!sw.flights && !sw.first && !sw.held);
	return 0;
}

static const struct tap_case cases[] = {
	{ "the delay is exact", the_delay_is_exact },
	{ "a delay of 0", no_delay_is_a_delay },
	{ "frames stay in order", order_is_kept },
	{ "an unknown address is sought at all other ports", unknown_goes_everywhere_else },
	{ "a known address is found at its port", known_goes_there_only },
	{ "400 guests send to all at once, and nothing is lost", a_crowd_sends_to_all },
	{ "a frame that goes to many is held once", a_shared_frame_is_held_once },
	{ "beyond the bound frames are lost, and counted", a_flood_is_bounded },
	{ "a guest that sends without end does not fill the memory", the_bound_is_in_bytes },
};

TAP_MAIN(cases)
