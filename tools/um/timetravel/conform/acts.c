// SPDX-License-Identifier: GPL-2.0
/* What an actor of a transcript can do. conform/README says what each line means. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "conform/acts.h"
#include "conform/page.h"

static int parse_value(const struct actor *a, const char *word, uint64_t *value)
{
	bool ok = true;

	*value = actor_time(a, word, &ok);
	return ok ? 0 : verdict_fail(a->verdict, "'%s' is no number", word);
}

static int op_of(const struct actor *a, const char *word, uint32_t *op)
{
	char *end;

	for (*op = 0; wire_op_known(*op); ++*op) {
		if (!strcmp(wire_op_name(*op), word))
			return 0;
	}
	*op = strtoul(word, &end, 0);
	return *end ? verdict_fail(a->verdict, "'%s' is no operation", word) : 0;
}

static int say_bytes(struct actor *a, const char *hex)
{
	unsigned char bytes[64];
	unsigned int n = 0;

	for (; hex[0] && hex[1] && n < sizeof(bytes); hex += 2, n++) {
		if (sscanf(hex, "%2hhx", &bytes[n]) != 1)
			break;
	}
	if (*hex)
		return verdict_fail(a->verdict, "'%s' is no string of bytes in hex", hex);
	if (send(a->fd, bytes, n, MSG_NOSIGNAL) != (ssize_t)n)
		return verdict_fail(a->verdict, "%s cannot send %u bytes: %s", a->name, n,
				    strerror(errno));
	return 0;
}

/* A message that comes in two parts */
static int say_split(struct actor *a, uint32_t op, uint64_t time, size_t first)
{
	const struct um_timetravel_msg msg = wire_msg(op, ++a->seq, time);

	if (!first || first >= sizeof(msg))
		return verdict_fail(a->verdict, "it cannot be split so");
	if (actor_owes(a, op, msg.seq))
		return -1;
	if (send(a->fd, &msg, first, MSG_NOSIGNAL) < 0)
		return verdict_fail(a->verdict, "%s cannot send: %s", a->name, strerror(errno));
	usleep(30000);
	if (send(a->fd, (const char *)&msg + first, sizeof(msg) - first, MSG_NOSIGNAL) < 0)
		return verdict_fail(a->verdict, "%s cannot send: %s", a->name, strerror(errno));
	return 0;
}

/* ACTOR > OP [time=T] [seq=N] [split=BYTES] [times=N] [maybe] */
static int do_say(struct actor *a, const struct words *w)
{
	const char *time = words_option(w, 3, "time"), *seq = words_option(w, 3, "seq");
	const char *times = words_option(w, 3, "times");
	uint64_t value = 0, number_of = a->last.seq, n = 1;
	struct um_timetravel_msg msg;
	uint32_t op;

	if (words_is(w, 2, "bytes") && w->count == 4)
		return say_bytes(a, w->at[3]);
	if (w->count < 3)
		return verdict_fail(a->verdict, "ACTOR > OPERATION is wanted");
	if (op_of(a, w->at[2], &op) || (time && parse_value(a, time, &value)) ||
	    (seq && parse_value(a, seq, &number_of)) || (times && parse_value(a, times, &n)))
		return -1;
	if (op == UM_TIMETRAVEL_REQUEST)
		a->request = value;
	if (op == UM_TIMETRAVEL_ACK || seq) {
		msg = wire_msg(op, number_of, value);
		return actor_send_raw(a, &msg, NULL, 0);
	}
	if (words_option(w, 3, "split"))
		return say_split(a, op, value, strtoul(words_option(w, 3, "split"), NULL, 0));
	while (n--) {
		if (!actor_send(a, op, value))
			continue;
		/* the other side need not take all of it */
		return words_is(w, w->count - 1, "maybe") ? 0 : -1;
	}
	return 0;
}

/* ACTOR < OP [time=T] [times=N] */
static int do_hear(struct actor *a, const struct words *w)
{
	const char *times = words_option(w, 3, "times");
	uint64_t n = 1;
	uint32_t op;

	if (w->count < 3)
		return verdict_fail(a->verdict, "ACTOR < OPERATION is wanted");
	if (op_of(a, w->at[2], &op) || (times && parse_value(a, times, &n)))
		return -1;
	while (n--) {
		if (actor_expect(a, op, words_option(w, 3, "time")))
			return -1;
	}
	return 0;
}

