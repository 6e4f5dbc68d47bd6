/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The trace file: what happened, one line an event, in the order in which the
 * controller saw it.
 *
 *	umtt-trace 1
 *	SIM HOST WHAT SLOT ID VALUE
 *
 * The first line names the format. In all others six words are separated by one
 * space:
 *
 * SIM	simulated time in ns since the start; never less than the line above
 * HOST	host time in ns since the controller began to serve
 * WHAT	one of enum trace_what, by its name below
 * SLOT	the client: its slot in the shared page, 1 and up; 0 is the controller.
 *	A slot is given to another client after a leave, and then joins anew
 * ID	the ID that came with START, "-" if none did
 * VALUE	a number that depends on WHAT, 0 if it says nothing
 *
 * A name that a reader does not know is to be skipped.
 */
#ifndef UMTT_TRACE_H
#define UMTT_TRACE_H

#include "lib/wire.h"

#define TRACE_HEADER "umtt-trace 1\n"

/**
 * enum trace_what - what happened to a client
 * @TRACE_JOIN: its START is answered; VALUE is the process ID
 * @TRACE_RUN: it may run from SIM on; VALUE is the time that it asked for
 * @TRACE_WAIT: it has given the processor away; SIM is as far as it had come;
 *	VALUE is the time that it asked for, the largest signed number for never
 * @TRACE_REQUEST: it asked for VALUE while it waited
 * @TRACE_UPDATE: it has come to SIM; VALUE is what it said
 * @TRACE_FREE: it was told that it may run until VALUE
 * @TRACE_BROADCAST: VALUE goes to all others
 * @TRACE_LEAVE: it is gone; VALUE is 1 if it died, 2 if it broke the rules
 * @TRACE_PAUSE: of the controller: nobody may run
 * @TRACE_RESUME: of the controller: it goes on
 */
enum trace_what {
	TRACE_JOIN, TRACE_RUN, TRACE_WAIT, TRACE_REQUEST, TRACE_UPDATE,
	TRACE_FREE, TRACE_BROADCAST, TRACE_LEAVE, TRACE_PAUSE, TRACE_RESUME,
};

/* Their names in the file */
#define TRACE_NAMES { "join", "run", "wait", "request", "update", "free", \
	"broadcast", "leave", "pause", "resume" }

struct trace;

struct trace *trace_open(const char *path);
void trace_event(struct trace *trace, __u64 sim, enum trace_what what,
		 unsigned int slot, __u64 id, __u64 value);
int trace_close(struct trace *trace);

#endif /* UMTT_TRACE_H */
