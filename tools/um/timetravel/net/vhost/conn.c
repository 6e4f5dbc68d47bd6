// SPDX-License-Identifier: GPL-2.0
/* Messages of the vhost-user protocol. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/fds.h"
#include "net/vhost/conn.h"

/**
 * net_vhost_refuse() - say what the guest did wrong
 * @conn: the connection
 * @format: as printf()
 *
 * Return: -1.
 */
int net_vhost_refuse(struct net_vhost_conn *conn, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(conn->why, sizeof(conn->why), format, args);
	va_end(args);
	return -1;
}

/**
 * net_vhost_conn_init() - a connection that no guest has
 * @conn: the connection
 */
void net_vhost_conn_init(struct net_vhost_conn *conn)
{
	*conn = (struct net_vhost_conn){ .fd = -1, .call_fd = -1 };
}

/**
 * net_vhost_conn_open() - a guest has connected
 * @conn: a connection without one
 * @fd: the guest's socket, from now on @conn's
 */
void net_vhost_conn_open(struct net_vhost_conn *conn, int fd)
{
	net_vhost_conn_init(conn);
	conn->fd = fd;
}

static void drop_fds(struct net_vhost_conn *conn)
{
	while (conn->fd_count)
		close(conn->fds[--conn->fd_count]);
}

/**
 * net_vhost_conn_close() - forget the guest, if there is one
 * @conn: the connection
 */
void net_vhost_conn_close(struct net_vhost_conn *conn)
{
	drop_fds(conn);
	if (conn->call_fd >= 0)
		close(conn->call_fd);
	if (conn->fd >= 0)
		close(conn->fd);
	net_vhost_conn_init(conn);
}

/**
 * net_vhost_conn_move() - a guest goes on elsewhere
 * @to: a connection without a guest
 * @from: the guest's, which has none after that
 */
void net_vhost_conn_move(struct net_vhost_conn *to, struct net_vhost_conn *from)
{
	*to = *from;
	net_vhost_conn_init(from);
}

/* A guest that does not take its answers does not stand still for them either */
static int put(struct net_vhost_conn *conn, int fd, const struct net_vhost_msg *msg)
{
	size_t len = sizeof(msg->header) + msg->header.size;
	ssize_t n = send(fd, msg, len, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n == (ssize_t)len)
		return 0;
	return net_vhost_refuse(conn, "does not take its messages: %s",
				n < 0 ? strerror(errno) : "cut short");
}

/**
 * net_vhost_answer() - answer the request in @conn->msg
 * @conn: the connection
 * @data: the answer
 * @size: bytes of it
 *
 * Return: 0, or -1 with @conn->why.
 */
int net_vhost_answer(struct net_vhost_conn *conn, const void *data, uint32_t size)
{
	struct net_vhost_msg msg = {
		.header.request = conn->msg.header.request,
		.header.flags = NET_VHOST_VERSION | NET_VHOST_REPLY,
		.header.size = size,
	};

	memcpy(msg.payload, data, size);
	return put(conn, conn->fd, &msg);
}

static int keep_fds(struct net_vhost_conn *conn, struct msghdr *hdr)
{
	unsigned int closed = fds_take(hdr, conn->fds, &conn->fd_count, NET_VHOST_FDS);

	if (closed || hdr->msg_flags & MSG_CTRUNC)
		return net_vhost_refuse(conn, "sends more descriptors than %u, or than fit",
					NET_VHOST_FDS);
	return 0;
}

/* Bytes of the message that are still to come, as far as is known yet */
static size_t missing(const struct net_vhost_conn *conn)
{
	if (conn->got < sizeof(conn->msg.header))
		return sizeof(conn->msg.header) - conn->got;
	return sizeof(conn->msg.header) + conn->msg.header.size - conn->got;
}

