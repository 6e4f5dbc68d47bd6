// SPDX-License-Identifier: GPL-2.0
/* Tests of the link to the controller: a script says what the other side does. */
#include <kunit/test.h>
#include <linux/overflow.h>
#include "link.h"

enum what { NOTHING, SENDS, SAYS, IRQ, SHORT, CLOSED };

/**
 * struct line - what happens next
 * @what: the kernel sends a message, the controller says one, ...
 * @op: of the message
 * @time: of the message
 * @seq: of what the controller says; 0 in an ACK: of the last message sent
 */
struct line {
	enum what what;
	u32 op;
	u64 time;
	u32 seq;
};

#define SEND(_op, _time)	{ SENDS, UM_TIMETRAVEL_##_op, _time }
#define SAY(_op, _time)		{ SAYS, UM_TIMETRAVEL_##_op, _time, 77 }
#define ACKED(_time)		{ SAYS, UM_TIMETRAVEL_ACK, _time }
#define ACKS			{ SENDS, UM_TIMETRAVEL_ACK, 0, 77 }
#define INTERRUPT		{ IRQ }

struct fake {
	struct kunit *test;
	struct tt_link link;
	const struct line *line;
	struct um_timetravel_schedshm *page;
	u32 seq;
	u16 slot;
	unsigned int lost;
	u64 heard;
	/* an interrupt of a device, that is to run at the time of whoever runs */
	u64 irq_time;
	bool woken;
};

static struct fake fake;

static int fake_send(struct tt_link *link, const struct um_timetravel_msg *msg)
{
	const struct line *line = fake.line++;

	KUNIT_ASSERT_EQ(fake.test, line->what, SENDS);
	KUNIT_EXPECT_EQ(fake.test, msg->op, line->op);
	KUNIT_EXPECT_EQ(fake.test, msg->time, line->time);
	if (msg->op == UM_TIMETRAVEL_ACK)
		KUNIT_EXPECT_EQ(fake.test, msg->seq, line->seq);
	else
		fake.seq = msg->seq;
	return 0;
}

static ssize_t fake_recv(struct tt_link *link, struct um_timetravel_msg *msg)
{
	const struct line *line = fake.line++;

	*msg = (struct um_timetravel_msg){
		.op = line->op,
		.seq = line->seq ?: fake.seq,
		.time = line->time,
	};
	switch (line->what) {
	case SAYS:
		return sizeof(*msg);
	case SHORT:
		return 3;
	case CLOSED:
		return 0;
	default:
		KUNIT_FAIL_AND_ABORT(fake.test, "waits for ever at line %d",
				     line->what);
	}
}

static int fake_wait(struct tt_link *link)
{
	if (fake.line->what != IRQ)
		return 0;

	fake.line++;
	if (!fake.woken) {
		fake.irq_time = tt_link_time(link);
		tt_link_request(link, fake.irq_time);
	}
	return -EINTR;
}

static void fake_join(struct tt_link *link, u16 slot)
{
	const char *why;

	fake.slot = slot;
	if (fake.page)
		KUNIT_EXPECT_TRUE(fake.test,
				  tt_shm_init(&link->shm, fake.page,
					      fake.page->len, slot, &why));
}

static void fake_lost(struct tt_link *link)
{
	fake.lost++;
}

static void fake_heard(struct tt_link *link, u64 payload)
{
	fake.heard = payload;
}

static const struct tt_link_ops fake_ops = {
	.send = fake_send,
	.recv = fake_recv,
	.wait = fake_wait,
	.join = fake_join,
	.lost = fake_lost,
	.heard = fake_heard,
};

static bool fake_woken(struct tt_link *link)
{
	return fake.woken;
}

static const struct line joins[] = { SEND(START, 42), ACKED(1) };

#define SCRIPT(...) (fake.line = (const struct line[]){ __VA_ARGS__ })

static void expect_end(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, fake.line->what, NOTHING);
	KUNIT_EXPECT_EQ(test, fake.lost, 0);
	KUNIT_EXPECT_TRUE(test, fake.link.up);
}

static int link_test_init(struct kunit *test)
{
	fake = (struct fake){ .test = test, .line = joins };
	tt_link_start(&fake.link, &fake_ops, -1, 42);
	return 0;
}

static u64 wait(u64 now, u64 until)
{
	return tt_link_wait(&fake.link, now, until, fake_woken);
}

static void link_joins(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, fake.link.up);
	KUNIT_EXPECT_TRUE(test, fake.link.runs);
	KUNIT_EXPECT_EQ(test, fake.slot, 1);
	KUNIT_EXPECT_EQ(test, tt_link_free_until(&fake.link), 0);
}

