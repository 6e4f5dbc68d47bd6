/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __TIMETRAVEL_SETUP_H
#define __TIMETRAVEL_SETUP_H

#include "core.h"

/**
 * struct tt_options - what the command line says about time
 * @mode: how time moves
 * @wall: the wall clock at boot, ns since 1970
 * @wall_set: @wall was given; else it is the host's
 * @read_cost: what a read of the clock costs, ns
 */
struct tt_options {
	const struct tt_mode *mode;
	u64 wall;
	u64 read_cost;
	bool wall_set;
};

/* the longest time that one read of the clock may cost, ns */
#define TT_READ_COST_MAX	NSEC_PER_SEC

/* room for what tt_parse() says, the longest number in it included */
#define TT_WHY_LEN		160

int tt_parse(struct tt_options *o, const char *arg, char *why);

#endif /* __TIMETRAVEL_SETUP_H */
