// SPDX-License-Identifier: GPL-2.0
/* A fake guest's driver. */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net_driver.h"
#include "tap.h"

struct net_guest guest;
struct net_port port;
int sock = -1, calls = -1;

/**
 * say_raw() - bytes from the guest
 * @data: the bytes
 * @len: how many
 * @fds: descriptors that go with them
 * @count: how many
 *
 * Return: 0, or -1 if they are not taken.
 */
int say_raw(const void *data, size_t len, const int *fds, unsigned int count)
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

/**
 * say_fds() - a message from the guest, with descriptors
 * @request: what is wanted
 * @flags: of the header, besides the version
 * @payload: what follows the header
 * @size: bytes of it
 * @fds: descriptors
 * @count: how many
 *
 * Return: what net_vhost_input() makes of it.
 */
enum net_vhost_event say_fds(uint32_t request, uint32_t flags, const void *payload,
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

/**
 * say() - a message from the guest that wants an answer
 * @request: what is wanted
 * @payload: what follows the header
 * @size: bytes of it
 *
 * Return: what net_vhost_input() makes of it.
 */
enum net_vhost_event say(uint32_t request, const void *payload, uint32_t size)
{
	return say_fds(request, NEED_REPLY, payload, size, NULL, 0);
}

/**
 * say_u64() - the same, with a number
 * @request: what is wanted
 * @value: the number
 *
 * Return: what net_vhost_input() makes of it.
 */
enum net_vhost_event say_u64(uint32_t request, uint64_t value)
{
	return say(request, &value, sizeof(value));
}

/**
 * say_state() - the same, about a ring
 * @request: what is wanted
 * @index: which ring
 * @num: what of it
 *
 * Return: what net_vhost_input() makes of it.
 */
enum net_vhost_event say_state(uint32_t request, uint32_t index, uint32_t num)
{
	const uint32_t state[] = { index, num };

	return say(request, state, sizeof(state));
}

/**
 * answer() - what the guest is answered
 *
 * Return: the answer, all ones if there is none.
 */
uint64_t answer(void)
{
	struct net_vhost_msg msg;
	uint64_t value;
	ssize_t n = recv(sock, &msg, sizeof(msg), MSG_DONTWAIT);

	if (n != HEADER + 8 || msg.header.flags != (VERSION | 4) || msg.header.size != 8)
		return UINT64_MAX;
	memcpy(&value, msg.payload, sizeof(value));
	return value;
}

/**
 * connect_guest() - a new guest is at the port, and has said nothing yet
 *
 * Return: 0 or -1.
 */
int connect_guest(void)
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

/**
 * set_memory() - the guest shares its memory
 *
 * Return: 0 or -1.
 */
int set_memory(void)
{
	const struct net_mem_region region = net_guest_region(&guest);
	const uint64_t table[] = { 1, region.guest, region.size, region.user, 0 };
	enum net_vhost_event event;

	event = say_fds(5, NEED_REPLY, table, sizeof(table), &region.fd, 1);
	close(region.fd);
	return event == NET_VHOST_JOINED && answer() == 0 ? 0 : -1;
}

/**
 * set_ring() - the guest says where a ring is, and enables it
 * @index: which
 *
 * Return: 0 or -1.
 */
int set_ring(unsigned int index)
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

/**
 * set_up_guest() - all that a kernel does when it finds its device
 *
 * Return: 0, or the line of source where that fails.
 */
int set_up_guest(void)
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

/**
 * describe() - give a buffer to the device
 * @ring: which
 * @index: of the buffer and its descriptor
 * @len: bytes
 * @flags: of the descriptor
 */
void describe(unsigned int ring, unsigned int index, uint32_t len, uint16_t flags)
{
	guest.rings[ring].desc[index] = (struct vring_desc){
		.addr = net_guest_buffer(ring * 8 + index), .len = len, .flags = flags };
	net_guest_give(&guest, ring, index);
}

/**
 * some_frame() - a frame of 60 bytes
 * @mark: its first byte
 *
 * Return: the frame.
 */
struct net_frame *some_frame(unsigned char mark)
{
	unsigned char data[60] = { mark };

	return net_frame_new(data, sizeof(data));
}
