// SPDX-License-Identifier: GPL-2.0
/* What an actor of a transcript can do. conform/README says what each line means. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "conform/conform.h"

static int parse_value(struct conform *t, const struct conform_actor *a, const char *word,
		       uint64_t *value)
{
	bool ok = true;

	*value = conform_time(a, word, &ok);
	return ok ? 0 : conform_fail(t, "'%s' is no number", word);
}

static int op_of(struct conform *t, const char *word, uint32_t *op)
{
	char *end;

	for (*op = 0; wire_op_known(*op); ++*op) {
		if (!strcmp(wire_op_name(*op), word))
			return 0;
	}
	*op = strtoul(word, &end, 0);
	return *end ? conform_fail(t, "'%s' is no operation", word) : 0;
}

static int say_bytes(struct conform *t, struct conform_actor *a, const char *hex)
{
	unsigned char bytes[64];
	unsigned int n = 0;

	for (; hex[0] && hex[1] && n < sizeof(bytes); hex += 2, n++) {
		if (sscanf(hex, "%2hhx", &bytes[n]) != 1)
			break;
	}
	if (*hex)
		return conform_fail(t, "'%s' is no string of bytes in hex", hex);
	if (send(a->fd, bytes, n, MSG_NOSIGNAL) != (ssize_t)n)
		return conform_fail(t, "%s cannot send %u bytes: %s", a->name, n, strerror(errno));
	return 0;
}

/* A message that comes in two parts */
static int say_split(struct conform *t, struct conform_actor *a, uint32_t op, uint64_t time,
		     size_t first)
{
	const struct um_timetravel_msg msg = wire_msg(op, ++a->seq, time);

	a->owed[a->owed_count].op = op;
	a->owed[a->owed_count++].seq = msg.seq;
	if (!first || first >= sizeof(msg) || a->owed_count == CONFORM_OWED)
		return conform_fail(t, "it cannot be split so");
	if (send(a->fd, &msg, first, MSG_NOSIGNAL) < 0)
		return conform_fail(t, "%s cannot send: %s", a->name, strerror(errno));
	usleep(30000);
	if (send(a->fd, (const char *)&msg + first, sizeof(msg) - first, MSG_NOSIGNAL) < 0)
		return conform_fail(t, "%s cannot send: %s", a->name, strerror(errno));
	return 0;
}

/* ACTOR > OP [time=T] [seq=N] [split=BYTES] [times=N] [maybe] */
static int do_say(struct conform *t, struct conform_actor *a, const struct conform_words *w)
{
	const char *time = conform_option(w, 3, "time"), *seq = conform_option(w, 3, "seq");
	const char *times = conform_option(w, 3, "times");
	uint64_t value = 0, number_of = a->last.seq, n = 1;
	struct um_timetravel_msg msg;
	uint32_t op;

	if (conform_is(w, 2, "bytes") && w->count == 4)
		return say_bytes(t, a, w->at[3]);
	if (w->count < 3)
		return conform_fail(t, "ACTOR > OPERATION is wanted");
	if (op_of(t, w->at[2], &op) || (time && parse_value(t, a, time, &value)) ||
	    (seq && parse_value(t, a, seq, &number_of)) || (times && parse_value(t, a, times, &n)))
		return -1;
	if (op == UM_TIMETRAVEL_REQUEST)
		a->request = value;
	if (op == UM_TIMETRAVEL_ACK || seq) {
		msg = wire_msg(op, number_of, value);
		return conform_send_raw(t, a, &msg, NULL, 0);
	}
	if (conform_option(w, 3, "split"))
		return say_split(t, a, op, value, strtoul(conform_option(w, 3, "split"), NULL, 0));
	while (n--) {
		if (!conform_send(t, a, op, value))
			continue;
		/* the other side need not take all of it */
		return conform_is(w, w->count - 1, "maybe") ? 0 : -1;
	}
	return 0;
}

/* ACTOR < OP [time=T] [times=N] */
static int do_hear(struct conform *t, struct conform_actor *a, const struct conform_words *w)
{
	const char *times = conform_option(w, 3, "times");
	uint64_t n = 1;
	uint32_t op;

	if (w->count < 3)
		return conform_fail(t, "ACTOR < OPERATION is wanted");
	if (op_of(t, w->at[2], &op) || (times && parse_value(t, a, times, &n)))
		return -1;
	while (n--) {
		if (conform_expect(t, a, op, conform_option(w, 3, "time")))
			return -1;
	}
	return 0;
}

/* ACTOR heard OP [time=T]: it was the last message that is no ACK */
static int do_heard(struct conform *t, struct conform_actor *a, const struct conform_words *w)
{
	char text[WIRE_TEXT];
	uint32_t op;

	if (w->count < 3)
		return conform_fail(t, "ACTOR heard OPERATION is wanted");
	if (op_of(t, w->at[2], &op))
		return -1;
	if (a->last.op != op)
		return conform_fail(t, "%s heard %s last", a->name, wire_format(text, &a->last));
	return conform_check_time(t, a, conform_option(w, 3, "time"), &a->last);
}

