/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The page that a controller shares with its clients, for all who look at it.
 *
 * Holds: all clients can write to all of it, at any time. Each field is read once
 * and written once, and what was read is only what somebody claims.
 *
 * The life of a client's view: page_map(), page_join(), then page_put_request() while
 * it waits and page_clear_request() when it runs, page_unmap().
 */
#ifndef UMTT_PAGE_H
#define UMTT_PAGE_H

#include "lib/wire.h"

/* Exactly one load, exactly one store */
#define page_read(field) __atomic_load_n(&(field), __ATOMIC_ACQUIRE)
#define page_write(field, value) __atomic_store_n(&(field), (value), __ATOMIC_RELEASE)

/* Enough for what page_map() writes */
#define PAGE_TEXT 100

/**
 * struct page_view - the page as a client sees it
 * @page: the page, NULL if there is none
 * @size: bytes that are mapped
 * @slots: how many slots these are
 * @slot: our own, less than @slots
 */
struct page_view {
	struct um_timetravel_schedshm *page;
	size_t size;
	unsigned int slots, slot;
};

size_t page_bytes(unsigned int slots);
int page_map(struct page_view *view, int fd, unsigned int slot, char *why);
void page_unmap(struct page_view *view);
void page_join(const struct page_view *view, __u32 capa);
bool page_put_request(const struct page_view *view, __u64 time, bool waits);

bool page_shares_time(const struct um_timetravel_schedshm *page, unsigned int slot);
bool page_request(const struct um_timetravel_schedshm *page, unsigned int slot, __u64 *time);
void page_clear_request(struct um_timetravel_schedshm *page, unsigned int slot);
void page_lower_bound(struct um_timetravel_schedshm *page, __u64 bound);

#endif /* UMTT_PAGE_H */
