// SPDX-License-Identifier: GPL-2.0
/* The vhost-user protocol, from the side of a network device. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/fds.h"
#include "net/vhost/req.h"

/* What we ask of the guest */
#define BACKEND_VRING_CALL	4

struct vring_state {
	uint32_t index, num;
};

/**
 * net_vhost_refuse() - say what the guest did wrong
 * @v: the connection
 * @format: as printf()
 *
 * Return: -1.
 */
int net_vhost_refuse(struct net_vhost *v, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(v->why, sizeof(v->why), format, args);
	va_end(args);
	return -1;
}

/**
 * net_vhost_init() - a device that no guest is connected to
 * @v: the connection
 * @mac: the address that the guest is to use
 */
void net_vhost_init(struct net_vhost *v, const unsigned char mac[6])
{
	memset(v, 0, sizeof(*v));
	v->fd = -1;
	v->call_fd = -1;
	memcpy(v->config, mac, 6);
}

static void reset(struct net_vhost *v)
{
	unsigned int i;

	net_mem_init(&v->mem);
	for (i = 0; i < NET_VHOST_RINGS; i++)
		net_ring_init(&v->rings[i], &v->mem);
	v->joined = false;
	v->features = 0;
	v->protocol = 0;
	v->got = 0;
	v->fd_count = 0;
	v->answer_got = 0;
	v->why[0] = '\0';
}

/**
 * net_vhost_open() - a guest has connected
 * @v: a connection without one
 * @fd: the guest's socket, from now on @v's
 */
void net_vhost_open(struct net_vhost *v, int fd)
{
	reset(v);
	v->fd = fd;
}

static void drop_fds(struct net_vhost *v)
{
	while (v->fd_count)
		close(v->fds[--v->fd_count]);
}

/**
 * net_vhost_close() - forget the guest, if there is one
 * @v: the connection
 */
void net_vhost_close(struct net_vhost *v)
{
	drop_fds(v);
	net_mem_clear(&v->mem);
	if (v->call_fd >= 0)
		close(v->call_fd);
	if (v->fd >= 0)
		close(v->fd);
	v->call_fd = -1;
	v->fd = -1;
	reset(v);
}

/**
 * net_vhost_move() - a guest goes on elsewhere
 * @to: a connection without a guest
 * @from: the guest's, which has none after that
 */
void net_vhost_move(struct net_vhost *to, struct net_vhost *from)
{
	unsigned int i;

	*to = *from;
	for (i = 0; i < NET_VHOST_RINGS; i++)
		to->rings[i].mem = &to->mem;
	from->fd = -1;
	from->call_fd = -1;
	reset(from);
}

/* A guest that does not take its answers does not stand still for them either */
static int put(struct net_vhost *v, int fd, const struct net_vhost_msg *msg)
{
	size_t len = sizeof(msg->header) + msg->header.size;
	ssize_t n = send(fd, msg, len, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n == (ssize_t)len)
		return 0;
	return net_vhost_refuse(v, "does not take its messages: %s",
				n < 0 ? strerror(errno) : "cut short");
}

/**
 * net_vhost_answer() - answer the request in @v->msg
 * @v: the connection
 * @data: the answer
 * @size: bytes of it
 *
 * Return: 0, or -1 with @v->why.
 */
int net_vhost_answer(struct net_vhost *v, const void *data, uint32_t size)
{
	struct net_vhost_msg msg = {
		.header.request = v->msg.header.request,
		.header.flags = NET_VHOST_VERSION | NET_VHOST_REPLY,
		.header.size = size,
	};

	memcpy(msg.payload, data, size);
	return put(v, v->fd, &msg);
}

static int keep_fds(struct net_vhost *v, struct msghdr *hdr)
{
	unsigned int closed = fds_take(hdr, v->fds, &v->fd_count, NET_MEM_REGIONS);

	if (closed || hdr->msg_flags & MSG_CTRUNC)
		return net_vhost_refuse(v, "sends more than %u descriptors with a message",
					NET_MEM_REGIONS);
	return 0;
}

/* Bytes of the message that are still to come, as far as is known yet */
static size_t missing(const struct net_vhost *v)
{
	if (v->got < sizeof(v->msg.header))
		return sizeof(v->msg.header) - v->got;
	return sizeof(v->msg.header) + v->msg.header.size - v->got;
}

