/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A client for tests: it asks, waits and runs as a kernel does, and waits for each
 * answer.
 */
#ifndef UMTT_FAKE_H
#define UMTT_FAKE_H

#include "lib/wire.h"

/**
 * struct fake - a client
 * @fd: its socket
 * @slot: in the shared page
 * @page: the page, NULL if it was not given one or is not to use it
 * @now: simulated time as it counts, ns
 * @offset: added to it, what the page shows, ns
 * @free_until: it may go on by itself before, as it counts; 0 if it may not
 * @seq: of its last message
 * @messages: in both directions
 * @broadcast: the last one that came
 */
struct fake {
	int fd;
	unsigned int slot;
	struct um_timetravel_schedshm *page;
	__u64 now, offset;
	__u64 free_until;
	__u32 seq;
	__u64 messages;
	__u64 broadcast;
};

int fake_connect(struct fake *fake, const char *path, __u64 id);
int fake_join(struct fake *fake, bool use_page);
int fake_request(struct fake *fake, __u64 time);
int fake_give_away(struct fake *fake);
int fake_wait(struct fake *fake);
int fake_go_to(struct fake *fake, __u64 time);
int fake_ask(struct fake *fake, __u32 op, __u64 *time);
void fake_close(struct fake *fake);

#endif /* UMTT_FAKE_H */
