// SPDX-License-Identifier: GPL-2.0
/* sim/: what is sent to whom. */
#include "sim_world.h"

static int start_is_held(void)
{
	begin(2, false);
	expect(say(1, UM_TIMETRAVEL_START, 9) == SIM_DONE && silence());
	expect(say(0, UM_TIMETRAVEL_START, 3) == SIM_DONE);
	/* the lower ID has the lower slot, and is first, although it came second */
	expect(hears(0, UM_TIMETRAVEL_ACK, 1) && sent[0].nfds == 2 && silence());
	expect(asks_and_waits(0, 10));
	expect(hears(1, UM_TIMETRAVEL_ACK, 2) && silence());
	return finish();
}

static int order(void)
{
	expect(two_at_work(true, 100, 50));
	expect(hears(1, UM_TIMETRAVEL_FREE_UNTIL, 100));
	expect(hears(1, UM_TIMETRAVEL_RUN, 50) && sim.now == 50);
	expect(asks_and_waits(1, 100));
	/* equal times: the lower ID */
	expect(hears(0, UM_TIMETRAVEL_RUN, 100));
	expect(asks_and_waits(0, 100));
	expect(hears(0, UM_TIMETRAVEL_RUN, 100) && asks_and_waits(0, 101));
	expect(hears(1, UM_TIMETRAVEL_FREE_UNTIL, 101));
	expect(hears(1, UM_TIMETRAVEL_RUN, 100) && silence());
	return finish();
}

static int earlier_request(void)
{
	expect(two_at_work(true, 100, 500));
	expect(hears(0, UM_TIMETRAVEL_RUN, 100));
	/* it comes back before others: from now on it is told how far it may go */
	expect(asks_and_waits(0, 200));
	expect(hears(0, UM_TIMETRAVEL_FREE_UNTIL, 500) && hears(0, UM_TIMETRAVEL_RUN, 200));
	/* the other one was interrupted: first the one that runs hears of it */
	expect(say(1, UM_TIMETRAVEL_REQUEST, 300) == SIM_DONE);
	expect(hears(0, UM_TIMETRAVEL_FREE_UNTIL, 300) && hears(1, UM_TIMETRAVEL_ACK, 0));
	expect(say(1, UM_TIMETRAVEL_REQUEST, 400) == SIM_DONE);
	expect(hears(1, UM_TIMETRAVEL_ACK, 0) && silence());
	return finish();
}

static int get_while_waiting(void)
{
	expect(two_at_work(true, 100, 500));
	expect(hears(0, UM_TIMETRAVEL_RUN, 100));
	expect(say(1, UM_TIMETRAVEL_GET, 0) == SIM_DONE && hears(1, UM_TIMETRAVEL_ACK, 100));
	expect(say(0, UM_TIMETRAVEL_UPDATE, 150) == SIM_DONE && hears(0, UM_TIMETRAVEL_ACK, 0));
	expect(say(1, UM_TIMETRAVEL_GET, 0) == SIM_DONE && hears(1, UM_TIMETRAVEL_ACK, 150));
	expect(say(1, UM_TIMETRAVEL_GET_TOD, 0) == SIM_DONE);
	expect(hears(1, UM_TIMETRAVEL_ACK, 1000150));
	return finish();
}

/* Nobody can make time pass for others, or turn it back */
static int lies_about_time(void)
{
	expect(two_at_work(true, 100, 500));
	expect(hears(0, UM_TIMETRAVEL_RUN, 100));
	expect(say(0, UM_TIMETRAVEL_UPDATE, 700) == SIM_DONE && sim.now == 500);
	expect(say(0, UM_TIMETRAVEL_UPDATE, 5) == SIM_DONE && sim.now == 500);
	expect(hears(0, UM_TIMETRAVEL_ACK, 0) && hears(0, UM_TIMETRAVEL_ACK, 0));
	expect(asks_and_waits(0, 600) && hears(1, UM_TIMETRAVEL_RUN, 500));
	return finish();
}

static int request_in_the_past(void)
{
	expect(two_at_work(true, 100, 500));
	expect(hears(0, UM_TIMETRAVEL_RUN, 100));
	expect(say(0, UM_TIMETRAVEL_UPDATE, 300) == SIM_DONE && hears(0, UM_TIMETRAVEL_ACK, 0));
	/* its own clock may be behind: it is run with exactly what it asked for */
	expect(say(1, UM_TIMETRAVEL_REQUEST, 200) == SIM_DONE && hears(1, UM_TIMETRAVEL_ACK, 0));
	expect(asks_and_waits(0, 400));
	expect(hears(1, UM_TIMETRAVEL_RUN, 200) && sim.now == 300);
	expect(asks_and_waits(1, 1000) && hears(0, UM_TIMETRAVEL_RUN, 400));
	return finish();
}

