// SPDX-License-Identifier: GPL-2.0
/*
 * The clock that the vDSO reads: the times are those of the system call, and a process
 * that spoils its own is the only one to see it.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include "tt.h"

#define READS		50000
#define THREADS		4

#define N_CLOCKS	8

static const clockid_t clocks[N_CLOCKS] = {
	CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_BOOTTIME, CLOCK_TAI, CLOCK_MONOTONIC_RAW,
	CLOCK_MONOTONIC_COARSE, CLOCK_REALTIME_COARSE, CLOCK_PROCESS_CPUTIME_ID,
};

static void print_usage(void)
{
	struct rusage usage;

	must(getrusage(RUSAGE_SELF, &usage));
	printf("user %ld.%06ld system %ld.%06ld switches %ld %ld\n",
	       usage.ru_utime.tv_sec, usage.ru_utime.tv_usec,
	       usage.ru_stime.tv_sec, usage.ru_stime.tv_usec,
	       usage.ru_nvcsw, usage.ru_nivcsw);
}

static void print_clocks(const char *who)
{
	struct timeval tv;

	printf("%s:", who);
	for (unsigned int i = 0; i < N_CLOCKS; i++)
		printf(" %llu", clock_ns(clocks[i]));
	must(gettimeofday(&tv, NULL));
	printf(" %ld.%06ld %ld\n", tv.tv_sec, tv.tv_usec, time(NULL));
}

/* A sum that each of the times read goes into */
static __u64 read_many(int reads)
{
	__u64 sum = 0;

	for (int i = 0; i < reads; i++)
		sum = sum * 31 + clock_ns(clocks[i % N_CLOCKS]);
	return sum;
}

static void *thread(void *name)
{
	for (int i = 0; i < 5; i++) {
		__u64 sum = read_many(READS / 10);

		printf("%s %llu at %llu\n", (char *)name, sum, mono());
		sleep_ns(i * 333333);
	}
	return NULL;
}

static __u64 signalled;
static int signals;

static void on_signal(int sig)
{
	(void)sig;
	__atomic_store_n(&signalled, signalled * 31 + mono(), __ATOMIC_RELAXED);
	__atomic_add_fetch(&signals, 1, __ATOMIC_RELAXED);
}

