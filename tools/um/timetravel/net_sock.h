/* SPDX-License-Identifier: GPL-2.0 */
/* Sockets in the file system that only their owner can connect to. */
#ifndef NET_SOCK_H
#define NET_SOCK_H

/* Enough for what these functions write about what went wrong */
#define NET_SOCK_TEXT	256

int net_sock_listen(const char *path, char *why);
int net_sock_accept(int listener, char *why);

#endif /* NET_SOCK_H */
