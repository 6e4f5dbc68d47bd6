/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A virtio split ring, from the device's side.
 *
 * set_num, set_base, set_addr, enable; then take a chain, read or fill it, give it
 * back. The guest writes the ring: each index, address and length is read once and
 * checked before it is used. A ring that breaks a rule is broken until it is reset, and
 * @why says which.
 */
#ifndef NET_RING_H
#define NET_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/mem.h"

#define NET_RING_MAX	1024

/**
 * struct net_ring_addr - where the guest says that a ring is, in its process
 * @desc: table of descriptors
 * @avail: what the guest gives
 * @used: what the device gives back
 */
struct net_ring_addr {
	uint64_t desc, avail, used;
};

/**
 * struct net_ring_part - one buffer of a chain
 * @addr: for net_mem_read() and net_mem_write()
 * @len: bytes
 */
struct net_ring_part {
	uint64_t addr;
	uint32_t len;
};

/**
 * struct net_ring_chain - buffers that belong together
 * @head: index of the first descriptor
 * @count: how many buffers
 * @len: bytes in all of them
 * @parts: the buffers
 */
struct net_ring_chain {
	uint16_t head;
	unsigned int count;
	uint64_t len;
	struct net_ring_part parts[NET_RING_MAX];
};

/**
 * struct net_ring - a ring
 * @mem: the guest's memory
 * @num: entries, a power of two, 0 before the guest has said so
 * @user: addresses as the guest gave them
 * @at: the same for net_mem_read(), 0 before they are known
 * @next: the first index that was not taken yet
 * @given: how many chains were given back
 * @enabled: the guest wants it to be used
 * @why: what is wrong with it, NULL if nothing is
 */
struct net_ring {
	const struct net_mem *mem;
	unsigned int num;
	struct net_ring_addr user, at;
	uint16_t next, given;
	bool enabled;
	const char *why;
};

void net_ring_init(struct net_ring *ring, const struct net_mem *mem);
int net_ring_set_num(struct net_ring *ring, uint32_t num);
int net_ring_set_base(struct net_ring *ring, uint32_t base);
int net_ring_set_addr(struct net_ring *ring, const struct net_ring_addr *user);
void net_ring_moved(struct net_ring *ring);
void net_ring_enable(struct net_ring *ring, bool enable);
bool net_ring_usable(const struct net_ring *ring);
int net_ring_take(struct net_ring *ring, struct net_ring_chain *chain, bool writable);
int net_ring_gather(struct net_ring *ring, const struct net_ring_chain *chain,
		    void *data, size_t len);
int net_ring_scatter(struct net_ring *ring, const struct net_ring_chain *chain,
		     const void *data, size_t len);
int net_ring_give(struct net_ring *ring, const struct net_ring_chain *chain, uint32_t len);
void net_ring_untake(struct net_ring *ring);
bool net_ring_wants_call(struct net_ring *ring);

#endif /* NET_RING_H */