/* Prints all times that it can get hold of, for a comparison of two runs */
static void test_times(void)
{
	struct itimerval often = {
		.it_value.tv_usec = 777, .it_interval.tv_usec = 777,
	};
	static char names[THREADS][2];
	pthread_t threads[THREADS];
	int pipes[2], status;
	char byte;
	pid_t child;

	setvbuf(stdout, NULL, _IOLBF, 0);
	print_clocks("begin");

	for (int i = 0; i < THREADS; i++) {
		names[i][0] = 'a' + i;
		pthread_create(&threads[i], NULL, thread, names[i]);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	print_clocks("threads");

	must(pipe(pipes));
	child = must(fork());
	if (!child) {
		printf("child %llu\n", read_many(READS));
		must(write(pipes[1], "x", 1));
		printf("child after the write %llu\n", read_many(100));
		fflush(stdout);
		_exit(3);
	}
	printf("parent %llu\n", read_many(READS));
	must(read(pipes[0], &byte, 1));
	print_clocks("read");
	must(waitpid(child, &status, 0));
	print_clocks("waited");

	signal(SIGALRM, on_signal);
	must(setitimer(ITIMER_REAL, &often, NULL));
	printf("beside signals %llu\n", read_many(READS));
	printf("%d signals %llu\n", __atomic_load_n(&signals, __ATOMIC_RELAXED),
	       __atomic_load_n(&signalled, __ATOMIC_RELAXED));
	memset(&often, 0, sizeof(often));
	must(setitimer(ITIMER_REAL, &often, NULL));

	print_usage();
	print_clocks("end");
}

/* The latest time that anybody has seen */
static __u64 *latest;

static void see(void)
{
	__u64 before = __atomic_load_n(latest, __ATOMIC_SEQ_CST), now = mono();

	if (now < before)
		wrong("time went back from %llu to %llu", before, now);
	while (before < now &&
	       !__atomic_compare_exchange_n(latest, &before, now, false,
					    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		;
}

static void see_signal(int sig)
{
	(void)sig;
	see();
	__atomic_add_fetch(&signals, 1, __ATOMIC_RELAXED);
}

static void *see_many(void *unused)
{
	for (int i = 0; i < READS; i++)
		see();
	return unused;
}

/* Threads, processes, and signals in the middle of a read */
static void test_forward(void)
{
	struct itimerval often = {
		.it_value.tv_usec = 50, .it_interval.tv_usec = 50,
	};
	pthread_t threads[THREADS];
	int status;
	pid_t child;

	latest = mmap(NULL, sizeof(*latest), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	child = must(fork());
	signal(SIGALRM, see_signal);
	must(setitimer(ITIMER_REAL, &often, NULL));
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, see_many, NULL);
	see_many(NULL);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);

	between("signals", __atomic_load_n(&signals, __ATOMIC_RELAXED), 10, 1000000);
	if (!child)
		_exit(tt_result());
	must(waitpid(child, &status, 0));
	same("status of the child", status, 0);
}

struct clock {
	__u64 now;
	__u64 cost;
	__u64 bound;
};

/* The fourth page of the vDSO's data has its address */
static struct clock *own_clock(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	unsigned long start;
	char line[256];

	while (fgets(line, sizeof(line), maps))
		if (strstr(line, "[vvar]")) {
			start = strtoul(line, NULL, 16);
			return *(struct clock **)(start + 3 * sysconf(_SC_PAGESIZE));
		}
	die("no [vvar] in /proc/self/maps");
	return NULL;
}

/* No reads of a time before that of the last tick, or far away: its division takes very long. */
static void spoil(struct clock *clock, int how)
{
	static const struct {
		struct clock clock;
		int reads;
	} garbage[] = {
		{ { 0, 0, 0 }, 100 },
		{ { 0, 0, ~0ULL }, 0 },
		{ { 3600 * NS_PER_SEC, 1000 * NS_PER_SEC, ~0ULL }, 10 },
		{ { ~0ULL, 1, ~0ULL }, 0 },
		{ { ~0ULL / 2, ~0ULL / 2, ~0ULL }, 0 },
	};

	__atomic_store_n(&clock->bound, garbage[how].clock.bound, __ATOMIC_SEQ_CST);
	__atomic_store_n(&clock->cost, garbage[how].clock.cost, __ATOMIC_SEQ_CST);
	__atomic_store_n(&clock->now, garbage[how].clock.now, __ATOMIC_SEQ_CST);
	for (int i = 0; i < garbage[how].reads; i++)
		clock_ns(CLOCK_MONOTONIC);
}

/* Another process is on time, however the clock is spoiled beside it */
static void test_garbage(void)
{
	struct clock *clock = own_clock();
	__u64 begin = mono();
	pid_t child = must(fork());
	int status;

	if (!child) {
		for (int i = 0; mono() < begin + 200 * NS_PER_MS; i = (i + 1) % 5) {
			spoil(clock, i);
			sched_yield();
			if (mono() < begin)
				_exit(1);
		}
		_exit(0);
	}

	for (int i = 1; i <= 10; i++) {
		struct timespec until = to_ts(begin + i * 10 * NS_PER_MS);

		must(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL));
		/* its own calls and reads, and a call of the other one */
		between("woken after, ns", mono() - to_ns(until), 0, 100 * NS_PER_US);
	}
	must(waitpid(child, &status, 0));
	same("status of the child", status, 0);
}

int main(int argc, char **argv)
{
	static const struct tt_test tests[] = {
		{ "times", test_times },
		{ "forward", test_forward },
		{ "garbage", test_garbage },
		{ }
	};

	return tt_main(argc, argv, tests);
}
