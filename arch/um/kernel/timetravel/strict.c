// SPDX-License-Identifier: GPL-2.0
/*
 * Strict runs: nothing may depend on the host. Whatever would ends the guest, with a
 * status of its own and one line that says what it was.
 */
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/math64.h>
#include <linux/reboot.h>
#include <linux/sched.h>
#include <linux/time64.h>
#include <linux/time-internal.h>
#include <kern_util.h>
#include <os.h>
#include "limits.h"
#include "strict.h"

bool time_travel_strict __ro_after_init;

/* The lines are 255 characters at most, which is what os_warn() prints. */
static void strict_end(void)
{
	uml_exitcode = TT_STATUS_STRICT;
	machine_power_off();
}

/**
 * tt_strict_hang() - a process computes without end
 * @ip: where
 * @limit: for how long it has, without a call, ns of CPU time
 *
 * Context: process. Does not return.
 */
void tt_strict_hang(unsigned long ip, u64 limit)
{
	os_warn("time-travel-strict: hang: %s[%d] has computed for %llu s at %lx without a system call or fault. Threads that wait for each other need sched_yield(), a futex, or no time-travel-strict. Exit status %d\n",
		current->comm, task_pid_nr(current),
		div_u64(limit, NSEC_PER_SEC), ip, TT_STATUS_STRICT);
	strict_end();
}

static const char *irq_name(int irq)
{
	const struct irq_desc *desc = irq_to_desc(irq);

	return desc && desc->action ? desc->action->name : "an interrupt";
}

/**
 * time_travel_input() - the host has raised an unsolicited interrupt
 * @irq: the interrupt
 *
 * Such as a key or a packet. Ends a strict run.
 *
 * Context: interrupt.
 */
void time_travel_input(int irq)
{
	if (!time_travel_strict)
		return;

	os_warn("time-travel-strict: input from the host: %s. When it comes depends on the host: use files or a simulated network, or no time-travel-strict. Exit status %d\n",
		irq_name(irq), TT_STATUS_STRICT);
	strict_end();
}
