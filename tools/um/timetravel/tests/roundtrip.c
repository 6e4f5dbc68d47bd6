// SPDX-License-Identifier: GPL-2.0
/*
 * What 16 bytes to another process and 16 back take on this host, in ns, when there
 * are N processes, each of which has its turn: roundtrip N. No controller can be
 * faster than this.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/util.h"

#define TURNS 20000
#define MANY 4096

static void give_back(int fd)
{
	char message[16];

	while (read(fd, message, sizeof(message)) == sizeof(message))
		if (write(fd, message, sizeof(message)) != sizeof(message))
			break;
	_exit(0);
}

static int start_one(void)
{
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds))
		return -1;
	if (!fork()) {
		/* it ends when we do, and none of its siblings keeps it alive */
		if (dup2(fds[1], 3) < 0)
			_exit(1);
		close_range(4, ~0u, 0);
		give_back(3);
	}
	close(fds[1]);
	return fds[0];
}

int main(int argc, char **argv)
{
	int count = argc > 1 ? atoi(argv[1]) : 1, i;
	struct rlimit limit;
	char message[16] = "";
	static int fds[MANY];
	__u64 begin;

	if (count < 1 || count > MANY || getrlimit(RLIMIT_NOFILE, &limit))
		return 2;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	for (i = 0; i < count; i++) {
		fds[i] = start_one();
		if (fds[i] < 0)
			return 1;
	}
	begin = host_time();
	for (i = 0; i < TURNS; i++)
		if (write(fds[i % count], message, sizeof(message)) != sizeof(message) ||
		    read(fds[i % count], message, sizeof(message)) != sizeof(message))
			return 1;
	printf("%.1f\n", (double)(host_time() - begin) / TURNS);
	return 0;
}
