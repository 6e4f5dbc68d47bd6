// SPDX-License-Identifier: GPL-2.0
/* What the controller may say, and what is in its page. */
#include <kunit/test.h>
#include <linux/overflow.h>
#include "ext_shm.h"
#include "ext_wire.h"

struct wire_case {
	const char *name;
	struct um_timetravel_msg msg;
	struct tt_wire_state state;
	/* the time it says, or what is said of it */
	u64 time;
	const char *why;
};

#define ACK(_seq, _time)	{ UM_TIMETRAVEL_ACK, _seq, _time }
#define RUN(_time)		{ UM_TIMETRAVEL_RUN, 1, _time }

/* seq 7 is open; the processor was given away at 10 until 20 */
#define OPEN	{ .acks = true, .seq = 7 }
#define WAITS	{ .waits = true, .now = 10, .until = 20 }
#define LATE	{ .waits = true, .now = 10, .until = 20, .zero = 1000 }
#define IDLE	{ .waits = true, .now = 10, .until = TT_WIRE_NEVER }

static const struct wire_case wire_cases[] = {
	{ "ack", ACK(7, 5), OPEN, 5 },
	{ "ack of another", ACK(8, 5), OPEN, 0, "ACK of another" },
	{ "ack of nothing", ACK(7, 5), WAITS, 0, "no message of ours" },
	{ "run when requested", RUN(20), WAITS, 20 },
	{ "run early", RUN(10), WAITS, 10 },
	{ "run in the past", RUN(9), WAITS, 0, "has passed" },
	{ "run late", RUN(21), WAITS, 0, "after the one requested" },
	{ "run while running", RUN(20), OPEN, 0, "not given" },
	{ "run of a late kernel", RUN(1020), LATE, 20 },
	{ "run of a late kernel, in its own time", RUN(20), LATE, 0, "has passed" },
	{ "run of a late kernel too late", RUN(1021), LATE, 0, "after the one requested" },
	{ "run at the end of time", RUN(TT_WIRE_NEVER), IDLE, 0, "end of time" },
	{ "run past the end of time", RUN(U64_MAX), IDLE, 0, "end of time" },
	{ "free until", { UM_TIMETRAVEL_FREE_UNTIL, 1, 99 }, OPEN, 99 },
	{ "broadcast", { UM_TIMETRAVEL_BROADCAST, 1, U64_MAX }, OPEN, U64_MAX },
	{ "unknown", { 4711, 1, 3 }, WAITS, 3 },
};

KUNIT_ARRAY_PARAM_DESC(wire, wire_cases, name);

static void wire_test_check(struct kunit *test)
{
	const struct wire_case *c = test->param_value;
	const char *why = NULL;
	u64 time;
	bool ok = tt_wire_check(&c->msg, &c->state, &time, &why);

	KUNIT_EXPECT_EQ(test, ok, !c->why);
	if (!c->why) {
		KUNIT_EXPECT_EQ(test, time, c->time);
	} else {
		KUNIT_ASSERT_NOT_NULL(test, why);
		KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(why, c->why), "%s", why);
	}
}

#define SLOTS	3

static struct um_timetravel_schedshm *page_alloc(struct kunit *test)
{
	struct um_timetravel_schedshm *p;

