// SPDX-License-Identifier: GPL-2.0
/* The page that the controller shares with its clients. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/page.h"
#include "sim/page_owner.h"

/* No version of the protocol has it */
#define NO_VERSION 0xffffffff

static int sealed_memfd(const char *name, size_t size)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, size) ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)) {
		int err = errno;

		close(fd);
		return -err;
	}
	return fd;
}

static struct um_timetravel_schedshm *map(int fd, size_t size)
{
	void *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	return page == MAP_FAILED ? NULL : page;
}

/* Anew each time that somebody maps it: another client may have been there */
static void write_header(struct page_owner *owner)
{
	page_write(owner->page->version, UM_TIMETRAVEL_SCHEDSHM_VERSION);
	page_write(owner->page->len, page_bytes(owner->slots));
	page_write(owner->page->max_clients, owner->slots);
}

static int create_refused(struct page_owner *owner)
{
	struct um_timetravel_schedshm *page;

	owner->refused_fd = sealed_memfd("umtt-no-page", page_bytes(0));
	if (owner->refused_fd < 0)
		return owner->refused_fd;
	page = map(owner->refused_fd, page_bytes(0));
	if (!page)
		return -errno;
	page->version = NO_VERSION;
	page->len = page_bytes(0);
	munmap(page, page_bytes(0));
	return 0;
}

/**
 * page_owner_create() - make the page
 * @owner: to be set up
 * @slots: how many slots, the controller's own included
 *
 * Return: 0 or a negative error number.
 */
int page_owner_create(struct page_owner *owner, unsigned int slots)
{
	int err;

	*owner = (struct page_owner){ .fd = -1, .refused_fd = -1, .log_fd = -1, .slots = slots };
	owner->fd = sealed_memfd("umtt-page", page_bytes(slots));
	if (owner->fd < 0)
		return owner->fd;
	owner->log_fd = open("/dev/null", O_WRONLY | O_APPEND | O_CLOEXEC);
	owner->page = map(owner->fd, page_bytes(slots));
	err = owner->log_fd < 0 || !owner->page ? -errno : create_refused(owner);
	if (err) {
		page_owner_destroy(owner);
		return err;
	}
	write_header(owner);
	page_owner_idle(owner, false);
	return 0;
}

/**
 * page_owner_destroy() - give the page back
 * @owner: the page
 */
void page_owner_destroy(struct page_owner *owner)
{
	if (owner->page)
		munmap(owner->page, page_bytes(owner->slots));
	owner->page = NULL;
	close(owner->fd);
	close(owner->refused_fd);
	close(owner->log_fd);
}

/**
 * page_owner_open_slot() - a client gets a slot, and may map the page
 * @owner: the page
 * @slot: its slot
 * @id: its ID
 */
void page_owner_open_slot(struct page_owner *owner, unsigned int slot, __u64 id)
{
	page_owner_close_slot(owner, slot);
	page_write(owner->page->clients[slot].name, id);
	write_header(owner);
}

/**
 * page_owner_close_slot() - nobody has this slot any more
 * @owner: the page
 * @slot: the slot
 */
void page_owner_close_slot(struct page_owner *owner, unsigned int slot)
{
	memset(&owner->page->clients[slot], 0, sizeof(owner->page->clients[slot]));
}

/**
 * page_owner_shares_time() - what a client says it can do
 * @owner: the page
 * @slot: its slot
 *
 * Return: whether it has set its capability to share time.
 */
bool page_owner_shares_time(const struct page_owner *owner, unsigned int slot)
{
	return page_shares_time(owner->page, slot);
}

/**
 * page_owner_counts() - does a client count its requests
 * @owner: the page
 * @slot: its slot
 *
 * Return: whether it has set its capability to do so.
 */
bool page_owner_counts(const struct page_owner *owner, unsigned int slot)
{
	return page_read(owner->page->clients[slot].capa) & UM_TIMETRAVEL_SCHEDSHM_CAP_COUNT;
}

/**
 * page_owner_requests() - how many requests clients that wait have put into their slots
 * @owner: the page
 *
 * Return: the number, modulo 2^32, of those that count them.
 */
__u32 page_owner_requests(const struct page_owner *owner)
{
	return page_read(owner->page->requests);
}

/**
 * page_owner_request() - what stands in a slot
 * @owner: the page
 * @slot: the slot
 * @time: set to the request, in ns of the controller's time
 *
 * Return: whether there is a request.
 */
bool page_owner_request(const struct page_owner *owner, unsigned int slot, __u64 *time)
{
	return page_request(owner->page, slot, time);
}

/**
 * page_owner_time() - the current time as the client that runs, or any other, wrote it
 * @owner: the page
 *
 * Return: ns.
 */
__u64 page_owner_time(const struct page_owner *owner)
{
	return page_read(owner->page->current_time);
}

/**
 * page_owner_grant() - a client is about to be told that it runs
 * @owner: the page
 * @slot: its slot
 * @now: current time in ns
 * @bound: it may go on by itself before this time
 */
void page_owner_grant(struct page_owner *owner, unsigned int slot, __u64 now, __u64 bound)
{
	page_clear_request(owner->page, slot);
	page_write(owner->page->current_time, now);
	page_write(owner->page->free_until, bound);
	/* who puts a request into its slot sees this, or is seen when slots are looked at next */
	__atomic_store_n(&owner->page->running_id, slot, __ATOMIC_SEQ_CST);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/**
 * page_owner_lower_bound() - the client that runs may go on less far than it was told
 * @owner: the page
 * @bound: exclusive, in ns; if the page has an earlier one, that one stays
 */
void page_owner_lower_bound(struct page_owner *owner, __u64 bound)
{
	page_lower_bound(owner->page, bound);
}

/**
 * page_owner_set_time() - a client without the page has moved time
 * @owner: the page
 * @now: current time in ns
 */
void page_owner_set_time(struct page_owner *owner, __u64 now)
{
	page_write(owner->page->current_time, now);
}

/**
 * page_owner_idle() - no client runs
 * @owner: the page
 * @want_messages: nobody looks at the slots for a while: clients that ask for
 *	something are to send it
 */
void page_owner_idle(struct page_owner *owner, bool want_messages)
{
	page_write(owner->page->clients[0].capa,
		   want_messages ? 0 : UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE);
	page_write(owner->page->running_id, 0);
}
