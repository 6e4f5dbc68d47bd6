// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel loop that calls cpu_relax() waits for time to pass. Where computing takes no
 * time, polling has to.
 */
#include <linux/export.h>
#include "relax.h"

struct tt_relax time_travel_relax_state;

/**
 * tt_next_event() - where to move time to for a busy-waiting loop
 * @core: the core
 *
 * Context: any.
 * Return: the time of the next event, at most a tick from now; now if time is held.
 */
u64 tt_next_event(struct tt_core *core)
{
	u64 now = tt_core_now(core);

	if (core->held)
		return now;

	return min(tt_core_after(core, TICK_NSEC),
		   max(tt_core_expiry(core), now));
}

static bool relax_waits(struct tt_relax *relax, u64 now)
{
	if (relax->last != now) {
		relax->polls = 0;
		relax->looping = false;
	}
	if (++relax->polls < (relax->looping ? TT_POLLS_AGAIN : TT_POLLS))
		return false;

	relax->polls = 0;
	relax->looping = true;
	relax->steps++;
	return true;
}

/**
 * tt_relax() - the kernel polls
 * @relax: its polling
 * @core: its time
 *
 * A poll takes 1 ns, and more after many in a row.
 *
 * Context: any.
 */
void tt_relax(struct tt_relax *relax, struct tt_core *core)
{
	u64 ns = 1;

	if (relax_waits(relax, core->now))
		ns = max(tt_next_event(core) - core->now, ns);

	tt_core_delay(core, ns);
	relax->last = core->now;
}

/**
 * time_travel_relax() - cpu_relax() where it takes no time
 *
 * Context: any, with simulated time.
 */
void time_travel_relax(void)
{
	tt_relax(&time_travel_relax_state, &time_travel_core);
}
EXPORT_SYMBOL(time_travel_relax);