/* The slot is in the low 16 bits, and nothing is said of the others. */
static void link_slot_is_16_bits(struct kunit *test)
{
	SCRIPT(SEND(START, 5), ACKED(0xabcd0003), { });
	tt_link_start(&fake.link, &fake_ops, -1, 5);
	KUNIT_EXPECT_EQ(test, fake.slot, 3);
}

static void link_waits_and_runs(struct kunit *test)
{
	SCRIPT(SEND(REQUEST, 100), ACKED(0), SEND(WAIT, 0), ACKED(0),
	       SAY(RUN, 100), ACKS, { });
	KUNIT_EXPECT_EQ(test, wait(0, 100), 100);
	expect_end(test);
}

static void link_is_free_until_the_next_wait(struct kunit *test)
{
	SCRIPT(SEND(REQUEST, 100), ACKED(0), SEND(WAIT, 0), ACKED(0),
	       SAY(FREE_UNTIL, 150), ACKS, SAY(RUN, 100), ACKS,
	       SEND(REQUEST, 200), ACKED(0), SEND(WAIT, 0), ACKED(0),
	       SAY(RUN, 200), ACKS, { });
	wait(0, 100);
	KUNIT_EXPECT_EQ(test, tt_link_free_until(&fake.link), 150);
	wait(120, 200);
	KUNIT_EXPECT_EQ(test, tt_link_free_until(&fake.link), 0);
	expect_end(test);
}

/* Something earlier has turned up: FREE_UNTIL comes before the answer. */
static void link_hears_before_its_answer(struct kunit *test)
{
	SCRIPT(SEND(UPDATE, 30), SAY(FREE_UNTIL, 40), ACKS,
	       SAY(BROADCAST, 0xb), ACKS, { SAYS, 4711, 5, 77 }, ACKS, ACKED(0),
	       { });
	tt_link_publish(&fake.link, 30);
	KUNIT_EXPECT_EQ(test, tt_link_free_until(&fake.link), 40);
	KUNIT_EXPECT_EQ(test, fake.heard, 0xb);
	expect_end(test);
}

/* A time that came with RUN, or was published already, is not published again. */
static void link_tells_once(struct kunit *test)
{
	SCRIPT(SEND(REQUEST, 100), ACKED(0), SEND(WAIT, 0), ACKED(0),
	       SAY(RUN, 100), ACKS, SEND(UPDATE, 101), ACKED(0), { });
	wait(0, 100);
	tt_link_publish(&fake.link, 100);
	tt_link_publish(&fake.link, 101);
	tt_link_publish(&fake.link, 101);
	expect_end(test);
}

static void link_asks_nothing_while_it_runs(struct kunit *test)
{
	SCRIPT({ });
	tt_link_request(&fake.link, 5);
	expect_end(test);
}

/* A device interrupts: it is to run at the time of whoever runs now. */
static void link_interrupt_asks_for_its_time(struct kunit *test)
{
	SCRIPT(SEND(REQUEST, 100), ACKED(0), SEND(WAIT, 0), ACKED(0), INTERRUPT,
	       SEND(GET, 0), ACKED(60), SEND(REQUEST, 60), ACKED(0),
	       SAY(RUN, 60), ACKS, { });
	KUNIT_EXPECT_EQ(test, wait(10, 100), 60);
	KUNIT_EXPECT_EQ(test, fake.irq_time, 60);
	expect_end(test);
}

/* RUN may be on its way already: whoever takes it, it counts. */
static void link_run_crosses_an_interrupt(struct kunit *test)
{
	SCRIPT(SEND(REQUEST, 100), ACKED(0), SEND(WAIT, 0), ACKED(0), INTERRUPT,
	       SEND(GET, 0), SAY(RUN, 100), ACKS, ACKED(100), { });
	KUNIT_EXPECT_EQ(test, wait(10, 100), 100);
	expect_end(test);
}

/* RUN for the request before the one that the interrupt has made */
static void link_run_crosses_a_request(struct kunit *test)
{
	SCRIPT(SEND(REQUEST, 100), ACKED(0), SEND(WAIT, 0), ACKED(0), INTERRUPT,
	       SEND(GET, 0), ACKED(99), SEND(REQUEST, 99), SAY(RUN, 100), ACKS,
	       ACKED(0), { });
	KUNIT_EXPECT_EQ(test, wait(10, 100), 100);
	expect_end(test);
}

/* Others may be behind what a reader of the clock has used up. */
static void link_interrupt_is_not_before_now(struct kunit *test)
{
	SCRIPT(SEND(REQUEST, 100), ACKED(0), SEND(WAIT, 0), ACKED(0), INTERRUPT,
	       SEND(GET, 0), ACKED(5), SEND(REQUEST, 10), ACKED(0),
	       SAY(RUN, 10), ACKS, { });
	KUNIT_EXPECT_EQ(test, wait(10, 100), 10);
	expect_end(test);
}