static int with_the_page(void)
{
	begin(2, false);
	expect(!say(0, UM_TIMETRAVEL_START, 1) && !say(1, UM_TIMETRAVEL_START, 2));
	expect(hears(0, UM_TIMETRAVEL_ACK, 1));
	sim.page.page->clients[1].capa = 1;
	sim.page.page->clients[1].flags = 1;
	sim.page.page->clients[1].req_time = 100;
	expect(!say(0, UM_TIMETRAVEL_WAIT, 0) && hears(1, UM_TIMETRAVEL_ACK, 2));
	sim.page.page->clients[2].capa = 1;
	sim.page.page->clients[2].flags = 1;
	sim.page.page->clients[2].req_time = 500;
	expect(!say(1, UM_TIMETRAVEL_WAIT, 0));
	expect(sim.page.page->running_id == 1 && sim.page.page->free_until == 500);
	expect(sim.page.page->current_time == 100 && !sim.page.page->clients[1].flags);
	expect(hears(0, UM_TIMETRAVEL_RUN, 100) && silence());
	/* the other one is interrupted and tells nobody; the time is a lie */
	sim.page.page->clients[2].req_time = 300;
	sim.page.page->current_time = 400;
	sim.page.page->clients[1].flags = 1;
	sim.page.page->clients[1].req_time = 1000;
	sim.page.page->running_id = 0xffff;
	expect(!say(0, UM_TIMETRAVEL_WAIT, 0));
	expect(hears(1, UM_TIMETRAVEL_RUN, 300) && sim.now == 300 && silence());
	return finish();
}

static int device(void)
{
	expect(two_at_work(true, 100, 500));
	expect(hears(0, UM_TIMETRAVEL_RUN, 100));
	/* a device joins: it never asks for anything, until it is kicked */
	expect(!say(2, UM_TIMETRAVEL_START, WIRE_NO_ID));
	expect(asks_and_waits(0, 200) && hears(2, UM_TIMETRAVEL_ACK, 3));
	expect(!say(2, UM_TIMETRAVEL_WAIT, 0) && hears(2, UM_TIMETRAVEL_ACK, 0));
	expect(hears(0, UM_TIMETRAVEL_RUN, 200));
	/* its zero is when it joined */
	expect(!say(2, UM_TIMETRAVEL_REQUEST, 150) && hears(2, UM_TIMETRAVEL_ACK, 0));
	expect(asks_and_waits(0, 400) && hears(2, UM_TIMETRAVEL_RUN, 150) && sim.now == 250);
	return finish();
}

static int asleep_for_ever(void)
{
	expect(two_at_work(true, WIRE_NEVER, WIRE_NEVER));
	expect(silence() && sim.end == SIM_ALL_ASLEEP);
	return finish();
}

static int broadcast(void)
{
	expect(two_at_work(true, 100, 500));
	expect(hears(0, UM_TIMETRAVEL_RUN, 100));
	expect(!say(0, UM_TIMETRAVEL_BROADCAST, 0xabc));
	/* the sender is answered when the others have answered */
	expect(hears(1, UM_TIMETRAVEL_BROADCAST, 0xabc) && hears(0, UM_TIMETRAVEL_ACK, 0));
	expect(silence());
	return finish();
}

/* One that dies before it has answered holds nobody up */
static int broadcast_to_the_dying(void)
{
	expect(two_at_work(true, 100, 500));
	expect(hears(0, UM_TIMETRAVEL_RUN, 100));
	expect(!say(0, UM_TIMETRAVEL_BROADCAST, 0xabc) && n_sent == n_read + 1);
	n_read++;
	sim_leave(&sim, &clients[1], SIM_DIED);
	expect(hears(0, UM_TIMETRAVEL_ACK, 0) && silence());
	return finish();
}

static int rule_breakers(void)
{
	expect(two_at_work(true, 100, 500));
	expect(say(0, UM_TIMETRAVEL_START, 1) == SIM_REFUSED);
	expect(say(2, UM_TIMETRAVEL_GET, 1) == SIM_REFUSED);
	expect(say(0, UM_TIMETRAVEL_ACK, 1) == SIM_REFUSED);
	/* RUN is not answered yet */
	expect(say(0, UM_TIMETRAVEL_WAIT, 1) == SIM_REFUSED);
	return finish();
}

static int death_while_running(void)
{
	expect(two_at_work(true, 100, 500));
	expect(hears(0, UM_TIMETRAVEL_RUN, 100));
	sim_leave(&sim, &clients[0], SIM_DIED);
	expect(hears(1, UM_TIMETRAVEL_RUN, 500) && sim.now == 500 && silence());
	return finish();
}

static int death_with_fail(void)
{
	expect(two_at_work(true, 100, 500));
	sim.opt.on_death = SIM_FAIL;
	expect(hears(0, UM_TIMETRAVEL_RUN, 100));
	sim_leave(&sim, &clients[0], SIM_DIED);
	expect(silence() && sim.end == SIM_CLIENT_DIED);
	return finish();
}

