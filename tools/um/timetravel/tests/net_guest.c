// SPDX-License-Identifier: GPL-2.0
/* A fake guest. */
#include <assert.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "net_guest.h"

static_assert(sizeof(struct net_guest_ring) == 3 * 4096, "three pages a ring");

/* Behind the rings, 2 KiB each */
#define BUFFERS	(2 * sizeof(struct net_guest_ring))

/**
 * net_guest_init() - a guest whose memory is all 0
 * @guest: the guest
 *
 * Return: 0, or -1 with errno.
 */
int net_guest_init(struct net_guest *guest)
{
	guest->fd = memfd_create("guest", MFD_CLOEXEC);
	if (guest->fd < 0 || ftruncate(guest->fd, NET_GUEST_SIZE))
		return -1;
	guest->mem = mmap(NULL, NET_GUEST_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			  guest->fd, 0);
	guest->rings = (struct net_guest_ring *)guest->mem;
	return guest->mem == MAP_FAILED ? -1 : 0;
}

/**
 * net_guest_free() - the end of it
 * @guest: the guest
 */
void net_guest_free(struct net_guest *guest)
{
	munmap(guest->mem, NET_GUEST_SIZE);
	close(guest->fd);
}

/**
 * net_guest_region() - what it shares
 * @guest: the guest
 *
 * Return: a region with a descriptor of its own.
 */
struct net_mem_region net_guest_region(const struct net_guest *guest)
{
	return (struct net_mem_region){
		.guest = NET_GUEST_BASE,
		.user = NET_GUEST_BASE + NET_GUEST_USER,
		.size = NET_GUEST_SIZE,
		.fd = fcntl(guest->fd, F_DUPFD_CLOEXEC, 3),
	};
}

/**
 * net_guest_addr() - where a ring is, in its process
 * @ring: 0 or 1
 *
 * Return: the addresses.
 */
struct net_ring_addr net_guest_addr(unsigned int ring)
{
	const uint64_t at = NET_GUEST_BASE + NET_GUEST_USER +
		ring * sizeof(struct net_guest_ring);

	return (struct net_ring_addr){ .desc = at, .avail = at + 4096, .used = at + 8192 };
}

/**
 * net_guest_buffer() - where a buffer is, for its devices
 * @number: 0 to 15
 *
 * Return: the address.
 */
uint64_t net_guest_buffer(unsigned int number)
{
	return NET_GUEST_BASE + BUFFERS + number * 2048;
}

/**
 * net_guest_give() - give a chain to the device
 * @guest: the guest
 * @ring: which
 * @head: its first descriptor
 */
void net_guest_give(struct net_guest *guest, unsigned int ring, unsigned int head)
{
	struct vring_avail *avail = net_guest_avail(guest, ring);

	avail->ring[avail->idx % NET_GUEST_NUM] = head;
	avail->idx++;
}
