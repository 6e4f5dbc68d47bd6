// SPDX-License-Identifier: GPL-2.0
/* What an actor of a transcript says, hears and sees. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conform/actor.h"

/* Nothing that came in this time counts as silence, ms of host time */
#define SILENCE	40

/**
 * actor_enter() - an actor that has no connection yet
 * @a: to be set up
 * @name: its name, which fits
 * @verdict: where it says its faults
 * @patience: how long it waits for what must come, ms of host time
 */
void actor_enter(struct actor *a, const char *name, struct verdict *verdict, int patience)
{
	memset(a, 0, sizeof(*a));
	memcpy(a->name, name, strlen(name) + 1);
	a->verdict = verdict;
	a->patience = patience;
	a->fd = -1;
	a->request = WIRE_NEVER;
}

/**
 * actor_reset() - close the connection; the next one begins as the first did
 * @a: the actor
 */
void actor_reset(struct actor *a)
{
	actor_close(a);
	a->seq = 0;
	a->owed_count = 0;
	a->request = WIRE_NEVER;
	a->bound = 0;
}

/**
 * actor_owes() - the peer has to answer this
 * @a: who asked
 * @op: what it said
 * @seq: its number
 *
 * Return: 0, or -1 with @a->verdict: so much is owed that no more can be kept.
 */
int actor_owes(struct actor *a, uint32_t op, uint32_t seq)
{
	if (a->owed_count == ACTOR_OWED)
		return verdict_fail(a->verdict, "%s: %u messages are not answered yet", a->name,
				    a->owed_count);
	a->owed[a->owed_count++] = (struct actor_owed){ .op = op, .seq = seq };
	return 0;
}

/**
 * actor_uses_page() - has the client said that it uses the page
 * @a: an actor
 *
 * Return: true if it has.
 */
bool actor_uses_page(const struct actor *a)
{
	return a->view.page && page_shares_time(a->view.page, a->view.slot);
}

/**
 * actor_send_raw() - say just this
 * @a: who says it
 * @msg: the message
 * @fds: descriptors to go with it
 * @count: how many
 *
 * Return: 0, or -1 with @a->verdict.
 */
int actor_send_raw(struct actor *a, const struct um_timetravel_msg *msg, const int *fds,
		   unsigned int count)
{
	char text[WIRE_TEXT];
	int rc;

	if (a->fd < 0)
		return verdict_fail(a->verdict, "%s has no connection", a->name);
	rc = wire_send(a->fd, msg, fds, count);
	if (rc)
		return verdict_fail(a->verdict, "%s cannot say %s: %s", a->name,
				    wire_format(text, msg), strerror(-rc));
	return 0;
}

/**
 * actor_send() - say something that is to be answered
 * @a: who says it
 * @op: what
 * @time: its time
 *
 * Return: 0, or -1 with @a->verdict.
 */
int actor_send(struct actor *a, uint32_t op, uint64_t time)
{
	const struct um_timetravel_msg msg = wire_msg(op, ++a->seq, time);
	bool unanswered = actor_uses_page(a) &&
		(op == UM_TIMETRAVEL_WAIT || op == UM_TIMETRAVEL_RUN);

	if (op == UM_TIMETRAVEL_WAIT)
		a->bound = 0;
	if (op == UM_TIMETRAVEL_FREE_UNTIL)
		a->bound = time;
	if (!unanswered && actor_owes(a, op, msg.seq))
		return -1;
	return actor_send_raw(a, &msg, NULL, 0);
}

/**
 * actor_answer() - answer what came last
 * @a: who answers
 * @time: what the answer carries
 *
 * Return: 0, or -1 with @a->verdict.
 */
int actor_answer(struct actor *a, uint64_t time)
{
	const struct um_timetravel_msg ack = wire_ack(&a->last, time);

	return actor_send_raw(a, &ack, NULL, 0);
}

static void drop_fds(struct actor *a)
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
static int settle(struct actor *a, const struct um_timetravel_msg *msg)
{
	char text[WIRE_TEXT];

	if (!a->owed_count)
		return verdict_fail(a->verdict, "%s got %s, which answers nothing", a->name,
				    wire_format(text, msg));
	if (msg->seq != a->owed[0].seq)
		return verdict_fail(a->verdict, "%s got %s; its %s has seq %u", a->name,
				    wire_format(text, msg), wire_op_name(a->owed[0].op),
				    a->owed[0].seq);
	a->answered = msg->time;
	memmove(a->owed, a->owed + 1, --a->owed_count * sizeof(a->owed[0]));
	return 0;
}

/**
 * actor_receive() - hear the next message
 * @a: who hears
 * @msg: where to put it
 *
 * Return: 0, or -1 with @a->verdict: nothing came in time, the connection ended, or it is
 * an ACK of nothing.
 */
