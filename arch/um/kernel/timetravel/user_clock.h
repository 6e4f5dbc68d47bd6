/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A process gets the clock when it is about to run, and loses it when it has stopped;
 * what an interrupt sees in between is up to date:
 *
 *   tt_user_clock_publish() -> [tt_user_clock_refresh()] -> tt_user_clock_withdraw()
 */
#ifndef __TIMETRAVEL_USER_CLOCK_H
#define __TIMETRAVEL_USER_CLOCK_H

#include "charge.h"

void tt_user_clock_publish(struct tt_core *core,
			   struct time_travel_user_clock *clock);
void tt_user_clock_refresh(struct tt_core *core);
void tt_user_clock_withdraw(struct tt_core *core);

#endif /* __TIMETRAVEL_USER_CLOCK_H */
