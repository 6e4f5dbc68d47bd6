/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages of the external time protocol: those that come are checked here, and
 * nowhere else. Neither sockets nor state: it is also built for user space, to be
 * fuzzed.
 */
#ifndef __TIMETRAVEL_EXT_WIRE_H
#define __TIMETRAVEL_EXT_WIRE_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/um_timetravel.h>

/* The largest time: what is requested by who has nothing to do, ns */
#define TT_WIRE_NEVER	((__u64)(~0ULL >> 1))

/**
 * struct tt_wire_state - what may come
 * @acks: an ACK is awaited, of the message with the number @seq
 * @waits: the processor was given away, so RUN may come
 * @seq: see @acks
 * @now: RUN may not be before this, ns
 * @until: nor after this, which is what was requested when it was given away, ns
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
