/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A fake guest: memory in a file, two rings in it, and what a guest does with them.
 *
 * Addresses in its process are those for its devices plus %NET_GUEST_USER.
 */
#ifndef NET_GUEST_H
#define NET_GUEST_H

#include <linux/virtio_ring.h>
#include <stdint.h>

#include "net/ring.h"

#define NET_GUEST_SIZE	0x10000
#define NET_GUEST_BASE	0x1000000
#define NET_GUEST_USER	0x7000000
#define NET_GUEST_NUM	8

/**
 * struct net_guest_ring - a ring as the guest sees it, page for page
 * @desc: table of descriptors
 * @avail: what is given, see net_guest_avail()
 * @used: what comes back, see net_guest_used()
 */
struct net_guest_ring {
	struct vring_desc desc[256];
	char avail[4096];
	char used[4096];
};

/**
 * struct net_guest - a guest
 * @fd: its memory
 * @mem: the same, mapped
 * @rings: two rings at its beginning
 */
struct net_guest {
	int fd;
	char *mem;
	struct net_guest_ring *rings;
};

static inline struct vring_avail *net_guest_avail(struct net_guest *guest, unsigned int ring)
{
	return (struct vring_avail *)guest->rings[ring].avail;
}

static inline struct vring_used *net_guest_used(struct net_guest *guest, unsigned int ring)
{
	return (struct vring_used *)guest->rings[ring].used;
}

int net_guest_init(struct net_guest *guest);
void net_guest_free(struct net_guest *guest);
struct net_mem_region net_guest_region(const struct net_guest *guest);
struct net_ring_addr net_guest_addr(unsigned int ring);
uint64_t net_guest_buffer(unsigned int number);
void net_guest_give(struct net_guest *guest, unsigned int ring, unsigned int head);

#endif /* NET_GUEST_H */
