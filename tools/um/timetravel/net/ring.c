// SPDX-License-Identifier: GPL-2.0
/* A virtio split ring, from the device's side. */
#include <linux/virtio_ring.h>
#include <string.h>

#include "net/ring.h"

/* Layout of what the guest gives, and gets back: flags, index, entries */
#define AVAIL_FLAGS	0
#define AVAIL_IDX	2
#define AVAIL_RING	4
#define USED_IDX	2
#define USED_RING	4

static int broken(struct net_ring *ring, const char *why)
{
	ring->why = why;
	return -1;
}

/**
 * net_ring_init() - a ring of which nothing is known yet
 * @ring: the ring
 * @mem: memory of its guest, which outlives it
 */
void net_ring_init(struct net_ring *ring, const struct net_mem *mem)
{
	memset(ring, 0, sizeof(*ring));
	ring->mem = mem;
}

/**
 * net_ring_set_num() - how many entries the ring has
 * @ring: the ring
 * @num: entries
 *
 * Return: 0, or -1 if it is no power of two, 0, or too large.
 */
int net_ring_set_num(struct net_ring *ring, uint32_t num)
{
	if (!num || num > NET_RING_MAX || num & (num - 1))
		return -1;
	ring->num = num;
	net_ring_moved(ring);
	return 0;
}

/**
 * net_ring_set_base() - where to begin
 * @ring: the ring
 * @base: index of the first chain to take
 *
 * Return: 0, or -1 if it is no index.
 */
int net_ring_set_base(struct net_ring *ring, uint32_t base)
{
	if (base > UINT16_MAX)
		return -1;
	ring->next = base;
	ring->given = base;
	ring->why = NULL;
	return 0;
}

static int locate(struct net_ring *ring, struct net_ring_addr *at)
{
	const struct net_ring_addr *user = &ring->user;
	uint64_t num = ring->num;

	if (!num || user->desc % 16 || user->avail % 2 || user->used % 4)
		return -1;
	if (net_mem_user_to_guest(ring->mem, user->desc, num * 16, &at->desc) ||
	    net_mem_user_to_guest(ring->mem, user->avail, AVAIL_RING + num * 2, &at->avail) ||
	    net_mem_user_to_guest(ring->mem, user->used, USED_RING + num * 8, &at->used))
		return -1;
	return 0;
}

/**
 * net_ring_set_addr() - where the ring is
 * @ring: the ring
 * @user: addresses in the guest's process
 *
 * Return: 0, or -1 if it is not aligned or not all of it in the guest's memory.
 */
int net_ring_set_addr(struct net_ring *ring, const struct net_ring_addr *user)
{
	ring->user = *user;
	net_ring_moved(ring);
	return ring->at.used ? 0 : -1;
}

/**
 * net_ring_moved() - the guest's memory or the ring's size is another one now
 * @ring: the ring
 */
void net_ring_moved(struct net_ring *ring)
{
	struct net_ring_addr at;

	memset(&ring->at, 0, sizeof(ring->at));
	if (!locate(ring, &at))
		ring->at = at;
}

/**
 * net_ring_enable() - use the ring, or let it rest
 * @ring: the ring
 * @enable: what to do
 */
void net_ring_enable(struct net_ring *ring, bool enable)
{
	ring->enabled = enable;
}

/**
 * net_ring_usable() - can anything be taken from the ring
 * @ring: the ring
 *
 * Return: true if it is set up, enabled and not broken.
 */
bool net_ring_usable(const struct net_ring *ring)
{
	return ring->enabled && ring->at.used && !ring->why;
}

static int read16(const struct net_ring *ring, uint64_t addr, uint16_t *value)
{
	return net_mem_read(ring->mem, addr, value, sizeof(*value));
}

static int add_part(struct net_ring *ring, struct net_ring_chain *chain,
		    const struct vring_desc *desc, bool writable)
{
	if (desc->flags & VRING_DESC_F_INDIRECT)
		return broken(ring, "indirect descriptor, which was not offered");
	if (!(desc->flags & VRING_DESC_F_WRITE) == writable)
		return broken(ring, writable ? "buffer to be filled is not writable" :
					       "buffer to be sent is not readable");
	chain->parts[chain->count].addr = desc->addr;
	chain->parts[chain->count++].len = desc->len;
	chain->len += desc->len;
	return 0;
}

