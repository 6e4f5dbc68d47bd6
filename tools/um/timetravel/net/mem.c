// SPDX-License-Identifier: GPL-2.0
/* The memory of a guest: each access is looked up, and cannot leave its region. */
#include <errno.h>
#include <unistd.h>

#include "net/mem.h"

/**
 * net_mem_init() - memory of which nothing is known yet
 * @mem: the memory
 */
void net_mem_init(struct net_mem *mem)
{
	mem->count = 0;
}

/**
 * net_mem_clear() - forget all regions and close their files
 * @mem: the memory
 */
void net_mem_clear(struct net_mem *mem)
{
	while (mem->count)
		close(mem->regions[--mem->count].fd);
}

static int ends_before_it_begins(uint64_t start, uint64_t size)
{
	return start + size < start;
}

/**
 * net_mem_add() - another region
 * @mem: the memory
 * @region: what to add; its file is then closed by net_mem_clear()
 *
 * Return: 0, or -1 if it is empty, wraps around, or is one too many; the file is
 * then still the caller's.
 */
int net_mem_add(struct net_mem *mem, const struct net_mem_region *region)
{
	if (mem->count == NET_MEM_REGIONS || !region->size ||
	    ends_before_it_begins(region->guest, region->size) ||
	    ends_before_it_begins(region->user, region->size) ||
	    ends_before_it_begins(region->offset, region->size) ||
	    region->offset + region->size > INT64_MAX)
		return -1;
	mem->regions[mem->count++] = *region;
	return 0;
}

static int within(uint64_t start, uint64_t size, uint64_t addr, uint64_t len)
{
	return addr >= start && addr - start <= size && len <= size - (addr - start);
}

static const struct net_mem_region *find(const struct net_mem *mem, uint64_t guest, size_t len)
{
	unsigned int i;

	for (i = 0; i < mem->count; i++) {
		if (within(mem->regions[i].guest, mem->regions[i].size, guest, len))
			return &mem->regions[i];
	}
	return NULL;
}

/**
 * net_mem_read() - read the guest's memory
 * @mem: the memory
 * @guest: where, as the guest says
 * @data: where to put it
 * @len: how much, bytes
 *
 * Return: 0, or -1 if not all of it is in one region and in its file.
 */
int net_mem_read(const struct net_mem *mem, uint64_t guest, void *data, size_t len)
{
	const struct net_mem_region *region = find(mem, guest, len);
	ssize_t n;

	if (!region)
		return -1;
	do {
		n = pread(region->fd, data, len, region->offset + (guest - region->guest));
	} while (n < 0 && errno == EINTR);
	return n >= 0 && (size_t)n == len ? 0 : -1;
}

/**
 * net_mem_write() - write to the guest's memory
 * @mem: the memory
 * @guest: where, as the guest says
 * @data: what to write
 * @len: how much, bytes
 *
 * A file that the guest has cut short grows again.
 *
 * Return: 0, or -1 if not all of it is in one region and in its file.
 */
int net_mem_write(const struct net_mem *mem, uint64_t guest, const void *data, size_t len)
{
	const struct net_mem_region *region = find(mem, guest, len);
	ssize_t n;

	if (!region)
		return -1;
	do {
		n = pwrite(region->fd, data, len, region->offset + (guest - region->guest));
	} while (n < 0 && errno == EINTR);
	return n >= 0 && (size_t)n == len ? 0 : -1;
}

/**
 * net_mem_user_to_guest() - translate the address of a ring
 * @mem: the memory
 * @user: address in the guest's process
 * @len: bytes that are there
 * @guest: where to put the address for net_mem_read()
 *
 * Return: 0, or -1 if not all of it is in one region.
 */
int net_mem_user_to_guest(const struct net_mem *mem, uint64_t user, uint64_t len,
			  uint64_t *guest)
{
	const struct net_mem_region *region;
	unsigned int i;

	for (i = 0; i < mem->count; i++) {
		region = &mem->regions[i];
		if (within(region->user, region->size, user, len)) {
			*guest = region->guest + (user - region->user);
			return 0;
		}
	}
	return -1;
}
