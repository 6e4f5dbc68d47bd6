// SPDX-License-Identifier: GPL-2.0
/* What reading the clock costs, and that it never goes back. */
#include <sys/prctl.h>
#include <sys/wait.h>
#include "tt.h"

#define READS	1000
#define MANY	50000

/*
 * So many free reads at the same time are a loop for the kernel, and cost something. A
 * sleep reads the clock itself, a few times; NARROW is less than what such a read costs.
 */
#define LOOP	4096
#define AROUND	64
#define NARROW	100

static __u64 steps[READS];

/* Only timers that fall into it can make a read dearer, or free: there are none. */
static void cost(__u64 each)
{
	__u64 last = mono();

	for (int i = 0; i < READS; i++) {
		__u64 now = mono();

		steps[i] = now - last;
		last = now;
	}
	for (int i = 0; i < READS; i++)
		same("what a read took, ns", steps[i], each);
}

static void test_cost(void)
{
	cost(strtoull(getenv("TT_COST"), NULL, 0));
}

/* A few reads: a loop without end is not one. */
static void test_still(void)
{
	__u64 begin = mono();

	for (int i = 0; i < READS; i++) {
		same("monotonic", mono() - begin, 0);
		same("boottime", clock_ns(CLOCK_BOOTTIME) - clock_ns(CLOCK_MONOTONIC), 0);
	}
}

static void read_all(void)
{
	static const clockid_t clocks[] = { CLOCK_MONOTONIC, CLOCK_REALTIME };
	__u64 last[2] = {};

	for (int i = 0; i < MANY; i++) {
		for (int c = 0; c < 2; c++) {
			__u64 now = clock_ns(clocks[c]);

			if (now < last[c])
				wrong("clock %d went back by %llu ns",
				      clocks[c], last[c] - now);
			last[c] = now;
		}
		if (i % 1000 == 0)
			sleep_ns(i);
	}
}

static void test_backwards(void)
{
	pid_t child = must(fork());
	int status;

	read_all();
	if (!child)
		return;
	must(waitpid(child, &status, 0));
	same("status of the other process", status, 0);
}

/* Whoever reads the clock while it moves may be the one that is taken for a loop. */
static void test_edge(void)
{
	must(prctl(PR_SET_TIMERSLACK, 1));
	for (int n = LOOP - AROUND; n <= LOOP; n++) {
		for (int i = 0; i < n; i++)
			mono();
		sleep_ns(NARROW);
	}
}

static const struct tt_test tests[] = {
	{ "cost", test_cost },
	{ "still", test_still },
	{ "backwards", test_backwards },
	{ "edge", test_edge },
	{ }
};

int main(int argc, char **argv)
{
	return tt_main(argc, argv, tests);
}
