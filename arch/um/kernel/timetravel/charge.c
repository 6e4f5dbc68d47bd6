// SPDX-License-Identifier: GPL-2.0
/*
 * Clock reads and system calls cost the caller some time, in modes in which
 * computing takes none. So a loop that waits by calling the kernel ends, and takes
 * the same path on every run.
 *
 * The cost is a delay like any other: events that fall into it run at their times.
 */
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/math64.h>
#include <linux/preempt.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <asm/irq_regs.h>
#include <asm/unistd.h>
#include "charge.h"

struct tt_charge time_travel_charge;

/*
 * Contexts that cannot be interrupted are not charged: arming a timer would take time,
 * and a short one would be late. Nor are the clock reads within a system call.
 */
static bool reader_pays(void)
{
	return !irqs_disabled() && !in_hardirq() && !in_serving_softirq() &&
	       !current->thread.time_travel.in_syscall;
}

/* So many reads at the same time are a loop that waits for time to pass. */
static bool read_in_loop(struct tt_core *core, struct tt_charge *charge)
{
	if (charge->free_at != core->now) {
		charge->free_at = core->now;
		charge->free_reads = 0;
	}

	return charge->free_reads++ >= TT_FREE_READS;
}

static void charge_loop(struct tt_core *core, struct tt_charge *charge)
{
	tt_core_advance(core, tt_core_after(core, charge->read_cost ?:
						  TT_READ_COST));
	/* Charge each further read until the loop ends. */
	charge->free_at = core->now;
	charge->free_reads = TT_FREE_READS;
}

/**
 * tt_charge_read() - charge a clock read
 * @core: the core; its mode_data is a struct tt_charge
 *
 * A read after one that was interrupted by an event is free: the event may have
 * updated the timekeeper, so that the clock is read again. With a tick shorter than
 * the cost of a read that would never end.
 *
 * Context: any.
 */
void tt_charge_read(struct tt_core *core)
{
	struct tt_charge *charge = core->mode_data;
	u64 delivered = core->delivered;

	if (!charge->read_cost || !reader_pays()) {
		if (read_in_loop(core, charge))
			charge_loop(core, charge);
	} else if (charge->reread) {
		charge->reread = false;
	} else {
		tt_core_advance(core, tt_core_after(core, charge->read_cost));
		charge->reread = core->delivered != delivered;
	}
}

/* The first ones are in the vDSO of other architectures, and do not enter the kernel there. */
static u64 syscall_cost(const struct tt_charge *charge, long nr)
{
	switch (nr) {
	case __NR_clock_gettime:
	case __NR_gettimeofday:
	case __NR_time:
#ifdef __NR_clock_gettime64
	case __NR_clock_gettime64:
#endif
		return charge->read_cost;
	case __NR_clock_getres:
	case __NR_getcpu:
#ifdef __NR_clock_getres_time64
	case __NR_clock_getres_time64:
#endif
		return 0;
	default:
		return charge->syscall_cost;
	}
}

/**
 * tt_charge_user() - let time pass that user space has used
 * @core: the core
 * @to: go there, ns
 *
 * A tick on the way is charged to the process that runs, as user time.
 *
 * Context: process, interrupts on. Does not switch to another process: the registers
 * that a tick looks at belong to the CPU.
 */
void tt_charge_user(struct tt_core *core, u64 to)
{
	struct pt_regs *old;

	preempt_disable();
	old = set_irq_regs(task_pt_regs(current));
	tt_core_advance(core, to);
	set_irq_regs(old);
	preempt_enable();
}

/**
 * tt_charge_syscall() - charge a system call
 * @core: the core; its mode_data is a struct tt_charge
 * @nr: number of the system call, valid or not
 *
 * Context: process, interrupts on.
 */
void tt_charge_syscall(struct tt_core *core, long nr)
{
	struct tt_charge *charge = core->mode_data;
	u64 cost = syscall_cost(charge, nr);
	u32 rest;

	if (!cost)
		return;

	div_u64_rem(++charge->calls, TT_USER_SHARE, &rest);
	if (rest)
		tt_core_advance(core, tt_core_after(core, cost));
	else
		tt_charge_user(core, tt_core_after(core, cost));
}
