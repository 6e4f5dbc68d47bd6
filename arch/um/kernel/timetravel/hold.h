/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __TIMETRAVEL_HOLD_H
#define __TIMETRAVEL_HOLD_H

#include "core.h"

/* host time after which a holder is named, and then named again, ns */
#define TT_HOLD_PATIENCE	(10ULL * NSEC_PER_SEC)

void tt_hold_wait(struct tt_core *core);
bool tt_hold_finish(void);
void tt_hold_complain(void);

#endif /* __TIMETRAVEL_HOLD_H */
