// SPDX-License-Identifier: GPL-2.0
/* The kernel's end of the shared page, where others write to it at the same time. */
#include <linux/compiler.h>
#include <linux/types.h>

#include "ext_shm.h"
#include "tap.h"

#define SLOTS	4

static union {
	struct um_timetravel_schedshm page;
	char bytes[sizeof(struct um_timetravel_schedshm) +
		   SLOTS * sizeof(union um_timetravel_schedshm_client)];
} memory;

static struct um_timetravel_schedshm *const page = &memory.page;

/* what another client, or the controller, does after so many reads of the kernel */
static unsigned int reads_left;
static void (*meanwhile)(void);

void read_once(void)
{
	if (meanwhile && !reads_left--) {
		meanwhile();
		meanwhile = NULL;
	}
}

static void lower(void)
{
	page->free_until = 10;
}

/* The controller looks at the slots, says who runs and until when, and looks again */
static void grant_to_another(void)
{
	page->free_until = 1000;
	page->running_id = 3;
	if (page->clients[1].flags && page->clients[1].req_time < page->free_until)
		page->free_until = page->clients[1].req_time;
}

/* The kernel, in slot 1, waits while slot 2 runs; all look at the page */
static struct tt_shm join(void)
{
	struct tt_shm shm;
	const char *why;
	int slot;

	memory = (typeof(memory)){
		.page.version = UM_TIMETRAVEL_SCHEDSHM_VERSION, .page.len = sizeof(memory),
		.page.free_until = 100, .page.running_id = 2, .page.max_clients = SLOTS,
	};
	meanwhile = NULL;
	for (slot = 0; slot < SLOTS; slot++)
		page->clients[slot].capa = UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE;
	if (!tt_shm_init(&shm, page, sizeof(memory), 1, &why))
		abort();
	return shm;
}

static int earliest_stays(void)
{
	unsigned int reads;

	for (reads = 0; reads < 8; reads++) {
		struct tt_shm shm = join();

		reads_left = reads;
		meanwhile = lower;
		tt_shm_request(&shm, 50, true);
		if (meanwhile)
			lower();
		expect(page->free_until == 10);
	}
	return 0;
}

/* Either the request is by message, or who was let run is bounded by it */
static int runner_changes(void)
{
	unsigned int reads;

	for (reads = 0; reads < 8; reads++) {
		struct tt_shm shm = join();
		bool done;

		reads_left = reads;
		meanwhile = grant_to_another;
		done = tt_shm_request(&shm, 50, true);
		expect(meanwhile || !done || page->free_until <= 50);
	}
	return 0;
}

static int counts(void)
{
	struct tt_shm shm = join();

	tt_shm_request(&shm, 50, false);
	expect(page->requests == 0 && page->free_until == 100);
	tt_shm_request(&shm, 50, true);
	expect(page->requests == 1 && page->free_until == 50);
	return 0;
}

static const struct tap_case cases[] = {
	{ "the earliest of two requests stays", earliest_stays },
	{ "who is let run meanwhile does not pass a request", runner_changes },
	{ "a request of who waits is counted", counts },
};

TAP_MAIN(cases)