/* A key was pressed: the kernel wants to run now, once. */
static void link_wakes_for_the_host(struct kunit *test)
{
	fake.woken = true;
	SCRIPT(SEND(REQUEST, 100), ACKED(0), SEND(WAIT, 0), ACKED(0), INTERRUPT,
	       SEND(GET, 0), ACKED(70), SEND(REQUEST, 70), ACKED(0), INTERRUPT,
	       SEND(GET, 0), ACKED(70), SAY(RUN, 70), ACKS, { });
	KUNIT_EXPECT_EQ(test, wait(0, 100), 70);
	expect_end(test);
}

static const struct {
	const char *name;
	const char *why;
	struct line script[8];
} breaches[] = {
	{ "closed", "closed the link",
	  { SEND(REQUEST, 100), { CLOSED } } },
	{ "closed while waiting", "closed the link",
	  { SEND(REQUEST, 100), ACKED(0), SEND(WAIT, 0), ACKED(0), { CLOSED } } },
	{ "half a message", "middle of a message",
	  { SEND(REQUEST, 100), { SHORT } } },
	{ "wrong seq", "ACK of another message",
	  { SEND(REQUEST, 100), { SAYS, UM_TIMETRAVEL_ACK, 0, 77 } } },
	{ "two acks", "no message of ours is open",
	  { SEND(REQUEST, 100), ACKED(0), SEND(WAIT, 0), ACKED(0), ACKED(0) } },
	{ "run in the past", "has passed",
	  { SEND(REQUEST, 100), ACKED(0), SEND(WAIT, 0), ACKED(0), SAY(RUN, 9) } },
	{ "run too late", "after the one requested",
	  { SEND(REQUEST, 100), ACKED(0), SEND(WAIT, 0), ACKED(0), SAY(RUN, 101) } },
	{ "run before wait", "not given the processor away",
	  { SEND(REQUEST, 100), SAY(RUN, 100) } },
};

KUNIT_ARRAY_PARAM_DESC(breach, breaches, name);

/* The wait ends when it was to end, and from then on nobody is asked. */
static void link_is_lost(struct kunit *test)
{
	const typeof(breaches[0]) *c = test->param_value;

	fake.line = c->script;
	KUNIT_EXPECT_EQ(test, wait(10, 100), 100);
	KUNIT_EXPECT_EQ(test, fake.line->what, NOTHING);
	KUNIT_EXPECT_EQ(test, fake.lost, 1);
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(fake.link.why, c->why), "%s",
				  fake.link.why);

	KUNIT_EXPECT_EQ(test, wait(100, 200), 200);
	tt_link_publish(&fake.link, 250);
	tt_link_request(&fake.link, 260);
	KUNIT_EXPECT_EQ(test, tt_link_ask(&fake.link, UM_TIMETRAVEL_GET, 0), 0);
	KUNIT_EXPECT_EQ(test, tt_link_free_until(&fake.link), TT_WIRE_NEVER);
	KUNIT_EXPECT_EQ(test, fake.lost, 1);
}

/* What is wrong is said with the bytes of the message. */
static void link_says_the_bytes(struct kunit *test)
{
	SCRIPT(SEND(REQUEST, 100), { SAYS, UM_TIMETRAVEL_RUN, 0x0102, 3 }, { });
	wait(10, 100);
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(fake.link.why, "06 00 00 00 03 00 00 00 02 01 00"),
				  "%s", fake.link.why);
}

/* Messages speak of the page's times. */
static const struct line joins_late[] = {
	SEND(START, 42), ACKED(1), SEND(GET, 0), ACKED(1000)
};

/* Messages speak of times since the kernel joined. */
static const struct line joins_late_locally[] = {
	SEND(START, 42), ACKED(1), SEND(GET, 0), ACKED(0)
};

static const struct line joins_in_the_past[] = {
	SEND(START, 42), ACKED(1), SEND(GET, 0), ACKED(1001)
};

static void page_join(struct kunit *test, const struct line *how)
{
	struct um_timetravel_schedshm *p;

	p = kunit_kzalloc(test, struct_size(p, clients, 3), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	p->version = UM_TIMETRAVEL_SCHEDSHM_VERSION;
	p->len = struct_size(p, clients, 3);
	p->max_clients = 3;
	p->running_id = 1;
	p->free_until = 1050;
	p->current_time = 1000;
	p->clients[0].capa = UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE;

	fake = (struct fake){ .test = test, .line = how, .page = p };
	tt_link_start(&fake.link, &fake_ops, -1, 42);
}

static int page_test_init(struct kunit *test)
{
	page_join(test, joins_late);
	return 0;
}

/* Two messages, and no answer to either; it joined at 1000. */
static void page_waits_and_runs(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, tt_link_free_until(&fake.link), 50);
	SCRIPT(SEND(WAIT, 0), SAY(RUN, 1100), { });
	KUNIT_EXPECT_EQ(test, wait(10, 100), 100);
	KUNIT_EXPECT_EQ(test, fake.page->clients[1].req_time, 1100);
	KUNIT_EXPECT_EQ(test, fake.page->clients[1].flags, 0);
	expect_end(test);
}