static int connect_once(struct conform *t, struct conform_actor *a)
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
		conform_listen_to(&t->program);
		if (t->program.ended)
			break;
		usleep(10000);
	}
	a->fd = -1;
	return conform_fail(t, "%s: %s", a->name, why);
}

static int do_connect(struct conform *t, struct conform_actor *a, const struct conform_words *w)
{
	const struct timeval tv = { .tv_sec = 2 };

	(void)w;
	conform_close(a);
	a->seq = 0;
	a->owed_count = 0;
	a->request = WIRE_NEVER;
	a->bound = 0;
	if (connect_once(t, a))
		return -1;
	/* a controller that does not listen must not hold up the test */
	setsockopt(a->fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
	return 0;
}

/* ACTOR join [id=N] [page] */
static int do_join(struct conform *t, struct conform_actor *a, const struct conform_words *w)
{
	const char *id = conform_option(w, 2, "id");
	uint64_t value = WIRE_NO_ID;

	if ((id && parse_value(t, a, id, &value)) || do_connect(t, a, w))
		return -1;
	a->want_page = conform_is(w, 2, "page") || conform_is(w, 3, "page");
	return conform_send(t, a, UM_TIMETRAVEL_START, value);
}

/* START is answered: the first grant */
static int do_granted(struct conform *t, struct conform_actor *a, const struct conform_words *w)
{
	struct um_timetravel_msg msg;
	char text[WIRE_TEXT];

	(void)w;
	if (conform_receive(t, a, &msg))
		return -1;
	if (msg.op != UM_TIMETRAVEL_ACK)
		return conform_fail(t, "%s got %s; the answer to START is wanted", a->name,
				    wire_format(text, &msg));
	a->slot = msg.time & UM_TIMETRAVEL_START_ACK_ID;
	return a->want_page ? conform_map(t, a) : 0;
}

static int ask_in_page(struct conform_actor *a)
{
	union um_timetravel_schedshm_client *slot = &a->page->clients[a->slot];

	slot->req_time = a->request;
	__atomic_store_n(&slot->flags, UM_TIMETRAVEL_SCHEDSHM_FLAGS_REQ_RUN, __ATOMIC_RELEASE);
	return 0;
}

/* ACTOR request T */
static int do_request(struct conform *t, struct conform_actor *a, const struct conform_words *w)
{
	if (w->count != 3)
		return conform_fail(t, "ACTOR request TIME is wanted");
	if (parse_value(t, a, w->at[2], &a->request))
		return -1;
	if (a->page)
		return ask_in_page(a);
	if (conform_send(t, a, UM_TIMETRAVEL_REQUEST, a->request))
		return -1;
	return conform_expect(t, a, UM_TIMETRAVEL_ACK, NULL);
}

static int do_wait(struct conform *t, struct conform_actor *a, const struct conform_words *w)
{
	(void)w;
	if (conform_send(t, a, UM_TIMETRAVEL_WAIT, WIRE_NO_ID))
		return -1;
	return a->page ? 0 : conform_expect(t, a, UM_TIMETRAVEL_ACK, NULL);
}

/* ACTOR sleep T: asks for it, and gives the processor away */
static int do_sleep(struct conform *t, struct conform_actor *a, const struct conform_words *w)
{
	if (do_request(t, a, w))
		return -1;
	return do_wait(t, a, w);
}

/* ACTOR runs [T]: at the time that it asked for */
static int do_runs(struct conform *t, struct conform_actor *a, const struct conform_words *w)
{
	if (conform_expect(t, a, UM_TIMETRAVEL_RUN, w->count > 2 ? w->at[2] : "request"))
		return -1;
	if (!a->page)
		return conform_answer(t, a, 0);
	a->page->clients[a->slot].flags = 0;
	if (a->page->running_id == a->slot)
		return 0;
	return conform_fail(t, "running_id is %u; %s has slot %u", a->page->running_id, a->name,
			    a->slot);
}

static int do_silent(struct conform *t, struct conform_actor *a, const struct conform_words *w)
{
	(void)w;
	return conform_expect_silence(t, a);
}

static int do_gone(struct conform *t, struct conform_actor *a, const struct conform_words *w)
{
	(void)w;
	return conform_expect_gone(t, a);
}

static int do_close(struct conform *t, struct conform_actor *a, const struct conform_words *w)
{
	(void)t;
	(void)w;
	conform_close(a);
	return 0;
}

/* ACTOR bound [<=]T: what FREE_UNTIL said last; with <= it need not have said anything */
static int do_bound(struct conform *t, struct conform_actor *a, const struct conform_words *w)
{
	uint64_t want, have = a->page ? a->page->free_until : a->bound;
	bool at_most;

	if (w->count != 3)
		return conform_fail(t, "ACTOR bound TIME is wanted");
	at_most = !strncmp(w->at[2], "<=", 2);
	if (parse_value(t, a, w->at[2] + (at_most ? 2 : 0), &want))
		return -1;
	if (have == want || (at_most && have < want))
		return 0;
	return conform_fail(t, "%s may run until %llu; %s%llu is wanted", a->name,
			    (unsigned long long)have, at_most ? "at most " : "",
			    (unsigned long long)want);
}

static int do_field(struct conform *t, struct conform_actor *a, const struct conform_words *w)
{
	if (w->count != 4)
		return conform_fail(t, "ACTOR %s FIELD VALUE is wanted", w->at[1]);
	return conform_field(t, a, w->at[2], w->at[3], conform_is(w, 1, "set"));
}

/* ACTOR serve until ...: a fake controller does everything right up to there */
static int do_serve(struct conform *t, struct conform_actor *a, const struct conform_words *w)
{
	if (!conform_is(w, 2, "until"))
		return conform_fail(t, "ACTOR serve until ... is wanted");
	return conform_serve(t, a, (char **)w->at + 3, w->count - 3);
}

static int listen_here(struct conform *t)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	memcpy(addr.sun_path, t->socket, sizeof(addr.sun_path));
	t->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (t->listener < 0 || bind(t->listener, (struct sockaddr *)&addr, sizeof(addr)) ||
	    listen(t->listener, 4))
		return conform_fail(t, "%s: %s", t->socket, strerror(errno));
	return 0;
}

