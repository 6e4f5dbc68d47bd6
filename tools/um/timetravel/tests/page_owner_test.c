// SPDX-License-Identifier: GPL-2.0
/* owner.c: the page as a client sees it. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/page_owner.h"
#include "tap.h"

static struct um_timetravel_schedshm *as_client(int fd, size_t size)
{
	void *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	return page == MAP_FAILED ? NULL : page;
}

static int layout(void)
{
	struct um_timetravel_schedshm *page;
	struct stat st;
	struct page_owner owner;

	expect(!page_owner_create(&owner, 10));
	page = as_client(owner.fd, 4096 + 10 * 128);
	expect(page && page->version == 2 && page->len == 4096 + 10 * 128);
	expect(page->max_clients == 10 && page->running_id == 0);
	expect(page->clients[0].capa == UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE);
	expect(!fstat(owner.fd, &st) && st.st_size == page->len);
	munmap(page, 4096 + 10 * 128);
	page_owner_destroy(&owner);
	return 0;
}

static int sealed(void)
{
	struct page_owner owner;

	expect(!page_owner_create(&owner, 10));
	expect(ftruncate(owner.fd, 4096) && errno == EPERM);
	expect(ftruncate(owner.fd, 1 << 20) && errno == EPERM);
	expect(fcntl(owner.fd, F_GET_SEALS) == (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL));
	expect(fcntl(owner.refused_fd, F_GET_SEALS) & F_SEAL_SHRINK);
	page_owner_destroy(&owner);
	return 0;
}

static int refused(void)
{
	struct um_timetravel_schedshm *page;
	struct page_owner owner;

	expect(!page_owner_create(&owner, 10));
	page = as_client(owner.refused_fd, 4096);
	expect(page && page->version != 2 && page->len == 4096);
	munmap(page, 4096);
	page_owner_destroy(&owner);
	return 0;
}

static int requests(void)
{
	struct page_owner owner;
	__u64 time;

	expect(!page_owner_create(&owner, 10));
	page_owner_open_slot(&owner, 3, 77);
	expect(owner.page->clients[3].name == 77 && !page_owner_shares_time(&owner, 3));
	expect(!page_owner_request(&owner, 3, &time));
	owner.page->clients[3].req_time = 1234;
	expect(!page_owner_request(&owner, 3, &time));
	owner.page->clients[3].flags = -1;
	owner.page->clients[3].capa = 1;
	expect(page_owner_request(&owner, 3, &time) && time == 1234);
	expect(page_owner_shares_time(&owner, 3));
	page_owner_grant(&owner, 3, 1234, 5000);
	expect(!page_owner_request(&owner, 3, &time) && owner.page->running_id == 3);
	expect(owner.page->current_time == 1234 && owner.page->free_until == 5000);
	page_owner_close_slot(&owner, 3);
	expect(!page_owner_shares_time(&owner, 3) && !owner.page->clients[3].name);
	page_owner_destroy(&owner);
	return 0;
}

static int bound_only_falls(void)
{
	struct page_owner owner;

	expect(!page_owner_create(&owner, 10));
	page_owner_grant(&owner, 1, 0, 5000);
	page_owner_lower_bound(&owner, 6000);
	expect(owner.page->free_until == 5000);
	page_owner_lower_bound(&owner, 4000);
	expect(owner.page->free_until == 4000);
	page_owner_destroy(&owner);
	return 0;
}

/* Who maps it after another client wrote nonsense finds it in order */
static int header_mended(void)
{
	struct page_owner owner;

	expect(!page_owner_create(&owner, 10));
	owner.page->version = 7;
	owner.page->len = -1;
	owner.page->max_clients = -1;
	page_owner_open_slot(&owner, 1, 1);
	expect(owner.page->version == 2 && owner.page->len == 4096 + 10 * 128);
	expect(owner.page->max_clients == 10);
	page_owner_destroy(&owner);
	return 0;
}

static const struct tap_case cases[] = {
	{ "the page is laid out as the header says", layout },
	{ "nobody can make it shorter or longer", sealed },
	{ "the page for those who shall not have it has no known version", refused },
	{ "requests are read once, and consumed by the grant", requests },
	{ "the bound of who runs only falls", bound_only_falls },
	{ "nonsense in the header is mended for who comes next", header_mended },
};

TAP_MAIN(cases)
