/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Simulated time, as both the kernel's and the os-Linux half see it. All of the
 * kernel includes this, by its asm/processor.h.
 */
#ifndef __UM_SHARED_TIMETRAVEL_H
#define __UM_SHARED_TIMETRAVEL_H

/**
 * enum time_travel_mode - what makes time pass; chosen at boot
 * @TT_MODE_OFF: the host's clock
 * @TT_MODE_BASIC: the host's clock, but idle time is skipped
 * @TT_MODE_INFCPU: events and delays only; computing takes no time
 * @TT_MODE_EXTERNAL: as @TT_MODE_INFCPU, at the pace of a controller
 */
enum time_travel_mode {
	TT_MODE_OFF = 0,
	TT_MODE_BASIC,
	TT_MODE_INFCPU,
	TT_MODE_EXTERNAL,
};

/* the os-Linux half gets the kernel's configuration by the second name */
#if defined(CONFIG_UML_TIME_TRAVEL_SUPPORT) || \
	defined(UML_CONFIG_UML_TIME_TRAVEL_SUPPORT)
extern enum time_travel_mode time_travel_mode;
#else
#define time_travel_mode TT_MODE_OFF
#endif

/* Not linked without CONFIG_UML_TIME_TRAVEL_SUPPORT, where no mode calls it. */
void time_travel_ndelay(unsigned long nsec);
void time_travel_relax(void);

/* os-Linux/signal.c; all are called with interrupts off */
#define OS_WAIT_FDS	2
int os_irq_pending(void);
int os_sigio_pending(void);
int os_take_sigio(void);
int os_wait_irq(unsigned long long timeout_ns);
int os_wait_readable(const int *fds, int n, unsigned long long timeout_ns);

/* timetravel/guard.c, by way of the inline functions below */
void __time_travel_enter_user(void);
void __time_travel_leave_user(int by_itself, unsigned long ip);

static inline void time_travel_enter_user(void)
{
	if (time_travel_mode != TT_MODE_OFF)
		__time_travel_enter_user();
}

static inline void time_travel_leave_user(int by_itself, unsigned long ip)
{
	if (time_travel_mode != TT_MODE_OFF)
		__time_travel_leave_user(by_itself, ip);
}

#endif /* __UM_SHARED_TIMETRAVEL_H */
