// SPDX-License-Identifier: GPL-2.0
/*
 * loop WHAT N: WHAT for N times, between the lines "begin" and "end". Only the host can
 * tell how long that took.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGES	256
#define PAGE	4096

static struct timespec ts;
static int there[2], back[2];

static void getppid_call(void)
{
	syscall(SYS_getppid);
}

static void gettime_call(void)
{
	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &ts);
}

static void clock_read(void)
{
	clock_gettime(CLOCK_MONOTONIC, &ts);
}

static void short_sleep(void)
{
	usleep(100);
}

/* of one page; all of them are mapped anew when the last one is there */
static void fault(void)
{
	static char *pages;
	static int next = PAGES;

	if (next == PAGES) {
		if (pages)
			munmap(pages, PAGES * PAGE);
		pages = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		next = 0;
	}
	pages[next++ * PAGE] = 1;
}

static void round_trip(void)
{
	char byte = 0;

	if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1)
		exit(1);
}

static void answer_round_trips(void)
{
	char byte;

	if (pipe(there) || pipe(back))
		exit(1);
	if (fork())
		return;
	close(there[1]);
	while (read(there[0], &byte, 1) == 1)
		if (write(back[1], &byte, 1) != 1)
			exit(1);
	exit(0);
}

static void new_process(void)
{
	pid_t child = fork();

	if (!child)
		_exit(0);
	waitpid(child, NULL, 0);
}

static const struct {
	const char *name;
	void (*fn)(void);
	void (*prepare)(void);
} loops[] = {
	{ "getppid", getppid_call },
	{ "gettime", gettime_call },
	{ "clock", clock_read },
	{ "usleep", short_sleep },
	{ "fault", fault },
	{ "pipe", round_trip, answer_round_trips },
	{ "fork", new_process },
};

int main(int argc, char **argv)
{
	long n = argc == 3 ? atol(argv[2]) : 0;
	unsigned int i;

	for (i = 0; n > 0 && i < sizeof(loops) / sizeof(loops[0]); i++) {
		if (strcmp(argv[1], loops[i].name))
			continue;
		if (loops[i].prepare)
			loops[i].prepare();
		puts("begin");
		fflush(stdout);
		while (n--)
			loops[i].fn();
		puts("end");
		return 0;
	}
	return 2;
}
