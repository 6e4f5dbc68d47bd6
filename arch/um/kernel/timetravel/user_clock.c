// SPDX-License-Identifier: GPL-2.0
/*
 * The clock in user space. While a process runs, it finds the time, the cost of a read
 * and a bound in memory that belongs to it. The vDSO adds the cost of each read there,
 * and makes the system call if that would reach the bound: the next event, or what the
 * mode would have to ask for. So it sees the same times as without, and what it has
 * read is charged once it enters the kernel, as so many system calls.
 *
 * The process may write anything there. It is believed up to the bound, in steps of the
 * cost; the rest is its own loss, as all is written again before it runs again.
 */
#include <linux/irqflags.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mm_types.h>
#include <linux/sched.h>
#include <stub-data.h>
#include "user_clock.h"

/* Before it the mode lets time pass without a question, and no event is due. */
static u64 clock_bound(struct tt_core *core)
{
	u64 bound = min(tt_core_expiry(core), core->end);

	return core->mode->bound ? min(bound, core->mode->bound(core)) : bound;
}

/**
 * tt_user_clock_publish() - give the clock to a process that is about to run
 * @core: the core; its mode_data is a struct tt_charge
 * @clock: the clock of the process
 *
 * Reads that cost nothing are left to the system call, which charges loops of them.
 *
 * Context: process.
 */
void tt_user_clock_publish(struct tt_core *core,
			   struct time_travel_user_clock *clock)
{
	struct tt_charge *charge = core->mode_data;
	struct tt_user_clock *published = &charge->user_clock;
	unsigned long flags;

	local_irq_save(flags);
	published->clock = clock;
	published->from = core->now;
	published->bound = charge->read_cost ? clock_bound(core) : 0;

	WRITE_ONCE(clock->cost, charge->read_cost);
	WRITE_ONCE(clock->now, published->from + TT_CLOCK_FIRST);
	WRITE_ONCE(clock->bound, published->bound + TT_CLOCK_FIRST);
	local_irq_restore(flags);
}

/* The number of reads since the last call */
static u64 clock_reads(const struct tt_user_clock *published, u64 cost)
{
	u64 now = READ_ONCE(published->clock->now) - TT_CLOCK_FIRST;

	if (now <= published->from || published->bound <= published->from)
		return 0;

	return div64_u64(min(now, published->bound - 1) - published->from, cost);
}

static void clock_settle(struct tt_core *core, struct tt_charge *charge)
{
	struct tt_user_clock *published = &charge->user_clock;
	u64 reads = clock_reads(published, charge->read_cost);

	/* its next read is a system call */
	WRITE_ONCE(published->clock->bound, 0);
	if (!reads)
		return;

	charge->calls += reads;
	published->from += reads * charge->read_cost;
	tt_core_move(core, published->from);
}

/**
 * tt_user_clock_refresh() - charge what a process that runs has read so far
 * @core: the core; its mode_data is a struct tt_charge
 *
 * The refresh() of modes in which computing takes no time: an interrupt wants to know
 * the time. From here on the process asks the kernel.
 *
 * Context: any.
 */
void tt_user_clock_refresh(struct tt_core *core)
{
	struct tt_charge *charge = core->mode_data;
	unsigned long flags;

	if (likely(!charge->user_clock.clock))
		return;

	local_irq_save(flags);
	clock_settle(core, charge);
	local_irq_restore(flags);
}

/**
 * tt_user_clock_withdraw() - take the clock from a process that has stopped
 * @core: the core; its mode_data is a struct tt_charge
 *
 * Charges what it has read. No effect if it has no clock.
 *
 * Context: process, before anything looks at the time.
 */
void tt_user_clock_withdraw(struct tt_core *core)
{
	struct tt_charge *charge = core->mode_data;

	tt_user_clock_refresh(core);
	charge->user_clock.clock = NULL;
}

/**
 * __time_travel_user_begin() - user space is about to run
 *
 * Context: process, in a mode in which computing takes no time.
 */
void __time_travel_user_begin(void)
{
	struct stub_data *stub = (void *)current->mm->context.id.stack;

	tt_user_clock_publish(&time_travel_core, &stub->clock);
}

/**
 * __time_travel_user_end() - user space has stopped
 *
 * Context: process, in a mode in which computing takes no time.
 */
void __time_travel_user_end(void)
{
	tt_user_clock_withdraw(&time_travel_core);
}
