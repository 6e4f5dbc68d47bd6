// SPDX-License-Identifier: GPL-2.0
/*
 * handover N: ns that it takes to wake another process on the same CPU and let it run. A
 * system call of a guest needs two: to the kernel and back.
 */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int *turn;

static void pass(int to)
{
	__atomic_store_n(turn, to, __ATOMIC_SEQ_CST);
	syscall(SYS_futex, turn, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void await(int mine)
{
	int now;

	while ((now = __atomic_load_n(turn, __ATOMIC_SEQ_CST)) != mine)
		syscall(SYS_futex, turn, FUTEX_WAIT, now, NULL, NULL, 0);
}

static void one_cpu(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	sched_setaffinity(0, sizeof(set), &set);
}

int main(int argc, char **argv)
{
	long n = argc == 2 ? atol(argv[1]) : 0;
	struct timespec begin, end;

	if (n <= 0)
		return 2;
	turn = mmap(NULL, sizeof(*turn), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	one_cpu();
	if (!fork()) {
		for (long i = 0; i < n; i++) {
			await(1);
			pass(0);
		}
		return 0;
	}
	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (long i = 0; i < n; i++) {
		pass(1);
		await(0);
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	wait(NULL);
	printf("%.1f\n", ((end.tv_sec - begin.tv_sec) * 1e9 +
			  (end.tv_nsec - begin.tv_nsec)) / (2 * n));
	return 0;
}
