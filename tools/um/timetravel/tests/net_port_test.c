// SPDX-License-Identifier: GPL-2.0
/* net/port.c and net/loss.c: frames to a guest and from it, and what becomes of others. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "net_driver.h"
#include "tap.h"

static int sends_a_frame(void)
{
	struct net_frame *frame;

	expect(!set_up_guest());
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

static int gets_a_frame(void)
{
	const char *buffer;

	expect(!set_up_guest());
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

	expect(!set_up_guest());
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

	expect(!set_up_guest());
	for (i = 0; i < 20000; i++)
		net_port_send(&port, some_frame(0));
	expect(port.count == 20000 && !port.losses.count[NET_LOSS_WAITING]);
	return 0;
}

static int frames_do_not_wait_without_end(void)
{
	static unsigned char large[NET_FRAME_MAX];
	unsigned int i, sent = 2 * NET_PORT_WAITING / sizeof(large);

	expect(!set_up_guest());
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
	expect(!set_up_guest());
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

static int sends_frames_that_are_none(void)
{
	expect(!set_up_guest());
	describe(NET_VHOST_TX, 0, 5, 0);
	describe(NET_VHOST_TX, 1, NET_HEADER + 13, 0);
	describe(NET_VHOST_TX, 2, NET_HEADER + 14, 0);
	expect(say_state(35, NET_VHOST_TX, 0) == NET_VHOST_KICK);
	net_frame_put(net_port_receive(&port));
	expect(!net_port_receive(&port) && port.losses.count[NET_LOSS_NO_FRAME] == 2);
	expect(net_guest_used(&guest, 1)->idx == 3 && !net_port_trouble(&port));
	return 0;
}

/* What something says on standard error */
static const char *said(void (*something)(void))
{
	static char text[1024];
	int was = dup(STDERR_FILENO), file = memfd_create("said", MFD_CLOEXEC);
	ssize_t n;

	dup2(file, STDERR_FILENO);
	something();
	dup2(was, STDERR_FILENO);
	close(was);
	n = pread(file, text, sizeof(text) - 1, 0);
	close(file);
	text[n < 0 ? 0 : n] = '\0';
	return text;
}

static void lose_some(void)
{
	net_lose(&port.losses, port.path, NET_LOSS_UNDER_WAY, 399);
	net_lose(&port.losses, port.path, NET_LOSS_UNDER_WAY, 1);
}

static void say_all(void)
{
	net_losses_say(&port.losses, port.path);
}

static bool is_a_line_with(const char *text, const char *what)
{
	const char *end = strchr(text, '\n');

	return end && !end[1] && strstr(text, "net: test: ") && strstr(text, what);
}

static int losses_are_said(void)
{
	expect(!set_up_guest());
	expect(!*said(say_all));
	expect(is_a_line_with(said(lose_some), " 399 frames were lost"));
	expect(is_a_line_with(said(say_all), " in all, 400 frames were lost"));
	return 0;
}

static const struct tap_case cases[] = {
	{ "it sends a frame, and stands still until that is dealt with", sends_a_frame },
	{ "it gets a frame", gets_a_frame },
	{ "frames wait until it has room", frames_wait_for_room },
	{ "many can wait", many_frames_wait },
	{ "but not without end", frames_do_not_wait_without_end },
	{ "what its buffers are too small for is counted", is_too_large_for_its_buffer },
	{ "what is sent to a guest that is not set up is not lost", is_not_plugged_in },
	{ "it sends frames that are none", sends_frames_that_are_none },
	{ "losses are said at the first, and in all", losses_are_said },
};

TAP_MAIN(cases)
