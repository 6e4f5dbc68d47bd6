// SPDX-License-Identifier: GPL-2.0
/*
 * The clock in user space, for simulated time in which only what a program does moves
 * it: a read costs the reader what the system call would, and reads the same time.
 *
 * Without such time, and where the next event would be reached, it is a system call.
 */
#include <linux/compiler.h>
#include <linux/time.h>
#include <linux/types.h>
#include <vdso/gettime.h>

#include "lib/vdso/gettimeofday.c"

/* One of simulated time; a time namespace has the real one on its second page. */
static __always_inline bool clock_is_simulated(void)
{
	const struct vdso_time_data *vd = __arch_get_vdso_u_time_data();

	if (vdso_is_timens_clock(vd->clock_data))
		vd = vdso_timens_data(vd);

	return vd->clock_data[CS_HRES_COARSE].clock_mode ==
	       VDSO_CLOCKMODE_TIME_TRAVEL;
}

/*
 * One instruction adds the cost, so that neither another thread nor a signal handler
 * can come between the old time and the new one. If that goes too far, the kernel
 * ignores it, and charges the system call instead.
 */
static __always_inline bool charge_read(void)
{
	struct time_travel_user_clock *clock = vdso_user_clock();
	u64 cost, now;

	if (!clock_is_simulated())
		return false;

	cost = READ_ONCE(clock->cost);
	now = cost;
	asm volatile("xadd %0, %1" : "+r" (now), "+m" (clock->now) : : "cc");

	return now + cost < READ_ONCE(clock->bound);
}

static __always_inline bool clock_is_here(clockid_t clock)
{
	return vdso_clockid_valid(clock) &&
	       (1U << clock) & (VDSO_HRES | VDSO_COARSE | VDSO_RAW);
}

int __vdso_clock_gettime(clockid_t clock, struct __kernel_timespec *ts)
{
	if (clock_is_here(clock) && charge_read())
		return __cvdso_clock_gettime(clock, ts);

	return clock_gettime_fallback(clock, ts);
}

int clock_gettime(clockid_t clock, struct __kernel_timespec *ts)
	__weak __alias(__vdso_clock_gettime);

int __vdso_gettimeofday(struct __kernel_old_timeval *tv, struct timezone *tz)
{
	if (charge_read())
		return __cvdso_gettimeofday(tv, tz);

	return gettimeofday_fallback(tv, tz);
}

int gettimeofday(struct __kernel_old_timeval *tv, struct timezone *tz)
	__weak __alias(__vdso_gettimeofday);

__kernel_old_time_t __vdso_time(__kernel_old_time_t *t)
{
	if (charge_read())
		return __cvdso_time(t);

	return VDSO_SYSCALL1(time, 64, t);
}

__kernel_old_time_t time(__kernel_old_time_t *t)
	__weak __alias(__vdso_time);

int __vdso_clock_getres(clockid_t clock, struct __kernel_timespec *res)
{
	return __cvdso_clock_getres(clock, res);
}

int clock_getres(clockid_t clock, struct __kernel_timespec *res)
	__weak __alias(__vdso_clock_getres);

/* With simulated time there is one CPU. */
long __vdso_getcpu(unsigned int *cpu, unsigned int *node, void *unused)
{
	if (cpu)
		*cpu = 0;
	if (node)
		*node = 0;

	return 0;
}

long getcpu(unsigned int *cpu, unsigned int *node, void *unused)
	__weak __alias(__vdso_getcpu);
