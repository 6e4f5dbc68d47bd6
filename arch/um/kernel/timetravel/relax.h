/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __TIMETRAVEL_RELAX_H
#define __TIMETRAVEL_RELAX_H

#include "core.h"

/**
 * struct tt_relax - polling loops of the kernel
 * @polls: polls in a row, since time last moved by anything but single polls
 * @last: the time after the last poll, ns
 * @steps: how often time moved because there were many of them
 * @looping: many polls have moved time, and nothing else has since
 */
struct tt_relax {
	unsigned int polls;
	u64 last;
	u64 steps;
	bool looping;
};

extern struct tt_relax time_travel_relax_state;

u64 tt_next_event(struct tt_core *core);
void tt_relax(struct tt_relax *relax, struct tt_core *core);

#endif /* __TIMETRAVEL_RELAX_H */
