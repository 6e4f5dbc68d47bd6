/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UMTT_FDS_H
#define UMTT_FDS_H

#include <sys/socket.h>

unsigned int fds_take(struct msghdr *hdr, int *fds, unsigned int *nfds, unsigned int max);

#endif /* UMTT_FDS_H */
