// SPDX-License-Identifier: GPL-2.0
/* What 16 bytes there and 16 back between two processes take on this host, in ns. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../util.h"

#define TURNS 20000

static void give_back(int fd)
{
	char message[16];

	while (read(fd, message, sizeof(message)) == sizeof(message))
		if (write(fd, message, sizeof(message)) != sizeof(message))
			break;
	_exit(0);
}

int main(void)
{
	char message[16] = "";
	int fds[2], i;
	__u64 begin;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds))
		return 1;
	if (!fork()) {
		close(fds[0]);
		give_back(fds[1]);
	}
	close(fds[1]);
	begin = host_time();
	for (i = 0; i < TURNS; i++)
		if (write(fds[0], message, sizeof(message)) != sizeof(message) ||
		    read(fds[0], message, sizeof(message)) != sizeof(message))
			return 1;
	printf("%.1f\n", (double)(host_time() - begin) / TURNS);
	return 0;
}
