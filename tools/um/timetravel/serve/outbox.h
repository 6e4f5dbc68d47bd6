/* SPDX-License-Identifier: GPL-2.0 */
/* Messages that a socket had no room for. */
#ifndef UMTT_OUTBOX_H
#define UMTT_OUTBOX_H

#include "lib/wire.h"

/**
 * struct outbox - messages that wait, oldest first
 * @bytes: of these messages; of the first, what was not sent of it
 * @size: how many
 * @answers: so many of the messages are answers
 */
struct outbox {
	char *bytes;
	size_t size;
	unsigned int answers;
};

size_t outbox_count(const struct outbox *out);
int outbox_add(struct outbox *out, const struct um_timetravel_msg *msg);
int outbox_flush(struct outbox *out, int fd);
void outbox_clear(struct outbox *out);

#endif /* UMTT_OUTBOX_H */
