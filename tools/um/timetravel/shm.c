// SPDX-License-Identifier: GPL-2.0
/* The page that the controller shares with its clients. */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "shm.h"
#include "util.h"

static_assert(offsetof(struct um_timetravel_schedshm, clients) == 4096, "an ABI");
static_assert(sizeof(union um_timetravel_schedshm_client) == 128, "an ABI");

/* Others write at any time: exactly one load, exactly one store */
#define read_once(field) __atomic_load_n(&(field), __ATOMIC_ACQUIRE)
#define write_once(field, value) __atomic_store_n(&(field), (value), __ATOMIC_RELEASE)

/* No version of the protocol has it */
#define NO_VERSION 0xffffffff

static size_t page_size(unsigned int slots)
{
	return sizeof(struct um_timetravel_schedshm) +
		(size_t)slots * sizeof(union um_timetravel_schedshm_client);
}

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
static void write_header(struct shm *shm)
{
	write_once(shm->page->version, UM_TIMETRAVEL_SCHEDSHM_VERSION);
	write_once(shm->page->len, page_size(shm->slots));
	write_once(shm->page->max_clients, shm->slots);
}

static int create_refused(struct shm *shm)
{
	struct um_timetravel_schedshm *page;

	shm->refused_fd = sealed_memfd("umtt-no-page", page_size(0));
	if (shm->refused_fd < 0)
		return shm->refused_fd;
	page = map(shm->refused_fd, page_size(0));
	if (!page)
		return -errno;
	page->version = NO_VERSION;
	page->len = page_size(0);
	munmap(page, page_size(0));
	return 0;
}

/**
 * shm_create() - make the page
 * @shm: to be set up
 * @slots: how many slots, the controller's own included
 *
 * Return: 0 or a negative error number.
 */
int shm_create(struct shm *shm, unsigned int slots)
{
	int err;

	*shm = (struct shm){ .fd = -1, .refused_fd = -1, .log_fd = -1, .slots = slots };
	shm->fd = sealed_memfd("umtt-page", page_size(slots));
	if (shm->fd < 0)
		return shm->fd;
	shm->log_fd = open("/dev/null", O_WRONLY | O_APPEND | O_CLOEXEC);
	shm->page = map(shm->fd, page_size(slots));
	err = shm->log_fd < 0 || !shm->page ? -errno : create_refused(shm);
	if (err) {
		shm_destroy(shm);
		return err;
	}
	write_header(shm);
	shm_idle(shm, false);
	return 0;
}

/**
 * shm_destroy() - give the page back
 * @shm: the page
 */
void shm_destroy(struct shm *shm)
{
	if (shm->page)
		munmap(shm->page, page_size(shm->slots));
	shm->page = NULL;
	close(shm->fd);
	close(shm->refused_fd);
	close(shm->log_fd);
}

/**
 * shm_open_slot() - a client gets a slot, and may map the page
 * @shm: the page
 * @slot: its slot
 * @id: its ID
 */
void shm_open_slot(struct shm *shm, unsigned int slot, __u64 id)
{
	shm_close_slot(shm, slot);
	write_once(shm->page->clients[slot].name, id);
	write_header(shm);
}

/**
 * shm_close_slot() - nobody has this slot any more
 * @shm: the page
 * @slot: the slot
 */
void shm_close_slot(struct shm *shm, unsigned int slot)
{
	memset(&shm->page->clients[slot], 0, sizeof(shm->page->clients[slot]));
}

/**
 * shm_shares_time() - what a client says it can do
 * @shm: the page
 * @slot: its slot
 *
 * Return: whether it has set its capability to share time.
 */
bool shm_shares_time(const struct shm *shm, unsigned int slot)
{
	return read_once(shm->page->clients[slot].capa) &
		UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE;
}

/**
 * shm_request() - what stands in a slot
 * @shm: the page
 * @slot: the slot
 * @time: set to the request, in ns of the controller's time
 *
 * Return: whether there is a request.
 */
bool shm_request(const struct shm *shm, unsigned int slot, __u64 *time)
{
	if (!(read_once(shm->page->clients[slot].flags) &
	      UM_TIMETRAVEL_SCHEDSHM_FLAGS_REQ_RUN))
		return false;
	*time = read_once(shm->page->clients[slot].req_time);
	return true;
}

/**
 * shm_time() - the current time as the client that runs, or any other, wrote it
 * @shm: the page
 *
 * Return: ns.
 */
__u64 shm_time(const struct shm *shm)
{
	return read_once(shm->page->current_time);
}

/**
 * shm_grant() - a client is about to be told that it runs
 * @shm: the page
 * @slot: its slot
 * @now: current time in ns
 * @bound: it may go on by itself before this time
 */
void shm_grant(struct shm *shm, unsigned int slot, __u64 now, __u64 bound)
{
	__atomic_fetch_and(&shm->page->clients[slot].flags,
			   ~UM_TIMETRAVEL_SCHEDSHM_FLAGS_REQ_RUN, __ATOMIC_ACQ_REL);
	write_once(shm->page->current_time, now);
	write_once(shm->page->free_until, bound);
	write_once(shm->page->running_id, slot);
}

/**
 * shm_lower_bound() - the client that runs may go on less far than it was told
 * @shm: the page
 * @bound: exclusive, in ns; if the page has an earlier one, that one stays
 */
void shm_lower_bound(struct shm *shm, __u64 bound)
{
	__u64 old = read_once(shm->page->free_until);

	while (bound < old &&
	       !__atomic_compare_exchange_n(&shm->page->free_until, &old, bound, false,
					    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		;
}

/**
 * shm_set_time() - a client without the page has moved time
 * @shm: the page
 * @now: current time in ns
 */
void shm_set_time(struct shm *shm, __u64 now)
{
	write_once(shm->page->current_time, now);
}

/**
 * shm_idle() - no client runs
 * @shm: the page
 * @want_messages: nobody looks at the slots for a while: clients that ask for
 *	something are to send it
 */
void shm_idle(struct shm *shm, bool want_messages)
{
	write_once(shm->page->clients[0].capa,
		   want_messages ? 0 : UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE);
	write_once(shm->page->running_id, 0);
}