/* ACTOR heard OP [time=T]: it was the last message that is no ACK */
static int do_heard(struct actor *a, const struct words *w)
{
	char text[WIRE_TEXT];
	uint32_t op;

	if (w->count < 3)
		return verdict_fail(a->verdict, "ACTOR heard OPERATION is wanted");
	if (op_of(a, w->at[2], &op))
		return -1;
	if (a->last.op != op)
		return verdict_fail(a->verdict, "%s heard %s last", a->name,
				    wire_format(text, &a->last));
	return actor_check_time(a, words_option(w, 3, "time"), &a->last);
}

static int connect_once(struct play *t, struct actor *a)
{
	char why[WIRE_TEXT];
	int left;

	/* a controller that was just started may not listen yet */
	for (left = t->patience; left > 0; left -= 10) {
		a->fd = wire_connect(t->socket, why);
		if (a->fd >= 0)
			return 0;
		if (a->fd != -ENOENT && a->fd != -ECONNREFUSED)
			break;
		program_listen(&t->program);
		if (t->program.ended)
			break;
		usleep(10000);
	}
	a->fd = -1;
	return verdict_fail(a->verdict, "%s: %s", a->name, why);
}

static int do_connect(struct play *t, struct actor *a, const struct words *w)
{
	const struct timeval tv = { .tv_sec = 2 };

	(void)w;
	actor_reset(a);
	if (connect_once(t, a))
		return -1;
	/* a controller that does not listen must not hold up the test */
	setsockopt(a->fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
	return 0;
}

/* ACTOR join [id=N] [page] */
static int do_join(struct play *t, struct actor *a, const struct words *w)
{
	const char *id = words_option(w, 2, "id");
	uint64_t value = WIRE_NO_ID;

	if ((id && parse_value(a, id, &value)) || do_connect(t, a, w))
		return -1;
	a->want_page = words_is(w, 2, "page") || words_is(w, 3, "page");
	return actor_send(a, UM_TIMETRAVEL_START, value);
}

/* START is answered: the first grant */
static int do_granted(struct actor *a, const struct words *w)
{
	struct um_timetravel_msg msg;
	char text[WIRE_TEXT];

	(void)w;
	if (actor_receive(a, &msg))
		return -1;
	if (msg.op != UM_TIMETRAVEL_ACK)
		return verdict_fail(a->verdict, "%s got %s; the answer to START is wanted", a->name,
				    wire_format(text, &msg));
	a->view.slot = msg.time & UM_TIMETRAVEL_START_ACK_ID;
	return a->want_page ? page_of_actor(a) : 0;
}

/* ACTOR request T */
static int do_request(struct actor *a, const struct words *w)
{
	if (w->count != 3)
		return verdict_fail(a->verdict, "ACTOR request TIME is wanted");
	if (parse_value(a, w->at[2], &a->request))
		return -1;
	if (a->view.page && page_put_request(&a->view, a->request, true))
		return 0;
	if (actor_send(a, UM_TIMETRAVEL_REQUEST, a->request))
		return -1;
	return actor_expect(a, UM_TIMETRAVEL_ACK, NULL);
}

static int do_wait(struct actor *a, const struct words *w)
{
	(void)w;
	if (actor_send(a, UM_TIMETRAVEL_WAIT, WIRE_NO_ID))
		return -1;
	return a->view.page ? 0 : actor_expect(a, UM_TIMETRAVEL_ACK, NULL);
}

/* ACTOR sleep T: asks for it, and gives the processor away */
static int do_sleep(struct actor *a, const struct words *w)
{
	if (do_request(a, w))
		return -1;
	return do_wait(a, w);
}

/* ACTOR runs [T]: at the time that it asked for */
static int do_runs(struct actor *a, const struct words *w)
{
	unsigned int runner;

	if (actor_expect(a, UM_TIMETRAVEL_RUN, w->count > 2 ? w->at[2] : "request"))
		return -1;
	if (!a->view.page)
		return actor_answer(a, 0);
	page_clear_request(a->view.page, a->view.slot);
	runner = page_read(a->view.page->running_id);
	if (runner == a->view.slot)
		return 0;
	return verdict_fail(a->verdict, "running_id is %u; %s has slot %u", runner, a->name,
			    a->view.slot);
}

static int do_silent(struct actor *a, const struct words *w)
{
	(void)w;
	return actor_expect_silence(a);
}

static int do_gone(struct actor *a, const struct words *w)
{
	(void)w;
	return actor_expect_gone(a);
}

static int do_close(struct actor *a, const struct words *w)
{
	(void)w;
	actor_close(a);
	return 0;
}

/* ACTOR bound [<=]T: what FREE_UNTIL said last; with <= it need not have said anything */
static int do_bound(struct actor *a, const struct words *w)
{
	uint64_t want, have = a->view.page ? page_read(a->view.page->free_until) : a->bound;
	bool at_most;

	if (w->count != 3)
		return verdict_fail(a->verdict, "ACTOR bound TIME is wanted");
	at_most = !strncmp(w->at[2], "<=", 2);
	if (parse_value(a, w->at[2] + (at_most ? 2 : 0), &want))
		return -1;
	if (have == want || (at_most && have < want))
		return 0;
	return verdict_fail(a->verdict, "%s may run until %llu; %s%llu is wanted", a->name,
			    (unsigned long long)have, at_most ? "at most " : "",
			    (unsigned long long)want);
}

static int do_field(struct play *t, struct actor *a, const struct words *w)
{
	if (w->count != 4)
		return verdict_fail(a->verdict, "ACTOR %s FIELD VALUE is wanted", w->at[1]);
	if (words_is(w, 1, "set"))
		return page_set_field(a, &t->cast, w->at[2], w->at[3]);
	return page_see_field(a, &t->cast, w->at[2], w->at[3]);
}

/* ACTOR serve until ...: a fake controller does everything right up to there */
static int do_serve(struct play *t, struct actor *a, const struct words *w)
{
	if (!words_is(w, 2, "until"))
		return verdict_fail(a->verdict, "ACTOR serve until ... is wanted");
	return fake_controller_serve(&t->fake, a, &t->program, (char **)w->at + 3,
				     w->count - 3);
}

/* ACTOR boot [id=N] [ARG]...: the kernel; ends when it has connected */
static int do_boot(struct play *t, struct actor *a, const struct words *w)
{
	const char *id = words_option(w, 2, "id");
	unsigned int from = id ? 3 : 2;

	if (fake_controller_listen(&t->fake, t->socket, a->verdict) ||
	    program_start_kernel(&t->program, id, (char **)w->at + from, w->count - from))
		return -1;
	return fake_controller_accept(&t->fake, a);
}

static int do_offer(struct play *t, struct actor *a, const struct words *w)
{
	(void)w;
	return fake_controller_offer(&t->fake, a);
}

static int do_answer(struct actor *a, const struct words *w)
{
	uint64_t value = 0;

	if (w->count > 2 && parse_value(a, w->at[2], &value))
		return -1;
	return actor_answer(a, value);
}

/* ACTOR fds N: so many descriptors came with the last message */
static int do_fds(struct actor *a, const struct words *w)
{
	if (w->count == 3 && a->fd_count == strtoul(w->at[2], NULL, 0))
		return 0;
	return verdict_fail(a->verdict, "%u descriptors came", a->fd_count);
}

/* ACTOR keep [current_time]: the time of the last ACK, or that in the page */
static int do_keep(struct actor *a, const struct words *w)
{
	if (words_is(w, 2, "current_time") && !a->view.page)
		return verdict_fail(a->verdict, "%s has no page", a->name);
	a->kept = words_is(w, 2, "current_time") ? page_read(a->view.page->current_time) :
		a->answered;
	return 0;
}

/* Most are about the actor alone */
static const struct {
	const char *name;
	int (*run)(struct actor *a, const struct words *w);
	int (*run_in)(struct play *t, struct actor *a, const struct words *w);
} acts[] = {
	{ ">", do_say }, { "<", do_hear }, { "heard", do_heard }, { "answers", do_answer },
	{ "granted", do_granted }, { "request", do_request }, { "wait", do_wait },
	{ "sleep", do_sleep }, { "runs", do_runs }, { "silent", do_silent },
	{ "gone", do_gone }, { "close", do_close }, { "bound", do_bound },
	{ "fds", do_fds }, { "keep", do_keep },
	{ "connect", .run_in = do_connect }, { "join", .run_in = do_join },
	{ "set", .run_in = do_field }, { "see", .run_in = do_field },
	{ "boot", .run_in = do_boot }, { "offers", .run_in = do_offer },
	{ "serve", .run_in = do_serve },
};

/**
 * acts_play() - play a line that is about an actor
 * @t: the transcript
 * @w: the line
 *
 * Return: 0, or -1 with @t->verdict.
 */
int acts_play(struct play *t, const struct words *w)
{
	struct actor *a = cast_enter(&t->cast, w->at[0], &t->verdict, t->patience);
	size_t i;

	if (!a)
		return -1;
	for (i = 0; i < ARRAY_SIZE(acts); i++) {
		if (words_is(w, 1, acts[i].name))
			return acts[i].run ? acts[i].run(a, w) : acts[i].run_in(t, a, w);
	}
	return verdict_fail(a->verdict, "%s cannot '%s'", w->at[0], w->count > 1 ? w->at[1] : "");
}
