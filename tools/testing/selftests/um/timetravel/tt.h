/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the programs that run in the guest share: reading clocks, and saying what
 * was expected and what came.
 *
 * TT_LATE in the environment says how late something may be, in ns: nothing where
 * computing takes no time, and much on a busy host. Nothing may ever be early.
 */
#ifndef __TT_H
#define __TT_H

#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <linux/types.h>

#define NS_PER_SEC	1000000000ULL
#define NS_PER_MS	1000000ULL
#define NS_PER_US	1000ULL

static int tt_failures;

static inline void die(const char *what)
{
	printf("%s: %s\n", what, strerror(errno));
	exit(1);
}

/* must(): a system call that is not what is tested */
#define must(call) ({						\
	__typeof__(call) __ret = (call);			\
	if (__ret < 0)						\
		die(#call);					\
	__ret; })

/* wrong(): printf() of what was expected and what came; ten are enough to see */
#define wrong(...) do {						\
	if (tt_failures++ < 10) {				\
		printf(__VA_ARGS__);				\
		putchar('\n');					\
	}							\
} while (0)

static inline __u64 to_ns(struct timespec ts)
{
	return ts.tv_sec * NS_PER_SEC + ts.tv_nsec;
}

static inline struct timespec to_ts(__u64 ns)
{
	return (struct timespec){ ns / NS_PER_SEC, ns % NS_PER_SEC };
}

static inline __u64 clock_ns(clockid_t clock)
{
	struct timespec ts;

	must(clock_gettime(clock, &ts));
	return to_ns(ts);
}

static inline __u64 mono(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

static inline __u64 tt_late(void)
{
	const char *late = getenv("TT_LATE");

	return late ? strtoull(late, NULL, 0) : 0;
}

static inline void same(const char *what, __s64 got, __s64 want)
{
	if (got != want)
		wrong("%s: want %lld, got %lld", what, want, got);
}

static inline void between(const char *what, __s64 got, __s64 min, __s64 max)
{
	if (got < min || got > max)
		wrong("%s: want %lld to %lld, got %lld",
		      what, min, max, got);
}

/* at a time in ns: not before, and not later than TT_LATE after */
static inline void on_time(const char *what, __u64 got, __u64 want)
{
	if (got < want)
		wrong("%s: %llu ns early, at %llu ns",
		      what, want - got, got);
	else if (got > want + tt_late())
		wrong("%s: %llu ns late (%llu allowed), at %llu ns",
		      what, got - want, tt_late(), got);
}

/* Timers of a realtime process have no slack: they expire when they should. */
static inline void no_timer_slack(void)
{
	struct sched_param param = { .sched_priority = 1 };

	must(sched_setscheduler(0, SCHED_FIFO, &param));
}

static inline void sleep_ns(__u64 ns)
{
	struct timespec ts = to_ts(ns);

	must(clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, NULL));
}

/* Timers are exact from the first tick on: until then the kernel has no other. */
static inline void after_first_tick(void)
{
	sleep_ns(20 * NS_PER_MS);
}

static inline int tt_result(void)
{
	if (tt_failures > 10)
		printf("and %d more\n", tt_failures - 10);
	return tt_failures != 0;
}

/* A program is a table of tests; its first argument names the one to run. */
struct tt_test {
	const char *name;
	void (*fn)(void);
};

static inline int tt_main(int argc, char **argv, const struct tt_test *tests)
{
	for (; tests->name; tests++) {
		if (argc == 2 && !strcmp(argv[1], tests->name)) {
			tests->fn();
			return tt_result();
		}
	}
	printf("%s: want the name of a test\n", argv[0]);
	return 2;
}

#endif /* __TT_H */
