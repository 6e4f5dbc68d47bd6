// SPDX-License-Identifier: GPL-2.0
/* sim/: clients that say more than they must: when they leave, and that they ask. */
#include "sim_world.h"

/* As a client that waits does, and perhaps counts it */
static void put_request(unsigned int i, __u64 time, bool count)
{
	struct um_timetravel_schedshm *page = sim.page.page;
	union um_timetravel_schedshm_client *slot = &page->clients[clients[i].slot];

	slot->req_time = time;
	slot->flags = UM_TIMETRAVEL_SCHEDSHM_FLAGS_REQ_RUN;
	page->requests += count;
}

/* The second has all capabilities that are given, and waits in the page; the first runs */
static bool one_waits_in_the_page(__u32 capa)
{
	struct um_timetravel_schedshm *page;

	begin(2, false);
	page = sim.page.page;
	if (say(0, UM_TIMETRAVEL_START, 1) || say(1, UM_TIMETRAVEL_START, 2) ||
	    !hears(0, UM_TIMETRAVEL_ACK, 1))
		return false;
	page->clients[1].capa = capa;
	put_request(0, 100, false);
	if (say(0, UM_TIMETRAVEL_WAIT, 0) || !hears(1, UM_TIMETRAVEL_ACK, 2))
		return false;
	page->clients[2].capa = capa;
	put_request(1, 1000, false);
	return !say(1, UM_TIMETRAVEL_WAIT, 0) && hears(0, UM_TIMETRAVEL_RUN, 100);
}

/* Where all count their requests, slots are read only when one was counted */
static int counted_requests(void)
{
	const __u32 both = UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE |
		UM_TIMETRAVEL_SCHEDSHM_CAP_COUNT;

	expect(one_waits_in_the_page(both));
	put_request(1, 150, false);
	put_request(0, 200, false);
	expect(!say(0, UM_TIMETRAVEL_WAIT, 0) && hears(0, UM_TIMETRAVEL_RUN, 200));
	put_request(1, 250, true);
	put_request(0, 300, false);
	expect(!say(0, UM_TIMETRAVEL_WAIT, 0) && hears(1, UM_TIMETRAVEL_RUN, 250));
	finish();

	/* who does not count is always looked at */
	expect(one_waits_in_the_page(UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE));
	put_request(1, 150, false);
	put_request(0, 200, false);
	expect(!say(0, UM_TIMETRAVEL_WAIT, 0) && hears(1, UM_TIMETRAVEL_RUN, 150));
	return finish();
}

static int departures(void)
{
	/* one that does not say when it leaves may have ended while it ran, as ever */
	expect(two_at_work(true, 100, 200) && hears(0, UM_TIMETRAVEL_RUN, 100));
	expect(sim_departure(&sim, &clients[0], 0) == SIM_LEFT);
	expect(sim_departure(&sim, &clients[0], 3) == SIM_DIED);
	expect(sim_departure(&sim, &clients[1], 0) == SIM_DIED);

	/* one that does has died without a word */
	expect(!say(0, UM_TIMETRAVEL_LEAVE, UM_TIMETRAVEL_LEAVE_ANNOUNCED));
	expect(hears(0, UM_TIMETRAVEL_ACK, 0));
	expect(sim_departure(&sim, &clients[0], 0) == SIM_DIED);
	expect(!say(0, UM_TIMETRAVEL_LEAVE, UM_TIMETRAVEL_LEAVE_NOW));
	expect(hears(0, UM_TIMETRAVEL_ACK, 0));
	expect(sim_departure(&sim, &clients[0], 0) == SIM_LEFT);
	expect(asks_and_waits(0, 300) && sim_departure(&sim, &clients[0], 0) == SIM_LEFT);

	/* what else it may mean one day is only answered */
	expect(!say(0, UM_TIMETRAVEL_LEAVE, 77) && clients[0].leaving);
	sim_leave(&sim, &clients[0], SIM_DIED);
	expect(sim.dead == 1 && !strcmp(sim.dead_names, "client 1 (ID 1, process 100)"));
	sim_leave(&sim, &clients[1], SIM_DIED);
	expect(sim.died == 2 && sim.dead == 1);
	return finish();
}

static const struct tap_case cases[] = {
	{ "slots are read when a request was counted", counted_requests },
	{ "who has died is told from who has left", departures },
};

TAP_MAIN(cases)
