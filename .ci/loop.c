// SPDX-License-Identifier: GPL-2.0
/* loop gettime|getppid N: ns that one call takes, by the host's or the guest's clock */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec ts;

	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

int main(int argc, char **argv)
{
	long n = argc == 3 ? atol(argv[2]) : 0;
	struct timespec ts;
	double begin;

	if (n <= 0)
		return 2;
	begin = now();
	for (long i = 0; i < n; i++) {
		if (!strcmp(argv[1], "getppid"))
			syscall(SYS_getppid);
		else
			syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &ts);
	}
	printf("%.1f\n", (now() - begin) / n);
	return 0;
}
