// SPDX-License-Identifier: GPL-2.0
/* Sockets on one side, the simulation on the other. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "serve/server.h"

/* So much may wait for a client that does not read, in bytes */
#define OUT_MAX (1024 * sizeof(struct um_timetravel_msg))

static struct peer *peer_of(struct client *client)
{
	return container_of(client, struct peer, client);
}

static void watch(struct peer *peer)
{
	unsigned int events = 0;

	if (!peer->held && !peer->ended)
		events |= EPOLLIN;
	if (peer->out_bytes)
		events |= EPOLLOUT;
	loop_change(&peer->server->loop, &peer->source, events);
}

static void doom(struct peer *peer)
{
	peer->doomed = true;
	peer->server->doomed = true;
}

/* --- out --- */

static void keep_for_later(struct peer *peer, const struct um_timetravel_msg *msg)
{
	char *out;

	if (peer->out_bytes + sizeof(*msg) > OUT_MAX) {
		sim_say(&peer->server->sim, &peer->client,
			"does not read what it is told: %zu messages wait; dropped",
			peer->out_bytes / sizeof(*msg));
		doom(peer);
		return;
	}
	out = realloc(peer->out, peer->out_bytes + sizeof(*msg));
	if (!out) {
		doom(peer);
		return;
	}
	memcpy(out + peer->out_bytes, msg, sizeof(*msg));
	peer->out = out;
	peer->out_bytes += sizeof(*msg);
	watch(peer);
}

/* That nobody is there any more is seen where it is read from */
static void server_send(struct client *client, const struct um_timetravel_msg *msg,
			const int *fds, unsigned int nfds)
{
	struct peer *peer = peer_of(client);

	if (peer->doomed)
		return;
	if (!peer->out_bytes && wire_send(peer->source.fd, msg, fds, nfds) != -EAGAIN)
		return;
	keep_for_later(peer, msg);
}

static void flush(struct peer *peer)
{
	ssize_t n = send(peer->source.fd, peer->out, peer->out_bytes, MSG_NOSIGNAL);

	if (n < 0 && errno != EAGAIN && errno != EINTR)
		n = peer->out_bytes;
	if (n <= 0)
		return;
	peer->out_bytes -= n;
	memmove(peer->out, peer->out + n, peer->out_bytes);
	if (!peer->out_bytes) {
		free(peer->out);
		peer->out = NULL;
		watch(peer);
	}
}

/* --- in --- */

static void drop(struct peer *peer, enum sim_leaving how)
{
	struct server *server = peer->server;

	loop_remove(&server->loop, &peer->source);
	close(peer->source.fd);
	/* nothing can be sent any more while it leaves */
	peer->doomed = true;
	if (peer->prev)
		peer->prev->next = peer->next;
	else
		server->peers = peer->next;
	if (peer->next)
		peer->next->prev = peer->prev;
	sim_leave(&server->sim, &peer->client, how);
	free(peer->out);
	free(peer);
	if (server->full) {
		server->full = false;
		loop_change(&server->loop, &server->listener, EPOLLIN);
	}
}

/* What is here already. Returns whether the peer is still there and may be read from. */
static bool handle_input(struct peer *peer)
{
	struct um_timetravel_msg msg;
	size_t used = 0;

	while (peer->in_bytes - used >= sizeof(msg) && !peer->doomed && !peer->held) {
		memcpy(&msg, peer->in + used, sizeof(msg));
		switch (sim_receive(&peer->server->sim, &peer->client, &msg)) {
		case SIM_HELD:
			peer->held = true;
			watch(peer);
			break;
		case SIM_REFUSED:
			doom(peer);
			break;
		case SIM_DONE:
			used += sizeof(msg);
		}
	}
	peer->in_bytes -= used;
	memmove(peer->in, peer->in + used, peer->in_bytes);
	return !peer->doomed && !peer->held;
}

/* Nobody is there any more, and all that came is dealt with */
static void ended(struct peer *peer)
{
	drop(peer, sim_departure(&peer->server->sim, &peer->client, peer->in_bytes));
}

