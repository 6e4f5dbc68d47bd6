// SPDX-License-Identifier: GPL-2.0
/* A trace file, read. */
#include <stdlib.h>
#include <string.h>

#include "trace/read.h"
#include "lib/util.h"

/* Nobody can have more slots */
#define SLOTS	65536

/**
 * struct reader - what is known while a file is read
 * @trace: what comes of it
 * @track: number of the track of who has a slot, plus one; 0 if nobody has it
 * @line: number of the line
 */
struct reader {
	struct trace_file *trace;
	size_t track[SLOTS];
	unsigned int line;
};

/* One more of what @array points to */
static void *grow(void **array, size_t *count, size_t *room, size_t size)
{
	void *more;

	if (*count == *room) {
		more = reallocarray(*array, *room ? *room * 2 : 16, size);
		if (!more)
			return NULL;
		*array = more;
		*room = *room ? *room * 2 : 16;
	}
	return memset((char *)*array + size * (*count)++, 0, size);
}

static int bad(struct reader *r, const char *what)
{
	snprintf(r->trace->why, sizeof(r->trace->why), "line %u: %s", r->line, what);
	return -1;
}

static int begin_run(struct reader *r, struct trace_track *track, struct trace_moment at)
{
	struct trace_run *run = grow((void **)&track->runs, &track->run_count,
				     &track->run_room, sizeof(*run));

	if (!run)
		return bad(r, "out of memory");
	run->from = at;
	run->to = at;
	track->running = true;
	return 0;
}

static void end_run(struct trace_track *track, struct trace_moment at)
{
	if (track->running)
		track->runs[track->run_count - 1].to = at;
	track->running = false;
}

static int join(struct reader *r, unsigned int slot, const char *id, struct trace_moment at)
{
	struct trace_file *t = r->trace;
	struct trace_track *track = grow((void **)&t->tracks, &t->count, &t->room,
					 sizeof(*track));

	if (!track)
		return bad(r, "out of memory");
	track->slot = slot;
	track->has_id = strcmp(id, "-");
	track->id = track->has_id ? strtoull(id, NULL, 0) : 0;
	track->join = at;
	r->track[slot] = t->count;
	return 0;
}

static int mark(struct reader *r, struct trace_track *track, const struct trace_mark *new)
{
	struct trace_mark *m = grow((void **)&track->marks, &track->mark_count,
				    &track->mark_room, sizeof(*m));

	if (!m)
		return bad(r, "out of memory");
	*m = *new;
	return 0;
}

static void leave(struct reader *r, struct trace_track *track, const struct trace_mark *m)
{
	end_run(track, m->at);
	track->leave = m->at;
	track->how = m->value;
	track->left = true;
	r->track[track->slot] = 0;
}

static int of_client(struct reader *r, struct trace_track *track, const struct trace_mark *m)
{
	switch (m->what) {
	case TRACE_RUN:
		end_run(track, m->at);
		return begin_run(r, track, m->at);
	case TRACE_WAIT:
		end_run(track, m->at);
		return 0;
	case TRACE_LEAVE:
		leave(r, track, m);
		return 0;
	default:
		return mark(r, track, m);
	}
}

static int of_controller(struct reader *r, const struct trace_mark *m)
{
	struct trace_track *pauses = &r->trace->pauses;

	if (m->what == TRACE_PAUSE && !pauses->running)
		return begin_run(r, pauses, m->at);
	if (m->what == TRACE_RESUME)
		end_run(pauses, m->at);
	return m->what == TRACE_BROADCAST ? mark(r, pauses, m) : 0;
}

/* -1 for a name of a later time */
static int what_of(const char *name)
{
	static const char *const names[] = TRACE_NAMES;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!strcmp(names[i], name))
			return i;
	}
	return -1;
}

static int read_line(struct reader *r, const char *line)
{
	unsigned long long sim, host, value;
	struct trace_mark m;
	char name[32], id[32];
	unsigned int slot;
	int what;

	if (sscanf(line, "%llu %llu %31s %u %31s %llu", &sim, &host, name, &slot, id,
		   &value) != 6)
		return bad(r, "SIM HOST WHAT SLOT ID VALUE is wanted");
	if (slot >= SLOTS)
		return bad(r, "no such slot");
	if (sim < r->trace->end.sim)
		return bad(r, "simulated time goes back");
	what = what_of(name);
	m.at.sim = sim;
	m.at.host = host;
	m.what = what;
	m.value = value;
	r->trace->end = m.at;
	if (what < 0)
		return 0;
	if (!slot)
		return of_controller(r, &m);
	if (m.what == TRACE_JOIN)
		return join(r, slot, id, m.at);
	if (!r->track[slot])
		return bad(r, "a client that has not joined");
	return of_client(r, &r->trace->tracks[r->track[slot] - 1], &m);
}

static void finish(struct trace_file *trace)
{
	size_t i;

	end_run(&trace->pauses, trace->end);
	for (i = 0; i < trace->count; i++) {
		end_run(&trace->tracks[i], trace->end);
		if (!trace->tracks[i].left)
			trace->tracks[i].leave = trace->end;
	}
}

/* A last line that is cut short is what a controller leaves that was killed */
static int read_lines(struct reader *r, FILE *file)
{
	char line[256];

	while (fgets(line, sizeof(line), file)) {
		r->line++;
		if (!strchr(line, '\n'))
			return feof(file) ? 0 : bad(r, "the line is too long");
		if (r->line == 1 && strcmp(line, TRACE_HEADER))
			return bad(r, "this is no trace of umtt serve --trace");
		if (r->line > 1 && read_line(r, line))
			return -1;
	}
	return r->line ? 0 : bad(r, "the file is empty");
}

/**
 * trace_read() - read a trace file
 * @trace: where to put it
 * @file: the file
 *
 * Return: 0, or -1 with @trace->why. It is to be freed in either case.
 */
int trace_read(struct trace_file *trace, FILE *file)
{
	struct reader *r = calloc(1, sizeof(*r));
	int rc;

	memset(trace, 0, sizeof(*trace));
	if (!r) {
		snprintf(trace->why, sizeof(trace->why), "out of memory");
		return -1;
	}
	r->trace = trace;
	rc = read_lines(r, file);
	finish(trace);
	free(r);
	return rc;
}

/**
 * trace_free() - forget a trace
 * @trace: the trace
 */
void trace_free(struct trace_file *trace)
{
	size_t i;

	for (i = 0; i < trace->count; i++) {
		free(trace->tracks[i].runs);
		free(trace->tracks[i].marks);
	}
	free(trace->tracks);
	free(trace->pauses.runs);
	free(trace->pauses.marks);
}
