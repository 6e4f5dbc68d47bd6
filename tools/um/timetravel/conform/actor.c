// SPDX-License-Identifier: GPL-2.0
/* What an actor of a transcript says, hears and sees. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "conform/conform.h"
#include "lib/util.h"

/* Nothing that came in this time counts as silence, ms of host time */
#define SILENCE	40

/**
 * conform_send_raw() - say just this
 * @t: the transcript
 * @a: who says it
 * @msg: the message
 * @fds: descriptors to go with it
 * @count: how many
 *
 * Return: 0, or -1 with @t->why.
 */
int conform_send_raw(struct conform *t, struct conform_actor *a,
		     const struct um_timetravel_msg *msg, const int *fds, unsigned int count)
{
	char text[WIRE_TEXT];
	int rc;

	if (a->fd < 0)
		return conform_fail(t, "%s has no connection", a->name);
	rc = wire_send(a->fd, msg, fds, count);
	if (rc)
		return conform_fail(t, "%s cannot say %s: %s", a->name, wire_format(text, msg),
				    strerror(-rc));
	return 0;
}

/**
 * conform_send() - say something that is to be answered
 * @t: the transcript
 * @a: who says it
 * @op: what
 * @time: its time
 *
 * Return: 0, or -1 with @t->why.
 */
int conform_send(struct conform *t, struct conform_actor *a, uint32_t op, uint64_t time)
{
	const struct um_timetravel_msg msg = wire_msg(op, ++a->seq, time);
	bool unanswered = conform_uses_page(a) &&
		(op == UM_TIMETRAVEL_WAIT || op == UM_TIMETRAVEL_RUN);

	if (op == UM_TIMETRAVEL_WAIT)
		a->bound = 0;
	if (op == UM_TIMETRAVEL_FREE_UNTIL)
		a->bound = time;
	if (!unanswered && a->owed_count < CONFORM_OWED) {
		a->owed[a->owed_count].op = op;
		a->owed[a->owed_count++].seq = msg.seq;
	}
	return conform_send_raw(t, a, &msg, NULL, 0);
}

/**
 * conform_answer() - answer what came last
 * @t: the transcript
 * @a: who answers
 * @time: what the answer carries
 *
 * Return: 0, or -1 with @t->why.
 */
int conform_answer(struct conform *t, struct conform_actor *a, uint64_t time)
{
	const struct um_timetravel_msg ack = wire_ack(&a->last, time);

	return conform_send_raw(t, a, &ack, NULL, 0);
}

static void drop_fds(struct conform_actor *a)
{
	while (a->fd_count)
		close(a->fds[--a->fd_count]);
}

static bool readable(int fd, int ms)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	return poll(&pfd, 1, ms) > 0;
}

/* It is the answer to what is owed longest */
static int settle(struct conform *t, struct conform_actor *a, const struct um_timetravel_msg *msg)
{
	char text[WIRE_TEXT];

	if (!a->owed_count)
		return conform_fail(t, "%s got %s, which answers nothing", a->name,
				    wire_format(text, msg));
	if (msg->seq != a->owed[0].seq)
		return conform_fail(t, "%s got %s; its %s has seq %u", a->name,
				    wire_format(text, msg), wire_op_name(a->owed[0].op),
				    a->owed[0].seq);
	a->answered = msg->time;
	memmove(a->owed, a->owed + 1, --a->owed_count * sizeof(a->owed[0]));
	return 0;
}

/**
 * conform_receive() - hear the next message
 * @t: the transcript
 * @a: who hears
 * @msg: where to put it
 *
 * Return: 0, or -1 with @t->why: nothing came in time, the connection ended, or it is
 * an ACK of nothing.
 */
int conform_receive(struct conform *t, struct conform_actor *a, struct um_timetravel_msg *msg)
{
	int rc;

	if (a->fd < 0)
		return conform_fail(t, "%s has no connection", a->name);
	if (!readable(a->fd, t->patience))
		return conform_fail(t, "%s got nothing for %d ms", a->name, t->patience);
	drop_fds(a);
	rc = wire_recv(a->fd, msg, a->fds, &a->fd_count);
	if (rc)
		return conform_fail(t, "%s lost its connection%s", a->name,
				    rc == -EBADMSG ? " in the middle of a message" : "");
	if (msg->op == UM_TIMETRAVEL_ACK)
		return settle(t, a, msg);
	a->last = *msg;
	if (msg->op == UM_TIMETRAVEL_REQUEST)
		a->request = msg->time;
	if (msg->op == UM_TIMETRAVEL_FREE_UNTIL)
		a->bound = msg->time;
	return 0;
}

/**
 * conform_time() - a time of a transcript
 * @a: the actor it is about
 * @word: a number in ns, or never, none, request, bound, kept, with +N or -N
 * @ok: set to false if it is none of these
 *
 * Return: the time.
 */
