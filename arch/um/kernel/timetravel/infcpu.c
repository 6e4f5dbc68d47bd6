// SPDX-License-Identifier: GPL-2.0
/*
 * Infinite CPU: computing takes no time. Only events, delays, clock reads and
 * system calls move it.
 */
#include "charge.h"
#include "hold.h"
#include "modes.h"
#include "stuck.h"
#include "user_clock.h"

static void infcpu_idle(struct tt_core *core, u64 expiry)
{
	if (tt_may_skip(core, expiry))
		tt_core_move(core, expiry);
}

const struct tt_mode tt_infcpu = {
	.name = "inf-cpu",
	.id = TT_MODE_INFCPU,
	.stands_still = true,
	.clocksource = "time-travel-clock",
	.clockevent = "time-travel-timer-infcpu",
	.refresh = tt_user_clock_refresh,
	.read = tt_charge_read,
	.delay = tt_core_advance,
	.step = tt_core_move,
	.idle = infcpu_idle,
	.wait = tt_hold_wait,
};