int actor_receive(struct actor *a, struct um_timetravel_msg *msg)
{
	int rc;

	if (a->fd < 0)
		return verdict_fail(a->verdict, "%s has no connection", a->name);
	if (!readable(a->fd, a->patience))
		return verdict_fail(a->verdict, "%s got nothing for %d ms", a->name, a->patience);
	drop_fds(a);
	rc = wire_recv(a->fd, msg, a->fds, &a->fd_count);
	if (rc)
		return verdict_fail(a->verdict, "%s lost its connection%s", a->name,
				    rc == -EBADMSG ? " in the middle of a message" : "");
	if (msg->op == UM_TIMETRAVEL_ACK)
		return settle(a, msg);
	a->last = *msg;
	if (msg->op == UM_TIMETRAVEL_REQUEST)
		a->request = msg->time;
	if (msg->op == UM_TIMETRAVEL_FREE_UNTIL)
		a->bound = msg->time;
	return 0;
}

/**
 * actor_time() - a time of a transcript
 * @a: the actor it is about
 * @word: a number in ns, or never, none, request, bound, kept, with +N or -N
 * @ok: set to false if it is none of these
 *
 * Return: the time.
 */
uint64_t actor_time(const struct actor *a, const char *word, bool *ok)
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
 * actor_check_time() - is the time of a message as it should be
 * @a: who heard it
 * @word: a time as in a transcript, also with >= or <= before it; NULL or * for any
 * @msg: the message
 *
 * Return: 0, or -1 with @a->verdict.
 */
int actor_check_time(struct actor *a, const char *word, const struct um_timetravel_msg *msg)
{
	bool at_least = word && word[0] == '>', at_most = word && word[0] == '<';
	char text[WIRE_TEXT];
	bool ok = true;
	uint64_t want;

	if (!word || !strcmp(word, "*"))
		return 0;
	want = actor_time(a, word + (at_least || at_most ? 2 : 0), &ok);
	if (!ok)
		return verdict_fail(a->verdict, "'%s' is no time", word);
	if (at_least ? msg->time >= want : at_most ? msg->time <= want : msg->time == want)
		return 0;
	return verdict_fail(a->verdict, "%s got %s; time %s%llu is wanted", a->name,
			    wire_format(text, msg), at_least ? ">=" : at_most ? "<=" : "",
			    (unsigned long long)want);
}

/* Nothing came that could be it */
static int also_wanted(struct actor *a, uint32_t op)
{
	char *why = a->verdict->why;
	size_t len = strlen(why);

	snprintf(why + len, sizeof(a->verdict->why) - len, "; %s is wanted", wire_op_name(op));
	return -1;
}

/**
 * actor_expect() - hear what must come
 * @a: who hears
 * @op: what
 * @time: its time, as a word of a transcript, NULL for any
 *
 * A FREE_UNTIL that comes before it is answered.
 *
 * Return: 0, or -1 with @a->verdict.
 */
int actor_expect(struct actor *a, uint32_t op, const char *time)
{
	struct um_timetravel_msg msg;
	char text[WIRE_TEXT];

	for (;;) {
		if (actor_receive(a, &msg))
			return also_wanted(a, op);
		if (msg.op == op)
			return actor_check_time(a, time, &msg);
		if (msg.op != UM_TIMETRAVEL_FREE_UNTIL)
			break;
		if (actor_answer(a, 0))
			return -1;
	}
	return verdict_fail(a->verdict, "%s got %s; %s is wanted", a->name, wire_format(text, &msg),
			    wire_op_name(op));
}

/**
 * actor_expect_gone() - the other side closes the connection
 * @a: whose connection
 *
 * What it says before is passed over.
 *
 * Return: 0, or -1 with @a->verdict.
 */
int actor_expect_gone(struct actor *a)
{
	char buffer[256];
	ssize_t n;

	while (readable(a->fd, a->patience)) {
		n = read(a->fd, buffer, sizeof(buffer));
		if (n > 0)
			continue;
		actor_close(a);
		return 0;
	}
	return verdict_fail(a->verdict, "the connection of %s is still open", a->name);
}

/**
 * actor_expect_silence() - nothing comes
 * @a: who hears nothing
 *
 * This can miss what comes late, and never sees what does not come.
 *
 * Return: 0, or -1 with @a->verdict.
 */
int actor_expect_silence(struct actor *a)
{
	struct um_timetravel_msg msg;
	char text[WIRE_TEXT];

	while (readable(a->fd, SILENCE)) {
		if (actor_receive(a, &msg))
			return -1;
		if (msg.op != UM_TIMETRAVEL_FREE_UNTIL)
			return verdict_fail(a->verdict, "%s got %s; nothing is wanted", a->name,
					    wire_format(text, &msg));
		if (actor_answer(a, 0))
			return -1;
	}
	return 0;
}

/**
 * actor_close() - close the connection, if there is one
 * @a: whose
 */
void actor_close(struct actor *a)
{
	drop_fds(a);
	page_unmap(&a->view);
	if (a->fd >= 0)
		close(a->fd);
	a->fd = -1;
}
