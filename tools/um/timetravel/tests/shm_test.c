// SPDX-License-Identifier: GPL-2.0
/* shm.c: the page as a client sees it. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../shm.h"
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
	struct shm shm;

	expect(!shm_create(&shm, 10));
	page = as_client(shm.fd, 4096 + 10 * 128);
	expect(page && page->version == 2 && page->len == 4096 + 10 * 128);
	expect(page->max_clients == 10 && page->running_id == 0);
	expect(page->clients[0].capa == UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE);
	expect(!fstat(shm.fd, &st) && st.st_size == page->len);
	munmap(page, 4096 + 10 * 128);
	shm_destroy(&shm);
	return 0;
}

static int sealed(void)
{
	struct shm shm;

	expect(!shm_create(&shm, 10));
	expect(ftruncate(shm.fd, 4096) && errno == EPERM);
	expect(ftruncate(shm.fd, 1 << 20) && errno == EPERM);
	expect(fcntl(shm.fd, F_GET_SEALS) == (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL));
	expect(fcntl(shm.refused_fd, F_GET_SEALS) & F_SEAL_SHRINK);
	shm_destroy(&shm);
	return 0;
}

static int refused(void)
{
	struct um_timetravel_schedshm *page;
	struct shm shm;

	expect(!shm_create(&shm, 10));
	page = as_client(shm.refused_fd, 4096);
	expect(page && page->version != 2 && page->len == 4096);
	munmap(page, 4096);
	shm_destroy(&shm);
	return 0;
}

static int requests(void)
{
	struct shm shm;
	__u64 time;

	expect(!shm_create(&shm, 10));
	shm_open_slot(&shm, 3, 77);
	expect(shm.page->clients[3].name == 77 && !shm_shares_time(&shm, 3));
	expect(!shm_request(&shm, 3, &time));
	shm.page->clients[3].req_time = 1234;
	expect(!shm_request(&shm, 3, &time));
	shm.page->clients[3].flags = -1;
	shm.page->clients[3].capa = 1;
	expect(shm_request(&shm, 3, &time) && time == 1234 && shm_shares_time(&shm, 3));
	shm_grant(&shm, 3, 1234, 5000);
	expect(!shm_request(&shm, 3, &time) && shm.page->running_id == 3);
	expect(shm.page->current_time == 1234 && shm.page->free_until == 5000);
	shm_close_slot(&shm, 3);
	expect(!shm_shares_time(&shm, 3) && !shm.page->clients[3].name);
	shm_destroy(&shm);
	return 0;
}

static int bound_only_falls(void)
{
	struct shm shm;

	expect(!shm_create(&shm, 10));
	shm_grant(&shm, 1, 0, 5000);
	shm_lower_bound(&shm, 6000);
	expect(shm.page->free_until == 5000);
	shm_lower_bound(&shm, 4000);
	expect(shm.page->free_until == 4000);
	shm_destroy(&shm);
	return 0;
}

/* Who maps it after another client wrote nonsense finds it in order */
static int header_mended(void)
{
	struct shm shm;

	expect(!shm_create(&shm, 10));
	shm.page->version = 7;
	shm.page->len = -1;
	shm.page->max_clients = -1;
	shm_open_slot(&shm, 1, 1);
	expect(shm.page->version == 2 && shm.page->len == 4096 + 10 * 128);
	expect(shm.page->max_clients == 10);
	shm_destroy(&shm);
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
