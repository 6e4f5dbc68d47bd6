// SPDX-License-Identifier: GPL-2.0
/* Sockets in the file system that only their owner can connect to. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/listener.h"
#include "lib/util.h"

#define BACKLOG	16

__printf(2, 3)
static int fail(char *why, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, LISTENER_TEXT, format, args);
	va_end(args);
	return -1;
}

/* A socket that nobody listens on is left from before; anything else stays */
static int make_way(const struct sockaddr_un *addr, char *why)
{
	struct stat st;
	int fd, rc, err;

	if (lstat(addr->sun_path, &st))
		return errno == ENOENT ? 0 : fail(why, "%s", strerror(errno));
	if (!S_ISSOCK(st.st_mode))
		return fail(why, "there is something else than a socket");
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return fail(why, "%s", strerror(errno));
	rc = connect(fd, (const struct sockaddr *)addr, sizeof(*addr));
	err = errno;
	close(fd);
	if (!rc || err != ECONNREFUSED)
		return fail(why, "somebody else listens there already");
	if (unlink(addr->sun_path) && errno != ENOENT)
		return fail(why, "the socket that was left there cannot be removed: %s",
			    strerror(errno));
	return 0;
}

/* The mode is right from the beginning */
static int bind_private(int fd, const struct sockaddr_un *addr)
{
	const mode_t mask = umask(0177);
	int rc = bind(fd, (const struct sockaddr *)addr, sizeof(*addr));
	const int err = errno;

	umask(mask);
	errno = err;
	return rc;
}

/**
 * listener_listen() - listen on a socket of this user's
 * @path: where
 * @why: %LISTENER_TEXT bytes for what went wrong
 *
 * What is left from somebody who does not listen any more is replaced.
 *
 * Return: a descriptor that does not block, or -1 with @why.
 */
int listener_listen(const char *path, char *why)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd;

	if (!*path)
		return fail(why, "a path is wanted");
	if (strlen(path) >= sizeof(addr.sun_path))
		return fail(why, "the path of a socket has at most %zu bytes, this one %zu",
			    sizeof(addr.sun_path) - 1, strlen(path));
	memcpy(addr.sun_path, path, strlen(path) + 1);
	if (make_way(&addr, why))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return fail(why, "%s", strerror(errno));
	if (bind_private(fd, &addr) || listen(fd, BACKLOG)) {
		fail(why, "%s", strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}

/**
 * listener_accept() - take a connection of this user's
 * @listener: what listener_listen() returned
 * @why: %LISTENER_TEXT bytes for what went wrong
 *
 * Return: a descriptor, or -1 with @why, which is empty if nobody is there.
 */
int listener_accept(int listener, char *why)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	why[0] = '\0';
	if (fd < 0)
		return errno == EAGAIN || errno == EINTR || errno == ECONNABORTED ?
			-1 : fail(why, "%s", strerror(errno));
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) ||
	    (peer.uid != geteuid() && peer.uid != 0)) {
		close(fd);
		return fail(why, "a process of another user was turned away");
	}
	return fd;
}

/* The limit is the process's: any descriptor that is closed makes room for one of these */
static struct listener *full;

/* Once is enough: at the limit it would be said for each who leaves */
static void say_full(int err)
{
	static bool said;

	if (!said)
		complain("%s: who connects now waits until others have left", strerror(err));
	said = true;
}

static void wait_for_room(struct listener *listener)
{
	listener->full = true;
	listener->next = full;
	full = listener;
	loop_change(listener->loop, &listener->source, 0);
}

static bool admits(int fd, pid_t *pid)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len))
		return false;
	*pid = peer.pid;
	if (peer.uid == geteuid() || !peer.uid)
		return true;
	complain("process %d of user %u is refused: only user %u and root may connect", peer.pid,
		 peer.uid, geteuid());
	return false;
}

static void listener_ready(struct loop_source *source, unsigned int events)
{
	struct listener *listener = container_of(source, struct listener, source);
	int fd = accept4(source->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	pid_t pid;

	(void)events;
	if (fd < 0) {
		if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM)
			return;
		say_full(errno);
		wait_for_room(listener);
	} else if (admits(fd, &pid)) {
		listener->admitted(listener, fd, pid);
	} else {
		close(fd);
	}
}

/**
 * listener_start() - have connections handed over
 * @listener: with @admitted set
 * @loop: what waits for them
 * @fd: a socket that listens and does not block
 *
 * Return: 0 or a negative error number.
 */
int listener_start(struct listener *listener, struct loop *loop, int fd)
{
	listener->source = (struct loop_source){ .fd = fd, .ready = listener_ready };
	listener->loop = loop;
	listener->full = false;
	return loop_add(loop, &listener->source, EPOLLIN);
}

/**
 * listener_stop() - no more connections are handed over
 * @listener: one that was started; its descriptor is still open
 */
void listener_stop(struct listener *listener)
{
	struct listener **at = &full;

	while (*at && *at != listener)
		at = &(*at)->next;
	if (*at)
		*at = listener->next;
	loop_remove(listener->loop, &listener->source);
}

/**
 * listener_resume() - a descriptor was closed: all who wait for one may try again
 *
 * To be called when a connection has been closed, whichever listener it came from.
 */
void listener_resume(void)
{
	struct listener *listener;

	while ((listener = full)) {
		full = listener->next;
		listener->full = false;
		loop_change(listener->loop, &listener->source, EPOLLIN);
	}
}
