// SPDX-License-Identifier: GPL-2.0
/*
 * A guest that says anything, with anything in its memory, to a port of umtt net. Built
 * with libFuzzer.
 *
 * The input is a list of steps, each a byte that says what follows, so that whole
 * messages are found soon:
 *	0 REQUEST FLAGS SIZE PAYLOAD	a message, with its header made here
 *	1 SIZE BYTES			these bytes
 *	2 OFFSET16 SIZE BYTES		into the guest's memory
 *	3 LEN16				a frame for the guest
 *	4				a call, answered with what comes next
 *	5 SIZE BYTES			what the guest says on its request channel
 * All other steps count as the one that is left of them by 6.
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/port.h"
#include "net_guest.h"

/* Of FLAGS: the guest's memory, or a socket, comes along */
#define WITH_MEMORY	0x40
#define WITH_SOCKET	0x80

/**
 * struct input - what is left of it
 * @data: the next byte
 * @len: how many
 */
struct input {
	const uint8_t *data;
	size_t len;
};

static struct net_port port;
static struct net_guest guest;
static int sock, calls[2];

static uint8_t byte(struct input *in)
{
	if (!in->len)
		return 0;
	in->len--;
	return *in->data++;
}

static size_t take(struct input *in, void *to, size_t len)
{
	if (len > in->len)
		len = in->len;
	memcpy(to, in->data, len);
	in->data += len;
	in->len -= len;
	return len;
}

/* Nobody reads them */
static void drain(int fd)
{
	char buffer[4096];

	while (recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT) > 0)
		;
}

static void listen_to_guest(void)
{
	struct net_frame *frame;

	while (net_port_connected(&port)) {
		switch (net_vhost_input(&port.guest)) {
		case NET_VHOST_KICK:
			while (port.guest.kick == NET_VHOST_TX && (frame = net_port_receive(&port)))
				net_frame_put(frame);
			net_port_fill(&port);
			net_vhost_kicked(&port.guest, !net_port_trouble(&port));
			break;
		case NET_VHOST_IDLE:
			return;
		case NET_VHOST_JOINED:
			break;
		default:
			net_port_disconnect(&port);
		}
	}
}

static void say(const void *data, size_t len, int fd)
{
	union {
		char data[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec iov = { (void *)data, len };
	struct msghdr hdr = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *cmsg;

	if (fd >= 0) {
		hdr.msg_control = &control;
		hdr.msg_controllen = sizeof(control);
		cmsg = CMSG_FIRSTHDR(&hdr);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	}
	if (len && sendmsg(sock, &hdr, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		return;
	listen_to_guest();
	drain(sock);
}

static void message(struct input *in)
{
	struct net_vhost_msg msg = { .header.request = byte(in) };
	uint8_t flags = byte(in);
	int fd = -1;

	msg.header.flags = 1 | (flags & 8);
	msg.header.size = take(in, msg.payload, byte(in));
	if (flags & WITH_MEMORY)
		fd = guest.fd;
	else if (flags & WITH_SOCKET)
		fd = calls[1];
	say(&msg, sizeof(msg.header) + msg.header.size, fd);
}

static void bytes(struct input *in)
{
	uint8_t data[256];
	size_t len = byte(in);

	say(data, take(in, data, len), -1);
}

static void write_memory(struct input *in)
{
	size_t offset = byte(in) << 8, len;

	offset |= byte(in);
	len = byte(in);
	if (offset + len > NET_GUEST_SIZE)
		len = NET_GUEST_SIZE - offset;
	take(in, guest.mem + offset, len);
}

static void send_frame(struct input *in)
{
	static uint8_t data[NET_FRAME_MAX];
	size_t len = byte(in) << 8;

	len |= byte(in);
	net_port_send(&port, net_frame_new(data, len < NET_FRAME_MIN ? NET_FRAME_MIN : len));
}

static void call(void)
{
	if (port.guest.conn.call_fd < 0 || net_vhost_call(&port.guest, 0))
		return;
	if (net_vhost_called(&port.guest) < 0)
		net_port_disconnect(&port);
}

static void say_on_channel(struct input *in)
{
	uint8_t data[256];
	size_t len = byte(in);

	len = take(in, data, len);
	drain(calls[0]);
	if (send(calls[0], data, len, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		return;
	if (port.guest.conn.call_fd >= 0 && net_vhost_called(&port.guest) < 0)
		net_port_disconnect(&port);
}

static void step(struct input *in)
{
	switch (byte(in) % 6) {
	case 0:
		message(in);
		break;
	case 1:
		bytes(in);
		break;
	case 2:
		write_memory(in);
		break;
	case 3:
		send_frame(in);
		break;
	case 4:
		call();
		break;
	case 5:
		say_on_channel(in);
		break;
	}
}

/**
 * LLVMFuzzerTestOneInput() - one guest's life
 * @data: its steps
 * @len: bytes
 *
 * Return: 0.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const unsigned char mac[6] = { 2, 0, 0, 0, 0, 1 };
	struct input in = { data, len };
	struct net_vhost v;
	int ends[2];

	if (net_guest_init(&guest) || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, calls))
		return -1;
	sock = ends[0];
	net_vhost_init(&port.guest, mac);
	net_vhost_init(&v, mac);
	net_vhost_open(&v, ends[1]);
	port.path = "fuzz";
	net_port_connect(&port, &v);
	while (in.len && net_port_connected(&port))
		step(&in);
	net_port_disconnect(&port);
	close(sock);
	close(calls[0]);
	close(calls[1]);
	net_guest_free(&guest);
	return 0;
}
