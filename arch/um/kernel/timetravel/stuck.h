/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __TIMETRAVEL_STUCK_H
#define __TIMETRAVEL_STUCK_H

#include "core.h"

/**
 * struct tt_stuck - state of an idle guest that may have to wait for the host
 * @limit: time without a process running that ends an idle guest, ns, 0 for never
 * @since: when the guest became idle after a process last ran, ns; %TT_NEVER before the
 *	first process
 * @user_ran: a process has run since the guest was idle
 * @pace: while a process waits for a key, time is at most so many times as fast as the
 *	host's, 0 for no limit
 * @skipped: time skipped while a key was awaited, and not yet slept for, ns
 */
struct tt_stuck {
	u64 limit;
	u64 since;
	bool user_ran;
	u64 pace;
	u64 skipped;
};

extern struct tt_stuck time_travel_stuck;

bool tt_stuck_limit(struct tt_stuck *stuck, u64 now);
u64 tt_stuck_pace(struct tt_stuck *stuck, u64 skip);
bool tt_may_skip(struct tt_core *core, u64 expiry);

#endif /* __TIMETRAVEL_STUCK_H */
