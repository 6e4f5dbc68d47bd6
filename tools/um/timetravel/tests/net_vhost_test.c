// SPDX-License-Identifier: GPL-2.0
/* net_vhost.c and net_port.c: a guest connects, sends, receives, and misbehaves. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/port.h"
#include "net_guest.h"
#include "tap.h"

#define NEED_REPLY	8
#define VERSION		1
#define HEADER		12

/* A virtio network header's size */
#define NET_HEADER	12

static struct net_guest guest;
static struct net_port port;
/* The guest's ends: of its socket, of its request channel */
static int sock = -1, calls = -1;

static int say_raw(const void *data, size_t len, const int *fds, unsigned int count)
{
	union {
		char data[CMSG_SPACE(16 * sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec iov = { (void *)data, len };
	struct msghdr hdr = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *cmsg;

	if (count) {
		hdr.msg_control = &control;
		hdr.msg_controllen = CMSG_SPACE(count * sizeof(int));
		cmsg = CMSG_FIRSTHDR(&hdr);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(cmsg), fds, count * sizeof(int));
	}
	return sendmsg(sock, &hdr, MSG_NOSIGNAL) == (ssize_t)len ? 0 : -1;
}

static enum net_vhost_event say_fds(uint32_t request, uint32_t flags, const void *payload,
				    uint32_t size, const int *fds, unsigned int count)
{
	struct net_vhost_msg msg = {
		.header = { .request = request, .flags = VERSION | flags, .size = size },
	};

	if (size)
		memcpy(msg.payload, payload, size);
	if (say_raw(&msg, HEADER + size, fds, count))
		return -1;
	return net_vhost_input(&port.guest);
}

static enum net_vhost_event say(uint32_t request, const void *payload, uint32_t size)
{
	return say_fds(request, NEED_REPLY, payload, size, NULL, 0);
}

static enum net_vhost_event say_u64(uint32_t request, uint64_t value)
{
	return say(request, &value, sizeof(value));
}

static enum net_vhost_event say_state(uint32_t request, uint32_t index, uint32_t num)
{
	const uint32_t state[] = { index, num };

	return say(request, state, sizeof(state));
}

/* What is answered, all ones if nothing is */
static uint64_t answer(void)
{
	struct net_vhost_msg msg;
	uint64_t value;
	ssize_t n = recv(sock, &msg, sizeof(msg), MSG_DONTWAIT);

	if (n != HEADER + 8 || msg.header.flags != (VERSION | 4) || msg.header.size != 8)
		return UINT64_MAX;
	memcpy(&value, msg.payload, sizeof(value));
	return value;
}

static int connect_guest(void)
{
	const unsigned char mac[6] = { 2, 0, 0, 0, 0, 1 };
	struct net_vhost v;
	int ends[2];

	net_port_disconnect(&port);
	close(sock);
	close(calls);
	calls = -1;
	net_vhost_init(&port.guest, mac);
	port.path = "test";
	memset(&port.losses, 0, sizeof(port.losses));
	if (guest.mem)
		net_guest_free(&guest);
	if (net_guest_init(&guest) || socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		return -1;
	sock = ends[0];
	net_vhost_init(&v, mac);
	net_vhost_open(&v, ends[1]);
	net_port_connect(&port, &v);
	return 0;
}

static int set_memory(void)
{
	const struct net_mem_region region = net_guest_region(&guest);
	const uint64_t table[] = { 1, region.guest, region.size, region.user, 0 };
	enum net_vhost_event event;

	event = say_fds(5, NEED_REPLY, table, sizeof(table), &region.fd, 1);
	close(region.fd);
	return event == NET_VHOST_JOINED && answer() == 0 ? 0 : -1;
}

static int set_ring(unsigned int index)
{
	const struct net_ring_addr at = net_guest_addr(index);
	const uint64_t addr[] = { index, at.desc, at.used, at.avail, 0 };

	if (say_state(8, index, NET_GUEST_NUM) || answer() || say_state(10, index, 0) ||
	    answer() || say(9, addr, sizeof(addr)) || answer())
		return -1;
	return say_state(18, index, 1) || answer() ? -1 : 0;
}

static int set_calls(void)
{
	enum net_vhost_event event;
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		return -1;
	calls = ends[0];
	event = say_fds(21, NEED_REPLY, NULL, 0, &ends[1], 1);
	close(ends[1]);
	return event == NET_VHOST_IDLE && !answer() ? 0 : -1;
}

/* All that a kernel does when it finds its device */
static int set_up(void)
{
	expect(!connect_guest());
	expect(say(3, NULL, 0) == NET_VHOST_IDLE && !answer());
	expect(say(1, NULL, 0) == NET_VHOST_IDLE && answer() == (1ull << 32 | 1 << 30 | 1 << 5));
	expect(say(15, NULL, 0) == NET_VHOST_IDLE);
	expect(answer() == (1 << 14 | 1 << 9 | 1 << 5 | 1 << 3));
	expect(say_u64(16, 1 << 14 | 1 << 9 | 1 << 5 | 1 << 3) == NET_VHOST_IDLE && !answer());
	expect(!set_calls());
	expect(say_u64(2, 1ull << 32 | 1 << 30 | 1 << 5) == NET_VHOST_IDLE && !answer());
	expect(!set_memory() && !set_ring(0) && !set_ring(1));
	return 0;
}

static void describe(unsigned int ring, unsigned int index, uint32_t len, uint16_t flags)
{
	guest.rings[ring].desc[index] = (struct vring_desc){
		.addr = net_guest_buffer(ring * 8 + index), .len = len, .flags = flags };
	net_guest_give(&guest, ring, index);
}

static int connects(void)
{
	return set_up();
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

	expect(!set_up());
	expect(say_fds(24, 0, ask, 18, NULL, 0) == NET_VHOST_IDLE);
	expect(recv(sock, back, sizeof(back), MSG_DONTWAIT) == HEADER + 18);
	expect(!memcmp(back + HEADER + 12, "\2\0\0\0\0\1", 6));
	return 0;
}

static int sends_a_frame(void)
{
	struct net_frame *frame;

	expect(!set_up());
	describe(NET_VHOST_TX, 2, NET_HEADER + 60, 0);
	guest.mem[net_guest_buffer(10) - NET_GUEST_BASE + NET_HEADER] = 0x55;
	expect(say_state(35, NET_VHOST_TX, 0) == NET_VHOST_KICK);
	expect(port.guest.kick == NET_VHOST_TX);
	frame = net_port_receive(&port);
	expect(frame && frame->len == 60 && frame->data[0] == 0x55);
	net_frame_put(frame);
	expect(!net_port_receive(&port) && port.call[NET_VHOST_TX]);
	/* it stands still until now */
	expect(answer() == UINT64_MAX);
	expect(!net_vhost_kicked(&port.guest, true) && answer() == 0);
	return 0;
}

static struct net_frame *some_frame(unsigned char mark)
{
	unsigned char data[60] = { mark };

	return net_frame_new(data, sizeof(data));
}

static int gets_a_frame(void)
{
	const char *buffer;

	expect(!set_up());
	describe(NET_VHOST_RX, 1, 1600, VRING_DESC_F_WRITE);
	net_port_send(&port, some_frame(0x66));
	buffer = guest.mem + (net_guest_buffer(1) - NET_GUEST_BASE);
	expect(net_guest_used(&guest, 0)->idx == 1 && net_guest_used(&guest, 0)->ring[0].len == 72);
	expect(buffer[10] == 1 && buffer[NET_HEADER] == 0x66);
	expect(port.call[NET_VHOST_RX]);
	return 0;
}

static int frames_wait_for_room(void)
{
	unsigned int i;

	expect(!set_up());
	for (i = 0; i < 5; i++)
		net_port_send(&port, some_frame(i));
	expect(!net_guest_used(&guest, 0)->idx && port.count == 5 && !port.call[NET_VHOST_RX]);
	describe(NET_VHOST_RX, 1, 1600, VRING_DESC_F_WRITE);
	describe(NET_VHOST_RX, 2, 1600, VRING_DESC_F_WRITE);
	net_port_fill(&port);
	expect(net_guest_used(&guest, 0)->idx == 2 && port.count == 3);
	expect(guest.mem[net_guest_buffer(2) - NET_GUEST_BASE + NET_HEADER] == 1);
	return 0;
}

/* That 4096 were the most was too few */
static int many_frames_wait(void)
{
	unsigned int i;

	expect(!set_up());
	for (i = 0; i < 20000; i++)
		net_port_send(&port, some_frame(0));
	expect(port.count == 20000 && !port.losses.count[NET_LOSS_WAITING]);
	return 0;
}

static int frames_do_not_wait_without_end(void)
{
	static unsigned char large[NET_FRAME_MAX];
	unsigned int i, sent = 2 * NET_PORT_WAITING / sizeof(large);

	expect(!set_up());
	for (i = 0; i < sent; i++)
		net_port_send(&port, net_frame_new(large, sizeof(large)));
	expect(port.held <= NET_PORT_WAITING && port.count >= sent / 2 - 1);
	expect(port.count + port.losses.count[NET_LOSS_WAITING] == sent);
	net_port_disconnect(&port);
	expect(!port.held && !port.count);
	return 0;
}

static int is_too_large_for_its_buffer(void)
{
	expect(!set_up());
	describe(NET_VHOST_RX, 1, NET_HEADER + 59, VRING_DESC_F_WRITE);
	net_port_send(&port, some_frame(0));
	expect(!net_guest_used(&guest, 0)->idx && port.losses.count[NET_LOSS_BUFFER] == 1);
	return 0;
}

static int is_not_plugged_in(void)
{
	expect(!connect_guest());
	net_port_send(&port, some_frame(0));
	expect(!port.count && !memchr(&port.losses, 1, sizeof(port.losses)));
	return 0;
}

static int is_called_and_answers(void)
{
	struct net_vhost_msg msg;
	uint64_t zero = 0;

	expect(!set_up());
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

	expect(!set_up());
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
	expect(!set_up());
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
		expect(!set_up());
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

static int sends_frames_that_are_none(void)
{
	expect(!set_up());
	describe(NET_VHOST_TX, 0, 5, 0);
	describe(NET_VHOST_TX, 1, NET_HEADER + 13, 0);
	describe(NET_VHOST_TX, 2, NET_HEADER + 14, 0);
	expect(say_state(35, NET_VHOST_TX, 0) == NET_VHOST_KICK);
	net_frame_put(net_port_receive(&port));
	expect(!net_port_receive(&port) && port.losses.count[NET_LOSS_NO_FRAME] == 2);
	expect(net_guest_used(&guest, 1)->idx == 3 && !net_port_trouble(&port));
	return 0;
}

static int is_gone(void)
{
	expect(!set_up());
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
	{ "it sends a frame, and stands still until that is dealt with", sends_a_frame },
	{ "it gets a frame", gets_a_frame },
	{ "frames wait until it has room", frames_wait_for_room },
	{ "many can wait", many_frames_wait },
	{ "but not without end", frames_do_not_wait_without_end },
	{ "what its buffers are too small for is counted", is_too_large_for_its_buffer },
	{ "what is sent to a guest that is not set up is not lost", is_not_plugged_in },
	{ "it is called and answers", is_called_and_answers },
	{ "it answers nonsense to a call", answers_nonsense_to_a_call },
	{ "a message comes in single bytes", comes_in_single_bytes },
	{ "what is not known is refused, no more", unknown_request_is_refused_only },
	{ "what a guest must not do ends its connection", misbehaves },
	{ "it sends wrong flags", sends_wrong_flags },
	{ "it sends too many descriptors", sends_too_many_descriptors },
	{ "it gives a file to be called by", gives_no_socket_to_be_called_by },
	{ "it sends frames that are none", sends_frames_that_are_none },
	{ "it is gone", is_gone },
};

TAP_MAIN(cases)