static int check_header(struct net_vhost *v)
{
	const struct net_vhost_header *header = &v->msg.header;

	if ((header->flags & NET_VHOST_VERSION_MASK) != NET_VHOST_VERSION ||
	    header->flags & NET_VHOST_REPLY)
		return net_vhost_refuse(v, "request %u has flags %#x; 1 or 9 is wanted",
					header->request, header->flags);
	if (header->size > NET_VHOST_PAYLOAD)
		return net_vhost_refuse(v, "request %u has %u bytes; %u are the most",
					header->request, header->size, NET_VHOST_PAYLOAD);
	return 0;
}

static enum net_vhost_event receive(struct net_vhost *v)
{
	union {
		char data[CMSG_SPACE(NET_MEM_REGIONS * sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec iov = { (char *)&v->msg + v->got, missing(v) };
	struct msghdr hdr = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t n;

	do {
		n = recvmsg(v->fd, &hdr, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return NET_VHOST_IDLE;
	if (n <= 0)
		return NET_VHOST_GONE;
	v->got += n;
	if (keep_fds(v, &hdr))
		return NET_VHOST_BROKEN;
	if (v->got == sizeof(v->msg.header) && check_header(v))
		return NET_VHOST_BROKEN;
	/* there is something, and perhaps more */
	return NET_VHOST_KICK;
}

/**
 * net_vhost_input() - deal with what the guest has sent
 * @v: the connection, with a guest
 *
 * Return: what made it return; see &enum net_vhost_event.
 */
enum net_vhost_event net_vhost_input(struct net_vhost *v)
{
	enum net_vhost_event event;
	int rc;

	for (;;) {
		event = receive(v);
		if (event != NET_VHOST_KICK)
			return event;
		if (v->got < sizeof(v->msg.header) || missing(v))
			continue;
		rc = net_vhost_request(v);
		drop_fds(v);
		v->got = 0;
		if (rc)
			return NET_VHOST_BROKEN;
		if (v->msg.header.request == NET_VHOST_VRING_KICK)
			return NET_VHOST_KICK;
		if (!v->joined && v->mem.count) {
			v->joined = true;
			return NET_VHOST_JOINED;
		}
	}
}

/**
 * net_vhost_kicked() - the kick has been dealt with, the guest can go on
 * @v: the connection, of which net_vhost_input() returned %NET_VHOST_KICK
 * @ok: the ring was in order
 *
 * Return: 0, or -1 if the guest does not take the answer.
 */
int net_vhost_kicked(struct net_vhost *v, bool ok)
{
	return net_vhost_acknowledge(v, ok);
}

/**
 * net_vhost_call() - tell the guest that a ring has something for it
 * @v: the connection
 * @index: which ring
 *
 * The guest's answer is then read by net_vhost_called().
 *
 * Return: 0, or -1 if the guest cannot be told.
 */
int net_vhost_call(struct net_vhost *v, unsigned int index)
{
	const struct vring_state state = { .index = index };
	struct net_vhost_msg msg = {
		.header.request = BACKEND_VRING_CALL,
		.header.flags = NET_VHOST_VERSION | NET_VHOST_NEED_REPLY,
		.header.size = sizeof(state),
	};

	if (v->call_fd < 0)
		return net_vhost_refuse(v, "has no request channel to be called by");
	memcpy(msg.payload, &state, sizeof(state));
	v->answer_got = 0;
	return put(v, v->call_fd, &msg);
}

/**
 * net_vhost_called() - has the guest answered
 * @v: the connection, after net_vhost_call()
 *
 * Return: 1, 0 if not all of the answer is there yet, or -1 if it is none.
 */
int net_vhost_called(struct net_vhost *v)
{
	const struct net_vhost_header *header = &v->answer.header;
	const size_t want = sizeof(*header) + 8;
	ssize_t n;

	do {
		n = recv(v->call_fd, (char *)&v->answer + v->answer_got, want - v->answer_got,
			 MSG_DONTWAIT);
	} while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n <= 0)
		return net_vhost_refuse(v, "has closed its request channel");
	v->answer_got += n;
	if (v->answer_got < want)
		return 0;
	if (header->request != BACKEND_VRING_CALL || header->size != 8 ||
	    header->flags != (NET_VHOST_VERSION | NET_VHOST_REPLY))
		return net_vhost_refuse(v, "answers a call with request %u, flags %#x, %u bytes",
					header->request, header->flags, header->size);
	return 1;
}
