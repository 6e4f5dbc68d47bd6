/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The link to the controller: who runs, and what was requested. It talks through the
 * operations that it is given, so that tests can be the other side.
 */
#ifndef __TIMETRAVEL_LINK_H
#define __TIMETRAVEL_LINK_H

#include <linux/types.h>
#include <linux/um_timetravel.h>
#include "ext_shm.h"

/* room for what is wrong with a link, the bytes of a message included */
#define TT_LINK_WHY_LEN		128

struct tt_link;

/**
 * struct tt_link_ops - the other side
 * @send: send a message; 0 or a negative error
 * @recv: wait for a message and take it; its length, less if the link ended, or
 *	a negative error. Descriptors that come with it are put into @fds of the
 *	link.
 * @wait: wait until @recv would not block: 0. Or for an interrupt of the host, which
 *	is handled: -EINTR
 * @join: the first message was answered, with a page or without
 * @lost: the link has failed
 * @heard: a broadcast has come
 *
 * All are called with interrupts off.
 */
struct tt_link_ops {
	int (*send)(struct tt_link *link, const struct um_timetravel_msg *msg);
	ssize_t (*recv)(struct tt_link *link, struct um_timetravel_msg *msg);
	int (*wait)(struct tt_link *link);
	void (*join)(struct tt_link *link, u16 slot);
	void (*lost)(struct tt_link *link);
	void (*heard)(struct tt_link *link, u64 payload);
};

/**
 * struct tt_link - the link to the controller
 * @ops: the other side
 * @fd: its socket
 * @fds: descriptors that came with the last message
 * @shm: the shared page, if there is one
 * @zero: what times in messages call our time zero, ns; not 0 for a late kernel only
 * @up: it works
 * @runs: this kernel runs
 * @seq: number of the last message sent
 * @acked: it was answered
 * @answer: the time in the answer
 * @now: time when this kernel began to wait, then that of RUN, ns
 * @until: what was requested when it began to wait, ns
 * @request: what is requested now, ns; valid unless @runs
 * @free_until: what FREE_UNTIL said, ns; 0 if it is no longer valid
 * @published: the last time that others were sent, ns
 * @why: what is wrong with it if it is not @up
 */
struct tt_link {
	const struct tt_link_ops *ops;
	int fd;
	int fds[UM_TIMETRAVEL_SHARED_MAX_FDS];
	struct tt_shm shm;
	u64 zero;
	bool up;
	bool runs;
	bool acked;
	u32 seq;
	u64 answer;
	u64 now;
	u64 until;
	u64 request;
	u64 free_until;
	u64 published;
	char why[TT_LINK_WHY_LEN];
};

void tt_link_start(struct tt_link *link, const struct tt_link_ops *ops, int fd,
		   u64 id);
u64 tt_link_ask(struct tt_link *link, u32 op, u64 time);
void tt_link_take(struct tt_link *link);
u64 tt_link_free_until(const struct tt_link *link);
u64 tt_link_time(struct tt_link *link);
void tt_link_request(struct tt_link *link, u64 time);
u64 tt_link_wait(struct tt_link *link, u64 now, u64 until,
		 bool (*woken)(struct tt_link *link));
void tt_link_publish(struct tt_link *link, u64 now);

#endif /* __TIMETRAVEL_LINK_H */
