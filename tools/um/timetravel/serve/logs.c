// SPDX-License-Identifier: GPL-2.0
/* Where the output of what umtt serve starts goes. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/util.h"
#include "serve/logs.h"

static int try_file(const char *dir, unsigned int number)
{
	char path[LOGS_PATH];
	int fd;

	if ((size_t)snprintf(path, sizeof(path), "%s/%u.log", dir, number) >= sizeof(path)) {
		complain("--logs: %s: the name of a log has less than %d bytes", dir, LOGS_PATH);
		return -1;
	}
	/* a pipe that nobody reads would be waited for; what is in a file may yet be wanted */
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_CLOEXEC, 0600);
	if (fd < 0) {
		complain("--logs: cannot write %s: %s", path, strerror(errno));
		return -1;
	}
	close(fd);
	return 0;
}

/**
 * logs_prepare() - see to it that all logs can be written
 * @dir: the directory, which is made if it is not there
 * @count: how many programs
 *
 * Who opens them has nobody to tell that one cannot be, and its output would be lost.
 *
 * Return: 0, or -1, which was said.
 */
int logs_prepare(const char *dir, unsigned int count)
{
	unsigned int i;

	if (mkdir(dir, 0777) && errno != EEXIST) {
		complain("--logs: cannot make the directory %s: %s", dir, strerror(errno));
		return -1;
	}
	for (i = 0; i < count; i++)
		if (try_file(dir, i + 1))
			return -1;
	return 0;
}
