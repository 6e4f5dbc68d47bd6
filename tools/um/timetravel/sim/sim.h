/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The simulation: one clock, its clients, and who of them runs.
 *
 * Holds: at most one client runs. Time never goes back. What a client says changes
 * its own place in the order and nobody else's. No descriptors: messages go out
 * through struct sim_ops, and come in through sim_receive().
 */
#ifndef UMTT_SIM_H
#define UMTT_SIM_H

#include "sim/client.h"
#include "sim/page_owner.h"
#include "sim/trace.h"
#include "lib/util.h"

enum sim_on_death { SIM_DROP, SIM_FAIL, SIM_PAUSE };

/* How a client goes */
enum sim_leaving { SIM_LEFT, SIM_DIED, SIM_BROKE };

/* Why the simulation is over */
enum sim_end {
	SIM_GOES_ON,
	SIM_ALL_LEFT,
	SIM_ALL_ASLEEP,
	SIM_CLIENT_DIED,
	SIM_AT_END,
	SIM_AT_LIMIT,
};

/**
 * struct sim_options - what the user may choose
 * @expect: nobody runs before so many clients have joined
 * @numbered: IDs from 1 to this are known to join; 0 if none are known
 * @slots: of the shared page
 * @no_page: nobody gets the page
 * @late_page: clients that join when time has passed get it, too
 * @stay: it is not over when all have left
 * @start: the wall clock at time 0, ns since 1970
 * @end: the simulation ends at this time, ns
 * @limit: the same, and it has failed
 * @pace: simulated by host time at most; 0 for no limit
 * @on_death: what the death of a client does
 * @patience: host time after which a client that runs is named, ns
 * @asleep: host time to wait for somebody who sleeps for ever, ns
 */
struct sim_options {
	unsigned int expect, numbered;
	unsigned int slots;
	bool no_page, late_page, stay;
	__u64 start;
	__u64 end, limit;
	double pace;
	enum sim_on_death on_death;
	__u64 patience;
	__u64 asleep;
};

/* Enough for the name of a client, and for those of some that have died */
#define SIM_NAME 80
#define SIM_DEAD 512

struct sim;

/**
 * struct sim_ops - what the simulation needs of the world
 * @send: a message is to go to a client, with up to two descriptors
 * @timer: call sim_wake() at this host time in ns; 0 for not at all
 * @resumed: messages that were held are to be offered again
 * @paused: nobody runs now, because of a pause
 */
struct sim_ops {
	void (*send)(struct client *client, const struct um_timetravel_msg *msg,
		     const int *fds, unsigned int nfds);
	void (*timer)(struct sim *sim, __u64 host);
	void (*resumed)(struct sim *sim);
	void (*paused)(struct sim *sim);
};

/**
 * struct sim - the simulation
 * @ops: the world
 * @opt: what the user chose
 * @trace: where to write what happens, NULL for nowhere
 * @page: the shared page
 * @sched: requests of all who do not run
 * @clients: by slot, NULL where nobody is
 * @last_polled: by slot: the request that was last seen in the page
 * @top: no slot above this one is taken
 * @count: clients now
 * @joined: clients ever
 * @left: clients that have gone
 * @died: of these, not by themselves
 * @dead: of these, who was to say that it leaves
 * @dead_names: their names, as far as there is room
 * @sharing: clients that use the page
 * @counting: of these, who count their requests in the page
 * @requests: how many they had counted when the slots were looked at last
 * @withheld: clients whose REQUEST is not answered yet
 * @now: simulated time in ns
 * @unseen_until: as far as a client may have come unseen
 * @running: the client that runs
 * @paused: nobody is to be let run
 * @stepping: the next one, then nobody
 * @pause_at: pause when time is to reach this
 * @idle: nobody runs, and the page says so
 * @opened: host time in ns since when clients can join
 * @missing_said: that some have not joined was said
 * @asleep_since: host time when everybody went to sleep for ever, else 0
 * @begun: host time in ns when the first client was let run, else 0
 * @pace_host: host time where the pace is counted from
 * @pace_sim: the simulated time then
 * @order: counts requests
 * @serial: counts connections
 * @handoffs: times that another client than before was let run
 * @messages: messages in both directions
 * @last_ran: serial of the client that ran last
 * @end: why it is over
 */
struct sim {
	const struct sim_ops *ops;
	struct sim_options opt;
	struct trace *trace;
	struct page_owner page;
	struct sched sched;
	struct client **clients;
	__u64 *last_polled;
	unsigned int top, count, joined, left, died, sharing, counting, withheld;
	__u32 requests;
	unsigned int dead;
	char dead_names[SIM_DEAD];
	__u64 now, unseen_until;
	struct client *running;
	bool paused, stepping, idle, missing_said;
	__u64 pause_at;
	__u64 opened, asleep_since, begun, pace_host, pace_sim;
	__u64 order, serial, handoffs, messages, last_ran;
	enum sim_end end;
};

/* What sim_receive() made of a message */
enum sim_received {
	SIM_DONE,
	SIM_HELD,	/* not now: offer it again after &sim_ops.resumed */
	SIM_REFUSED,	/* the client broke the rules; it was said; it is to go */
};

int sim_init(struct sim *sim, const struct sim_ops *ops, const struct sim_options *opt,
	     struct trace *trace);
void sim_free(struct sim *sim);
void sim_connect(struct sim *sim, struct client *client, pid_t pid);
enum sim_received sim_receive(struct sim *sim, struct client *client,
			      const struct um_timetravel_msg *msg);
enum sim_leaving sim_departure(struct sim *sim, const struct client *client, size_t cut);
void sim_leave(struct sim *sim, struct client *client, enum sim_leaving how);
void sim_wake(struct sim *sim);
void sim_expect(struct sim *sim, unsigned int clients);
void sim_pause(struct sim *sim);
void sim_resume(struct sim *sim);
void sim_step(struct sim *sim);
void sim_until(struct sim *sim, __u64 time);
void sim_broadcast(struct sim *sim, __u64 value);

/* Of report.c: words for people */
const char *sim_name_of(const struct client *client, char *text, size_t size);
void sim_say(struct sim *sim, const struct client *client, const char *format, ...)
	__printf(3, 4);
bool sim_say_once(struct sim *sim, struct client *client, unsigned int bit);
void sim_say_missing(struct sim *sim);
void sim_asleep_table(struct sim *sim);
void sim_impatient(struct sim *sim, __u64 host);
void sim_stats(struct sim *sim);

/* Of bound.c, grant.c and receive.c, for those after them */
#define SIM_NOT_POLLED ((__u64)-1)

#define SIM_PAGE_TIME "what stands in the page"

void sim_schedule(struct sim *sim);
void sim_hold(struct sim *sim);
void sim_look(struct sim *sim);
void sim_time_claimed(struct sim *sim, __u64 claimed, const char *what);
void sim_ask(struct sim *sim, struct client *client, __u64 time);
static inline __u64 sim_earlier(__u64 a, __u64 b)
{
	return a < b ? a : b;
}

__u64 sim_stop_time(const struct sim *sim);
__u64 sim_bound(const struct sim *sim);
void sim_tell_bound(struct sim *sim, __u64 bound);
void sim_send(struct sim *sim, struct client *client, const struct um_timetravel_msg *msg);
void sim_send_owed(struct sim *sim, struct client *client, __u32 op, __u64 time,
		   const struct client *sender);
void sim_relay(struct sim *sim, struct client *sender, __u64 value);
void sim_answer_withheld(struct sim *sim);
void sim_broadcast_answered(struct sim *sim, const struct client_due *due);

#endif /* UMTT_SIM_H */
