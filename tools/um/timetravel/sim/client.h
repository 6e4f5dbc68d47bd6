/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One client: what it has said, what it may say next, which answers it owes.
 *
 * Holds: no descriptors, no other clients.
 *
 *	CONNECTED --START--> JOINING --first grant--> RUNNING --WAIT--> WAITING
 *	                                                 ^------grant------'
 */
#ifndef UMTT_CLIENT_H
#define UMTT_CLIENT_H

#include <sys/types.h>

#include "lib/wire.h"
#include "sim/sched.h"

enum client_state {
	CLIENT_CONNECTED,	/* START is still to come */
	CLIENT_JOINING,		/* START is not answered yet */
	CLIENT_RUNNING,
	CLIENT_WAITING,
	CLIENT_STATES
};

/**
 * enum client_verdict - what to do with a message
 * @CLIENT_FINE: what it says
 * @CLIENT_ODD: answer it, but do nothing: nobody is hurt
 * @CLIENT_UNKNOWN: the same, and not a fault: an extension is looked for
 * @CLIENT_BROKEN: the client cannot be understood any more
 */
enum client_verdict { CLIENT_FINE, CLIENT_ODD, CLIENT_UNKNOWN, CLIENT_BROKEN };

/**
 * struct client_due - an answer that is due
 * @seq: of the message that is to be answered
 * @op: what it said
 * @slot: a BROADCAST's sender, 0 for the controller
 * @serial: tells that sender from others who had its slot
 */
struct client_due {
	__u32 seq;
	__u16 op;
	__u16 slot;
	__u64 serial;
};

/**
 * struct client - what the controller knows of a client
 * @state: where it is
 * @slot: in the shared page; 0 before START
 * @serial: no other client ever has the same
 * @id: the ID that it came with
 * @pid: the process at the other end, as the kernel says
 * @page_offered: it was given the page
 * @page: it uses the page: times are the controller's, RUN and WAIT have no answer
 * @counts: it counts its requests in the page
 * @page_known: whether it does was looked up, at its first message after START
 * @offset: the controller's time at its own zero, ns
 * @last: as far as it is known to have come, ns of the controller's time
 * @unseen_until: as far as it can have come unseen
 * @request: when it wants to run; %WIRE_NEVER if it does not
 * @asked: @request is one, made since it ran last
 * @job: the request, where others are compared with it
 * @free_until: what FREE_UNTIL told it last since its last WAIT; 0 if nothing
 * @horizon: the furthest that it was told since then, in the page or by FREE_UNTIL; or 0
 * @free_credit: so many grants are to come with FREE_UNTIL
 * @start_seq: of its START
 * @seq: of the last message that was sent to it
 * @due: answers that it owes, oldest first, in a ring
 * @due_room: size of @due, a power of two
 * @due_first: where the oldest is
 * @due_count: how many it owes
 * @frees_due: how many of these are for FREE_UNTIL
 * @broadcast: its own BROADCAST to be answered, valid if @broadcast_left
 * @broadcast_left: so many have not answered it yet
 * @request_msg: its REQUEST to be answered, valid if @withheld
 * @withheld: the client that runs must know of that first
 * @announced: it says when it leaves, so that without a word it has died
 * @leaving: it has said so
 * @since: host time in ns when it began to do what it does
 * @told: bits of what was said about it once
 * @runs: times that it was let run
 * @received: messages from it
 * @sent: messages to it
 */
struct client {
	enum client_state state;
	__u16 slot;
	__u64 serial;
	__u64 id;
	pid_t pid;
	bool page_offered, page, counts, page_known;
	__u64 offset, last, unseen_until;
	__u64 request;
	bool asked;
	struct sched_job job;
	__u64 free_until, horizon;
	unsigned int free_credit;
	__u32 start_seq, seq;
	struct client_due *due;
	unsigned int due_room, due_first, due_count, frees_due;
	struct um_timetravel_msg broadcast;
	unsigned int broadcast_left;
	struct um_timetravel_msg request_msg;
	bool withheld;
	bool announced, leaving;
	__u64 since;
	unsigned int told;
	__u64 runs, received, sent;
};

enum client_verdict client_check(const struct client *client,
				 const struct um_timetravel_msg *msg, const char **why);
__u64 client_to_sim(const struct client *client, __u64 time);
__u64 client_from_sim(const struct client *client, __u64 time);
int client_owe(struct client *client, const struct client_due *due);
bool client_paid(struct client *client, __u32 seq, struct client_due *due);
bool client_owes(const struct client *client, __u32 op);
const char *client_doing(const struct client *client);
void client_free(struct client *client);

#endif /* UMTT_CLIENT_H */
