// SPDX-License-Identifier: GPL-2.0
/* Descriptors that come with a message. */
#include <string.h>
#include <unistd.h>

#include "lib/fds.h"

/**
 * fds_take() - take the descriptors that came along
 * @hdr: what recvmsg() has filled in
 * @fds: where to put them, NULL to close all
 * @nfds: how many are there already; raised by those that are added
 * @max: how many there can be
 *
 * Return: how many were closed, as there was no room for them.
 */
unsigned int fds_take(struct msghdr *hdr, int *fds, unsigned int *nfds, unsigned int max)
{
	unsigned int closed = 0;
	struct cmsghdr *cmsg;
	size_t i, n;
	int fd;

	for (cmsg = CMSG_FIRSTHDR(hdr); cmsg; cmsg = CMSG_NXTHDR(hdr, cmsg)) {
		if (cmsg->cmsg_level != SOL_SOCKET || cmsg->cmsg_type != SCM_RIGHTS)
			continue;
		n = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < n; i++) {
			memcpy(&fd, CMSG_DATA(cmsg) + i * sizeof(int), sizeof(fd));
			if (fds && *nfds < max) {
				fds[(*nfds)++] = fd;
			} else {
				close(fd);
				closed++;
			}
		}
	}
	return closed;
}
