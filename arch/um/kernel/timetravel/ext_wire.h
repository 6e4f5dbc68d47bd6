/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages of the external time protocol. Incoming ones are checked here and nowhere
 * else. There are neither sockets nor state, as this is also built for user space, to
 * be fuzzed.
 */
#ifndef __TIMETRAVEL_EXT_WIRE_H
#define __TIMETRAVEL_EXT_WIRE_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/um_timetravel.h>

/* The largest time, requested by a client that has nothing to do, ns */
#define TT_WIRE_NEVER	((__u64)(~0ULL >> 1))

/**
 * struct tt_wire_state - which messages are valid now
 * @acks: an ACK of the message with the number @seq is outstanding
 * @waits: this kernel waits for its turn, so RUN may come
 * @seq: see @acks
 * @now: RUN may not be before this, ns
 * @until: nor after this, which was requested when the wait began, ns
 * @zero: what the controller's messages call our time zero, ns, below %TT_WIRE_NEVER
 */
struct tt_wire_state {
	bool acks;
	bool waits;
	__u32 seq;
	__u64 now;
	__u64 until;
	__u64 zero;
};

__u64 tt_wire_time(__u64 time, __u64 zero);
bool tt_wire_check(const struct um_timetravel_msg *msg,
		   const struct tt_wire_state *state, __u64 *time,
		   const char **why);

#endif /* __TIMETRAVEL_EXT_WIRE_H */
