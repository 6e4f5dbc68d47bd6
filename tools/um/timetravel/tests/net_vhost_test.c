// SPDX-License-Identifier: GPL-2.0
/* net/vhost: a guest connects, is called, and misbehaves. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net_driver.h"
#include "tap.h"

static int connects(void)
{
	return set_up_guest();
}

/* What it has said before goes with it, and it joins only once */
static int is_moved(void)
{
	const struct net_header { uint32_t request, flags, size; } header = { 1, VERSION, 0 };
	struct net_vhost v;

	expect(!connect_guest());
	expect(say(3, NULL, 0) == NET_VHOST_IDLE && !answer());
	expect(!set_memory());
	expect(!say_raw(&header, 5, NULL, 0) && net_vhost_input(&port.guest) == NET_VHOST_IDLE);
	net_vhost_move(&v, &port.guest);
	expect(!net_port_connected(&port));
	net_port_connect(&port, &v);
	expect(v.conn.fd < 0 && net_port_connected(&port));
	expect(!say_raw((const char *)&header + 5, HEADER - 5, NULL, 0));
	expect(net_vhost_input(&port.guest) == NET_VHOST_IDLE && answer() != UINT64_MAX);
	expect(!set_ring(0) && !set_ring(1) && port.guest.mem.count == 1);
	return 0;
}

static int is_told_its_address(void)
{
	const uint32_t ask[6] = { 0, 6 };
	unsigned char back[64];

	expect(!set_up_guest());
	expect(say_fds(24, 0, ask, 18, NULL, 0) == NET_VHOST_IDLE);
	expect(recv(sock, back, sizeof(back), MSG_DONTWAIT) == HEADER + 18);
	expect(!memcmp(back + HEADER + 12, "\2\0\0\0\0\1", 6));
	return 0;
}

static int is_called_and_answers(void)
{
	struct net_vhost_msg msg;
	uint64_t zero = 0;

	expect(!set_up_guest());
	expect(!net_vhost_call(&port.guest, NET_VHOST_RX));
	expect(net_vhost_called(&port.guest) == 0);
	expect(recv(calls, &msg, sizeof(msg), MSG_DONTWAIT) == HEADER + 8);
	expect(msg.header.request == 4 && msg.header.flags == (VERSION | NEED_REPLY));
	msg.header.flags = VERSION | 4;
	memcpy(msg.payload, &zero, 8);
	expect(send(calls, &msg, 5, 0) == 5 && net_vhost_called(&port.guest) == 0);
	expect(send(calls, (char *)&msg + 5, HEADER + 3, 0) == HEADER + 3);
	expect(net_vhost_called(&port.guest) == 1);
	return 0;
}

static int answers_nonsense_to_a_call(void)
{
	char junk[HEADER + 8] = "nonsense";

	expect(!set_up_guest());
	expect(!net_vhost_call(&port.guest, NET_VHOST_RX));
	expect(send(calls, junk, sizeof(junk), 0) == sizeof(junk));
	expect(net_vhost_called(&port.guest) == -1 && port.guest.conn.why[0]);
	return 0;
}

static int comes_in_single_bytes(void)
{
	const struct net_vhost_header header = { 1, VERSION, 0 };
	size_t i;

	expect(!connect_guest());
	for (i = 0; i < HEADER; i++) {
		expect(answer() == UINT64_MAX);
		expect(!say_raw((const char *)&header + i, 1, NULL, 0));
		expect(net_vhost_input(&port.guest) == NET_VHOST_IDLE);
	}
	expect(answer() != UINT64_MAX);
	return 0;
}

static int unknown_request_is_refused_only(void)
{
	expect(!set_up_guest());
	expect(say(999, NULL, 0) == NET_VHOST_IDLE && answer() == 1);
	expect(say(7, NULL, 0) == NET_VHOST_IDLE && answer() == 1);
	expect(say(1, NULL, 0) == NET_VHOST_IDLE && answer() != UINT64_MAX);
	return 0;
}

