// SPDX-License-Identifier: GPL-2.0
/* The page that a controller shares with its clients. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "lib/page.h"
#include "lib/util.h"

static_assert(offsetof(struct um_timetravel_schedshm, clients) == 4096, "an ABI");
static_assert(sizeof(union um_timetravel_schedshm_client) == 128, "an ABI");

/* running_id has 16 bits: no page has more slots, and none is longer, bytes */
#define SIZE_MAX_OF_PAGE	page_bytes(1 << 16)

/**
 * page_bytes() - how long a page is
 * @slots: how many slots it has, the controller's own included
 *
 * Return: bytes.
 */
size_t page_bytes(unsigned int slots)
{
	return sizeof(struct um_timetravel_schedshm) +
		(size_t)slots * sizeof(union um_timetravel_schedshm_client);
}

static unsigned int slots_in(size_t bytes)
{
	return (bytes - page_bytes(0)) / (page_bytes(1) - page_bytes(0));
}

__printf(3, 4)
static int unfit(char *why, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, PAGE_TEXT, format, args);
	va_end(args);
	return err;
}

/* What is mapped is at least the header */
static int check(const struct page_view *view, char *why)
{
	const __u32 version = page_read(view->page->version), len = page_read(view->page->len);

	if (version != UM_TIMETRAVEL_SCHEDSHM_VERSION)
		return unfit(why, -ENOTSUP, "the page has version %u; %u is wanted", version,
			     UM_TIMETRAVEL_SCHEDSHM_VERSION);
	if (len < page_bytes(0) || len > view->size)
		return unfit(why, -EINVAL, "the page has %zu bytes, and says that it has %u",
			     view->size, len);
	if (view->slot >= slots_in(len))
		return unfit(why, -EINVAL, "the page has %u bytes, and no slot %u", len,
			     view->slot);
	return 0;
}

/**
 * page_map() - map a page that came from a controller, and check it
 * @view: to be filled in; @view->page is NULL if the page is not fit for use
 * @fd: the page
 * @slot: our slot, as the controller says
 * @why: %PAGE_TEXT bytes for what is wrong with it
 *
 * Return: 0, -ENOTSUP if it has another version, which is how a controller says that
 * there is none, or another negative error number.
 */
int page_map(struct page_view *view, int fd, unsigned int slot, char *why)
{
	struct stat st;
	void *page;
	int err;

	*view = (struct page_view){ .slot = slot };
	if (fstat(fd, &st))
		return unfit(why, -errno, "the page: %s", strerror(errno));
	if (st.st_size < (off_t)page_bytes(0) || st.st_size > (off_t)SIZE_MAX_OF_PAGE)
		return unfit(why, -EINVAL, "the page has %lld bytes; %zu to %zu are wanted",
			     (long long)st.st_size, page_bytes(0), SIZE_MAX_OF_PAGE);
	page = mmap(NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED)
		return unfit(why, -errno, "the page cannot be mapped: %s", strerror(errno));
	view->page = page;
	view->size = st.st_size;
	err = check(view, why);
	if (err)
		page_unmap(view);
	else
		view->slots = slots_in(page_read(view->page->len));
	return err;
}

/**
 * page_unmap() - do without the page from now on
 * @view: our view of it, which may be none
 */
void page_unmap(struct page_view *view)
{
	if (view->page)
		munmap(view->page, view->size);
	view->page = NULL;
}

/**
 * page_join() - say that this client uses the page
 * @view: our view of it
 * @capa: how, of &enum um_timetravel_schedshm_cap
 *
 * It must be said before the first message after START was answered.
 */
void page_join(const struct page_view *view, __u32 capa)
{
	__atomic_fetch_or(&view->page->clients[view->slot].capa, capa, __ATOMIC_ACQ_REL);
}

/**
 * page_shares_time() - what a client says it can do
 * @page: the page
 * @slot: its slot
 *
 * Return: whether it has set its capability to share time.
 */
bool page_shares_time(const struct um_timetravel_schedshm *page, unsigned int slot)
{
	return page_read(page->clients[slot].capa) & UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE;
}

/**
 * page_request() - what stands in a slot
 * @page: the page
 * @slot: the slot
 * @time: set to the request, in ns of the controller's time
 *
 * Return: whether there is a request.
 */
bool page_request(const struct um_timetravel_schedshm *page, unsigned int slot, __u64 *time)
{
	if (!(page_read(page->clients[slot].flags) & UM_TIMETRAVEL_SCHEDSHM_FLAGS_REQ_RUN))
		return false;
	*time = page_read(page->clients[slot].req_time);
	return true;
}

/**
 * page_clear_request() - a request has been granted, or is made in another way
 * @page: the page
 * @slot: whose it was
 */
void page_clear_request(struct um_timetravel_schedshm *page, unsigned int slot)
{
	__atomic_fetch_and(&page->clients[slot].flags, ~UM_TIMETRAVEL_SCHEDSHM_FLAGS_REQ_RUN,
			   __ATOMIC_ACQ_REL);
}

/**
 * page_lower_bound() - whoever runs may go on less far than it was told
 * @page: the page
 * @bound: exclusive, ns; if the page has an earlier one, that one stays
 *
 * Several clients can do so at once. A store of what was compared before would
 * raise the bound over what another one has just lowered it to.
 */
void page_lower_bound(struct um_timetravel_schedshm *page, __u64 bound)
{
	__u64 seen = page_read(page->free_until);

	while (bound < seen &&
	       !__atomic_compare_exchange_n(&page->free_until, &seen, bound, false,
					    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		;
}

/* The controller, which has slot 0, may say that it does not, too */
static bool looks_at_slots(const struct page_view *view, unsigned int runner)
{
	return runner < view->slots && page_shares_time(view->page, runner);
}

/**
 * page_put_request() - ask to be let run, in our slot
 * @view: our view of the page
 * @time: when, ns of the controller's time
 * @waits: this client has sent WAIT
 *
 * The request is in the slot before the bound is lowered. So an owner of the page
 * that raises the bound only before it looks at all slots, and then lowers it to what
 * it found there, misses none.
 *
 * If somebody else runs afterwards than before, the owner may have looked before the
 * request was there, and have set the bound of who runs now after we lowered it. It is
 * not put into the page again, as the next hand-off could come in between as well: the
 * owner reads a message after that hand-off and before the next one. If it is us who
 * run now, RUN is on its way and nothing need be asked for.
 *
 * The request of who waits is counted, for UM_TIMETRAVEL_SCHEDSHM_CAP_COUNT. That of who
 * runs need not be: the owner of the page reads it when it hears WAIT.
 *
 * Return: false if it is not asked for yet: it is to be asked for by message.
 */
bool page_put_request(const struct page_view *view, __u64 time, bool waits)
{
	struct um_timetravel_schedshm *page = view->page;
	const unsigned int runner = page_read(page->running_id);
	unsigned int then;

	if (!looks_at_slots(view, runner))
		return false;
	page_write(page->clients[view->slot].req_time, time);
	__atomic_fetch_or(&page->clients[view->slot].flags,
			  UM_TIMETRAVEL_SCHEDSHM_FLAGS_REQ_RUN, __ATOMIC_SEQ_CST);
	if (waits)
		__atomic_fetch_add(&page->requests, 1, __ATOMIC_SEQ_CST);
	if (runner != view->slot)
		page_lower_bound(page, time);
	then = __atomic_load_n(&page->running_id, __ATOMIC_SEQ_CST);
	if (then == runner || then == view->slot)
		return true;
	page_clear_request(page, view->slot);
	return false;
}
