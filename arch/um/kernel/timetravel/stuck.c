// SPDX-License-Identifier: GPL-2.0
/*
 * An idle guest without an armed timer: it waits for the host. Where nothing can
 * come from there either it ends, as it would wait for ever.
 */
#include <linux/reboot.h>
#include <irq_kern.h>
#include <kern_util.h>
#include <os.h>
#include "stuck.h"

static void stuck_end(void)
{
	os_warn("time-travel: nothing can happen any more: no timer is armed, and nothing of the host is open that could wake the guest, such as a console. It ends with status %d\n",
		TT_STATUS_STUCK);
	uml_exitcode = TT_STATUS_STUCK;
	machine_power_off();
}

/**
 * tt_wait_host() - no timer is armed: wait for an interrupt of the host
 *
 * For modes.
 *
 * Context: interrupts off, idle task. Does not return if none can come.
 */
void tt_wait_host(void)
{
	if (!um_irq_can_come())
		stuck_end();

	os_wait_irq(0);
}