/* ACTOR boot [id=N] [ARG]...: the kernel; ends when it has connected */
static int do_boot(struct conform *t, struct conform_actor *a, const struct conform_words *w)
{
	const char *id = conform_option(w, 2, "id");
	unsigned int from = id ? 3 : 2;
	struct timeval tv = { .tv_sec = 10 };

	if (listen_here(t) || conform_start_kernel(t, id, (char **)w->at + from, w->count - from))
		return -1;
	setsockopt(t->listener, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	a->fd = accept4(t->listener, NULL, NULL, SOCK_CLOEXEC);
	if (a->fd < 0)
		return conform_fail(t, "the kernel does not connect: %s", strerror(errno));
	return 0;
}

static int do_offer(struct conform *t, struct conform_actor *a, const struct conform_words *w)
{
	(void)w;
	return conform_offer(t, a);
}

static int do_answer(struct conform *t, struct conform_actor *a, const struct conform_words *w)
{
	uint64_t value = 0;

	if (w->count > 2 && parse_value(t, a, w->at[2], &value))
		return -1;
	return conform_answer(t, a, value);
}

/* ACTOR fds N: so many descriptors came with the last message */
static int do_fds(struct conform *t, struct conform_actor *a, const struct conform_words *w)
{
	if (w->count == 3 && a->fd_count == strtoul(w->at[2], NULL, 0))
		return 0;
	return conform_fail(t, "%u descriptors came", a->fd_count);
}

/* ACTOR keep [current_time]: the time of the last ACK, or that in the page */
static int do_keep(struct conform *t, struct conform_actor *a, const struct conform_words *w)
{
	if (conform_is(w, 2, "current_time") && !a->page)
		return conform_fail(t, "%s has no page", a->name);
	a->kept = conform_is(w, 2, "current_time") ? a->page->current_time : a->answered;
	return 0;
}

static const struct {
	const char *name;
	int (*run)(struct conform *t, struct conform_actor *a, const struct conform_words *w);
} acts[] = {
	{ ">", do_say }, { "<", do_hear }, { "connect", do_connect }, { "join", do_join },
	{ "granted", do_granted }, { "request", do_request }, { "wait", do_wait },
	{ "sleep", do_sleep }, { "runs", do_runs }, { "silent", do_silent },
	{ "gone", do_gone }, { "close", do_close }, { "bound", do_bound },
	{ "set", do_field }, { "see", do_field }, { "serve", do_serve }, { "boot", do_boot },
	{ "offers", do_offer }, { "answers", do_answer },
	{ "heard", do_heard }, { "fds", do_fds }, { "keep", do_keep },
};

/**
 * conform_act() - play a line that is about an actor
 * @t: the transcript
 * @w: the line
 *
 * Return: 0, or -1 with @t->why.
 */
int conform_act(struct conform *t, const struct conform_words *w)
{
	struct conform_actor *a = conform_actor(t, w->at[0]);
	size_t i;

	if (!a)
		return -1;
	for (i = 0; i < ARRAY_SIZE(acts); i++) {
		if (conform_is(w, 1, acts[i].name))
			return acts[i].run(t, a, w);
	}
	return conform_fail(t, "%s cannot '%s'", w->at[0], w->count > 1 ? w->at[1] : "");
}
