/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __UM_ASM_VDSO_ARCH_DATA_H
#define __UM_ASM_VDSO_ARCH_DATA_H

#include <linux/types.h>

/**
 * struct vdso_arch_data - what the vDSO of each process needs to know
 * @clock: address of its struct time_travel_user_clock
 */
struct vdso_arch_data {
	u64 clock;
};

#endif /* __UM_ASM_VDSO_ARCH_DATA_H */
