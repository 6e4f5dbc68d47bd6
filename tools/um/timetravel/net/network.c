// SPDX-License-Identifier: GPL-2.0
/* A network on simulated time. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "lib/util.h"
#include "net/network.h"
#include "net/pcapng.h"

/* How long a guest may take to answer a call before it is named, ms of host time */
#define PATIENCE	10000

/* How much later than the controller guests may end, ms of host time */
#define GRACE		1000

static unsigned int number_of(const struct net *net, const struct net_port *port)
{
	return port - net->ports;
}

/* Nothing can be done any more */
static void fail(struct net *net)
{
	net->failed = true;
	net->loop.over = true;
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

static void take_frames(struct net *net, struct net_port *port)
{
	unsigned int lost, number = number_of(net, port);
	struct net_frame *frame;

	while ((frame = net_port_receive(port))) {
		capture(net, number, NET_PCAPNG_IN, frame);
		lost = net_switch_send(&net->sw, net->clock.now, number, frame);
		if (lost)
			net_lose(&port->losses, port->path, NET_LOSS_UNDER_WAY, lost);
		net_frame_put(frame);
	}
}

static void disconnect(struct net *net, struct net_port *port, const char *why)
{
	if (why)
		complain("net: %s: the guest %s", port->path, why);
	loop_remove(&net->loop, &port->source);
	net_port_disconnect(port);
	listener_resume();
}

/* The guest stands still. What it is to be called for it is called for as soon as it waits. */
static int kicked(struct net *net, struct net_port *port)
{
	if (clock_client_now(&net->clock))
		return -1;
	if (port->guest.kick == NET_VHOST_TX)
		take_frames(net, port);
	else
		net_port_fill(port);
	if (port->call[NET_VHOST_RX] || port->call[NET_VHOST_TX])
		net->wake = net->clock.now;
	if (ask_for_next(net))
		return -1;
	if (net_port_trouble(port))
		disconnect(net, port, net_port_trouble(port));
	else if (net_vhost_kicked(&port->guest, true))
		disconnect(net, port, port->guest.conn.why);
	return 0;
}

static int hear_guest(struct net *net, struct net_port *port)
{
	while (net_port_connected(port)) {
		switch (net_vhost_input(&port->guest)) {
		case NET_VHOST_IDLE:
			return 0;
		case NET_VHOST_JOINED:
			break;
		case NET_VHOST_KICK:
			if (kicked(net, port))
				return -1;
			break;
		case NET_VHOST_GONE:
			disconnect(net, port, NULL);
			break;
		case NET_VHOST_BROKEN:
			disconnect(net, port, port->guest.conn.why);
			break;
		}
	}
	return 0;
}

static struct net *net_of(const struct net_port *port)
{
	return container_of(port->door.listener.loop, struct net, loop);
}

static void guest_ready(struct loop_source *source, unsigned int events)
{
	struct net_port *port = container_of(source, struct net_port, source);

	(void)events;
	if (hear_guest(net_of(port), port))
		fail(net_of(port));
}

static void turn_away(struct net_port *port, struct net_vhost *v)
{
	complain("net: %s: a second guest was turned away", port->path);
	net_vhost_close(v);
	listener_resume();
}

static void guest_joined(struct net_door *door, struct net_vhost *v)
{
	struct net_port *port = container_of(door, struct net_port, door);
	struct net *net = net_of(port);

	/* the one before may have gone just now */
	if (net_port_connected(port) && hear_guest(net, port)) {
		net_vhost_close(v);
		fail(net);
		return;
	}
	if (net_port_connected(port)) {
		turn_away(port, v);
		return;
	}
	net_port_connect(port, v);
	port->source.ready = guest_ready;
	if (loop_add(&net->loop, &port->source, EPOLLIN))
		disconnect(net, port, "cannot be heard: no memory");
}

static void read_signals(struct net *net)
{
	struct signalfd_siginfo info;

	if (read(net->signals.fd, &info, sizeof(info)) > 0)
		net->stop = true;
}

static void signals_ready(struct loop_source *source, unsigned int events)
{
	(void)events;
	read_signals(container_of(source, struct net, signals));
}

static void clock_ready(struct loop_source *source, unsigned int events)
{
	struct net *net = container_of(source, struct net, clock_source);

	(void)events;
	if (clock_client_input(&net->clock))
		fail(net);
}

/* The guest may ask the controller for something first, which may want an answer of ours */
static int await_answer(struct net *net, struct net_port *port)
{
	struct pollfd fds[] = {
		{ .fd = port->guest.conn.call_fd, .events = POLLIN },
		{ .fd = net->clock.fd, .events = POLLIN },
		{ .fd = net->signals.fd, .events = POLLIN },
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
			disconnect(net, port, port->guest.conn.why);
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
			disconnect(net, port, port->guest.conn.why);
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
			disconnect(net, port, net_port_trouble(port));
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

static int flush(struct net *net)
{
	if (!net->capture || (!fflush(net->capture) && !ferror(net->capture)))
		return 0;
	complain("net: %s: %s", net->capture_path, strerror(errno));
	return -1;
}

/* All that was there has been heard */
static void settle(struct loop *loop)
{
	struct net *net = container_of(loop, struct net, loop);

	if ((net->clock.granted && !net->leaving && run(net)) ||
	    (!net->leaving && all_gone(net) && leave(net)))
		fail(net);
	if (net->failed)
		return;
	if (flush(net) || net->stop || (net->leaving && net->clock.granted))
		loop->over = true;
}

static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* The clock last: what it says is an answer to what guests have said before */
static int begin(struct net *net)
{
	unsigned int i;
	int err;

	net->wake = NET_NEVER;
	net->signals = (struct loop_source){ .fd = open_signals(), .priority = LOOP_FIRST,
					     .ready = signals_ready };
	net->clock_source = (struct loop_source){ .fd = net->clock.fd, .priority = LOOP_LAST,
						  .ready = clock_ready };
	if (net->signals.fd < 0)
		return -errno;
	err = loop_init(&net->loop);
	net->loop.settle = settle;
	if (!err)
		err = loop_add(&net->loop, &net->signals, EPOLLIN);
	if (!err)
		err = loop_add(&net->loop, &net->clock_source, EPOLLIN);
	for (i = 0; i < net->count && !err; i++) {
		net->ports[i].door.joined = guest_joined;
		err = net_door_start(&net->ports[i].door, &net->loop);
	}
	return err;
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
		struct pollfd fd = { .fd = net->ports[i].guest.conn.fd, .events = POLLRDHUP };

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
	int err = begin(net);

	if (!err)
		err = loop_run(&net->loop);
	if (err) {
		complain("net: cannot wait for guests: %s", strerror(-err));
		return NET_FAILED;
	}
	if (net->failed) {
		flush(net);
		return lost(net);
	}
	return net->capture && ferror(net->capture) ? NET_FAILED : NET_DONE;
}
