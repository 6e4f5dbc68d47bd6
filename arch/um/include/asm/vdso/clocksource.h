/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __UM_ASM_VDSO_CLOCKSOURCE_H
#define __UM_ASM_VDSO_CLOCKSOURCE_H

/* Simulated time, in modes in which computing takes none */
#define VDSO_ARCH_CLOCKMODES	VDSO_CLOCKMODE_TIME_TRAVEL

#endif /* __UM_ASM_VDSO_CLOCKSOURCE_H */
