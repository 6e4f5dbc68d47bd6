/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __TIMETRAVEL_CHARGE_H
#define __TIMETRAVEL_CHARGE_H

#include "core.h"

/**
 * struct tt_user_clock - the clock that the process that runs has now
 * @clock: in its memory; NULL if none runs
 * @from: up to here its reads have been charged, ns
 * @bound: its reads are charged before this, ns
 */
struct tt_user_clock {
	struct time_travel_user_clock *clock;
	u64 from;
	u64 bound;
};

/**
 * struct tt_charge - what clock reads and system calls cost
 * @read_cost: of a clock read, ns
 * @syscall_cost: of any other system call, ns
 * @calls: system calls charged so far
 * @free_at: time of the last free clock read, ns
 * @free_reads: how many free clock reads there were at @free_at
 * @reread: the next clock read is free
 * @user_clock: reads without a system call
 *
 * The mode_data of a core whose mode charges. All zero charges nothing.
 */
struct tt_charge {
	u64 read_cost;
	u64 syscall_cost;
	u64 calls;
	u64 free_at;
	unsigned int free_reads;
	bool reread;
	struct tt_user_clock user_clock;
};

extern struct tt_charge time_travel_charge;

void tt_charge_read(struct tt_core *core);
void tt_charge_syscall(struct tt_core *core, long nr);
void tt_charge_user(struct tt_core *core, u64 to);

#endif /* __TIMETRAVEL_CHARGE_H */
