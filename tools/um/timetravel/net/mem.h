/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memory of a guest, as the files that it shares with its devices.
 *
 * It is read and written by system calls and never mapped: a guest that cuts its
 * file short gets an error, and not this process a signal.
 */
#ifndef NET_MEM_H
#define NET_MEM_H

#include <stddef.h>
#include <stdint.h>

#define NET_MEM_REGIONS	8

/**
 * struct net_mem_region - a part of a guest's memory
 * @guest: its address for the guest, as in descriptors
 * @user: its address in the guest's process, as for rings
 * @size: bytes
 * @offset: where it begins in the file
 * @fd: the file
 */
struct net_mem_region {
	uint64_t guest, user, size, offset;
	int fd;
};

/**
 * struct net_mem - all that a guest shares
 * @regions: its parts
 * @count: how many there are
 */
struct net_mem {
	struct net_mem_region regions[NET_MEM_REGIONS];
	unsigned int count;
};

void net_mem_init(struct net_mem *mem);
void net_mem_clear(struct net_mem *mem);
int net_mem_add(struct net_mem *mem, const struct net_mem_region *region);
int net_mem_read(const struct net_mem *mem, uint64_t guest, void *data, size_t len);
int net_mem_write(const struct net_mem *mem, uint64_t guest, const void *data, size_t len);
int net_mem_user_to_guest(const struct net_mem *mem, uint64_t user, uint64_t len,
			  uint64_t *guest);

#endif /* NET_MEM_H */
