/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What lib/vdso/gettimeofday.c needs of the architecture: a clock, and what to do
 * where there is none.
 */
#ifndef __UM_ASM_VDSO_GETTIMEOFDAY_H
#define __UM_ASM_VDSO_GETTIMEOFDAY_H

#ifndef __ASSEMBLER__

#include <linux/types.h>
#include <uapi/linux/time.h>
#include <asm/unistd.h>
#include <asm/vdso/sys_call.h>
#include <shared/timetravel.h>
#include <vdso/datapage.h>

#define VDSO_HAS_TIME		1
#define VDSO_HAS_CLOCK_GETRES	1

static __always_inline
long clock_gettime_fallback(clockid_t clock, struct __kernel_timespec *ts)
{
	return VDSO_SYSCALL2(clock_gettime, 64, clock, ts);
}

static __always_inline
long gettimeofday_fallback(struct __kernel_old_timeval *tv, struct timezone *tz)
{
	return VDSO_SYSCALL2(gettimeofday, 64, tv, tz);
}

static __always_inline
long clock_getres_fallback(clockid_t clock, struct __kernel_timespec *res)
{
	return VDSO_SYSCALL2(clock_getres, 64, clock, res);
}

static __always_inline struct time_travel_user_clock *vdso_user_clock(void)
{
	return (void *)READ_ONCE(vdso_u_arch_data.clock);
}

/* The caller has charged the read already. */
static __always_inline u64 __arch_get_hw_counter(s32 clock_mode,
						 const struct vdso_time_data *vd)
{
	return READ_ONCE(vdso_user_clock()->now);
}

#endif /* !__ASSEMBLER__ */

#endif /* __UM_ASM_VDSO_GETTIMEOFDAY_H */
