// SPDX-License-Identifier: GPL-2.0
/* A network on simulated time. */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "lib/util.h"
#include "net/network.h"
#include "net/pcapng.h"

/* How long a guest may take to answer a call before it is named, ms of host time */
#define PATIENCE	10000

/* How much later than the controller guests may end, ms of host time */
#define GRACE		1000

enum source { CLOCK, SIGNALS, LISTENER, GUEST };

static void say(const struct net_port *port, const char *what)
{
	complain("net: %s: the guest %s", port->path, what);
}

static int watch(struct net *net, int fd, enum source source, unsigned int port)
{
	struct epoll_event event = {
		.events = EPOLLIN,
		.data.u64 = (uint64_t)source << 32 | port,
	};

	return epoll_ctl(net->events, EPOLL_CTL_ADD, fd, &event);
}

static void capture(struct net *net, unsigned int port, enum net_pcapng_dir dir,
		    const struct net_frame *frame)
{
	if (net->capture)
		net_pcapng_frame(net->capture, port, dir, net->clock.now, frame->data, frame->len);
}

static uint64_t next_time(const struct net *net)
{
	uint64_t next = net_switch_next(&net->sw);

	if (net->wake < next)
		next = net->wake;
	/* before the first grant it is not known yet how late it is */
	return next < net->clock.now ? net->clock.now : next;
}

/* An earlier time than what was asked for already; a later one need not be said */
static int ask_for_next(struct net *net)
{
	uint64_t next = next_time(net);

	return next < net->clock.request ? clock_client_request(&net->clock, next) : 0;
}

static void take_frames(struct net *net, unsigned int number)
{
	struct net_port *port = &net->ports[number];
	struct net_frame *frame;

	while ((frame = net_port_receive(port))) {
		capture(net, number, NET_PCAPNG_IN, frame);
		net_switch_send(&net->sw, net->clock.now, number, frame);
		net_frame_put(frame);
	}
}

static void disconnect(struct net_port *port, const char *why)
{
	if (why)
		say(port, why);
	net_port_disconnect(port);
}

/* The guest stands still. What it is to be called for it is called for as soon as it waits. */
static int kicked(struct net *net, unsigned int number)
{
	struct net_port *port = &net->ports[number];

	if (clock_client_now(&net->clock))
		return -1;
	if (port->guest.kick == NET_VHOST_TX)
		take_frames(net, number);
	else
		net_port_fill(port);
	if (port->call[NET_VHOST_RX] || port->call[NET_VHOST_TX])
		net->wake = net->clock.now;
	if (ask_for_next(net))
		return -1;
	if (net_port_trouble(port))
		disconnect(port, net_port_trouble(port));
	else if (net_vhost_kicked(&port->guest, true))
		disconnect(port, port->guest.why);
	return 0;
}

static int hear_guest(struct net *net, unsigned int number)
{
	struct net_port *port = &net->ports[number];

	while (net_port_connected(port)) {
		switch (net_vhost_input(&port->guest)) {
		case NET_VHOST_IDLE:
			return 0;
		case NET_VHOST_KICK:
			if (kicked(net, number))
				return -1;
			break;
		case NET_VHOST_GONE:
			disconnect(port, NULL);
			break;
		case NET_VHOST_BROKEN:
			disconnect(port, port->guest.why);
			break;
		}
	}
	return 0;
}

static void take_guest(struct net *net, unsigned int number)
{
	struct net_port *port = &net->ports[number];
	char why[LISTENER_TEXT];
	int fd = listener_accept(port->listener, why);

	if (fd < 0) {
		if (*why)
			complain("net: %s: %s", port->path, why);
		return;
	}
	/* the one before may have gone just now */
	if (net_port_connected(port))
		hear_guest(net, number);
	if (net_port_connected(port) || watch(net, fd, GUEST, number)) {
		complain("net: %s: a second guest was turned away", port->path);
		close(fd);
		return;
	}
	net_port_connect(port, fd);
}

static void read_signals(struct net *net)
{
	struct signalfd_siginfo info;

	if (read(net->signals, &info, sizeof(info)) > 0)
		net->stop = true;
}

/* The guest may ask the controller for something first, which may want an answer of ours */
static int await_answer(struct net *net, struct net_port *port)
{
	struct pollfd fds[] = {
		{ .fd = port->guest.call_fd, .events = POLLIN },
		{ .fd = net->clock.fd, .events = POLLIN },
		{ .fd = net->signals, .events = POLLIN },
	};
	int rc, timeout = PATIENCE;

	while (!net->stop) {
		rc = poll(fds, 3, timeout);
		if (!rc) {
			complain("net: %s: the guest has not answered for %d s", port->path,
				 PATIENCE / 1000);
			timeout = -1;
		}
		if (rc <= 0)
			continue;
		if (fds[2].revents)
			read_signals(net);
		if (fds[1].revents && clock_client_input(&net->clock))
			return -1;
		rc = fds[0].revents ? net_vhost_called(&port->guest) : 0;
		if (rc < 0)
			disconnect(port, port->guest.why);
		if (rc)
			return 0;
	}
	return 0;
}