uint64_t conform_time(const struct conform_actor *a, const char *word, bool *ok)
{
	static const char *const names[] = { "never", "none", "request", "bound", "kept" };
	const uint64_t values[] = { WIRE_NEVER, WIRE_NO_ID, a->request, a->bound, a->kept };
	uint64_t value = 0;
	char *end;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!strncmp(word, names[i], strlen(names[i]))) {
			value = values[i];
			word += strlen(names[i]);
			break;
		}
	}
	if (i < ARRAY_SIZE(names) && !*word)
		return value;
	errno = 0;
	if (i < ARRAY_SIZE(names))
		value += strtoll(word, &end, 0);
	else
		value = strtoull(word, &end, 0);
	if (errno || end == word || *end)
		*ok = false;
	return value;
}

/**
 * conform_check_time() - is the time of a message as it should be
 * @t: the transcript
 * @a: who heard it
 * @word: a time as in a transcript, also with >= or <= before it; NULL or * for any
 * @msg: the message
 *
 * Return: 0, or -1 with @t->why.
 */
int conform_check_time(struct conform *t, struct conform_actor *a, const char *word,
		       const struct um_timetravel_msg *msg)
{
	bool at_least = word && word[0] == '>', at_most = word && word[0] == '<';
	char text[WIRE_TEXT];
	bool ok = true;
	uint64_t want;

	if (!word || !strcmp(word, "*"))
		return 0;
	want = conform_time(a, word + (at_least || at_most ? 2 : 0), &ok);
	if (!ok)
		return conform_fail(t, "'%s' is no time", word);
	if (at_least ? msg->time >= want : at_most ? msg->time <= want : msg->time == want)
		return 0;
	return conform_fail(t, "%s got %s; time %s%llu is wanted", a->name,
			    wire_format(text, msg), at_least ? ">=" : at_most ? "<=" : "",
			    (unsigned long long)want);
}

/**
 * conform_expect() - hear what must come
 * @t: the transcript
 * @a: who hears
 * @op: what
 * @time: its time, as a word of a transcript, NULL for any
 *
 * A FREE_UNTIL that comes before it is answered.
 *
 * Return: 0, or -1 with @t->why.
 */
int conform_expect(struct conform *t, struct conform_actor *a, uint32_t op, const char *time)
{
	struct um_timetravel_msg msg;
	char text[WIRE_TEXT];

	for (;;) {
		if (conform_receive(t, a, &msg)) {
			if (strlen(t->why) + 40 < sizeof(t->why))
				sprintf(t->why + strlen(t->why), "; %s is wanted",
					wire_op_name(op));
			return -1;
		}
		if (msg.op == op)
			return conform_check_time(t, a, time, &msg);
		if (msg.op != UM_TIMETRAVEL_FREE_UNTIL)
			break;
		if (conform_answer(t, a, 0))
			return -1;
	}
	return conform_fail(t, "%s got %s; %s is wanted", a->name, wire_format(text, &msg),
			    wire_op_name(op));
}

/**
 * conform_expect_gone() - the other side closes the connection
 * @t: the transcript
 * @a: whose connection
 *
 * What it says before is passed over.
 *
 * Return: 0, or -1 with @t->why.
 */
int conform_expect_gone(struct conform *t, struct conform_actor *a)
{
	char buffer[256];
	ssize_t n;

	while (readable(a->fd, t->patience)) {
		n = read(a->fd, buffer, sizeof(buffer));
		if (n > 0)
			continue;
		conform_close(a);
		return 0;
	}
	return conform_fail(t, "the connection of %s is still open", a->name);
}

/**
 * conform_expect_silence() - nothing comes
 * @t: the transcript
 * @a: who hears nothing
 *
 * This can miss what comes late, and never sees what does not come.
 *
 * Return: 0, or -1 with @t->why.
 */
int conform_expect_silence(struct conform *t, struct conform_actor *a)
{
	struct um_timetravel_msg msg;
	char text[WIRE_TEXT];

	while (readable(a->fd, SILENCE)) {
		if (conform_receive(t, a, &msg))
			return -1;
		if (msg.op != UM_TIMETRAVEL_FREE_UNTIL)
			return conform_fail(t, "%s got %s; nothing is wanted", a->name,
					    wire_format(text, &msg));
		if (conform_answer(t, a, 0))
			return -1;
	}
	return 0;
}

/**
 * conform_close() - close the connection, if there is one
 * @a: whose
 */
void conform_close(struct conform_actor *a)
{
	drop_fds(a);
	if (a->page)
		munmap(a->page, a->page_size);
	a->page = NULL;
	if (a->fd >= 0)
		close(a->fd);
	a->fd = -1;
}
