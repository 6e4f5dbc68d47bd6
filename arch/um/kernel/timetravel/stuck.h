/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __TIMETRAVEL_STUCK_H
#define __TIMETRAVEL_STUCK_H

#include "core.h"

/* so many days without a process running, and none will */
#define TT_IDLE_LIMIT		7300

/* exit status of a guest to which nothing can happen any more */
#define TT_STATUS_STUCK		3

bool tt_may_skip(struct tt_core *core, u64 expiry);

#endif /* __TIMETRAVEL_STUCK_H */
