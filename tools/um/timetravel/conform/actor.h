/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One end of a connection that a transcript plays, client or controller: it enters,
 * has a connection, says and hears things, and is closed.
 *
 * Holds: it is no clock client. That one deals with whatever comes before an answer, and
 * never breaks the rules; an actor has to see each message in its turn, and says all that
 * a transcript wants. What it does in the page is done by lib/page.
 */
#ifndef CONFORM_ACTOR_H
#define CONFORM_ACTOR_H

#include "conform/verdict.h"
#include "lib/page.h"
#include "lib/wire.h"

#define ACTOR_OWED	4096

/**
 * struct actor_owed - a message that the peer has to answer
 * @op: what it said
 * @seq: its number
 */
struct actor_owed {
	uint32_t op, seq;
};

/**
 * struct actor - one end of a connection that we play
 * @name: in the transcript
 * @verdict: where faults are said
 * @patience: how long to wait for what must come, ms of host time
 * @fd: the socket, -1 if there is none
 * @seq: of the last message we sent
 * @owed: what we sent and was not answered yet, oldest first
 * @owed_count: how much that is
 * @last: the message that came last and is no ACK
 * @answered: time of the ACK that came last
 * @kept: a time that the transcript remembers
 * @request: time of the latest REQUEST, ours or the peer's
 * @bound: what FREE_UNTIL said last; 0 if nothing since WAIT
 * @want_page: use the page when START is answered
 * @view: the shared page, with the client's slot; @view.page is NULL without one
 * @fds: descriptors that came with the last message
 * @fd_count: how many
 */
struct actor {
	char name[32];
	struct verdict *verdict;
	int patience;
	int fd;
	uint32_t seq;
	struct actor_owed owed[ACTOR_OWED];
	unsigned int owed_count;
	struct um_timetravel_msg last;
	uint64_t answered, kept, request, bound;
	bool want_page;
	struct page_view view;
	int fds[UM_TIMETRAVEL_MAX_FDS];
	unsigned int fd_count;
};

void actor_enter(struct actor *a, const char *name, struct verdict *verdict, int patience);
void actor_reset(struct actor *a);
int actor_send(struct actor *a, uint32_t op, uint64_t time);
int actor_send_raw(struct actor *a, const struct um_timetravel_msg *msg, const int *fds,
		   unsigned int count);
int actor_owes(struct actor *a, uint32_t op, uint32_t seq);
int actor_answer(struct actor *a, uint64_t time);
int actor_receive(struct actor *a, struct um_timetravel_msg *msg);
int actor_expect(struct actor *a, uint32_t op, const char *time);
int actor_check_time(struct actor *a, const char *word, const struct um_timetravel_msg *msg);
int actor_expect_gone(struct actor *a);
int actor_expect_silence(struct actor *a);
uint64_t actor_time(const struct actor *a, const char *word, bool *ok);
bool actor_uses_page(const struct actor *a);
void actor_close(struct actor *a);

#endif /* CONFORM_ACTOR_H */
