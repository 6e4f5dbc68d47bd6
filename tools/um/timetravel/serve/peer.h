/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Connections of clients: what comes in, what goes out, and when they end.
 *
 * Holds: a peer is dropped in peers_settle() or when it has ended, never while somebody
 * works on it.
 *
 *	peers_welcome() --> messages in both directions --> it ends, or is dropped
 */
#ifndef UMTT_PEER_H
#define UMTT_PEER_H

#include "lib/loop.h"
#include "serve/outbox.h"
#include "sim/sim.h"

#define PEER_IN (16 * sizeof(struct um_timetravel_msg))

struct peers;

/**
 * struct peer - a connection, and the client that it is
 * @source: its socket
 * @peers: where it belongs
 * @client: what the simulation knows of it
 * @in: what came and is no whole message yet, or is held
 * @in_bytes: how much
 * @out: what the socket had no room for
 * @owes_since: host time since when it owes too many answers, 0 if it does not
 * @held: it is not read from until the simulation says so
 * @doomed: it is to be dropped as soon as nobody works on it
 * @silent: that it says nothing was said
 * @named: that others wait for its answers was said
 * @prev: in the list of all
 * @next: in the list of all
 */
struct peer {
	struct loop_source source;
	struct peers *peers;
	struct client client;
	char in[PEER_IN];
	size_t in_bytes;
	struct outbox out;
	__u64 owes_since;
	bool held, doomed, silent, named;
	struct peer *prev, *next;
};

/**
 * struct peers - all connections of clients
 * @loop: waits for them
 * @sim: what they are clients of
 * @first: of the list
 * @doomed: some are to be dropped
 * @resumed: what was held may go on
 * @settle: called when nobody works on a peer any more; calls peers_settle()
 */
struct peers {
	struct loop *loop;
	struct sim *sim;
	struct peer *first;
	bool doomed, resumed;
	void (*settle)(struct peers *peers);
};

void peers_welcome(struct peers *peers, int fd, pid_t pid);
void peer_send(struct client *client, const struct um_timetravel_msg *msg, const int *fds,
	       unsigned int nfds);
bool peers_settle(struct peers *peers);
bool peers_have_room(const struct peers *peers);
void peers_name_slow(struct peers *peers, __u64 host);
void peers_close(struct peers *peers);

#endif /* UMTT_PEER_H */