	p = kunit_kzalloc(test, struct_size(p, clients, SLOTS), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	p->version = UM_TIMETRAVEL_SCHEDSHM_VERSION;
	p->len = struct_size(p, clients, SLOTS);
	p->current_time = 1000;
	p->free_until = 1500;
	p->max_clients = SLOTS;
	return p;
}

static void page_test_good(struct kunit *test)
{
	struct um_timetravel_schedshm *p = page_alloc(test);
	struct tt_shm shm = {};
	const char *why = NULL;

	KUNIT_ASSERT_TRUE(test, tt_shm_init(&shm, p, p->len, 2, &why));
	KUNIT_EXPECT_EQ(test, p->clients[2].capa,
			UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE |
			UM_TIMETRAVEL_SCHEDSHM_CAP_COUNT);
	KUNIT_EXPECT_EQ(test, tt_shm_now(&shm), 0);
	KUNIT_EXPECT_EQ(test, tt_shm_free_until(&shm), 500);
	KUNIT_EXPECT_EQ(test, tt_wire_time(7, shm.offset), 1007);
	KUNIT_EXPECT_EQ(test, tt_wire_time(TT_WIRE_NEVER, shm.offset), TT_WIRE_NEVER);
	KUNIT_EXPECT_EQ(test, tt_wire_time(TT_WIRE_NEVER - 1, shm.offset), TT_WIRE_NEVER);
	/* a time before ours is our first one */
	p->current_time = 1;
	KUNIT_EXPECT_EQ(test, tt_shm_now(&shm), 0);
}

/* Which length, version and slot make a page bad. */
static void page_test_bad(struct kunit *test)
{
	struct um_timetravel_schedshm *p = page_alloc(test);
	size_t len = p->len;
	struct tt_shm shm = {};
	const char *why = "";

	KUNIT_EXPECT_FALSE(test, tt_shm_init(&shm, p, sizeof(*p) - 1, 1, &why));
	KUNIT_EXPECT_STREQ(test, why, "it is shorter than its header");
	KUNIT_EXPECT_FALSE(test, tt_shm_init(&shm, p, len, SLOTS, &why));
	KUNIT_EXPECT_STREQ(test, why, "it has no slot of the number that came with it");
	KUNIT_EXPECT_FALSE(test, tt_shm_init(&shm, p, len, U16_MAX, &why));
	KUNIT_EXPECT_FALSE(test, tt_shm_init(&shm, p, len - 1, 1, &why));
	KUNIT_EXPECT_STREQ(test, why, "it does not have the length that it says");
	p->len = sizeof(*p) - 1;
	KUNIT_EXPECT_FALSE(test, tt_shm_init(&shm, p, len, 1, &why));
	p->len = U32_MAX;
	KUNIT_EXPECT_FALSE(test, tt_shm_init(&shm, p, len, 1, &why));
	p->len = sizeof(*p);
	KUNIT_EXPECT_FALSE(test, tt_shm_init(&shm, p, len, 0, &why));
	p->len = len;
	p->current_time = TT_WIRE_NEVER;
	KUNIT_EXPECT_FALSE(test, tt_shm_init(&shm, p, len, 1, &why));
	p->current_time = 0;
	p->version++;
	KUNIT_EXPECT_FALSE(test, tt_shm_init(&shm, p, len, 1, &why));
	KUNIT_EXPECT_NULL(test, why);

	KUNIT_EXPECT_NULL(test, shm.page);
	KUNIT_EXPECT_EQ(test, p->clients[1].capa, 0);
}

/* A request is put into the page only if the one that runs looks there. */
static void page_test_request(struct kunit *test)
{
	struct um_timetravel_schedshm *p = page_alloc(test);
	union um_timetravel_schedshm_client *self = &p->clients[1];
	struct tt_shm shm = {};
	const char *why;

	KUNIT_ASSERT_TRUE(test, tt_shm_init(&shm, p, p->len, 1, &why));
	p->running_id = 2;
	KUNIT_EXPECT_FALSE(test, tt_shm_request(&shm, 50, true));
	p->running_id = U16_MAX;
	KUNIT_EXPECT_FALSE(test, tt_shm_request(&shm, 50, true));
	p->running_id = SLOTS;
	KUNIT_EXPECT_FALSE(test, tt_shm_request(&shm, 50, true));
	KUNIT_EXPECT_EQ(test, self->flags, 0);
	KUNIT_EXPECT_EQ(test, p->requests, 0);

	p->clients[2].capa = UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE;
	p->running_id = 2;
	KUNIT_EXPECT_TRUE(test, tt_shm_request(&shm, 50, true));
	KUNIT_EXPECT_EQ(test, self->flags, UM_TIMETRAVEL_SCHEDSHM_FLAGS_REQ_RUN);
	KUNIT_EXPECT_EQ(test, self->req_time, 1050);
	KUNIT_EXPECT_EQ(test, p->free_until, 1050);

	/* later does not give the one that runs more room */
	KUNIT_EXPECT_TRUE(test, tt_shm_request(&shm, 60, true));
	KUNIT_EXPECT_EQ(test, p->free_until, 1050);

	KUNIT_EXPECT_EQ(test, p->requests, 2);

	/* while we run, ours is not in our way, and the controller sees it when we wait */
	p->running_id = 1;
	KUNIT_EXPECT_TRUE(test, tt_shm_request(&shm, 10, false));
	KUNIT_EXPECT_EQ(test, self->req_time, 1010);
	KUNIT_EXPECT_EQ(test, p->free_until, 1050);
	KUNIT_EXPECT_EQ(test, p->requests, 2);

	/* we wait, and nobody has been let run yet */
	KUNIT_EXPECT_TRUE(test, tt_shm_request(&shm, 5, true));
	KUNIT_EXPECT_EQ(test, p->free_until, 1005);
	KUNIT_EXPECT_EQ(test, p->requests, 3);
	tt_shm_granted(&shm);
	KUNIT_EXPECT_EQ(test, self->flags, 0);
}

static void page_test_tell(struct kunit *test)
{
	struct um_timetravel_schedshm *p = page_alloc(test);
	struct tt_shm shm = {};
	const char *why;

	KUNIT_ASSERT_TRUE(test, tt_shm_init(&shm, p, p->len, 1, &why));
	p->running_id = 2;
	KUNIT_EXPECT_FALSE(test, tt_shm_publish(&shm, 70));
	KUNIT_EXPECT_EQ(test, p->current_time, 1000);
	p->running_id = 1;
	KUNIT_EXPECT_TRUE(test, tt_shm_publish(&shm, 70));
	KUNIT_EXPECT_EQ(test, p->current_time, 1070);
}

static struct kunit_case ext_wire_test_cases[] = {
	KUNIT_CASE_PARAM(wire_test_check, wire_gen_params),
	KUNIT_CASE(page_test_good),
	KUNIT_CASE(page_test_bad),
	KUNIT_CASE(page_test_request),
	KUNIT_CASE(page_test_tell),
	{}
};

static struct kunit_suite ext_wire_test_suite = {
	.name = "time_travel_wire",
	.test_cases = ext_wire_test_cases,
};

kunit_test_suite(ext_wire_test_suite);
