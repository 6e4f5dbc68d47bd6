/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The constants of simulated time, and why they have their values.
 */
#ifndef __TIMETRAVEL_LIMITS_H
#define __TIMETRAVEL_LIMITS_H

#include <linux/jiffies.h>
#include <linux/limits.h>
#include <linux/time64.h>

/* The largest time, which never comes. It fits into a ktime_t. */
#define TT_NEVER		((u64)S64_MAX)

/*
 * What the clocksource reads at time zero. Not zero, which the random number generator
 * takes for a counter that is missing.
 */
#define TT_CLOCK_FIRST		1

/* The last time that the kernel's wall clock can be set to, ns since 1970 */
#define TT_WALL_MAX		(TIME_SETTOD_SEC_MAX * NSEC_PER_SEC - 1)

/*
 * Cost of a clock read, ns. What the kernel has charged ever since there is an inf-cpu
 * mode. Programs that poll the clock make progress, and can still measure less than a
 * microsecond.
 */
#define TT_READ_COST		256

/*
 * Cost of a system call, ns. The order of magnitude of a real one, and what failing
 * calls have cost so far.
 */
#define TT_SYSCALL_COST		1000

/* Largest cost that can be asked for, ns. A second is more than any test needs. */
#define TT_COST_MAX		NSEC_PER_SEC

/*
 * One call in so many is charged as user time, as programs compute between calls, and
 * ITIMER_VIRTUAL would never expire otherwise. Rare enough for a loop of calls to be
 * mostly system time; a prime, so that a loop with a fixed number of calls per tick gets
 * its share.
 */
#define TT_USER_SHARE		31

/*
 * So many uncharged clock reads at the same time are a loop that waits for time to pass.
 * No code path reads the clock as often without waiting.
 */
#define TT_FREE_READS		4096

/*
 * So many polls (cpu_relax()) in a row are a loop that waits for time to pass; then
 * time moves by up to a tick every TT_POLLS_AGAIN polls. Short waits for another CPU
 * or a device take fewer polls; a poll costs a few ns of host time.
 */
#define TT_POLLS		20000
#define TT_POLLS_AGAIN		500

/*
 * So many reads of the scheduler's clock at the same time are a loop that waits for
 * others, such as a kernel thread that calls schedule() until it is stopped. More than
 * the scheduler or a trace needs for what really happens at the same time.
 */
#define TT_SCHED_READS		100000

/*
 * CPU time without a system call or fault after which a process is taken to compute
 * without end, ms. Longer than ordinary programs compute in one go, and short enough
 * for a user who waits. The maximum keeps a wrong value from looking like a hang.
 */
#define TT_SPIN_PATIENCE	1000
#define TT_SPIN_PATIENCE_MAX	60000

/* The host's timer expires so often within the patience. Each time costs a signal. */
#define TT_SPIN_LOOKS		4

/*
 * CPU time after which such a process is preempted again, ns. A tick, so that simulated
 * ticks go at the pace of the host.
 */
#define TT_SPIN_SLICE		((u64)TICK_NSEC)

/* Don't bother arming the host's timer for less, ns. */
#define TT_SPIN_TIMER_MIN	(100 * NSEC_PER_USEC)

/*
 * CPU time without a system call or fault that is a hang in a strict run, s. Ample for
 * programs that compute; a day at most, so that the product in ns fits easily.
 */
#define TT_HANG_LIMIT		60
#define TT_HANG_LIMIT_MAX	86400

/*
 * Host time after which to warn about a holder of time, and to warn again, ns. A busy
 * disk of the host may take seconds, but not this long.
 */
#define TT_HOLD_PATIENCE	(10ULL * NSEC_PER_SEC)

/* Largest factor by which time may run ahead of a user at the keyboard */
#define TT_PACE_MAX		1000000

/* Don't bother sleeping for less while a key may come, ns of host time. */
#define TT_PACE_WAIT_MIN	(100 * NSEC_PER_USEC)

/*
 * Days without a process running after which none is expected to. The kernel's own
 * timers never end, and the longest sleeps of programs are some years.
 */
#define TT_IDLE_LIMIT		7300
/* More than there is until the end of time; the product in ns fits */
#define TT_IDLE_LIMIT_MAX	100000

/* Host time after which to report what the boot waits for, ms */
#define TT_JOIN_PATIENCE	2000

/* Simulated time for an orderly power-off without a controller, jiffies */
#define TT_LOST_GRACE		(60 * HZ)

/* Room for the reason why an option is refused, including the longest number */
#define TT_WHY_LEN		160

/* Exit statuses; 1 is a wrong command line, 2 is left to the shell */
#define TT_STATUS_STUCK		3	/* nothing can happen any more */
#define TT_STATUS_LOST		4	/* the controller is gone */
#define TT_STATUS_STRICT	5	/* the host would have decided what happens */

#endif /* __TIMETRAVEL_LIMITS_H */
