// SPDX-License-Identifier: GPL-2.0
/* lib/page.c: the page as a client checks and uses it, beside others who do. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/page.h"
#include "meddle.h"
#include "tap.h"

#define SLOTS	4
#define OWN	1
#define OTHER	2

static int make_page(__u32 version, __u32 len, size_t size)
{
	struct um_timetravel_schedshm page = {
		.version = version, .len = len, .free_until = 100, .max_clients = SLOTS,
		.running_id = OTHER,
	};
	int fd = memfd_create("page", MFD_CLOEXEC);

	if (fd < 0 || write(fd, &page, sizeof(page)) != sizeof(page) || ftruncate(fd, size))
		exit(EXIT_FAILURE);
	return fd;
}

/* Slot @OTHER runs and shares time, until 100 */
static void set_up(struct page_view *view)
{
	int fd = make_page(UM_TIMETRAVEL_SCHEDSHM_VERSION, page_bytes(SLOTS), page_bytes(SLOTS));
	char why[PAGE_TEXT];

	if (page_map(view, fd, OWN, why))
		exit(EXIT_FAILURE);
	view->page->clients[OTHER].capa = UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE;
	meddle_map(fd);
	close(fd);
}

static void clean_up(struct page_view *view)
{
	meddle_unmap();
	page_unmap(view);
}

static int good(void)
{
	struct page_view view;

	set_up(&view);
	expect(view.slots == SLOTS && view.slot == OWN && view.size == page_bytes(SLOTS));
	expect(!page_shares_time(view.page, OWN));
	view.page->clients[OWN].capa = 4;
	page_join(&view, UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE);
	expect(page_shares_time(view.page, OWN) && view.page->clients[OWN].capa == 5);
	clean_up(&view);
	return 0;
}

static int unfit(void)
{
	static const struct {
		__u32 version, len;
		size_t size;
		unsigned int slot;
		int err;
		const char *why;
	} pages[] = {
		{ 2, 4096 + 512, 4095, 0, -EINVAL, "4095 bytes" },
		{ 2, 4096 + 512, 0, 0, -EINVAL, "0 bytes" },
		{ 3, 4096 + 512, 4096 + 512, 1, -ENOTSUP, "version 3" },
		{ -1, 4096, 4096, 1, -ENOTSUP, "version" },
		{ 2, 4096 + 513, 4096 + 512, 1, -EINVAL, "says that it has 4609" },
		{ 2, 4095, 4096 + 512, 1, -EINVAL, "says that it has 4095" },
		{ 2, 4096 + 512, 4096 + 512, 4, -EINVAL, "no slot 4" },
		{ 2, 4096 + 511, 4096 + 512, 3, -EINVAL, "no slot 3" },
		{ 2, 4096, 4096, 65535, -EINVAL, "no slot 65535" },
		{ 2, 4096 + 512, 1ull << 40, 1, -EINVAL, "1099511627776 bytes" },
	};
	struct page_view view;
	char why[PAGE_TEXT];
	size_t i;
	int fd;

	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		fd = make_page(pages[i].version, pages[i].len, pages[i].size);
		expect(page_map(&view, fd, pages[i].slot, why) == pages[i].err);
		expect(!view.page && strstr(why, pages[i].why));
		close(fd);
	}
	expect(page_map(&view, -1, 1, why) == -EBADF && !view.page);
	return 0;
}

static int requests(void)
{
	struct page_view view;
	__u64 time = 0;

	set_up(&view);
	expect(page_put_request(&view, 70, true) && view.page->free_until == 70);
	expect(page_request(view.page, OWN, &time) && time == 70);
	expect(page_put_request(&view, 200, true) && view.page->free_until == 70);
	expect(page_request(view.page, OWN, &time) && time == 200);
	page_clear_request(view.page, OWN);
	expect(!page_request(view.page, OWN, &time));
	/* its own request does not bound who runs */
	view.page->running_id = OWN;
	page_join(&view, UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE);
	expect(page_put_request(&view, 50, true) && view.page->free_until == 70);
	clean_up(&view);
	return 0;
}

static int nobody_looks(void)
{
	static const __u16 runners[] = { 0, 3, SLOTS, 0xffff };
	struct page_view view;
	size_t i;

	set_up(&view);
	for (i = 0; i < ARRAY_SIZE(runners); i++) {
		view.page->running_id = runners[i];
		expect(!page_put_request(&view, 70, true));
		expect(!view.page->clients[OWN].flags && view.page->free_until == 100);
	}
	clean_up(&view);
	return 0;
}

static void lower_to_50(struct um_timetravel_schedshm *page)
{
	page->free_until = 50;
}

static void lower_to_90(struct um_timetravel_schedshm *page)
{
	page->free_until = 90;
}

static int bound_only_falls(void)
{
	struct page_view view;

	set_up(&view);
	page_lower_bound(view.page, 100);
	page_lower_bound(view.page, 101);
	expect(view.page->free_until == 100);
	meddle(view.page, lower_to_50);
	page_lower_bound(view.page, 70);
	expect(meddled() && view.page->free_until == 50);
	view.page->free_until = 100;
	meddle(view.page, lower_to_90);
	page_lower_bound(view.page, 70);
	expect(meddled() && view.page->free_until == 70);
	clean_up(&view);
	return 0;
}

static void grant_third(struct um_timetravel_schedshm *page)
{
	page->running_id = 3;
}

static void grant_own(struct um_timetravel_schedshm *page)
{
	page->running_id = OWN;
}

static int hand_off(void)
{
	struct page_view view;
	__u64 time;

	set_up(&view);
	/* whether the new one shares time makes no difference */
	view.page->clients[3].capa = UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE;
	meddle(view.page, grant_third);
	expect(!page_put_request(&view, 70, true) && meddled());
	expect(!page_request(view.page, OWN, &time));
	view.page->running_id = OTHER;
	view.page->free_until = 100;
	meddle(view.page, grant_own);
	expect(page_put_request(&view, 70, true) && meddled());
	clean_up(&view);
	return 0;
}

static const struct tap_case cases[] = {
	{ "a page that is as it should be is mapped and joined", good },
	{ "one that is not is refused, with the reason", unfit },
	{ "requests are put into the slot, and bound others", requests },
	{ "nothing is put there if who runs does not look", nobody_looks },
	{ "a bound that another lowers at the same time is not raised", bound_only_falls },
	{ "a request in the midst of a hand-off goes by message", hand_off },
};

TAP_MAIN(cases)
