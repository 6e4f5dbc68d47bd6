/* SPDX-License-Identifier: GPL-2.0 */
/* Sockets in the file system that only their owner can connect to. */
#ifndef UMTT_LISTENER_H
#define UMTT_LISTENER_H

/* Enough for what these functions write about what went wrong */
#define LISTENER_TEXT	256

int listener_listen(const char *path, char *why);
int listener_accept(int listener, char *why);

#endif /* UMTT_LISTENER_H */
