/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The page that the controller shares. All clients can write to it at any time, so
 * each field is read once, checked, and then used. Like ext_wire.h, also built
 * for user space.
 */
#ifndef __TIMETRAVEL_EXT_SHM_H
#define __TIMETRAVEL_EXT_SHM_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/um_timetravel.h>
#include "ext_wire.h"

/**
 * struct tt_shm - the page, and what was checked of it
 * @page: its address; NULL for none
 * @len: its length in bytes
 * @slots: number of clients
 * @slot: which of them is this kernel
 * @offset: the controller's time at our time zero, ns
 *
 * Nobody else can change anything but what @page points to.
 */
struct tt_shm {
	struct um_timetravel_schedshm *page;
	size_t len;
	__u32 slots;
	__u16 slot;
	__u64 offset;
};

bool tt_shm_init(struct tt_shm *shm, void *page, size_t len, __u16 slot,
		 const char **why);
__u64 tt_shm_now(const struct tt_shm *shm);
__u64 tt_shm_free_until(const struct tt_shm *shm);
bool tt_shm_request(const struct tt_shm *shm, __u64 time, bool waits);
void tt_shm_granted(const struct tt_shm *shm);
bool tt_shm_publish(const struct tt_shm *shm, __u64 now);

#endif /* __TIMETRAVEL_EXT_SHM_H */
