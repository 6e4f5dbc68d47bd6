/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Another client that writes to the page between two instructions of the code under
 * test: the first one that writes to the header finds it read-only, and is done again
 * when the other one has written.
 *
 * Each test is one thread of one program: this is a header, with a state of its own.
 */
#ifndef UMTT_MEDDLE_H
#define UMTT_MEDDLE_H

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "lib/page.h"

static struct {
	struct um_timetravel_schedshm *other, *page;
	void (*write)(struct um_timetravel_schedshm *page);
} meddling;

/* The other's view of the header */
static inline void meddle_map(int fd)
{
	meddling.other = mmap(NULL, page_bytes(0), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (meddling.other == MAP_FAILED)
		exit(EXIT_FAILURE);
}

static inline void meddle_unmap(void)
{
	munmap(meddling.other, page_bytes(0));
}

static inline void meddle_now(int signal)
{
	struct um_timetravel_schedshm *page = meddling.page;

	/* some other fault: let it be one */
	if (!page) {
		sigaction(signal, &(struct sigaction){ .sa_handler = SIG_DFL }, NULL);
		return;
	}
	meddling.page = NULL;
	meddling.write(meddling.other);
	mprotect(page, page_bytes(0), PROT_READ | PROT_WRITE);
}

/* Calls @write just before the next write to the header by way of @page */
static inline void meddle(struct um_timetravel_schedshm *page,
			  void (*write)(struct um_timetravel_schedshm *page))
{
	sigaction(SIGSEGV, &(struct sigaction){ .sa_handler = meddle_now }, NULL);
	meddling.page = page;
	meddling.write = write;
	mprotect(page, page_bytes(0), PROT_READ);
}

/* It has been called */
static inline bool meddled(void)
{
	return !meddling.page;
}

#endif /* UMTT_MEDDLE_H */
