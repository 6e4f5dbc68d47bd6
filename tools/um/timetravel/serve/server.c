// SPDX-License-Identifier: GPL-2.0
/* Sockets on one side, the simulation on the other. */
#include <errno.h>
#include <string.h>

#include "serve/server.h"

/**
 * server_has_room() - may all clients be told something that can wait
 * @server: the server
 *
 * Return: whether they may; if not, &server.room is called when they may.
 */
bool server_has_room(struct server *server)
{
	if (peers_have_room(&server->peers))
		return true;
	server->crowded = true;
	return false;
}

/**
 * server_settle() - do what was put off while somebody worked on a peer
 * @server: the server
 */
void server_settle(struct server *server)
{
	for (;;) {
		if (peers_settle(&server->peers))
			continue;
		if (server->is_paused) {
			server->is_paused = false;
			server->paused(server);
		} else if (server->crowded && peers_have_room(&server->peers)) {
			server->crowded = false;
			server->room(server);
		} else {
			break;
		}
	}
	if (server->sim.end)
		server->loop.over = true;
}

static void settle(struct peers *peers)
{
	server_settle(container_of(peers, struct server, peers));
}

static void admitted(struct listener *listener, int fd, pid_t pid)
{
	peers_welcome(&container_of(listener, struct server, listener)->peers, fd, pid);
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
	server_of(sim)->peers.resumed = true;
}

static void server_paused(struct sim *sim)
{
	server_of(sim)->is_paused = true;
}

static const struct sim_ops server_ops = {
	.send = peer_send,
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

static void tick_fired(struct loop_timer *timer)
{
	struct server *server = container_of(timer, struct server, tick);
	__u64 host = host_time();

	sim_impatient(&server->sim, host);
	peers_name_slow(&server->peers, host);
	/* others may have closed what the host has no more of */
	listener_resume();
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
 * @server: to be set up, with @paused and @room
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

	*server = (struct server){
		.paused = server->paused,
		.room = server->room,
		.peers = { .loop = &server->loop, .sim = &server->sim, .settle = settle },
		.listener = { .admitted = admitted },
	};
	if (endpoint_name(&server->endpoint, path) || endpoint_take(&server->endpoint)) {
		endpoint_close(&server->endpoint);
		return -1;
	}
	err = sim_init(&server->sim, &server_ops, opt, trace);
	if (!err)
		err = loop_init(&server->loop);
	if (!err)
		err = start_timers(server);
	if (!err)
		err = listener_start(&server->listener, &server->loop, server->endpoint.fd);
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
	if (!server->sim.end)
		server->sim.end = SIM_AT_END;
	peers_close(&server->peers);
	listener_stop(&server->listener);
	loop_timer_close(&server->loop, &server->wake);
	loop_timer_close(&server->loop, &server->tick);
	sim_free(&server->sim);
	loop_close(&server->loop);
	endpoint_close(&server->endpoint);
}
