/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Conformance: transcripts of the time protocol, played by fake clients against a
 * controller, or by a fake controller against a kernel.
 *
 * conform/README has the language. A transcript is read and played a line at a time;
 * the first line that is not as it should be ends it.
 */
#ifndef CONFORM_H
#define CONFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/wire.h"
#include "lib/util.h"

#define CONFORM_ACTORS	80
#define CONFORM_OWED	4096
#define CONFORM_WORDS	40
#define CONFORM_TEXT	512

/**
 * struct conform_owed - a message that the peer has to answer
 * @op: what it said
 * @seq: its number
 */
struct conform_owed {
	uint32_t op, seq;
};

/**
 * struct conform_actor - one end of a connection that we play
 * @name: in the transcript
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
 * @page: the shared page, NULL without one
 * @page_size: bytes of it
 * @slot: of the client in it
 * @fds: descriptors that came with the last message
 * @fd_count: how many
 */
struct conform_actor {
	char name[32];
	int fd;
	uint32_t seq;
	struct conform_owed owed[CONFORM_OWED];
	unsigned int owed_count;
	struct um_timetravel_msg last;
	uint64_t answered, kept, request, bound;
	bool want_page;
	struct um_timetravel_schedshm *page;
	size_t page_size;
	unsigned int slot;
	int fds[UM_TIMETRAVEL_MAX_FDS];
	unsigned int fd_count;
};

/**
 * struct conform_program - a controller or kernel that was started
 * @pid: of its process group, 0 if none runs
 * @out: what it says, a pipe; -1 if none
 * @said: what it has said
 * @said_len: bytes of it
 * @ended: it has, with @status as wait() has it
 * @status: see @ended
 */
struct conform_program {
	pid_t pid;
	int out;
	char said[64 * 1024];
	size_t said_len;
	bool ended;
	int status;
};

/**
 * struct conform_offer - what the fake controller sends with the answer to START
 * @count: descriptors
 * @version: of the page
 * @len: what the page says that it is long
 * @slot: what the answer says
 * @start: what time it is then, ns
 */
struct conform_offer {
	unsigned int count;
	uint32_t version, len, slot;
	uint64_t start;
};

/**
 * struct conform - a transcript that is being played
 * @path: the transcript
 * @line: where we are
 * @exec: command line of a controller, NULL if one runs or a kernel is tested
 * @kernel: the kernel, NULL if a controller is tested
 * @socket: the controller's socket
 * @dir: a directory for this transcript alone
 * @patience: how long to wait for what must come, ms of host time
 * @clients: how many clients the controller is to wait for
 * @options: more options for it
 * @init: what the kernel's first program does, shell
 * @offer: of the fake controller
 * @now: its time
 * @listener: its socket
 * @program: what was started
 * @actors: who plays
 * @actor_count: how many
 * @skip: why it cannot be played here, empty if it can
 * @why: what was not as it should be
 */
struct conform {
	const char *path;
	unsigned int line;
	const char *exec, *kernel;
	char socket[108];
	char dir[64];
	int patience;
	unsigned int clients;
	char options[CONFORM_TEXT];
	char init[4096];
	struct conform_offer offer;
	uint64_t now;
	int listener;
	struct conform_program program;
	struct conform_actor actors[CONFORM_ACTORS];
	unsigned int actor_count;
	char skip[CONFORM_TEXT];
	char why[CONFORM_TEXT];
};

int conform_fail(struct conform *t, const char *format, ...) __printf(2, 3);
struct conform_actor *conform_actor(struct conform *t, const char *name);

/* conform_actor.c: what an actor says, hears and sees */
int conform_send(struct conform *t, struct conform_actor *a, uint32_t op, uint64_t time);
int conform_send_raw(struct conform *t, struct conform_actor *a,
		     const struct um_timetravel_msg *msg, const int *fds, unsigned int count);
int conform_answer(struct conform *t, struct conform_actor *a, uint64_t time);
int conform_receive(struct conform *t, struct conform_actor *a, struct um_timetravel_msg *msg);
int conform_expect(struct conform *t, struct conform_actor *a, uint32_t op, const char *time);
int conform_check_time(struct conform *t, struct conform_actor *a, const char *word,
		       const struct um_timetravel_msg *msg);
int conform_expect_gone(struct conform *t, struct conform_actor *a);
int conform_expect_silence(struct conform *t, struct conform_actor *a);
uint64_t conform_time(const struct conform_actor *a, const char *word, bool *ok);
void conform_close(struct conform_actor *a);

/* conform_page.c: the shared page */
bool conform_uses_page(const struct conform_actor *a);
int conform_map(struct conform *t, struct conform_actor *a);
int conform_field(struct conform *t, struct conform_actor *a, const char *name,
		  const char *value, bool set);

/* conform_program.c: the controller or kernel under test */
int conform_start_controller(struct conform *t);
int conform_start_kernel(struct conform *t, const char *id, char **args, unsigned int count);
void conform_listen_to(struct conform_program *p);
int conform_said(struct conform *t, const char *text, int patience);
int conform_ended(struct conform *t);
void conform_end_program(struct conform_program *p);

/* conform_serve.c: a controller of one kernel that does everything right */
int conform_serve(struct conform *t, struct conform_actor *a, char **words, unsigned int count);
int conform_offer(struct conform *t, struct conform_actor *a);

/**
 * struct conform_words - a line, cut up
 * @count: how many words
 * @at: the words; quotes are gone
 */
struct conform_words {
	unsigned int count;
	char *at[CONFORM_WORDS];
};

/* conform_words.c: lines */
int conform_split(struct conform *t, char *line, struct conform_words *w);
bool conform_is(const struct conform_words *w, unsigned int i, const char *word);
const char *conform_option(const struct conform_words *w, unsigned int from, const char *name);

/* conform_acts.c: what an actor can do */
int conform_act(struct conform *t, const struct conform_words *w);

/* conform_play.c: transcripts */
int conform_read_head(const char *path, bool *for_kernel, char *title, size_t size);
int conform_play(struct conform *t);

#endif /* CONFORM_H */
