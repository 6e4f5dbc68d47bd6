/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sockets on one side, the simulation on the other: who connects, what comes in,
 * what goes out.
 */
#ifndef UMTT_SERVER_H
#define UMTT_SERVER_H

#include "lib/loop.h"
#include "serve/endpoint.h"
#include "sim/sim.h"

#define SERVER_IN (16 * sizeof(struct um_timetravel_msg))

struct server;

/**
 * struct peer - a connection, and the client that it is
 * @source: its socket
 * @server: whose it is
 * @client: what the simulation knows of it
 * @in: what came and is no whole message yet, or is held
 * @in_bytes: how much
 * @out: what the socket had no room for
 * @out_bytes: how much
 * @held: it is not read from until the simulation says so
 * @ended: nothing more will come
 * @doomed: it is to be dropped as soon as nobody works on it
 * @silent: that it says nothing was said
 * @prev: in the list of all
 * @next: in the list of all
 */
struct peer {
	struct loop_source source;
	struct server *server;
	struct client client;
	char in[SERVER_IN];
	size_t in_bytes;
	char *out;
	size_t out_bytes;
	bool held, ended, doomed, silent;
	struct peer *prev, *next;
};

/**
 * struct server - everything that serve does
 * @loop: waits
 * @sim: the simulation
 * @endpoint: where clients come to
 * @listener: for clients
 * @wake: when the simulation wants to be called
 * @tick: looks for what takes long
 * @peers: all connections
 * @doomed: some are to be dropped
 * @resumed: what was held may go on
 * @is_paused: @paused is to be called
 * @full: no connection can be accepted any more
 * @paused: called when nobody runs because of a pause
 */
struct server {
	struct loop loop;
	struct sim sim;
	struct endpoint endpoint;
	struct loop_source listener;
	struct loop_timer wake;
	struct loop_timer tick;
	struct peer *peers;
	bool doomed, resumed, is_paused, full;
	void (*paused)(struct server *server);
};

int server_open(struct server *server, const struct sim_options *opt, const char *path,
		struct trace *trace);
void server_settle(struct server *server);
void server_close(struct server *server);

#endif /* UMTT_SERVER_H */
