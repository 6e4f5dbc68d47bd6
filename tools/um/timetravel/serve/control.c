// SPDX-License-Identifier: GPL-2.0
/* Commands for a controller that runs: who gives them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "serve/control.h"

/**
 * struct control_peer - somebody who gives commands
 * @source: its socket
 * @ctl: whose it is
 * @line: what came of a line
 * @bytes: how much
 * @out: an answer that is being sent, NULL if none is
 * @sent: how much of it is
 * @waits: for nobody to run
 * @crowded: its command waits for room with the clients
 * @next: in the list of all
 */
struct control_peer {
	struct loop_source source;
	struct control *ctl;
	char line[1024];
	size_t bytes;
	char *out;
	size_t sent;
	bool waits, crowded;
	struct control_peer *next;
};

static void drop(struct control_peer *peer)
{
	struct control_peer **at = &peer->ctl->peers;

	while (*at != peer)
		at = &(*at)->next;
	*at = peer->next;
	loop_remove(&peer->ctl->server->loop, &peer->source);
	close(peer->source.fd);
	free(peer->out);
	free(peer);
	listener_resume();
}

/* One command is answered before the next is read */
static void watch(struct control_peer *peer)
{
	unsigned int events = peer->out ? EPOLLOUT : peer->waits || peer->crowded ? 0 : EPOLLIN;

	loop_change(&peer->ctl->server->loop, &peer->source, events);
}

/* Returns false if it is gone */
static bool send_answer(struct control_peer *peer)
{
	size_t left = strlen(peer->out + peer->sent);
	ssize_t n = send(peer->source.fd, peer->out + peer->sent, left, MSG_NOSIGNAL);

	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		drop(peer);
		return false;
	}
	if (n > 0)
		peer->sent += n;
	if (n >= 0 && (size_t)n == left) {
		free(peer->out);
		peer->out = NULL;
	}
	return true;
}

/* Returns false if it is gone */
static bool begin_answer(struct control_peer *peer, char *answer)
{
	if (!answer) {
		drop(peer);
		return false;
	}
	peer->out = answer;
	peer->sent = 0;
	return send_answer(peer);
}

/* Returns false if it is gone */
static bool do_line(struct control_peer *peer, char *end)
{
	struct server *server = peer->ctl->server;
	char *answer;

	*end = 0;
	if (commands_tell_all(peer->line) && !server_has_room(server)) {
		*end = '\n';
		peer->crowded = true;
		return true;
	}
	answer = commands_answer(&server->sim, peer->line, &peer->waits);
	peer->bytes -= end + 1 - peer->line;
	memmove(peer->line, end + 1, peer->bytes);
	return peer->waits || begin_answer(peer, answer);
}

static bool may_go_on(const struct control_peer *peer)
{
	return !peer->out && !peer->waits && !peer->crowded;
}

/* Where it ends cannot be known: whoever sent it is told, if there is room, and dropped */
static void refuse_line(struct control_peer *peer)
{
	static const char why[] = "{\"ok\":false,\"error\":\"a line has at most 1023 bytes\"}\n";

	static_assert(sizeof(peer->line) == 1024, "as it says");
	if (send(peer->source.fd, why, sizeof(why) - 1, MSG_NOSIGNAL) < 0)
		complain("somebody who gives commands is dropped: a line has at most 1023 bytes");
	drop(peer);
}

static void do_lines(struct control_peer *peer)
{
	char *end;

	while (may_go_on(peer) && (end = memchr(peer->line, '\n', peer->bytes)))
		if (!do_line(peer, end))
			return;
	if (may_go_on(peer) && peer->bytes == sizeof(peer->line))
		refuse_line(peer);
	else
		watch(peer);
}

static void peer_ready(struct loop_source *source, unsigned int events)
{
	struct control_peer *peer = container_of(source, struct control_peer, source);
	struct server *server = peer->ctl->server;
	ssize_t n;

	if (events & EPOLLOUT && peer->out && !send_answer(peer))
		return;
	if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
		n = recv(source->fd, peer->line + peer->bytes,
			 sizeof(peer->line) - peer->bytes, MSG_DONTWAIT);
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
			drop(peer);
			return;
		}
		peer->bytes += n > 0 ? n : 0;
	}
	do_lines(peer);
	server_settle(server);
}

static void admitted(struct listener *listener, int fd, pid_t pid)
{
	struct control *ctl = container_of(listener, struct control, listener);
	struct control_peer *peer = calloc(1, sizeof(*peer)), **at;

	(void)pid;
	if (!peer) {
		close(fd);
		return;
	}
	peer->source = (struct loop_source){ .fd = fd, .ready = peer_ready };
	peer->ctl = ctl;
	/* who came first is served first */
	for (at = &ctl->peers; *at; at = &(*at)->next)
		;
	*at = peer;
	if (loop_add(&ctl->server->loop, &peer->source, EPOLLIN))
		drop(peer);
}

/**
 * control_open() - be there for commands
 * @ctl: to be set up
 * @server: what they command
 *
 * Return: 0 or a negative error number.
 */
int control_open(struct control *ctl, struct server *server)
{
	*ctl = (struct control){ .server = server, .listener = { .admitted = admitted } };
	return listener_start(&ctl->listener, &server->loop, server->endpoint.ctl_fd);
}

/**
 * control_paused() - nobody runs: tell those who wait for it
 * @ctl: those who give commands
 */
void control_paused(struct control *ctl)
{
	struct control_peer *peer, *next;

	for (peer = ctl->peers; peer; peer = next) {
		next = peer->next;
		if (!peer->waits)
			continue;
		peer->waits = false;
		if (begin_answer(peer, commands_answer(&ctl->server->sim, NULL, NULL)))
			do_lines(peer);
	}
}

/**
 * control_room() - clients can be told more: do the commands that wait for it
 * @ctl: those who give commands
 */
void control_room(struct control *ctl)
{
	struct control_peer *peer, *next;

	for (peer = ctl->peers; peer; peer = next) {
		next = peer->next;
		if (!peer->crowded)
			continue;
		peer->crowded = false;
		do_lines(peer);
	}
}

/**
 * control_close() - no commands any more
 * @ctl: those who give commands
 */
void control_close(struct control *ctl)
{
	while (ctl->peers)
		drop(ctl->peers);
	listener_stop(&ctl->listener);
}
