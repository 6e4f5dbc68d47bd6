// SPDX-License-Identifier: GPL-2.0
/* Sockets in the file system that only their owner can connect to. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/listener.h"
#include "lib/lock.h"
#include "lib/util.h"

#define SUN_PATH	sizeof(((struct sockaddr_un *)0)->sun_path)

__printf(3, 4)
static int fail(char *why, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, LISTENER_TEXT, format, args);
	va_end(args);
	return -err;
}

static int fail_errno(char *why)
{
	const int err = errno;

	return fail(why, err, "%s", strerror(err));
}

/*
 * Does a socket of this name listen, as far as the kernel lists it? To connect is
 * sure, but there are controllers that do not survive it.
 */
static bool is_listed(const char *path)
{
	FILE *list = fopen("/proc/net/unix", "re");
	char line[256], name[128];
	unsigned int flags;
	bool found = false;

	while (list && !found && fgets(line, sizeof(line), list))
		found = sscanf(line, "%*s %*s %*s %x %*s %*s %*s %127s", &flags, name) == 2 &&
			flags & 0x10000 && !strcmp(name, path);
	if (list)
		fclose(list);
	return found;
}

static bool somebody_listens(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd, err;

	if (is_listed(path))
		return true;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return true;
	memcpy(addr.sun_path, path, strlen(path));
	err = connect(fd, (const struct sockaddr *)&addr, sizeof(addr)) ? errno : 0;
	close(fd);
	return err != ECONNREFUSED && err != ENOENT;
}

/* A socket that nobody listens on is left from before; anything else stays */
static int make_way(const char *path, char *why)
{
	struct stat st;

	if (lstat(path, &st))
		return errno == ENOENT ? 0 : fail_errno(why);
	if (!S_ISSOCK(st.st_mode))
		return fail(why, EEXIST, "exists and is no socket; it is left alone");
	if (somebody_listens(path))
		return fail(why, EADDRINUSE, "somebody else listens there already");
	if (unlink(path) && errno != ENOENT)
		return fail(why, errno, "a socket that nobody listens at cannot be removed: %s",
			    strerror(errno));
	return 0;
}

/* A directory, and ".umtt." with a number */
#define ASIDE_PATH (SUN_PATH + 16)

/**
 * struct aside - the name that a socket has until it listens
 * @path: in the directory of its later name, so that it can be renamed
 * @dir: this directory, for a path that is too long for an address; or -1
 */
struct aside {
	char path[ASIDE_PATH];
	int dir;
};

/* Always the same for a place, so that what somebody left who was killed is found */
static int write_aside(char *text, const char *path)
{
	const char *slash = strrchr(path, '/');
	const int len = slash ? slash + 1 - path : 0;

	snprintf(text, ASIDE_PATH, "%.*s.umtt.%08x", len, path,
		 hash_bytes(path + len, strlen(path + len)));
	return len;
}

static int name_aside(struct aside *aside, struct sockaddr_un *addr, const char *path)
{
	const int len = write_aside(aside->path, path);
	char dir[SUN_PATH];

	if (strlen(aside->path) < SUN_PATH) {
		memcpy(addr->sun_path, aside->path, strlen(aside->path) + 1);
		return 0;
	}
	snprintf(dir, sizeof(dir), "%.*s", len, path);
	if (aside->dir < 0)
		aside->dir = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (aside->dir < 0)
		return -1;
	snprintf(addr->sun_path, SUN_PATH, "/proc/self/fd/%d/%s", aside->dir, aside->path + len);
	return 0;
}

/* The mode is right from the beginning */
static int bind_privately(int fd, const struct sockaddr_un *addr)
{
	const mode_t mask = umask(0177);
	int rc = bind(fd, (const struct sockaddr *)addr, sizeof(*addr));
	const int err = errno;

	umask(mask);
	errno = err;
	return rc;
}

static int bind_aside(int fd, struct aside *aside, const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	if (name_aside(aside, &addr, path))
		return -1;
	if (!bind_privately(fd, &addr))
		return 0;
	/* the place is ours, so that this is left from somebody who was killed */
	if (errno != EADDRINUSE || unlink(aside->path))
		return -1;
	return bind_privately(fd, &addr);
}

/* Not every file system can refuse to replace; then the lock has to do */
static int put_in_place(const char *from, const char *path)
{
	if (!renameat2(AT_FDCWD, from, AT_FDCWD, path, RENAME_NOREPLACE))
		return 0;
	return errno == EINVAL ? rename(from, path) : -1;
}

/* Who sees the socket can connect to it: it has its name when it listens */
static int listen_at(int fd, const char *path)
{
	struct aside aside = { .dir = -1 };
	int rc, err;

	rc = bind_aside(fd, &aside, path);
	if (!rc) {
		rc = listen(fd, SOMAXCONN);
		if (!rc)
			rc = put_in_place(aside.path, path);
		err = errno;
		if (rc)
			unlink(aside.path);
		errno = err;
	}
	err = errno;
	if (aside.dir >= 0)
		close(aside.dir);
	errno = err;
	return rc;
}

static void raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur == limit.rlim_max)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/**
 * listener_take_place() - listen on a socket of this user's, at a place that is locked
 * @path: where; only the caller can make a socket there now
 * @why: %LISTENER_TEXT bytes for what went wrong
 *
 * What is left from somebody who does not listen any more is replaced. As many descriptors
 * as the host allows can be used from now on.
 *
 * Return: a descriptor that does not block; or with @why a negative error number, which is
 * -EADDRINUSE if somebody listens there.
 */
int listener_take_place(const char *path, char *why)
{
	int fd, err;

	if (!*path)
		return fail(why, EINVAL, "a path is wanted");
	if (strlen(path) >= SUN_PATH)
		return fail(why, EINVAL, "the path of a socket has at most %zu bytes, this one %zu",
			    SUN_PATH - 1, strlen(path));
	raise_limit();
	err = make_way(path, why);
	if (err)
		return err;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return fail_errno(why);
	if (!listen_at(fd, path))
		return fd;
	err = fail_errno(why);
	close(fd);
	return err;
}

/**
 * listener_listen() - listen on a socket of this user's
 * @path: where; PATH.lock is locked meanwhile
 * @why: %LISTENER_TEXT bytes for what went wrong
 *
 * Return: as listener_take_place().
 */
int listener_listen(const char *path, char *why)
{
	char lock[SUN_PATH + sizeof(".lock")];
	int fd, held = -1;

	/* what is longer is refused below */
	if (*path && strlen(path) < SUN_PATH) {
		snprintf(lock, sizeof(lock), "%s.lock", path);
		held = lock_take(lock);
		if (held == -EBUSY)
			return fail(why, EADDRINUSE, "somebody else listens there, or is about to");
		if (held < 0)
			return fail(why, -held, "%s: %s", lock, strerror(-held));
	}
	fd = listener_take_place(path, why);
	lock_drop(lock, held);
	return fd;
}

/**
 * listener_clean_up() - remove a socket that nobody listens at, without a word
 * @path: the socket; only the caller can make one there now
 */
void listener_clean_up(const char *path)
{
	char why[LISTENER_TEXT], aside[ASIDE_PATH];

	write_aside(aside, path);
	unlink(aside);
	make_way(path, why);
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
