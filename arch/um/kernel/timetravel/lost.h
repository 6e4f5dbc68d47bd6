/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __TIMETRAVEL_LOST_H
#define __TIMETRAVEL_LOST_H

/**
 * enum tt_lost - what to do when the controller is gone
 * @TT_LOST_POWEROFF: continue alone to an orderly power-off
 * @TT_LOST_DETACH: continue alone
 * @TT_LOST_PANIC: panic
 */
enum tt_lost {
	TT_LOST_POWEROFF,
	TT_LOST_DETACH,
	TT_LOST_PANIC,
};

void tt_lost(enum tt_lost what, const char *why);

#endif /* __TIMETRAVEL_LOST_H */
