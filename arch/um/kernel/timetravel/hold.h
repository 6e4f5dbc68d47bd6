/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __TIMETRAVEL_HOLD_H
#define __TIMETRAVEL_HOLD_H

#include "core.h"

void tt_hold_wait(struct tt_core *core);
bool tt_hold_finish(void);
void tt_hold_complain(void);

#endif /* __TIMETRAVEL_HOLD_H */
