/* SPDX-License-Identifier: GPL-2.0 */
/* Sockets on one side, the simulation on the other. */
#ifndef UMTT_SERVER_H
#define UMTT_SERVER_H

#include "lib/listener.h"
#include "lib/loop.h"
#include "serve/endpoint.h"
#include "serve/peer.h"

/**
 * struct server - everything that serve does
 * @loop: waits
 * @sim: the simulation
 * @endpoint: where clients come to
 * @listener: for clients
 * @wake: when the simulation wants to be called
 * @tick: looks for what takes long
 * @peers: the clients' connections
 * @is_paused: @paused is to be called
 * @crowded: @room is to be called
 * @paused: called when nobody runs because of a pause
 * @room: called when all clients can be told more, after they could not
 */
struct server {
	struct loop loop;
	struct sim sim;
	struct endpoint endpoint;
	struct listener listener;
	struct loop_timer wake;
	struct loop_timer tick;
	struct peers peers;
	bool is_paused, crowded;
	void (*paused)(struct server *server);
	void (*room)(struct server *server);
};

int server_open(struct server *server, const struct sim_options *opt, const char *path,
		struct trace *trace);
bool server_has_room(struct server *server);
void server_settle(struct server *server);
void server_close(struct server *server);

#endif /* UMTT_SERVER_H */
