/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages of the external time protocol: to build, to name, to check, to send
 * and to receive them.
 *
 * Holds: nothing here keeps state. What a client may say when is in client.h.
 */
#ifndef UMTT_WIRE_H
#define UMTT_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "../../../../include/uapi/linux/um_timetravel.h"

/* What a client asks for that has nothing to do, and all times after it */
#define WIRE_NEVER ((__u64)INT64_MAX)

/* The ID of a client that has none */
#define WIRE_NO_ID ((__u64)-1)

/* Enough for what wire_format() and wire_connect() write */
#define WIRE_TEXT 160

struct um_timetravel_msg wire_msg(__u32 op, __u32 seq, __u64 time);
struct um_timetravel_msg wire_ack(const struct um_timetravel_msg *of, __u64 time);
const char *wire_op_name(__u32 op);
bool wire_op_known(__u32 op);
bool wire_from_client(__u32 op);
const char *wire_format(char *text, const struct um_timetravel_msg *msg);

int wire_connect(const char *path, char *why);
int wire_send(int fd, const struct um_timetravel_msg *msg, const int *fds,
	      unsigned int nfds);
int wire_recv(int fd, struct um_timetravel_msg *msg, int *fds,
	      unsigned int *nfds);

#endif /* UMTT_WIRE_H */