static void peer_ready(struct loop_source *source, unsigned int events)
{
	struct peer *peer = container_of(source, struct peer, source);
	struct server *server = peer->server;
	ssize_t n;

	if (events & EPOLLOUT)
		flush(peer);
	if (peer->doomed || !(events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
		goto settle;
	if (peer->held) {
		/* nobody is left to be held */
		ended(peer);
		goto settle;
	}
	n = recv(source->fd, peer->in + peer->in_bytes, SERVER_IN - peer->in_bytes, MSG_DONTWAIT);
	if (n > 0) {
		peer->in_bytes += n;
		handle_input(peer);
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		ended(peer);
	}
settle:
	server_settle(server);
}

static void drop_doomed(struct server *server)
{
	struct peer *peer;

	server->doomed = false;
	for (peer = server->peers; peer; peer = peer->next) {
		if (!peer->doomed)
			continue;
		drop(peer, SIM_BROKE);
		/* others may be gone, too: from the beginning */
		server->doomed = true;
		return;
	}
}

static void offer_again(struct server *server)
{
	struct peer *peer;

	server->resumed = false;
	for (peer = server->peers; peer; peer = peer->next) {
		if (!peer->held)
			continue;
		peer->held = false;
		watch(peer);
		handle_input(peer);
	}
}

/**
 * server_settle() - do what was put off while somebody worked on a peer
 * @server: the server
 */
void server_settle(struct server *server)
{
	while (server->doomed || server->resumed || server->is_paused) {
		if (server->doomed) {
			drop_doomed(server);
		} else if (server->resumed) {
			offer_again(server);
		} else {
			server->is_paused = false;
			server->paused(server);
		}
	}
	if (server->sim.end)
		server->loop.over = true;
}

/* --- who comes --- */

static void welcome(struct server *server, int fd, pid_t pid)
{
	struct peer *peer = calloc(1, sizeof(*peer));

	if (!peer) {
		close(fd);
		return;
	}
	peer->source = (struct loop_source){ .fd = fd, .ready = peer_ready };
	peer->server = server;
	if (loop_add(&server->loop, &peer->source, EPOLLIN)) {
		close(fd);
		free(peer);
		return;
	}
	peer->next = server->peers;
	if (peer->next)
		peer->next->prev = peer;
	server->peers = peer;
	sim_connect(&server->sim, &peer->client, pid);
}

static void listener_ready(struct loop_source *source, unsigned int events)
{
	struct server *server = container_of(source, struct server, listener);
	pid_t pid;
	int fd;

	(void)events;
	fd = accept4(source->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0 && (errno == EMFILE || errno == ENFILE)) {
		complain("no more clients can connect until one leaves: %s", strerror(errno));
		server->full = true;
		loop_change(&server->loop, source, 0);
	}
	if (fd < 0)
		return;
	if (endpoint_admits(fd, &pid))
		welcome(server, fd, pid);
	else
		close(fd);
}

/* --- what the simulation needs --- */

static struct server *server_of(struct sim *sim)
{
	return container_of(sim, struct server, sim);
}

static void server_timer(struct sim *sim, __u64 host)
{
	loop_timer_set(&server_of(sim)->wake, host, 0);
}

static void server_resumed(struct sim *sim)
{
	server_of(sim)->resumed = true;
}

static void server_paused(struct sim *sim)
{
	server_of(sim)->is_paused = true;
}

static const struct sim_ops server_ops = {
	.send = server_send,
	.timer = server_timer,
	.resumed = server_resumed,
	.paused = server_paused,
};

static void wake_fired(struct loop_timer *timer)
{
	struct server *server = container_of(timer, struct server, wake);

	sim_wake(&server->sim);
	server_settle(server);
}

static void name_silent(struct server *server, __u64 host)
{
	struct peer *peer;

	for (peer = server->peers; peer; peer = peer->next) {
		if (peer->silent || peer->client.state != CLIENT_CONNECTED ||
		    host - peer->client.since < server->sim.opt.patience)
			continue;
		peer->silent = true;
		sim_say(&server->sim, &peer->client, "has connected and not said START");
	}
}

static void tick_fired(struct loop_timer *timer)
{
	struct server *server = container_of(timer, struct server, tick);
	__u64 host = host_time();

	sim_impatient(&server->sim, host);
	name_silent(server, host);
}

static void allow_many_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int start_timers(struct server *server)
{
	__u64 every = server->sim.opt.patience / 4;
	int err;

	server->wake.fired = wake_fired;
	server->tick.fired = tick_fired;
	err = loop_timer_init(&server->loop, &server->wake);
	if (!err)
		err = loop_timer_init(&server->loop, &server->tick);
	if (!err && every)
		loop_timer_set(&server->tick, host_time() + every, every);
	return err;
}

/**
 * server_open() - be there for clients
 * @server: to be set up, with @paused
 * @opt: what the user chose
 * @path: where clients come to
 * @trace: where to write what happens, NULL for nowhere
 *
 * Return: 0, or -1, which was said.
 */
int server_open(struct server *server, const struct sim_options *opt, const char *path,
		struct trace *trace)
{
	int err;

	*server = (struct server){ .paused = server->paused };
	allow_many_files();
	if (endpoint_name(&server->endpoint, path) || endpoint_take(&server->endpoint)) {
		endpoint_close(&server->endpoint);
		return -1;
	}
	err = sim_init(&server->sim, &server_ops, opt, trace);
	if (!err)
		err = loop_init(&server->loop);
	if (!err)
		err = start_timers(server);
	server->listener = (struct loop_source){ .fd = server->endpoint.fd, .ready = listener_ready };
	if (!err)
		err = loop_add(&server->loop, &server->listener, EPOLLIN);
	if (err) {
		complain("cannot begin: %s", strerror(-err));
		endpoint_close(&server->endpoint);
		return -1;
	}
	return 0;
}

/**
 * server_close() - nobody is served any more
 * @server: the server
 */
void server_close(struct server *server)
{
	struct peer *peer;

	if (!server->sim.end)
		server->sim.end = SIM_AT_END;
	while ((peer = server->peers)) {
		server->peers = peer->next;
		close(peer->source.fd);
		client_free(&peer->client);
		free(peer->out);
		free(peer);
	}
	loop_timer_close(&server->loop, &server->wake);
	loop_timer_close(&server->loop, &server->tick);
	sim_free(&server->sim);
	loop_close(&server->loop);
	endpoint_close(&server->endpoint);
}
