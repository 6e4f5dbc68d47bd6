// SPDX-License-Identifier: GPL-2.0
/* Where the vDSO finds the clock of the process: at the same address in each. */
#include <linux/init.h>
#include <linux/stddef.h>
#include <vdso/datapage.h>
#include <stub-data.h>

static int __init init_user_clock(void)
{
	vdso_k_arch_data->clock = STUB_DATA + offsetof(struct stub_data, clock);
	return 0;
}
subsys_initcall(init_user_clock);
