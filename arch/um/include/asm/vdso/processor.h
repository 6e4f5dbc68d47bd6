/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __UM_ASM_VDSO_PROCESSOR_H
#define __UM_ASM_VDSO_PROCESSOR_H

#ifndef __ASSEMBLER__

#ifdef BUILD_VDSO
/* The kernel's cpu_relax() lets simulated time pass, which user space cannot. */
static __always_inline void cpu_relax(void)
{
	asm volatile("rep; nop" : : : "memory");
}

long __vdso_getcpu(unsigned int *cpu, unsigned int *node, void *unused);
#else
#include <linux/processor.h>
#endif

#endif /* !__ASSEMBLER__ */

#endif /* __UM_ASM_VDSO_PROCESSOR_H */
