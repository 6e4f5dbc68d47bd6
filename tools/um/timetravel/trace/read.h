/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A trace file, read: tracks, one for each client that joined, and what happened there.
 */
#ifndef UMTT_TRACE_READ_H
#define UMTT_TRACE_READ_H

#include <stdbool.h>
#include <stdio.h>

#include "sim/trace.h"

/* What went wrong, in one line */
#define TRACE_READ_TEXT	256

/**
 * struct trace_moment - a point in time, by both clocks
 * @sim: simulated, ns
 * @host: of the host since the controller began, ns
 */
struct trace_moment {
	__u64 sim, host;
};

/**
 * struct trace_run - a client ran
 * @from: since when
 * @to: until when
 */
struct trace_run {
	struct trace_moment from, to;
};

/**
 * struct trace_mark - something that takes no time
 * @at: when
 * @what: what
 * @value: and its value
 */
struct trace_mark {
	struct trace_moment at;
	enum trace_what what;
	__u64 value;
};

/**
 * struct trace_track - a client's life
 * @slot: its slot
 * @has_id: it came with an ID
 * @id: this
 * @join: when it came
 * @leave: when it went, or the end
 * @how: 0 left by itself or was there at the end, 1 died, 2 broke the rules
 * @left: it left before the end
 * @runs: when it ran
 * @run_count: how often
 * @run_room: room for so many
 * @running: the last of @runs is still going on
 * @marks: what else happened
 * @mark_count: how much
 * @mark_room: room for so much
 */
struct trace_track {
	unsigned int slot;
	bool has_id;
	__u64 id;
	struct trace_moment join, leave;
	unsigned int how;
	bool left;
	struct trace_run *runs;
	size_t run_count, run_room;
	bool running;
	struct trace_mark *marks;
	size_t mark_count, mark_room;
};

/**
 * struct trace_file - a whole trace
 * @tracks: in the order of joining
 * @count: how many
 * @room: room for so many
 * @pauses: when nobody could run, a track without a client
 * @end: the last moment
 * @why: what is wrong with the file
 */
struct trace_file {
	struct trace_track *tracks;
	size_t count, room;
	struct trace_track pauses;
	struct trace_moment end;
	char why[TRACE_READ_TEXT];
};

int trace_read(struct trace_file *trace, FILE *file);
void trace_free(struct trace_file *trace);

/**
 * struct trace_view - how to show a trace
 * @by_host: by the host's clock, otherwise by the simulated one
 * @from: nothing before this, ns
 * @to: nothing after this, ns
 */
struct trace_view {
	bool by_host;
	__u64 from, to;
};

/* trace_json.c, trace_svg.c */
int trace_write_json(const struct trace_file *trace, FILE *to, const struct trace_view *view);
int trace_write_svg(const struct trace_file *trace, FILE *to, const struct trace_view *view);

#endif /* UMTT_TRACE_READ_H */
