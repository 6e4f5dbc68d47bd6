/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Copyright (C) 2019-2021 Intel Corporation
 *
 * Simulated time, for both the kernel and os-Linux. All of the kernel includes this, by
 * asm/processor.h.
 */
#ifndef __UM_SHARED_TIMETRAVEL_H
#define __UM_SHARED_TIMETRAVEL_H

/**
 * enum time_travel_mode - what makes time pass; chosen at boot
 * @TT_MODE_OFF: the host's clock
 * @TT_MODE_BASIC: the host's clock, but idle time is skipped
 * @TT_MODE_INFCPU: events and delays only; computing takes no time
 * @TT_MODE_EXTERNAL: as @TT_MODE_INFCPU, on the clock of a controller. When that is
 *	gone, the mode is @TT_MODE_INFCPU.
 */
enum time_travel_mode {
	TT_MODE_OFF = 0,
	TT_MODE_BASIC,
	TT_MODE_INFCPU,
	TT_MODE_EXTERNAL,
};

#if IS_ENABLED(CONFIG_UML_TIME_TRAVEL_SUPPORT)
extern enum time_travel_mode time_travel_mode;

/**
 * struct time_travel_thread - per-thread state of simulated time
 * @calls: system calls and faults that it has made
 * @computed_calls: @calls when @computed was counted
 * @computed: CPU time counted since its last call, ns
 * @found_calls: @calls plus one when it was found to compute without end
 * @preempted: number of events delivered, plus one, when it was preempted for that
 * @in_syscall: it is in a system call, which it was charged for
 * @reported: the kernel's log names it
 */
struct time_travel_thread {
	unsigned long long calls;
	unsigned long long computed_calls;
	unsigned long long computed;
	unsigned long long found_calls;
	unsigned long long preempted;
	unsigned char in_syscall;
	unsigned char reported;
};

/**
 * struct time_travel_user_clock - the clock in the memory of a process
 * @now: what the clocksource reads. The vDSO adds @cost for each read
 * @cost: of a read, ns
 * @bound: a read that would get here is a system call
 *
 * All zero is a clock that is never read.
 */
struct time_travel_user_clock {
	unsigned long long now;
	unsigned long long cost;
	unsigned long long bound;
};
#else
#define time_travel_mode TT_MODE_OFF

struct time_travel_thread {
};

struct time_travel_user_clock {
};
#endif

static inline int time_travel_stands_still(void)
{
	return time_travel_mode == TT_MODE_INFCPU ||
	       time_travel_mode == TT_MODE_EXTERNAL;
}

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

/* timetravel/guard.c, user_clock.c and doors.c, by way of the inline functions below */
void __time_travel_enter_user(int pid);
void __time_travel_leave_user(int called, unsigned long ip);
void __time_travel_user_begin(void);
void __time_travel_user_end(void);
void __time_travel_syscall_enter(long nr);
void __time_travel_syscall_exit(void);

static inline void time_travel_enter_user(int pid)
{
	if (time_travel_mode != TT_MODE_OFF)
		__time_travel_enter_user(pid);
}

static inline void time_travel_leave_user(int called, unsigned long ip)
{
	if (time_travel_mode != TT_MODE_OFF)
		__time_travel_leave_user(called, ip);
}

static inline void time_travel_user_begin(void)
{
	if (time_travel_stands_still())
		__time_travel_user_begin();
}

static inline void time_travel_user_end(void)
{
	if (time_travel_stands_still())
		__time_travel_user_end();
}

static inline void time_travel_syscall_enter(long nr)
{
	if (time_travel_stands_still())
		__time_travel_syscall_enter(nr);
}

static inline void time_travel_syscall_exit(void)
{
	if (time_travel_stands_still())
		__time_travel_syscall_exit();
}

#endif /* __UM_SHARED_TIMETRAVEL_H */
