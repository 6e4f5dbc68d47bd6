// SPDX-License-Identifier: GPL-2.0
/* Connections of clients. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/listener.h"
#include "serve/peer.h"

/* So much may wait for a client that does not read, in bytes */
#define OUT_MAX (1024 * sizeof(struct um_timetravel_msg))

static struct peer *peer_of(struct client *client)
{
	return container_of(client, struct peer, client);
}

static void watch(struct peer *peer)
{
	unsigned int events = 0;

	if (!peer->held)
		events |= EPOLLIN;
	if (peer->out_bytes)
		events |= EPOLLOUT;
	loop_change(peer->peers->loop, &peer->source, events);
}

static void doom(struct peer *peer)
{
	peer->doomed = true;
	peer->peers->doomed = true;
}

/* --- out --- */

static void keep_for_later(struct peer *peer, const struct um_timetravel_msg *msg)
{
	char *out;

	if (peer->out_bytes + sizeof(*msg) > OUT_MAX) {
		sim_say(peer->peers->sim, &peer->client,
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

/**
 * peer_send() - send a message to a client, or keep it until there is room
 * @client: of a peer
 * @msg: the message
 * @fds: descriptors to send along
 * @nfds: how many
 *
 * That nobody is there any more is seen where it is read from.
 */
void peer_send(struct client *client, const struct um_timetravel_msg *msg, const int *fds,
	       unsigned int nfds)
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
	struct peers *peers = peer->peers;

	loop_remove(peers->loop, &peer->source);
	close(peer->source.fd);
	/* nothing can be sent any more while it leaves */
	peer->doomed = true;
	if (peer->prev)
		peer->prev->next = peer->next;
	else
		peers->first = peer->next;
	if (peer->next)
		peer->next->prev = peer->prev;
	sim_leave(peers->sim, &peer->client, how);
	free(peer->out);
	free(peer);
	listener_resume();
}

/* What is here already. Returns whether the peer is still there and may be read from. */
static bool handle_input(struct peer *peer)
{
	struct um_timetravel_msg msg;
	size_t used = 0;

	while (peer->in_bytes - used >= sizeof(msg) && !peer->doomed && !peer->held) {
		memcpy(&msg, peer->in + used, sizeof(msg));
		switch (sim_receive(peer->peers->sim, &peer->client, &msg)) {
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

/* A kernel that powers off does so while it runs */
static void ended(struct peer *peer)
{
	const struct client *client = &peer->client;
	struct sim *sim = peer->peers->sim;
	enum sim_leaving how = SIM_DIED;

	if (peer->in_bytes)
		sim_say(sim, client, "is gone within a message: %zu bytes of %zu came",
			peer->in_bytes, sizeof(struct um_timetravel_msg));
	else if (client->state == CLIENT_RUNNING && !client_owes(client, UM_TIMETRAVEL_RUN))
		how = SIM_LEFT;
	else if (client->state != CLIENT_CONNECTED)
		sim_say(sim, client, "died while %s", client->state == CLIENT_RUNNING ?
			"RUN was on its way" : client_doing(client));
	drop(peer, how);
}

static void peer_ready(struct loop_source *source, unsigned int events)
{
	struct peer *peer = container_of(source, struct peer, source);
	struct peers *peers = peer->peers;
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
	n = recv(source->fd, peer->in + peer->in_bytes, PEER_IN - peer->in_bytes, MSG_DONTWAIT);
	if (n > 0) {
		peer->in_bytes += n;
		handle_input(peer);
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		ended(peer);
	}
settle:
	peers->settle(peers);
}

static void drop_doomed(struct peers *peers)
{
	struct peer *peer;

	peers->doomed = false;
	for (peer = peers->first; peer; peer = peer->next) {
		if (!peer->doomed)
			continue;
		drop(peer, SIM_BROKE);
		/* others may be gone, too: from the beginning */
		peers->doomed = true;
		return;
	}
}

static void offer_again(struct peers *peers)
{
	struct peer *peer;

	peers->resumed = false;
	for (peer = peers->first; peer; peer = peer->next) {
		if (!peer->held)
			continue;
		peer->held = false;
		watch(peer);
		handle_input(peer);
	}
}

/**
 * peers_settle() - do what was put off while somebody worked on a peer
 * @peers: all of them
 *
 * Return: whether there was anything; then there may be more.
 */
bool peers_settle(struct peers *peers)
{
	if (peers->doomed)
		drop_doomed(peers);
	else if (peers->resumed)
		offer_again(peers);
	else
		return false;
	return true;
}

/* --- who comes and goes --- */

/**
 * peers_welcome() - somebody has connected
 * @peers: all who have
 * @fd: the connection, which is closed when it ends
 * @pid: the process at the other end
 */
void peers_welcome(struct peers *peers, int fd, pid_t pid)
{
	struct peer *peer = calloc(1, sizeof(*peer));

	if (!peer) {
		close(fd);
		return;
	}
	peer->source = (struct loop_source){ .fd = fd, .ready = peer_ready };
	peer->peers = peers;
	if (loop_add(peers->loop, &peer->source, EPOLLIN)) {
		close(fd);
		free(peer);
		return;
	}
	peer->next = peers->first;
	if (peer->next)
		peer->next->prev = peer;
	peers->first = peer;
	sim_connect(peers->sim, &peer->client, pid);
}

/**
 * peers_name_silent() - say who has connected and says nothing
 * @peers: all of them
 * @host: host time in ns
 */
void peers_name_silent(struct peers *peers, __u64 host)
{
	struct peer *peer;

	for (peer = peers->first; peer; peer = peer->next) {
		if (peer->silent || peer->client.state != CLIENT_CONNECTED ||
		    host - peer->client.since < peers->sim->opt.patience)
			continue;
		peer->silent = true;
		sim_say(peers->sim, &peer->client, "has connected and not said START");
	}
}

/**
 * peers_close() - nobody is served any more
 * @peers: all of them
 */
void peers_close(struct peers *peers)
{
	struct peer *peer;

	while ((peer = peers->first)) {
		peers->first = peer->next;
		close(peer->source.fd);
		client_free(&peer->client);
		free(peer->out);
		free(peer);
	}
}
