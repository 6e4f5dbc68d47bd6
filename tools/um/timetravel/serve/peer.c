// SPDX-License-Identifier: GPL-2.0
/* Connections of clients. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/listener.h"
#include "serve/peer.h"

/* So many answers may wait for a client that asks and does not read */
#define ANSWERS_MAX 1024

/* Who owes so many answers is told nothing more that can wait */
#define OWED_MAX 1024

/*
 * What others make us tell it is bounded by them: each waits for its answer. But they may
 * come and go: there is an end to that, too.
 */
#define OUT_MAX (64 * 1024)

static struct peer *peer_of(struct client *client)
{
	return container_of(client, struct peer, client);
}

static void watch(struct peer *peer)
{
	unsigned int events = 0;

	if (!peer->held)
		events |= EPOLLIN;
	if (peer->out.size)
		events |= EPOLLOUT;
	loop_change(peer->peers->loop, &peer->source, events);
}

static void doom(struct peer *peer)
{
	peer->doomed = true;
	peer->peers->doomed = true;
}

/* --- out --- */

/* Of who has gone, the end is seen where it is read from, after all that it has said */
static bool has_gone(const struct peer *peer)
{
	struct pollfd fd = { .fd = peer->source.fd, .events = POLLRDHUP };

	return poll(&fd, 1, 0) > 0 && fd.revents & (POLLHUP | POLLRDHUP);
}

static void cannot_send(struct peer *peer, int err)
{
	if ((err == EPIPE || err == ECONNRESET) && has_gone(peer))
		return;
	sim_say(peer->peers->sim, &peer->client, "cannot be told anything: %s; dropped",
		strerror(err));
	doom(peer);
}

static void keep_for_later(struct peer *peer, const struct um_timetravel_msg *msg)
{
	size_t waiting = outbox_count(&peer->out);

	if (waiting >= OUT_MAX ||
	    (msg->op == UM_TIMETRAVEL_ACK && peer->out.answers >= ANSWERS_MAX)) {
		sim_say(peer->peers->sim, &peer->client,
			"does not read what it is told: %zu messages wait; dropped", waiting);
		doom(peer);
	} else if (outbox_add(&peer->out, msg)) {
		cannot_send(peer, ENOMEM);
	} else {
		watch(peer);
	}
}

/**
 * peer_send() - send a message to a client, or keep it until there is room
 * @client: of a peer
 * @msg: the message
 * @fds: descriptors to send along
 * @nfds: how many
 */
void peer_send(struct client *client, const struct um_timetravel_msg *msg, const int *fds,
	       unsigned int nfds)
{
	struct peer *peer = peer_of(client);
	int err = -EAGAIN;

	if (peer->doomed)
		return;
	if (!peer->out.size)
		err = wire_send(peer->source.fd, msg, fds, nfds);
	if (err == -EAGAIN)
		keep_for_later(peer, msg);
	else if (err)
		cannot_send(peer, -err);
}

static void flush(struct peer *peer)
{
	int err = outbox_flush(&peer->out, peer->source.fd);

	if (err) {
		outbox_clear(&peer->out);
		cannot_send(peer, -err);
	}
	if (!peer->out.size)
		watch(peer);
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
	outbox_clear(&peer->out);
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

/* Nobody is there any more, and all that came is dealt with */
static void ended(struct peer *peer)
{
	drop(peer, sim_departure(peer->peers->sim, &peer->client, peer->in_bytes));
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

static bool owes_too_much(const struct peer *peer)
{
	return !peer->doomed && peer->client.due_count >= OWED_MAX;
}

/**
 * peers_have_room() - may all clients be told something that can wait
 * @peers: all of them
 *
 * Return: whether none of them owes answers to much of what it was told before.
 */
bool peers_have_room(const struct peers *peers)
{
	const struct peer *peer;

	for (peer = peers->first; peer; peer = peer->next)
		if (owes_too_much(peer))
			return false;
	return true;
}

static void name_if_owing(struct peer *peer, __u64 host)
{
	struct sim *sim = peer->peers->sim;

	if (!owes_too_much(peer)) {
		peer->owes_since = 0;
	} else if (!peer->owes_since) {
		peer->owes_since = host;
	} else if (!peer->named && host - peer->owes_since >= sim->opt.patience) {
		peer->named = true;
		sim_say(sim, &peer->client,
			"does not answer what it is told: %u messages; broadcasts wait for it",
			peer->client.due_count);
	}
}

static void name_if_silent(struct peer *peer, __u64 host)
{
	struct sim *sim = peer->peers->sim;

	if (peer->silent || peer->client.state != CLIENT_CONNECTED ||
	    host - peer->client.since < sim->opt.patience)
		return;
	peer->silent = true;
	sim_say(sim, &peer->client, "has connected and not said START");
}

/**
 * peers_name_slow() - say who says nothing, be it at first or when it is told something
 * @peers: all of them
 * @host: host time in ns
 */
void peers_name_slow(struct peers *peers, __u64 host)
{
	struct peer *peer;

	for (peer = peers->first; peer; peer = peer->next) {
		name_if_silent(peer, host);
		name_if_owing(peer, host);
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
		outbox_clear(&peer->out);
		free(peer);
	}
}
