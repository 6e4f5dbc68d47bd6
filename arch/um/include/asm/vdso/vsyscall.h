/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __UM_ASM_VDSO_VSYSCALL_H
#define __UM_ASM_VDSO_VSYSCALL_H

/* VDSO_NR_PAGES, for the linker script */
#define __VDSO_PAGES	4

#ifndef __ASSEMBLER__

#include <vdso/datapage.h>
#include <asm-generic/vdso/vsyscall.h>

#endif /* !__ASSEMBLER__ */

#endif /* __UM_ASM_VDSO_VSYSCALL_H */