/* FREE_UNTIL is answered, but it is the page that counts. */
static void page_counts_not_the_message(struct kunit *test)
{
	SCRIPT(SEND(WAIT, 0), SAY(FREE_UNTIL, 500), ACKS, SAY(RUN, 1100), { });
	KUNIT_EXPECT_EQ(test, wait(10, 100), 100);
	KUNIT_EXPECT_EQ(test, tt_link_free_until(&fake.link), 50);
	expect_end(test);
}

/* Somebody runs who does not look at the page: it is asked by message. */
static void page_interrupt_asks_by_message(struct kunit *test)
{
	fake.page->running_id = 2;
	fake.page->current_time = 1030;
	SCRIPT(SEND(REQUEST, 1100), ACKED(0), SEND(WAIT, 0), INTERRUPT,
	       SEND(REQUEST, 1030), ACKED(0), SAY(RUN, 1030), { });
	KUNIT_EXPECT_EQ(test, wait(10, 100), 30);
	expect_end(test);
}

static void page_messages_may_be_local(struct kunit *test)
{
	page_join(test, joins_late_locally);
	fake.page->running_id = 2;
	fake.page->current_time = 1030;
	SCRIPT(SEND(REQUEST, 100), ACKED(0), SEND(WAIT, 0), INTERRUPT,
	       SEND(REQUEST, 30), ACKED(0), SAY(RUN, 30), { });
	KUNIT_EXPECT_EQ(test, wait(10, 100), 30);
	expect_end(test);
}

static void page_that_is_behind_the_controller(struct kunit *test)
{
	page_join(test, joins_in_the_past);
	KUNIT_EXPECT_EQ(test, fake.lost, 1);
}

static void page_tells(struct kunit *test)
{
	SCRIPT({ });
	tt_link_publish(&fake.link, 20);
	KUNIT_EXPECT_EQ(test, fake.page->current_time, 1020);
	expect_end(test);
}

static void page_of_somebody_else(struct kunit *test)
{
	SCRIPT({ });
	fake.page->running_id = 2;
	tt_link_publish(&fake.link, 20);
	KUNIT_EXPECT_EQ(test, fake.page->current_time, 1000);
	KUNIT_EXPECT_EQ(test, fake.lost, 1);
}

/* Who has nothing to do asks for the end of time, in the page's time as well. */
static void page_never_is_never(struct kunit *test)
{
	SCRIPT(SEND(WAIT, 0), { CLOSED });
	wait(10, TT_WIRE_NEVER);
	KUNIT_EXPECT_EQ(test, fake.page->clients[1].req_time, TT_WIRE_NEVER);
}

static struct kunit_case link_test_cases[] = {
	KUNIT_CASE(link_joins),
	KUNIT_CASE(link_slot_is_16_bits),
	KUNIT_CASE(link_waits_and_runs),
	KUNIT_CASE(link_is_free_until_the_next_wait),
	KUNIT_CASE(link_hears_before_its_answer),
	KUNIT_CASE(link_tells_once),
	KUNIT_CASE(link_asks_nothing_while_it_runs),
	KUNIT_CASE(link_interrupt_asks_for_its_time),
	KUNIT_CASE(link_run_crosses_an_interrupt),
	KUNIT_CASE(link_run_crosses_a_request),
	KUNIT_CASE(link_interrupt_is_not_before_now),
	KUNIT_CASE(link_wakes_for_the_host),
	KUNIT_CASE_PARAM(link_is_lost, breach_gen_params),
	KUNIT_CASE(link_says_the_bytes),
	{}
};

static struct kunit_suite link_test_suite = {
	.name = "time_travel_link",
	.init = link_test_init,
	.test_cases = link_test_cases,
};

static struct kunit_case page_test_cases[] = {
	KUNIT_CASE(page_waits_and_runs),
	KUNIT_CASE(page_counts_not_the_message),
	KUNIT_CASE(page_interrupt_asks_by_message),
	KUNIT_CASE(page_messages_may_be_local),
	KUNIT_CASE(page_that_is_behind_the_controller),
	KUNIT_CASE(page_tells),
	KUNIT_CASE(page_of_somebody_else),
	KUNIT_CASE(page_never_is_never),
	{}
};

static struct kunit_suite page_test_suite = {
	.name = "time_travel_link_page",
	.init = page_test_init,
	.test_cases = page_test_cases,
};

kunit_test_suites(&link_test_suite, &page_test_suite);
