// SPDX-License-Identifier: GPL-2.0
/* wire.c: messages and descriptors, through real sockets. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/wire.h"
#include "tap.h"

static int names(void)
{
	char text[WIRE_TEXT];
	struct um_timetravel_msg msg = wire_msg(UM_TIMETRAVEL_REQUEST, 7, 1000);

	expect(!strcmp(wire_format(text, &msg), "REQUEST seq 7 time 1000"));
	msg.op = 4711;
	expect(!strcmp(wire_format(text, &msg), "op 4711 seq 7 time 1000"));
	expect(!wire_op_known(UM_TIMETRAVEL_LEAVE + 1) && wire_op_known(UM_TIMETRAVEL_LEAVE));
	expect(!wire_from_client(UM_TIMETRAVEL_RUN) && wire_from_client(UM_TIMETRAVEL_WAIT));
	return 0;
}

static int in_pieces(void)
{
	struct um_timetravel_msg msg = wire_msg(UM_TIMETRAVEL_GET, 1, 2), got;
	int fds[2];

	expect(!socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
	expect(write(fds[0], &msg, 3) == 3);
	expect(write(fds[0], (char *)&msg + 3, 13) == 13);
	expect(!wire_recv(fds[1], &got, NULL, NULL));
	expect(!memcmp(&msg, &got, sizeof(msg)));
	close(fds[0]);
	expect(wire_recv(fds[1], &got, NULL, NULL) == -ENODATA);
	close(fds[1]);
	return 0;
}

static int ends_within(void)
{
	struct um_timetravel_msg msg = wire_msg(UM_TIMETRAVEL_GET, 1, 2), got;
	int fds[2];

	expect(!socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
	expect(write(fds[0], &msg, 15) == 15);
	close(fds[0]);
	expect(wire_recv(fds[1], &got, NULL, NULL) == -EBADMSG);
	close(fds[1]);
	return 0;
}

static int open_files(void)
{
	int fd, n = 0;

	for (fd = 0; fd < 64; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static int descriptors(void)
{
	struct um_timetravel_msg msg = wire_msg(UM_TIMETRAVEL_ACK, 1, 2), got;
	int fds[2], send[2] = { 0, 1 }, came[2], before;
	unsigned int count;

	expect(!socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
	before = open_files();
	for (count = 0; count < 3; count++) {
		unsigned int n = 99, i;

		expect(!wire_send(fds[0], &msg, send, count));
		expect(!wire_recv(fds[1], &got, came, &n));
		expect(n == count);
		for (i = 0; i < n; i++)
			close(came[i]);
	}
	/* who does not want them does not keep them */
	expect(!wire_send(fds[0], &msg, send, 2));
	expect(!wire_recv(fds[1], &got, NULL, NULL));
	expect(open_files() == before);
	expect(wire_send(fds[0], &msg, send, 3) == -EINVAL);
	close(fds[0]);
	close(fds[1]);
	return 0;
}

static int nobody_there(void)
{
	struct um_timetravel_msg msg = wire_msg(UM_TIMETRAVEL_ACK, 1, 2);
	char path[300], why[WIRE_TEXT];
	int fds[2];

	expect(!socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
	close(fds[1]);
	expect(wire_send(fds[0], &msg, NULL, 0) == -EPIPE);
	close(fds[0]);
	expect(wire_connect("/no/such/socket", why) == -ENOENT);
	expect(strstr(why, "there is no such socket"));
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = 0;
	expect(wire_connect(path, why) == -ENAMETOOLONG && strstr(why, "107 bytes"));
	return 0;
}

static const struct tap_case cases[] = {
	{ "messages have names", names },
	{ "a message that comes in pieces is whole", in_pieces },
	{ "an end within a message is told from one after it", ends_within },
	{ "descriptors come along, and none is left open", descriptors },
	{ "nobody there is an error, not a signal", nobody_there },
};

TAP_MAIN(cases)
