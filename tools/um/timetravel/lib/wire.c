// SPDX-License-Identifier: GPL-2.0
/* Messages of the external time protocol. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/fds.h"
#include "lib/wire.h"
#include "lib/util.h"

static_assert(sizeof(struct um_timetravel_msg) == 16, "what goes over the wire");

static const struct {
	const char *name;
	bool from_client;
} ops[] = {
	[UM_TIMETRAVEL_ACK] = { "ACK", true },
	[UM_TIMETRAVEL_START] = { "START", true },
	[UM_TIMETRAVEL_REQUEST] = { "REQUEST", true },
	[UM_TIMETRAVEL_WAIT] = { "WAIT", true },
	[UM_TIMETRAVEL_GET] = { "GET", true },
	[UM_TIMETRAVEL_UPDATE] = { "UPDATE", true },
	[UM_TIMETRAVEL_RUN] = { "RUN", false },
	[UM_TIMETRAVEL_FREE_UNTIL] = { "FREE_UNTIL", false },
	[UM_TIMETRAVEL_GET_TOD] = { "GET_TOD", true },
	[UM_TIMETRAVEL_BROADCAST] = { "BROADCAST", true },
	[UM_TIMETRAVEL_LEAVE] = { "LEAVE", true },
};

/**
 * wire_msg() - build a message
 * @op: one of &enum um_timetravel_ops
 * @seq: sequence number
 * @time: time in ns, or what @op makes of it
 *
 * Return: the message.
 */
struct um_timetravel_msg wire_msg(__u32 op, __u32 seq, __u64 time)
{
	return (struct um_timetravel_msg){ .op = op, .seq = seq, .time = time };
}

/**
 * wire_ack() - build the answer to a message
 * @of: message that is answered
 * @time: what the answer carries
 *
 * Return: the ACK.
 */
struct um_timetravel_msg wire_ack(const struct um_timetravel_msg *of, __u64 time)
{
	return wire_msg(UM_TIMETRAVEL_ACK, of->seq, time);
}

/**
 * wire_op_known() - is this an operation of the protocol
 * @op: as it came over the wire
 *
 * Return: whether it is.
 */
bool wire_op_known(__u32 op)
{
	return op < ARRAY_SIZE(ops);
}

/**
 * wire_op_name() - name of an operation
 * @op: as it came over the wire
 *
 * Return: the name that the header gives it, "?" if it has none.
 */
const char *wire_op_name(__u32 op)
{
	return wire_op_known(op) ? ops[op].name : "?";
}

/**
 * wire_from_client() - is it for a client to say this
 * @op: as it came over the wire
 *
 * Return: false for what only a controller says and for what nobody knows.
 */
bool wire_from_client(__u32 op)
{
	return wire_op_known(op) && ops[op].from_client;
}

/**
 * wire_format() - a message for people to read
 * @text: %WIRE_TEXT bytes to write to
 * @msg: the message
 *
 * Return: @text, as in "REQUEST seq 7 time 1000".
 */
const char *wire_format(char *text, const struct um_timetravel_msg *msg)
{
	if (wire_op_known(msg->op))
		snprintf(text, WIRE_TEXT, "%s seq %u time %llu",
			 wire_op_name(msg->op), msg->seq, msg->time);
	else
		snprintf(text, WIRE_TEXT, "op %u seq %u time %llu", msg->op,
			 msg->seq, msg->time);
	return text;
}

/**
 * wire_connect() - connect to a controller
 * @path: its socket
 * @why: %WIRE_TEXT bytes for one line about what went wrong
 *
 * Return: a descriptor, or a negative error number with @why set.
 */
int wire_connect(const char *path, char *why)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd, err;

	if (strlen(path) >= sizeof(addr.sun_path)) {
		snprintf(why, WIRE_TEXT,
			 "the path of a socket has at most %zu bytes, this one %zu: %.40s...",
			 sizeof(addr.sun_path) - 1, strlen(path), path);
		return -ENAMETOOLONG;
	}
	memcpy(addr.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && !connect(fd, (struct sockaddr *)&addr, sizeof(addr)))
		return fd;
	err = errno;
	if (fd >= 0)
		close(fd);
	snprintf(why, WIRE_TEXT, "cannot connect to %s: %s", path,
		 err == ENOENT ? "there is no such socket" :
		 err == ECONNREFUSED ? "nobody listens there" : strerror(err));
	return -err;
}

/**
 * wire_send() - send one whole message
 * @fd: socket
 * @msg: the message
 * @fds: descriptors to send along, NULL if none
 * @nfds: how many, at most %UM_TIMETRAVEL_MAX_FDS
 *
 * Return: 0, or a negative error number: -EAGAIN if the socket does not block
 * and is full; then nothing was sent.
 */
int wire_send(int fd, const struct um_timetravel_msg *msg, const int *fds,
	      unsigned int nfds)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int) * UM_TIMETRAVEL_MAX_FDS)];
	} control = { 0 };
	struct iovec iov = { .iov_base = (void *)msg, .iov_len = sizeof(*msg) };
	struct msghdr hdr = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *cmsg;
	ssize_t n;

	if (nfds > UM_TIMETRAVEL_MAX_FDS)
		return -EINVAL;
	if (nfds) {
		hdr.msg_control = control.bytes;
		hdr.msg_controllen = CMSG_SPACE(sizeof(int) * nfds);
		cmsg = CMSG_FIRSTHDR(&hdr);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(sizeof(int) * nfds);
		memcpy(CMSG_DATA(cmsg), fds, sizeof(int) * nfds);
	}
	while (iov.iov_len) {
		n = sendmsg(fd, &hdr, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		iov.iov_base = (char *)iov.iov_base + n;
		iov.iov_len -= n;
		/* they went with the first byte */
		hdr.msg_control = NULL;
		hdr.msg_controllen = 0;
	}
	return 0;
}

/**
 * wire_recv() - receive one whole message
 * @fd: socket that blocks
 * @msg: the message
 * @fds: room for %UM_TIMETRAVEL_MAX_FDS descriptors, NULL to close what comes
 * @nfds: how many came, NULL if @fds is
 *
 * Return: 0, -ENODATA at the end of the file, -EBADMSG if it ends within a
 * message, or another negative error number.
 */
int wire_recv(int fd, struct um_timetravel_msg *msg, int *fds,
	      unsigned int *nfds)
{
	unsigned int none = 0, *count = nfds ? nfds : &none;
	struct iovec iov = { .iov_base = msg, .iov_len = sizeof(*msg) };
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int) * UM_TIMETRAVEL_MAX_FDS)];
	} control;
	struct msghdr hdr = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;

	*count = 0;
	while (iov.iov_len) {
		hdr.msg_control = control.bytes;
		hdr.msg_controllen = sizeof(control.bytes);
		n = recvmsg(fd, &hdr, MSG_CMSG_CLOEXEC);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return iov.iov_len == sizeof(*msg) ? -ENODATA : -EBADMSG;
		fds_take(&hdr, fds, count, UM_TIMETRAVEL_MAX_FDS);
		iov.iov_base = (char *)iov.iov_base + n;
		iov.iov_len -= n;
	}
	return 0;
}