static int call(struct net *net, struct net_port *port)
{
	unsigned int i;

	for (i = 0; i < NET_VHOST_RINGS; i++) {
		if (!port->call[i])
			continue;
		port->call[i] = false;
		if (net_vhost_call(&port->guest, i))
			disconnect(port, port->guest.why);
		else if (await_answer(net, port))
			return -1;
	}
	return 0;
}

static void deliver(struct net *net)
{
	struct net_frame *frame;
	unsigned int number;

	while ((frame = net_switch_due(&net->sw, net->clock.now, &number))) {
		capture(net, number, NET_PCAPNG_OUT, frame);
		net_port_send(&net->ports[number], frame);
	}
}

/* A client that leaves while it runs is not taken for one that died */
static int leave(struct net *net)
{
	net->leaving = true;
	if (clock_client_now(&net->clock))
		return -1;
	return clock_client_request(&net->clock, net->clock.now);
}

static int run(struct net *net)
{
	struct net_port *port;

	net->wake = NET_NEVER;
	deliver(net);
	for (port = net->ports; port < net->ports + net->count; port++) {
		if (net_port_trouble(port))
			disconnect(port, net_port_trouble(port));
		if (call(net, port))
			return -1;
	}
	if (ask_for_next(net))
		return -1;
	return clock_client_wait(&net->clock);
}

static bool all_gone(const struct net *net)
{
	unsigned int i;

	for (i = 0; i < net->count; i++) {
		if (!net->ports[i].used || net_port_connected(&net->ports[i]))
			return false;
	}
	return !net->stay;
}

static int hear_one(struct net *net, uint64_t source)
{
	unsigned int number = (uint32_t)source;

	switch ((enum source)(source >> 32)) {
	case CLOCK:
		return clock_client_input(&net->clock);
	case SIGNALS:
		read_signals(net);
		break;
	case LISTENER:
		take_guest(net, number);
		break;
	case GUEST:
		return hear_guest(net, number);
	}
	return 0;
}

static bool is_clock(const struct epoll_event *event)
{
	return event->data.u64 >> 32 == CLOCK;
}

/* The clock last: what it says is an answer to what guests have said before */
static int hear(struct net *net)
{
	struct epoll_event events[64];
	int i, n = epoll_wait(net->events, events, 64, -1);
	uint64_t clock = UINT64_MAX;

	for (i = 0; i < n; i++) {
		if (is_clock(&events[i]))
			clock = events[i].data.u64;
		else if (hear_one(net, events[i].data.u64))
			return -1;
	}
	return clock == UINT64_MAX ? 0 : hear_one(net, clock);
}

static int begin(struct net *net)
{
	sigset_t set;
	unsigned int i;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	net->wake = NET_NEVER;
	net->events = epoll_create1(EPOLL_CLOEXEC);
	net->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (net->events < 0 || net->signals < 0 || sigprocmask(SIG_BLOCK, &set, NULL) ||
	    watch(net, net->signals, SIGNALS, 0) || watch(net, net->clock.fd, CLOCK, 0))
		return -1;
	for (i = 0; i < net->count; i++) {
		if (watch(net, net->ports[i].listener, LISTENER, i))
			return -1;
	}
	return 0;
}

/*
 * The controller ends when all guests have. What is left of them may be seen a little
 * later than that.
 */
static bool guests_end_too(struct net *net)
{
	int left = GRACE;
	unsigned int i;

	for (i = 0; i < net->count; i++) {
		struct pollfd fd = { .fd = net->ports[i].guest.fd, .events = POLLRDHUP };

		if (!net->ports[i].used)
			return false;
		while (net_port_connected(&net->ports[i]) && !fd.revents && left > 0) {
			left -= 10;
			poll(&fd, 1, 10);
		}
		if (net_port_connected(&net->ports[i]) && !fd.revents)
			return false;
	}
	return !net->stay;
}

static enum net_end lost(struct net *net)
{
	if (net->clock.gone && guests_end_too(net))
		return NET_DONE;
	complain("net: %s", net->clock.why);
	return NET_LOST;
}

static int flush(struct net *net)
{
	if (!net->capture || (!fflush(net->capture) && !ferror(net->capture)))
		return 0;
	complain("net: %s: %s", net->capture_path, strerror(errno));
	return -1;
}

/**
 * network_run() - run a network to its end
 * @net: the network, its ports open, its clock joined
 *
 * What goes wrong is said on standard error.
 *
 * Return: how it ended.
 */
enum net_end network_run(struct net *net)
{
	if (begin(net)) {
		complain("net: cannot wait for guests: %s", strerror(errno));
		return NET_FAILED;
	}
	while (!net->stop && !(net->leaving && net->clock.granted)) {
		if (hear(net) || (net->clock.granted && !net->leaving && run(net)) ||
		    (!net->leaving && all_gone(net) && leave(net))) {
			flush(net);
			return lost(net);
		}
		if (flush(net))
			return NET_FAILED;
	}
	return NET_DONE;
}