/* No more parts than the ring has entries: a chain that closes in itself ends here */
static int follow(struct net_ring *ring, struct net_ring_chain *chain, bool writable)
{
	struct vring_desc desc;
	uint16_t index = chain->head;

	chain->count = 0;
	chain->len = 0;
	do {
		if (index >= ring->num)
			return broken(ring, "descriptor's number is not below the ring's size");
		if (chain->count == ring->num)
			return broken(ring, "chain of descriptors has no end");
		if (net_mem_read(ring->mem, ring->at.desc + index * sizeof(desc), &desc,
				 sizeof(desc)))
			return broken(ring, "table of descriptors cannot be read");
		if (add_part(ring, chain, &desc, writable))
			return -1;
		index = desc.next;
	} while (desc.flags & VRING_DESC_F_NEXT);
	return 0;
}

/**
 * net_ring_take() - the next chain that the guest has for us
 * @ring: the ring, usable
 * @chain: where to put it
 * @writable: the chain is to be filled; otherwise it is to be read
 *
 * Return: 1, 0 if there is none, or -1 if the ring is broken now.
 */
int net_ring_take(struct net_ring *ring, struct net_ring_chain *chain, bool writable)
{
	uint16_t index, entry;

	if (read16(ring, ring->at.avail + AVAIL_IDX, &index))
		return broken(ring, "available ring cannot be read");
	if (index == ring->next)
		return 0;
	if ((uint16_t)(index - ring->next) > ring->num)
		return broken(ring, "available index is further ahead than the ring is long");
	entry = ring->next & (ring->num - 1);
	if (read16(ring, ring->at.avail + AVAIL_RING + entry * 2, &chain->head))
		return broken(ring, "available ring cannot be read");
	if (follow(ring, chain, writable))
		return -1;
	ring->next++;
	return 1;
}

/**
 * net_ring_untake() - put the chain back that was taken last
 * @ring: the ring; nothing was given back since
 */
void net_ring_untake(struct net_ring *ring)
{
	ring->next--;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/**
 * net_ring_gather() - read the beginning of a chain
 * @ring: the ring
 * @chain: a chain that was taken
 * @data: where to put it
 * @len: how much, at most @chain->len
 *
 * Return: 0, or -1 if the ring is broken now.
 */
int net_ring_gather(struct net_ring *ring, const struct net_ring_chain *chain,
		    void *data, size_t len)
{
	char *to = data;
	unsigned int i;
	size_t n;

	for (i = 0; i < chain->count && len; i++) {
		n = smaller(len, chain->parts[i].len);
		if (net_mem_read(ring->mem, chain->parts[i].addr, to, n))
			return broken(ring, "buffer to be sent is outside the guest's memory");
		to += n;
		len -= n;
	}
	return 0;
}

/**
 * net_ring_scatter() - fill the beginning of a chain
 * @ring: the ring
 * @chain: a chain that was taken as a writable one
 * @data: what to put there
 * @len: how much, at most @chain->len
 *
 * Return: 0, or -1 if the ring is broken now.
 */
int net_ring_scatter(struct net_ring *ring, const struct net_ring_chain *chain,
		     const void *data, size_t len)
{
	const char *from = data;
	unsigned int i;
	size_t n;

	for (i = 0; i < chain->count && len; i++) {
		n = smaller(len, chain->parts[i].len);
		if (net_mem_write(ring->mem, chain->parts[i].addr, from, n))
			return broken(ring, "buffer to be filled is outside the guest's memory");
		from += n;
		len -= n;
	}
	return 0;
}

/**
 * net_ring_give() - give a chain back
 * @ring: the ring
 * @chain: a chain that was taken
 * @len: bytes that were written to it
 *
 * Return: 0, or -1 if the ring is broken now.
 */
int net_ring_give(struct net_ring *ring, const struct net_ring_chain *chain, uint32_t len)
{
	const struct vring_used_elem elem = { .id = chain->head, .len = len };
	uint64_t entry = ring->given & (ring->num - 1);
	uint16_t index = ring->given + 1;

	if (net_mem_write(ring->mem, ring->at.used + USED_RING + entry * sizeof(elem), &elem,
			  sizeof(elem)) ||
	    net_mem_write(ring->mem, ring->at.used + USED_IDX, &index, sizeof(index)))
		return broken(ring, "used ring cannot be written");
	ring->given = index;
	return 0;
}

/**
 * net_ring_wants_call() - is the guest to be told of what it got back
 * @ring: the ring
 *
 * Return: true unless the guest has said that it looks by itself.
 */
bool net_ring_wants_call(struct net_ring *ring)
{
	uint16_t flags;

	if (read16(ring, ring->at.avail + AVAIL_FLAGS, &flags))
		return false;
	return !(flags & VRING_AVAIL_F_NO_INTERRUPT);
}
