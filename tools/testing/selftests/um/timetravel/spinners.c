// SPDX-License-Identifier: GPL-2.0
/*
 * Processes or threads that wait by spinning, and one that sleeps for half
 * a second and then ends them: spinners KIND[:WORK] COUNT process|thread|eager
 *
 * Prints the simulated time in ns at which they ended.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <linux/futex.h>
#include "tt.h"

#define MAX_SPINNERS	16

static bool stop;
static unsigned long work;
static int pipe_fds[2];

static bool stopped(void)
{
	return __atomic_load_n(&stop, __ATOMIC_RELAXED);
}

static void spin_user(void)
{
	while (!stopped())
		;
}

static void spin_getppid(void)
{
	while (!stopped())
		syscall(SYS_getppid);
}

/* Computes, and looks at the clock now and then */
static void spin_work(void)
{
	struct timespec ts;

	while (!stopped()) {
		for (unsigned long i = 0; i < work; i++)
			__asm__ volatile("");
		clock_gettime(CLOCK_MONOTONIC, &ts);
	}
}

static void spin_yield(void)
{
	while (!stopped())
		sched_yield();
}

static void spin_clock(void)
{
	struct timespec ts;

	while (!stopped())
		clock_gettime(CLOCK_MONOTONIC, &ts);
}

static void spin_futex(void)
{
	struct timespec none = { };
	int word = 0;

	while (!stopped())
		syscall(SYS_futex, &word, FUTEX_WAIT, 0, &none, NULL, 0);
}

static void spin_pipe(void)
{
	char c;

	while (!stopped())
		if (read(pipe_fds[0], &c, 1) >= 0)
			die("read of an empty pipe");
}

static const struct kind {
	const char *name;
	void (*spin)(void);
} kinds[] = {
	{ "user", spin_user },
	{ "work", spin_work },
	{ "getppid", spin_getppid },
	{ "yield", spin_yield },
	{ "clock", spin_clock },
	{ "futex", spin_futex },
	{ "pipe", spin_pipe },
};

static void *spin_thread(void *arg)
{
	((const struct kind *)arg)->spin();
	return NULL;
}

static void with_threads(const struct kind *kind, int count)
{
	pthread_t thread[MAX_SPINNERS];

	for (int i = 0; i < count; i++)
		if (pthread_create(&thread[i], NULL, spin_thread, (void *)kind))
			die("pthread_create");
	sleep_ns(500 * NS_PER_MS);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (int i = 0; i < count; i++)
		pthread_join(thread[i], NULL);
}

static void with_processes(const struct kind *kind, int count, int niceness)
{
	pid_t child[MAX_SPINNERS];

	for (int i = 0; i < count; i++) {
		child[i] = must(fork());
		if (!child[i]) {
			must(setpriority(PRIO_PROCESS, 0, niceness));
			kind->spin();
		}
	}
	sleep_ns(500 * NS_PER_MS);
	for (int i = 0; i < count; i++) {
		must(kill(child[i], SIGKILL));
		must(waitpid(child[i], NULL, 0));
	}
}

int main(int argc, char **argv)
{
	const struct kind *kind = kinds;
	char *colon = argc == 4 ? strchr(argv[1], ':') : NULL;
	int count = argc == 4 ? atoi(argv[2]) : 0;

	if (count < 1 || count > MAX_SPINNERS) {
		printf("usage: %s KIND[:WORK] COUNT process|thread|eager\n", argv[0]);
		return 2;
	}
	if (colon) {
		*colon = '\0';
		work = strtoul(colon + 1, NULL, 10);
	}
	while (strcmp(kind->name, argv[1]))
		if (++kind == kinds + sizeof(kinds) / sizeof(*kinds))
			die("no such kind");

	must(pipe(pipe_fds));
	must(fcntl(pipe_fds[0], F_SETFL, O_NONBLOCK));
	if (!strcmp(argv[3], "thread"))
		with_threads(kind, count);
	else
		with_processes(kind, count, strcmp(argv[3], "eager") ? 0 : -20);

	printf("%llu\n", mono());
	return 0;
}
