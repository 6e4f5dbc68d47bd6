// SPDX-License-Identifier: GPL-2.0
/* Files that one process at a time can have locked. */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/lock.h"

/* Open and locked, and still what stands in the file system: -EAGAIN if not */
static int take_once(const char *path)
{
	struct stat opened, there;
	int fd, err;

	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		err = errno == EWOULDBLOCK ? EBUSY : errno;
		close(fd);
		return -err;
	}
	if (fstat(fd, &opened) || lstat(path, &there) || opened.st_ino != there.st_ino ||
	    opened.st_dev != there.st_dev) {
		close(fd);
		return -EAGAIN;
	}
	return fd;
}

/**
 * lock_take() - lock a file, which is made if it is not there
 * @path: the file
 *
 * Return: a descriptor that holds the lock, -EBUSY if another process has it, or another
 * negative error number.
 */
int lock_take(const char *path)
{
	int fd;

	do
		fd = take_once(path);
	while (fd == -EAGAIN);
	return fd;
}

/**
 * lock_drop() - give the lock back, and remove the file
 * @path: the file
 * @fd: what lock_take() returned; nothing is done if it is negative
 */
void lock_drop(const char *path, int fd)
{
	if (fd < 0)
		return;
	/* while it is locked: who takes it next finds a file of its own */
	unlink(path);
	close(fd);
}
