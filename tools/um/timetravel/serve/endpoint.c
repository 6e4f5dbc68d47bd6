// SPDX-License-Identifier: GPL-2.0
/* An endpoint in the file system. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "serve/endpoint.h"
#include "lib/listener.h"
#include "lib/lock.h"
#include "lib/util.h"

static const char *directory_of(const char *path, char *copy, size_t size)
{
	snprintf(copy, size, "%s", path);
	return dirname(copy);
}

/* Nobody else may be able to put another socket where ours is */
static int check_directory(const char *path)
{
	char copy[sizeof(((struct sockaddr_un *)0)->sun_path) + 1];
	const char *dir = directory_of(path, copy, sizeof(copy));
	struct stat st;

	if (stat(dir, &st)) {
		complain("%s: no place for a socket: %s", dir, strerror(errno));
		return -1;
	}
	if (!S_ISDIR(st.st_mode)) {
		complain("%s is no directory", dir);
		return -1;
	}
	if (st.st_uid != geteuid() && st.st_uid) {
		complain("%s belongs to user %u, who could replace a socket there: choose another",
			 dir, st.st_uid);
		return -1;
	}
	if (st.st_mode & 022 && !(st.st_mode & S_ISVTX)) {
		complain("others can replace a socket in %s (mode %04o): chmod go-w it",
			 dir, st.st_mode & 07777);
		return -1;
	}
	return 0;
}

/**
 * endpoint_name() - the names of a controller's files
 * @endpoint: to be set up; nothing is taken yet
 * @path: of the socket for clients
 *
 * Return: 0, or -1 if they cannot be used, which was said.
 */
int endpoint_name(struct endpoint *endpoint, const char *path)
{
	size_t room = sizeof(((struct sockaddr_un *)0)->sun_path) - sizeof(".ctl");

	*endpoint = (struct endpoint){ .lock = -1, .fd = -1, .ctl_fd = -1 };
	if (!*path || strlen(path) > room) {
		complain("--socket: a path has 1 to %zu bytes, this one has %zu: %.60s%s", room,
			 strlen(path), path, strlen(path) > 60 ? "..." : "");
		return -1;
	}
	endpoint->path = strdup(path);
	if (asprintf(&endpoint->ctl_path, "%s.ctl", path) < 0 ||
	    asprintf(&endpoint->lock_path, "%s.lock", path) < 0)
		return -1;
	return 0;
}

static void say_who_has_it(const struct endpoint *endpoint)
{
	char pid[16] = "";
	int fd = open(endpoint->lock_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd >= 0) {
		if (read(fd, pid, sizeof(pid) - 1) < 0)
			*pid = 0;
		close(fd);
	}
	complain("%s: a controller is alive there (process %s); end it, or choose another --socket",
		 endpoint->path, *pid ? pid : "unknown");
}

static int take_lock(struct endpoint *endpoint)
{
	char pid[16];
	int n;

	endpoint->lock = lock_take(endpoint->lock_path);
	if (endpoint->lock == -EBUSY) {
		say_who_has_it(endpoint);
		return -1;
	}
	if (endpoint->lock < 0) {
		complain("%s: %s", endpoint->lock_path, strerror(-endpoint->lock));
		return -1;
	}
	n = snprintf(pid, sizeof(pid), "%d", getpid());
	if (ftruncate(endpoint->lock, 0) || pwrite(endpoint->lock, pid, n, 0) != n)
		complain("%s: %s", endpoint->lock_path, strerror(errno));
	return 0;
}

static int listen_at(const char *path)
{
	char why[LISTENER_TEXT];
	int fd = listener_take_place(path, why);

	if (fd == -EADDRINUSE)
		complain("%s: a controller is alive there; end it, or choose another --socket",
			 path);
	else if (fd < 0)
		complain("%s: cannot listen there: %s", path, why);
	return fd;
}

/**
 * endpoint_take() - listen at an endpoint, which is ours from then on
 * @endpoint: named before
 *
 * Return: 0, or -1, which was said.
 */
int endpoint_take(struct endpoint *endpoint)
{
	if (check_directory(endpoint->path) || take_lock(endpoint))
		return -1;
	endpoint->fd = listen_at(endpoint->path);
	if (endpoint->fd >= 0)
		endpoint->ctl_fd = listen_at(endpoint->ctl_path);
	return endpoint->ctl_fd < 0 ? -1 : 0;
}

/**
 * endpoint_close() - nobody listens there any more
 * @endpoint: what was named, and perhaps taken
 */
void endpoint_close(struct endpoint *endpoint)
{
	/* the lock goes last: who has it next finds nothing of ours */
	if (endpoint->fd >= 0)
		unlink(endpoint->path);
	if (endpoint->ctl_fd >= 0)
		unlink(endpoint->ctl_path);
	lock_drop(endpoint->lock_path, endpoint->lock);
	close(endpoint->fd);
	close(endpoint->ctl_fd);
	free(endpoint->path);
	free(endpoint->ctl_path);
	free(endpoint->lock_path);
}

/**
 * endpoint_clean_up() - remove what a controller that was killed left at an endpoint
 * @path: its socket for clients
 *
 * If another controller has it by now, it is left alone.
 */
void endpoint_clean_up(const char *path)
{
	struct endpoint endpoint;

	if (endpoint_name(&endpoint, path))
		return;
	endpoint.lock = lock_take(endpoint.lock_path);
	if (endpoint.lock >= 0) {
		listener_clean_up(endpoint.path);
		listener_clean_up(endpoint.ctl_path);
	}
	endpoint_close(&endpoint);
}

/**
 * endpoint_default() - the socket that is meant when none is named
 * @path: set to its path
 * @size: room for it
 *
 * Makes the directory, if it is not there.
 *
 * Return: 0, or -1, which was said.
 */
int endpoint_default(char *path, size_t size)
{
	const char *run = getenv("XDG_RUNTIME_DIR");
	char dir[64];
	struct stat st;

	if (run && *run == '/' && !access(run, W_OK)) {
		snprintf(path, size, "%s/umtt.sock", run);
		return 0;
	}
	snprintf(dir, sizeof(dir), "/tmp/umtt-%u", geteuid());
	if ((mkdir(dir, 0700) && errno != EEXIST) || lstat(dir, &st) ||
	    !S_ISDIR(st.st_mode) || st.st_uid != geteuid() || st.st_mode & 077) {
		complain("%s is not a directory of yours alone; name another place with --socket",
			 dir);
		return -1;
	}
	snprintf(path, size, "%s/umtt.sock", dir);
	return 0;
}
