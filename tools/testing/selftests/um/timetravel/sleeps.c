// SPDX-License-Identifier: GPL-2.0
/* Sleeps of user space end when they should. */
#include <signal.h>
#include <sys/time.h>
#include "tt.h"

#define TURNS	1000

/* Each on its own: lateness of one moves the start of the next. */
static void nanosleep_loop(void)
{
	for (int i = 0; i < TURNS; i++) {
		__u64 begin = mono();

		sleep_ns(NS_PER_MS);
		on_time("1 ms", mono(), begin + NS_PER_MS);
	}
}

static void usleep_loop(void)
{
	__u64 begin = mono();

	for (int i = 0; i < TURNS; i++)
		must(usleep(100));
	on_time("1000 times 100 us", mono(), begin + TURNS * 100 * NS_PER_US);
}

static void absolute(clockid_t clock)
{
	__u64 begin = clock_ns(clock);

	for (int i = 1; i <= TURNS; i++) {
		__u64 until = begin + i * 10 * NS_PER_MS + 1;
		struct timespec ts = to_ts(until);

		must(-clock_nanosleep(clock, TIMER_ABSTIME, &ts, NULL));
		on_time("a time of 10 ms and 1 ns", clock_ns(clock), until);
	}
}

static void absolute_monotonic(void)
{
	absolute(CLOCK_MONOTONIC);
}

static void absolute_realtime(void)
{
	absolute(CLOCK_REALTIME);
}

static void absolute_boottime(void)
{
	absolute(CLOCK_BOOTTIME);
}

/* The very first of a boot */
static void first(void)
{
	__u64 begin = mono();

	sleep_ns(NS_PER_MS);
	on_time("1 ms", mono(), begin + NS_PER_MS);
}

/* A time that is past already is no wait: the least that a timer can be set to. */
static void in_the_past(void)
{
	__u64 begin = mono();
	struct timespec zero = {}, past = to_ts(begin / 2);

	must(nanosleep(&zero, NULL));
	must(-clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &past, NULL));
	between("no wait", mono() - begin, 0, 2 + tt_late());
}

static void ignore(int sig)
{
	(void)sig;
}

static void by_signal(void)
{
	struct itimerval alarm = { .it_value.tv_usec = 300000 };
	struct timespec second = { .tv_sec = 1 }, left = {};
	__u64 begin;

	signal(SIGALRM, ignore);
	begin = mono();
	must(setitimer(ITIMER_REAL, &alarm, NULL));
	if (nanosleep(&second, &left) == 0 || errno != EINTR)
		wrong("nanosleep() was not interrupted");
	on_time("the signal", mono(), begin + 300 * NS_PER_MS);
	between("the remainder", to_ns(left), 700 * NS_PER_MS - tt_late(),
		700 * NS_PER_MS + tt_late());
}

static const struct tt_test tests[] = {
	{ "first", first },
	{ "nanosleep", nanosleep_loop },
	{ "usleep", usleep_loop },
	{ "absolute-monotonic", absolute_monotonic },
	{ "absolute-realtime", absolute_realtime },
	{ "absolute-boottime", absolute_boottime },
	{ "past", in_the_past },
	{ "interrupted", by_signal },
	{ }
};

int main(int argc, char **argv)
{
	no_timer_slack();
	if (argc == 2 && strcmp(argv[1], "first"))
		after_first_tick();
	return tt_main(argc, argv, tests);
}
