// SPDX-License-Identifier: GPL-2.0
/* Messages that a socket had no room for. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "serve/outbox.h"

#define MSG_SIZE sizeof(struct um_timetravel_msg)

/**
 * outbox_count() - how many messages wait
 * @out: the messages
 *
 * Return: their number, without one of which a part was sent.
 */
size_t outbox_count(const struct outbox *out)
{
	return out->size / MSG_SIZE;
}

/**
 * outbox_add() - one more waits
 * @out: the messages
 * @msg: the last one from now on
 *
 * Return: 0 or a negative error number.
 */
int outbox_add(struct outbox *out, const struct um_timetravel_msg *msg)
{
	char *bytes = realloc(out->bytes, out->size + MSG_SIZE);

	if (!bytes)
		return -ENOMEM;
	memcpy(bytes + out->size, msg, MSG_SIZE);
	out->bytes = bytes;
	out->size += MSG_SIZE;
	out->answers += msg->op == UM_TIMETRAVEL_ACK;
	return 0;
}

/* A message is counted when its first byte goes, as its op goes with that */
static void forget(struct outbox *out, size_t sent)
{
	struct um_timetravel_msg msg;
	size_t at;

	for (at = out->size % MSG_SIZE; at < sent; at += MSG_SIZE) {
		memcpy(&msg, out->bytes + at, MSG_SIZE);
		out->answers -= msg.op == UM_TIMETRAVEL_ACK;
	}
	out->size -= sent;
	memmove(out->bytes, out->bytes + sent, out->size);
	if (!out->size)
		outbox_clear(out);
}

/**
 * outbox_flush() - send what there is room for
 * @out: the messages
 * @fd: a socket that does not block
 *
 * Return: 0, even if all or some still wait, or a negative error number.
 */
int outbox_flush(struct outbox *out, int fd)
{
	ssize_t n = send(fd, out->bytes, out->size, MSG_NOSIGNAL);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	forget(out, n);
	return 0;
}

/**
 * outbox_clear() - nothing waits any more
 * @out: the messages
 */
void outbox_clear(struct outbox *out)
{
	free(out->bytes);
	*out = (struct outbox){ 0 };
}