static int check_header(struct net_vhost_conn *conn)
{
	const struct net_vhost_header *header = &conn->msg.header;

	if ((header->flags & NET_VHOST_VERSION_MASK) != NET_VHOST_VERSION ||
	    header->flags & NET_VHOST_REPLY)
		return net_vhost_refuse(conn, "request %u has flags %#x; 1 or 9 is wanted",
					header->request, header->flags);
	if (header->size > NET_VHOST_PAYLOAD)
		return net_vhost_refuse(conn, "request %u has %u bytes; %u are the most",
					header->request, header->size, NET_VHOST_PAYLOAD);
	return 0;
}

/* More of the message, which need not be all of it */
static enum net_vhost_arrival read_some(struct net_vhost_conn *conn)
{
	union {
		char data[CMSG_SPACE(NET_VHOST_FDS * sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec iov = { (char *)&conn->msg + conn->got, missing(conn) };
	struct msghdr hdr = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t n;

	do {
		n = recvmsg(conn->fd, &hdr, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return NET_VHOST_NOTHING;
	if (n <= 0)
		return NET_VHOST_CLOSED;
	conn->got += n;
	if (keep_fds(conn, &hdr))
		return NET_VHOST_INVALID;
	if (conn->got == sizeof(conn->msg.header) && check_header(conn))
		return NET_VHOST_INVALID;
	return NET_VHOST_MESSAGE;
}

/**
 * net_vhost_receive() - the next message
 * @conn: the connection, with a guest and done with the message before
 *
 * Return: what is there; see &enum net_vhost_arrival.
 */
enum net_vhost_arrival net_vhost_receive(struct net_vhost_conn *conn)
{
	enum net_vhost_arrival arrival;

	do
		arrival = read_some(conn);
	while (arrival == NET_VHOST_MESSAGE &&
	       (conn->got < sizeof(conn->msg.header) || missing(conn)));
	return arrival;
}

/**
 * net_vhost_done() - the message has been dealt with
 * @conn: the connection
 *
 * The descriptors that are still in @conn->fds are closed.
 */
void net_vhost_done(struct net_vhost_conn *conn)
{
	drop_fds(conn);
	conn->got = 0;
}

/**
 * net_vhost_ask() - ask the guest for something
 * @conn: the connection
 * @request: what is wanted
 * @data: the same
 * @size: bytes of it
 *
 * The guest's answer is then read by net_vhost_asked().
 *
 * Return: 0, or -1 with @conn->why.
 */
int net_vhost_ask(struct net_vhost_conn *conn, uint32_t request, const void *data, uint32_t size)
{
	struct net_vhost_msg msg = {
		.header.request = request,
		.header.flags = NET_VHOST_VERSION | NET_VHOST_NEED_REPLY,
		.header.size = size,
	};

	if (conn->call_fd < 0)
		return net_vhost_refuse(conn, "has no request channel to be called by");
	memcpy(msg.payload, data, size);
	conn->answer_got = 0;
	return put(conn, conn->call_fd, &msg);
}

/**
 * net_vhost_asked() - has the guest answered
 * @conn: the connection, after net_vhost_ask()
 * @request: what was wanted
 *
 * Return: 1, 0 if not all of the answer is there yet, or -1 if it is none.
 */
int net_vhost_asked(struct net_vhost_conn *conn, uint32_t request)
{
	const struct net_vhost_header *header = &conn->answer.header;
	const size_t want = sizeof(*header) + 8;
	ssize_t n;

	do {
		n = recv(conn->call_fd, (char *)&conn->answer + conn->answer_got,
			 want - conn->answer_got, MSG_DONTWAIT);
	} while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n <= 0)
		return net_vhost_refuse(conn, "has closed its request channel");
	conn->answer_got += n;
	if (conn->answer_got < want)
		return 0;
	if (header->request != request || header->size != 8 ||
	    header->flags != (NET_VHOST_VERSION | NET_VHOST_REPLY))
		return net_vhost_refuse(conn, "answers a call with request %u, flags %#x, %u bytes",
					header->request, header->flags, header->size);
	return 1;
}
