// SPDX-License-Identifier: GPL-2.0
/*
 * Preloaded into a kernel on the host: tells on standard error, where the kernel's log
 * goes, of each fdatasync(), and lets it fail if SYNCS_FAIL is not empty.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/syscall.h>

int fdatasync(int fd)
{
	char link[32], path[PATH_MAX];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path));
	if (n > 0)
		dprintf(STDERR_FILENO, "host: %.*s is synced\n", (int)n, path);

	if (*getenv("SYNCS_FAIL")) {
		errno = EIO;
		return -1;
	}
	return syscall(SYS_fdatasync, fd);
}
