// SPDX-License-Identifier: GPL-2.0
/* The timers and timeouts that user space has. */
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include "tt.h"

#define TURNS	1000

static void block(int sig, sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, sig);
	must(sigprocmask(SIG_BLOCK, set, NULL));
}

static void test_timerfd(void)
{
	struct itimerspec spec = {
		.it_value = to_ts(5 * NS_PER_MS),
		.it_interval = to_ts(NS_PER_MS),
	};
	int fd = must(timerfd_create(CLOCK_MONOTONIC, 0));
	__u64 begin = mono(), n, total = 0;

	must(timerfd_settime(fd, 0, &spec, NULL));
	while (total < TURNS) {
		must(read(fd, &n, sizeof(n)));
		total += n;
		on_time("expiry", mono(), begin + (4 + total) * NS_PER_MS);
		if (tt_late() == 0)
			same("expiries at once", n, 1);
	}
}

/* an absolute one on the wall clock, a day away */
static void test_timerfd_day(void)
{
	__u64 when = clock_ns(CLOCK_REALTIME) + 86400 * NS_PER_SEC, n = 0;
	struct itimerspec spec = { .it_value = to_ts(when) };
	int fd = must(timerfd_create(CLOCK_REALTIME, 0));

	must(timerfd_settime(fd, TFD_TIMER_ABSTIME, &spec, NULL));
	must(read(fd, &n, sizeof(n)));
	on_time("the timer", clock_ns(CLOCK_REALTIME), when);
	same("expiries", n, 1);
}

static void test_itimer(void)
{
	struct itimerval spec = {
		.it_value.tv_usec = 1000,
		.it_interval.tv_usec = 1000,
	};
	__u64 begin;
	sigset_t set;

	block(SIGALRM, &set);
	begin = mono();
	must(setitimer(ITIMER_REAL, &spec, NULL));
	for (int i = 1; i <= TURNS; i++) {
		must(sigwaitinfo(&set, NULL));
		on_time("SIGALRM", mono(), begin + i * NS_PER_MS);
	}
}

static void test_alarm(void)
{
	__u64 begin;
	sigset_t set;

	block(SIGALRM, &set);
	begin = mono();
	alarm(3600);
	sleep_ns(600 * NS_PER_SEC);
	between("seconds left", alarm(60), 3000 - tt_late() / NS_PER_SEC - 1, 3000);
	must(sigwaitinfo(&set, NULL));
	on_time("SIGALRM", mono(), begin + 660 * NS_PER_SEC);
}

/* periodic, 1 ms: none is lost, and none merged where computing takes no time */
static void posix_timer(clockid_t clock)
{
	struct sigevent event = {
		.sigev_notify = SIGEV_SIGNAL,
		.sigev_signo = SIGUSR1,
	};
	struct itimerspec spec = {
		.it_value = to_ts(NS_PER_MS),
		.it_interval = to_ts(NS_PER_MS),
	};
	__u64 begin, total = 0;
	siginfo_t info;
	timer_t timer;
	sigset_t set;

	block(SIGUSR1, &set);
	must(timer_create(clock, &event, &timer));
	begin = mono();
	must(timer_settime(timer, 0, &spec, NULL));
	while (total < TURNS) {
		must(sigwaitinfo(&set, &info));
		total += 1 + info.si_overrun;
		on_time("SIGUSR1", mono(), begin + total * NS_PER_MS);
		if (tt_late() == 0)
			same("overruns", info.si_overrun, 0);
	}
	must(timer_delete(timer));
}

static void test_posix_monotonic(void)
{
	posix_timer(CLOCK_MONOTONIC);
}

static void test_posix_realtime(void)
{
	posix_timer(CLOCK_REALTIME);
}

/* overruns are counted where nobody listens */
static void test_posix_overrun(void)
{
	struct sigevent event = {
		.sigev_notify = SIGEV_SIGNAL,
		.sigev_signo = SIGUSR1,
	};
	struct itimerspec spec = {
		.it_value = to_ts(NS_PER_MS),
		.it_interval = to_ts(NS_PER_MS),
	};
	siginfo_t info;
	timer_t timer;
	sigset_t set;

	block(SIGUSR1, &set);
	must(timer_create(CLOCK_MONOTONIC, &event, &timer));
	must(timer_settime(timer, 0, &spec, NULL));
	sleep_ns(100 * NS_PER_MS + NS_PER_MS / 2);
	must(sigwaitinfo(&set, &info));
	between("overruns in 100 ms", info.si_overrun, 99, 99 + tt_late() / NS_PER_MS);
}

/* poll() and epoll_wait() have timeouts in ms, select() in us */
static void test_poll(void)
{
	__u64 begin = mono();

	same("poll()", poll(NULL, 0, 1234), 0);
	on_time("poll()", mono(), begin + 1234 * NS_PER_MS);
}

static void test_select(void)
{
	struct timeval timeout = { .tv_sec = 1, .tv_usec = 234567 };
	__u64 begin = mono();
	int fds[2];
	fd_set set;

	must(pipe(fds));
	FD_ZERO(&set);
	FD_SET(fds[0], &set);
	same("select()", select(fds[0] + 1, &set, NULL, NULL, &timeout), 0);
	on_time("select()", mono(), begin + 1234567 * NS_PER_US);
}

static void test_epoll(void)
{
	int epoll = must(epoll_create1(0));
	__u64 begin = mono();
	struct epoll_event event;

	same("epoll_wait()", epoll_wait(epoll, &event, 1, 86400 * 1000), 0);
	on_time("epoll_wait()", mono(), begin + 86400 * NS_PER_SEC);
}

static void test_futex(void)
{
	struct timespec timeout = to_ts(1500 * NS_PER_MS + 7);
	__u64 begin = mono();
	__u32 word = 1;

	if (syscall(SYS_futex, &word, FUTEX_WAIT, 1, &timeout, NULL, 0) == 0 ||
	    errno != ETIMEDOUT)
		wrong("futex(): want ETIMEDOUT, got %s", strerror(errno));
	on_time("futex()", mono(), begin + 1500 * NS_PER_MS + 7);
}

static void test_sigtimedwait(void)
{
	struct timespec timeout = to_ts(2 * NS_PER_SEC + 1);
	__u64 begin;
	sigset_t set;

	block(SIGUSR1, &set);
	begin = mono();
	if (sigtimedwait(&set, NULL, &timeout) >= 0 || errno != EAGAIN)
		wrong("sigtimedwait(): want EAGAIN, got %s", strerror(errno));
	on_time("sigtimedwait()", mono(), begin + 2 * NS_PER_SEC + 1);
}

static const struct tt_test tests[] = {
	{ "timerfd", test_timerfd },
	{ "timerfd-day", test_timerfd_day },
	{ "itimer", test_itimer },
	{ "alarm", test_alarm },
	{ "posix-monotonic", test_posix_monotonic },
	{ "posix-realtime", test_posix_realtime },
	{ "posix-overrun", test_posix_overrun },
	{ "poll", test_poll },
	{ "select", test_select },
	{ "epoll", test_epoll },
	{ "futex", test_futex },
	{ "sigtimedwait", test_sigtimedwait },
	{ }
};

int main(int argc, char **argv)
{
	no_timer_slack();
	after_first_tick();
	return tt_main(argc, argv, tests);
}
