// SPDX-License-Identifier: GPL-2.0
/* A process that computes, and timers beside it. Not for time that stands still. */
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include "tt.h"

static int alarms;

static void count(int sig)
{
	(void)sig;
	__atomic_add_fetch(&alarms, 1, __ATOMIC_RELAXED);
}

/* A signal handler of its own runs in a process that makes no system calls. */
static void test_signal(void)
{
	struct itimerval spec = {
		.it_value.tv_usec = 20000,
		.it_interval.tv_usec = 20000,
	};
	__u64 begin;

	signal(SIGALRM, count);
	begin = mono();
	must(setitimer(ITIMER_REAL, &spec, NULL));
	while (__atomic_load_n(&alarms, __ATOMIC_RELAXED) < 5)
		;
	between("5 alarms, ns", mono() - begin, 100 * NS_PER_MS, 100 * NS_PER_MS + tt_late());
}

/* Another process gets the CPU at its timers. */
static void test_preempt(void)
{
	pid_t child = must(fork());
	int status;

	if (!child) {
		for (;;)
			asm volatile("");
	}
	for (int i = 0; i < 20; i++) {
		__u64 begin = mono();

		sleep_ns(10 * NS_PER_MS);
		between("10 ms of sleep", mono() - begin, 10 * NS_PER_MS,
			10 * NS_PER_MS + tt_late());
	}
	must(kill(child, SIGKILL));
	must(waitpid(child, &status, 0));
	same("the other was killed", WIFSIGNALED(status) ? WTERMSIG(status) : 0, SIGKILL);
}

/* Two that compute share the CPU: both get on. */
static void test_share(void)
{
	unsigned long *done = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t child[2];

	if (done == MAP_FAILED)
		die("mmap");
	for (int i = 0; i < 2; i++) {
		child[i] = must(fork());
		if (!child[i])
			for (;;)
				__atomic_add_fetch(&done[i], 1, __ATOMIC_RELAXED);
	}
	sleep_ns(500 * NS_PER_MS);
	for (int i = 0; i < 2; i++) {
		must(kill(child[i], SIGKILL));
		must(waitpid(child[i], NULL, 0));
		if (!done[i])
			wrong("process %d never ran", i);
	}
}

static const struct tt_test tests[] = {
	{ "signal", test_signal },
	{ "preempt", test_preempt },
	{ "share", test_share },
	{ }
};

int main(int argc, char **argv)
{
	return tt_main(argc, argv, tests);
}