/* Each is one thing that a guest must not do; a connection for each */
static int misbehaves(void)
{
	static const struct {
		uint32_t request, size;
		uint64_t payload[5];
	} bad[] = {
		{ 2, 8, { 1ull << 60 } },		/* features not offered */
		{ 2, 8, { 1 << 5 } },			/* not virtio 1 */
		{ 2, 4, { 0 } },			/* too short */
		{ 16, 8, { 1ull << 60 } },
		{ 16, 8, { 1 << 3 } },			/* no in-band notifications */
		{ 5, 40, { 1 } },			/* memory without a descriptor */
		{ 5, 4, { 1 } },
		{ 5, 8, { 0xffffffff } },
		{ 8, 8, { 5ull << 32 } },		/* 5 entries */
		{ 8, 8, { 8ull << 32 | 2 } },		/* ring 2 */
		{ 8, 8, { 8ull << 32 | 0xffffffff } },
		{ 9, 40, { 0, 8, 8, 8, 0 } },		/* nowhere */
		{ 10, 8, { 0x10000ull << 32 } },
		{ 11, 8, { 7 } },
		{ 12, 8, { 9 } },
		{ 18, 8, { 2ull << 32 } },
		{ 21, 0, { 0 } },			/* channel without a descriptor */
		{ 24, 12, { 0x7fffffffull << 32 | 0x7fffffff } },
		{ 24, 4, { 0 } },
		{ 35, 8, { 2 } },
		{ 35, 0, { 0 } },
		{ 1, 600, { 0 } },			/* too long for anything */
	};
	struct net_vhost_header header;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		expect(!set_up_guest());
		header = (struct net_vhost_header){ bad[i].request, VERSION, bad[i].size };
		expect(!say_raw(&header, HEADER, NULL, 0));
		if (bad[i].size <= sizeof(bad[i].payload) && bad[i].size)
			expect(!say_raw(bad[i].payload, bad[i].size, NULL, 0));
		expect(net_vhost_input(&port.guest) == NET_VHOST_BROKEN && port.guest.conn.why[0]);
	}
	return 0;
}

static int sends_wrong_flags(void)
{
	static const uint32_t flags[] = { 0, 2, 3, VERSION | 4 };
	struct net_vhost_header header = { 1, 0, 0 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		expect(!connect_guest());
		header.flags = flags[i];
		expect(!say_raw(&header, HEADER, NULL, 0));
		expect(net_vhost_input(&port.guest) == NET_VHOST_BROKEN);
	}
	return 0;
}

static unsigned int open_fds(void)
{
	unsigned int fd, n = 0;

	for (fd = 0; fd < 200; fd++)
		n += !lseek(fd, 0, SEEK_CUR) || errno != EBADF;
	return n;
}

static int sends_too_many_descriptors(void)
{
	const int fds[12] = { 0 };
	unsigned int before;

	expect(!connect_guest());
	before = open_fds();
	expect(say_fds(3, 0, NULL, 0, fds, 12) == NET_VHOST_BROKEN);
	net_port_disconnect(&port);
	/* only the port's own socket is closed, and nothing is left open */
	expect(open_fds() == before - 1);
	return 0;
}

static int gives_no_socket_to_be_called_by(void)
{
	int fd = 0;

	expect(!connect_guest());
	expect(say_fds(21, 0, NULL, 0, &fd, 1) == NET_VHOST_BROKEN);
	return 0;
}

static int is_gone(void)
{
	expect(!set_up_guest());
	shutdown(sock, SHUT_RDWR);
	expect(net_vhost_input(&port.guest) == NET_VHOST_GONE);
	net_port_disconnect(&port);
	expect(!net_port_connected(&port));
	net_port_send(&port, some_frame(1));
	expect(!port.count);
	return 0;
}

static const struct tap_case cases[] = {
	{ "a guest connects as a kernel does", connects },
	{ "it is moved, and goes on", is_moved },
	{ "it is told its address", is_told_its_address },
	{ "it is called and answers", is_called_and_answers },
	{ "it answers nonsense to a call", answers_nonsense_to_a_call },
	{ "a message comes in single bytes", comes_in_single_bytes },
	{ "what is not known is refused, no more", unknown_request_is_refused_only },
	{ "what a guest must not do ends its connection", misbehaves },
	{ "it sends wrong flags", sends_wrong_flags },
	{ "it sends too many descriptors", sends_too_many_descriptors },
	{ "it gives a file to be called by", gives_no_socket_to_be_called_by },
	{ "it is gone", is_gone },
};

TAP_MAIN(cases)
