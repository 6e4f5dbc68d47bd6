/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The page that the controller shares with its clients.
 *
 * Holds: all clients can write to all of it, so each field is read once and what
 * was read is only what somebody claims. The controller looks at requests and
 * capabilities in slots, and at the current time; the rest it only writes.
 */
#ifndef UMTT_SHM_H
#define UMTT_SHM_H

#include "proto.h"

/**
 * struct shm - the page, and the other one for those who shall not have it
 * @fd: the page: sealed, so that nobody can make it shorter
 * @refused_fd: a page of no known version, which every client puts aside
 * @log_fd: the log that comes with it: nobody reads it
 * @slots: how many slots it has, the controller's own included
 * @page: the page
 */
struct shm {
	int fd;
	int refused_fd;
	int log_fd;
	unsigned int slots;
	struct um_timetravel_schedshm *page;
};

int shm_create(struct shm *shm, unsigned int slots);
void shm_destroy(struct shm *shm);
void shm_open_slot(struct shm *shm, unsigned int slot, __u64 id);
void shm_close_slot(struct shm *shm, unsigned int slot);
bool shm_shares_time(const struct shm *shm, unsigned int slot);
bool shm_request(const struct shm *shm, unsigned int slot, __u64 *time);
__u64 shm_time(const struct shm *shm);
void shm_grant(struct shm *shm, unsigned int slot, __u64 now, __u64 bound);
void shm_lower_bound(struct shm *shm, __u64 bound);
void shm_set_time(struct shm *shm, __u64 now);
void shm_idle(struct shm *shm, bool want_messages);

#endif /* UMTT_SHM_H */
