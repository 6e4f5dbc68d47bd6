// SPDX-License-Identifier: GPL-2.0
/*
 * A trace as the JSON that Perfetto and Chrome's about:tracing read: one track a
 * client. Times are in us there, with three decimals.
 *
 * A trace has millions of events, so that each is written when it is made.
 */
#include <errno.h>
#include <jansson.h>

#include "lib/number.h"
#include "trace/read.h"

/* As many digits as any double keeps */
#define FORMAT (JSON_COMPACT | JSON_REAL_PRECISION(15))

/**
 * struct output - the events that are written
 * @to: where
 * @by_host: by the host's clock
 * @begun: there is one
 * @failed: one could not be written
 */
struct output {
	FILE *to;
	bool by_host, begun, failed;
};

static void put_event(struct output *out, json_t *event)
{
	if (out->begun)
		fputs(",\n", out->to);
	out->begun = true;
	if (!event || json_dumpf(event, out->to, FORMAT))
		out->failed = true;
	json_decref(event);
}

static double us(__u64 ns)
{
	return ns / 1000.0;
}

static __u64 when(const struct output *out, struct trace_moment at)
{
	return out->by_host ? at.host : at.sim;
}

/* What Perfetto is to call something */
static void put_name(struct output *out, size_t tid, const char *what, const char *name)
{
	put_event(out, json_pack("{s:s, s:i, s:I, s:s, s:{s:s}}", "ph", "M", "pid", 1,
				 "tid", (json_int_t)tid, "name", what, "args", "name", name));
}

static void name_track(struct output *out, size_t tid, const struct trace_track *track)
{
	char id[40] = "no ID", name[80];

	if (track->has_id)
		snprintf(id, sizeof(id), "ID %llu", (unsigned long long)track->id);
	snprintf(name, sizeof(name), "client %u (%s)", track->slot, id);
	put_name(out, tid, "thread_name", name);
	put_event(out, json_pack("{s:s, s:i, s:I, s:s, s:{s:I}}", "ph", "M", "pid", 1,
				 "tid", (json_int_t)tid, "name", "thread_sort_index",
				 "args", "sort_index", (json_int_t)tid));
}

static void put_run(struct output *out, size_t tid, const char *name,
		    const struct trace_run *run)
{
	__u64 from = when(out, run->from), until = when(out, run->to);

	put_event(out, json_pack("{s:s, s:i, s:I, s:s, s:f, s:f, s:{s:o, s:o, s:o}}", "ph", "X",
				 "pid", 1, "tid", (json_int_t)tid, "name", name,
				 "ts", us(from), "dur", us(until - from), "args",
				 "sim_ns", number_to_json(run->from.sim),
				 "host_ns", number_to_json(run->from.host),
				 "host_took_ns", number_to_json(run->to.host - run->from.host)));
}

/* With what there is to say about it, if anything */
static void put_instant(struct output *out, size_t tid, const char *name, __u64 time,
			json_t *args)
{
	put_event(out, json_pack("{s:s, s:i, s:I, s:s, s:s, s:f, s:o*}", "ph", "i", "pid", 1,
				 "tid", (json_int_t)tid, "name", name, "s", "t", "ts", us(time),
				 "args", args));
}

static void put_mark(struct output *out, size_t tid, const struct trace_mark *mark)
{
	static const char *const names[] = TRACE_NAMES;
	char value[24];

	/* always text, as it is 64 bits of somebody's own */
	snprintf(value, sizeof(value), "%llu", (unsigned long long)mark->value);
	put_instant(out, tid, names[mark->what], when(out, mark->at),
		    json_pack("{s:s}", "value", value));
}

static void put_leave(struct output *out, size_t tid, const struct trace_track *track)
{
	static const char *const how[] = { "leaves", "dies", "is dropped" };

	put_instant(out, tid, how[track->how < 3 ? track->how : 2], when(out, track->leave),
		    NULL);
}

static void put_track(struct output *out, size_t tid, const struct trace_track *track,
		      const char *run)
{
	size_t i;

	for (i = 0; i < track->run_count; i++)
		put_run(out, tid, run, &track->runs[i]);
	for (i = 0; i < track->mark_count; i++)
		put_mark(out, tid, &track->marks[i]);
	if (track->left)
		put_leave(out, tid, track);
}

/**
 * trace_write_json() - write a trace as JSON
 * @trace: the trace
 * @to: where to write
 * @view: by which clock; the other program shows any part of it
 *
 * Return: 0, or -1 if it cannot be written, with errno.
 */
int trace_write_json(const struct trace_file *trace, FILE *to, const struct trace_view *view)
{
	struct output out = { .to = to, .by_host = view->by_host };
	size_t i;

	fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n", to);
	put_name(&out, 0, "process_name", out.by_host ? "umtt, host time" : "umtt, simulated time");
	put_name(&out, 0, "thread_name", "controller");
	put_track(&out, 0, &trace->pauses, "paused");
	for (i = 0; i < trace->count; i++) {
		name_track(&out, i + 1, &trace->tracks[i]);
		put_track(&out, i + 1, &trace->tracks[i], "run");
	}
	fputs("\n]}\n", to);
	if (!fflush(to) && !ferror(to) && !out.failed)
		return 0;
	if (out.failed && !ferror(to))
		errno = ENOMEM;
	return -1;
}