static int death_with_pause(void)
{
	expect(two_at_work(true, 100, 500));
	sim.opt.on_death = SIM_PAUSE;
	expect(hears(0, UM_TIMETRAVEL_RUN, 100));
	sim_leave(&sim, &clients[0], SIM_DIED);
	expect(silence() && !sim.end && sim.paused);
	sim_resume(&sim);
	expect(hears(1, UM_TIMETRAVEL_RUN, 500));
	return finish();
}

static int until(void)
{
	expect(two_at_work(true, 100, 500));
	expect(hears(0, UM_TIMETRAVEL_RUN, 100));
	sim_until(&sim, 300);
	expect(asks_and_waits(0, 300) && silence() && sim.paused && sim.now == 300);
	sim_step(&sim);
	expect(hears(0, UM_TIMETRAVEL_RUN, 300) && asks_and_waits(0, 400) && silence());
	sim_resume(&sim);
	expect(hears(0, UM_TIMETRAVEL_FREE_UNTIL, 500) && hears(0, UM_TIMETRAVEL_RUN, 400));
	return finish();
}

static int end(void)
{
	begin(1, true);
	sim.opt.end = 150;
	expect(!say(0, UM_TIMETRAVEL_START, 1) && hears(0, UM_TIMETRAVEL_ACK, 1));
	expect(asks_and_waits(0, 100) && hears(0, UM_TIMETRAVEL_FREE_UNTIL, 150));
	expect(hears(0, UM_TIMETRAVEL_RUN, 100) && asks_and_waits(0, 150));
	expect(silence() && sim.end == SIM_AT_END && sim.now == 150);
	return finish();
}

/* Who runs is told of one request of each client, and others wait until it knows */
static int flood_of_requests(void)
{
	enum sim_received got = SIM_DONE;
	__u64 time;

	expect(two_at_work(true, 100, 500));
	expect(hears(0, UM_TIMETRAVEL_RUN, 100) && asks_and_waits(0, 200));
	expect(hears(0, UM_TIMETRAVEL_FREE_UNTIL, 500) && hears(0, UM_TIMETRAVEL_RUN, 200));
	for (time = 499; time > 400 && got == SIM_DONE; time--)
		got = say(1, UM_TIMETRAVEL_REQUEST, time);
	expect(got == SIM_HELD && clients[0].frees_due == 1);
	expect(sim.withheld == 1);
	expect(hears(0, UM_TIMETRAVEL_FREE_UNTIL, 499) && !sim.withheld);
	expect(hears(1, UM_TIMETRAVEL_ACK, 0));
	expect(say(1, UM_TIMETRAVEL_REQUEST, 401) == SIM_DONE);
	return finish();
}

/* As far as it may have come unseen counts for who asks what time it is */
static int unseen_time(void)
{
	expect(two_at_work(true, 100, 500));
	expect(hears(0, UM_TIMETRAVEL_RUN, 100) && asks_and_waits(0, 200));
	expect(hears(0, UM_TIMETRAVEL_FREE_UNTIL, 500) && hears(0, UM_TIMETRAVEL_RUN, 200));
	/* it may be at 450 by now; the other one has a key pressed, and is at 200 */
	expect(!say(1, UM_TIMETRAVEL_REQUEST, 200));
	expect(hears(0, UM_TIMETRAVEL_FREE_UNTIL, 200) && hears(1, UM_TIMETRAVEL_ACK, 0));
	expect(asks_and_waits(0, 450) && hears(1, UM_TIMETRAVEL_RUN, 200));
	expect(!say(0, UM_TIMETRAVEL_GET, 0) && hears(0, UM_TIMETRAVEL_ACK, 450));
	return finish();
}

static const struct tap_case cases[] = {
	{ "START is answered when all are there, by ID", start_is_held },
	{ "the earliest runs; of equal ones the lower ID", order },
	{ "who runs hears of an earlier request before who asked does", earlier_request },
	{ "who waits may ask what time it is", get_while_waiting },
	{ "nobody moves time past others, or back", lies_about_time },
	{ "a request in the past runs next, with the time it asked for", request_in_the_past },
	{ "the page: two messages, and lies in it are not believed", with_the_page },
	{ "a device waits without asking, and asks while it waits", device },
	{ "everybody asleep for ever ends it", asleep_for_ever },
	{ "a broadcast reaches the others before it is answered", broadcast },
	{ "a broadcast does not wait for the dead", broadcast_to_the_dying },
	{ "who breaks the rules is refused", rule_breakers },
	{ "a client that dies while it runs does not take others along", death_while_running },
	{ "... unless that is to be a failure", death_with_fail },
	{ "... or a pause", death_with_pause },
	{ "until pauses before what is due then; step runs one", until },
	{ "the end is reached exactly", end },
	{ "a flood of requests waits for who runs", flood_of_requests },
	{ "time never goes back for who went on unseen", unseen_time },
};

TAP_MAIN(cases)
