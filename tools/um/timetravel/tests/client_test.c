// SPDX-License-Identifier: GPL-2.0
/* client.c: what a client may say when, what it owes, and its own zero of time. */
#include "sim/client.h"
#include "tap.h"

static enum client_verdict says(enum client_state state, __u32 op)
{
	struct client client = { .state = state };
	struct um_timetravel_msg msg = wire_msg(op, 1, 0);
	const char *why = NULL;
	enum client_verdict verdict = client_check(&client, &msg, &why);

	/* what is not fine has a reason, but for what nobody knows */
	if ((verdict == CLIENT_ODD || verdict == CLIENT_BROKEN) != !!why)
		abort();
	return verdict;
}

static int before_start(void)
{
	__u32 op;

	for (op = 0; op <= UM_TIMETRAVEL_LEAVE; op++)
		expect(says(CLIENT_CONNECTED, op) ==
		       (op == UM_TIMETRAVEL_START ? CLIENT_FINE : CLIENT_BROKEN));
	for (op = 0; op <= UM_TIMETRAVEL_LEAVE; op++)
		expect(says(CLIENT_JOINING, op) == CLIENT_BROKEN);
	return 0;
}

static int while_it_waits(void)
{
	expect(says(CLIENT_WAITING, UM_TIMETRAVEL_REQUEST) == CLIENT_FINE);
	expect(says(CLIENT_WAITING, UM_TIMETRAVEL_GET) == CLIENT_FINE);
	expect(says(CLIENT_WAITING, UM_TIMETRAVEL_UPDATE) == CLIENT_ODD);
	expect(says(CLIENT_WAITING, UM_TIMETRAVEL_WAIT) == CLIENT_ODD);
	expect(says(CLIENT_RUNNING, UM_TIMETRAVEL_UPDATE) == CLIENT_FINE);
	expect(says(CLIENT_RUNNING, UM_TIMETRAVEL_WAIT) == CLIENT_FINE);
	expect(says(CLIENT_WAITING, UM_TIMETRAVEL_START) == CLIENT_BROKEN);
	return 0;
}

static int unknown(void)
{
	enum client_state state;

	for (state = 0; state < CLIENT_STATES; state++)
		expect(says(state, UM_TIMETRAVEL_LEAVE + 1) == CLIENT_UNKNOWN &&
		       says(state, -1) == CLIENT_UNKNOWN);
	return 0;
}

static int run_first(void)
{
	struct client client = { .state = CLIENT_RUNNING };
	struct client_due due = { .seq = 5, .op = UM_TIMETRAVEL_RUN }, paid;
	struct um_timetravel_msg wait = wire_msg(UM_TIMETRAVEL_WAIT, 9, 0);
	const char *why;

	expect(!client_owe(&client, &due));
	expect(client_check(&client, &wait, &why) == CLIENT_BROKEN);
	expect(client_paid(&client, 5, &paid));
	expect(client_check(&client, &wait, &why) == CLIENT_FINE);
	client_free(&client);
	return 0;
}

static int debts_in_order(void)
{
	struct client client = { .state = CLIENT_RUNNING };
	struct client_due due = { .op = UM_TIMETRAVEL_FREE_UNTIL }, paid;
	unsigned int i, next = 1;

	expect(!client_paid(&client, 0, &paid));
	for (i = 1; i <= 300; i++) {
		due.seq = i;
		expect(!client_owe(&client, &due));
		/* two come, one is paid: the ring turns and grows */
		if (i % 2)
			continue;
		expect(!client_paid(&client, next + 1, &paid));
		expect(client_paid(&client, next, &paid) && paid.seq == next);
		next++;
	}
	expect(client.due_count == 150 && client.frees_due == 150);
	while (next <= 300)
		expect(client_paid(&client, next++, &paid));
	expect(!client.due_count && !client.frees_due);
	client_free(&client);
	return 0;
}

static int own_zero(void)
{
	struct client late = { .offset = 1000 }, sharing = { .offset = 1000, .page = true };

	expect(client_to_sim(&late, 5) == 1005 && client_from_sim(&late, 1005) == 5);
	expect(client_from_sim(&late, 999) == 0);
	expect(client_to_sim(&late, WIRE_NEVER) == WIRE_NEVER);
	expect(client_to_sim(&late, WIRE_NEVER - 500) == WIRE_NEVER);
	expect(client_to_sim(&late, (__u64)-1) == WIRE_NEVER);
	expect(client_from_sim(&late, WIRE_NEVER) == WIRE_NEVER);
	expect(client_to_sim(&sharing, 5) == 5 && client_from_sim(&sharing, 1005) == 1005);
	return 0;
}

static const struct tap_case cases[] = {
	{ "START comes first, and is answered before anything else", before_start },
	{ "who waits may ask, but not move time or wait again", while_it_waits },
	{ "what nobody knows is no fault in any state", unknown },
	{ "RUN is answered before WAIT", run_first },
	{ "answers are due in order, however many", debts_in_order },
	{ "a late client's times are converted, and never overflow", own_zero },
};

TAP_MAIN(cases)
