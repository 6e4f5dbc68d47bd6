/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The page that the controller shares with its clients.
 *
 * Holds: all clients can write to all of it, so each field is read once and what
 * was read is only what somebody claims. The controller looks at requests and
 * capabilities in slots, and at the current time; the rest it only writes.
 */
#ifndef UMTT_PAGE_OWNER_H
#define UMTT_PAGE_OWNER_H

#include "lib/wire.h"

/**
 * struct page_owner - the page, and the other one for those who shall not have it
 * @fd: the page: sealed, so that nobody can make it shorter
 * @refused_fd: a page of no known version, which every client puts aside
 * @log_fd: the log that comes with it: nobody reads it
 * @slots: how many slots it has, the controller's own included
 * @page: the page
 */
struct page_owner {
	int fd;
	int refused_fd;
	int log_fd;
	unsigned int slots;
	struct um_timetravel_schedshm *page;
};

int page_owner_create(struct page_owner *owner, unsigned int slots);
void page_owner_destroy(struct page_owner *owner);
void page_owner_open_slot(struct page_owner *owner, unsigned int slot, __u64 id);
void page_owner_close_slot(struct page_owner *owner, unsigned int slot);
bool page_owner_shares_time(const struct page_owner *owner, unsigned int slot);
bool page_owner_counts(const struct page_owner *owner, unsigned int slot);
__u32 page_owner_requests(const struct page_owner *owner);
bool page_owner_request(const struct page_owner *owner, unsigned int slot, __u64 *time);
__u64 page_owner_time(const struct page_owner *owner);
void page_owner_grant(struct page_owner *owner, unsigned int slot, __u64 now, __u64 bound);
void page_owner_lower_bound(struct page_owner *owner, __u64 bound);
void page_owner_set_time(struct page_owner *owner, __u64 now);
void page_owner_idle(struct page_owner *owner, bool want_messages);

#endif /* UMTT_PAGE_OWNER_H */
