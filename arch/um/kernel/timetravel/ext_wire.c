// SPDX-License-Identifier: GPL-2.0
#include "ext_wire.h"

/**
 * tt_wire_time() - convert a time of this kernel to that of the other side
 * @time: ns, at most %TT_WIRE_NEVER
 * @zero: what the other side calls our time zero, ns, below %TT_WIRE_NEVER
 *
 * Context: any.
 * Return: ns, at most %TT_WIRE_NEVER.
 */
__u64 tt_wire_time(__u64 time, __u64 zero)
{
	return time < TT_WIRE_NEVER - zero ? time + zero : TT_WIRE_NEVER;
}

static bool check_run(const struct tt_wire_state *state, __u64 *time,
		      const char **why)
{
	if (!state->waits) {
		*why = "RUN, but this kernel has not given the processor away";
		return false;
	}
	if (*time >= TT_WIRE_NEVER) {
		*why = "RUN at the end of time";
		return false;
	}
	if (*time < state->zero + state->now) {
		*why = "RUN at a time that has passed";
		return false;
	}
	if (*time > state->zero + state->until) {
		*why = "RUN at a time after the one requested";
		return false;
	}

	*time -= state->zero;
	return true;
}

static bool check_ack(const struct um_timetravel_msg *msg,
		      const struct tt_wire_state *state, const char **why)
{
	if (state->acks && msg->seq == state->seq)
		return true;

	*why = state->acks ? "ACK of another message than the one sent" :
			     "ACK, but no message of ours is open";
	return false;
}

/**
 * tt_wire_check() - check whether the controller may send a message now
 * @msg: the message
 * @state: what is valid now
 * @time: where to put its time, ns; for RUN in the time of this kernel
 * @why: where to put what is wrong with it
 *
 * An unknown message is fine: it is answered with ACK like all others.
 *
 * Context: any.
 * Return: true if the message is valid.
 */
bool tt_wire_check(const struct um_timetravel_msg *msg,
		   const struct tt_wire_state *state, __u64 *time,
		   const char **why)
{
	*time = msg->time;

	switch (msg->op) {
	case UM_TIMETRAVEL_ACK:
		return check_ack(msg, state, why);
	case UM_TIMETRAVEL_RUN:
		return check_run(state, time, why);
	default:
		return true;
	}
}
