// SPDX-License-Identifier: GPL-2.0
/*
 * A trace as the JSON that Perfetto and Chrome's about:tracing read: one track a
 * client. Times are in us there, with three decimals.
 *
 * It is written by hand, not by jansson as in the rest of umtt: a trace has millions
 * of events, and to build an object for each takes four to six times as long. No string
 * here comes from outside, so that nothing needs to be quoted.
 */
#include "trace/read.h"

static double us(__u64 ns)
{
	return ns / 1000.0;
}

static __u64 when(struct trace_moment at, bool by_host)
{
	return by_host ? at.host : at.sim;
}

static void begin_event(FILE *to, const char *kind, size_t tid, const char *name)
{
	fprintf(to, ",\n{\"ph\":\"%s\",\"pid\":1,\"tid\":%zu,\"name\":\"%s\"", kind, tid, name);
}

static void begin_instant(FILE *to, size_t tid, const char *name, __u64 time)
{
	begin_event(to, "i", tid, name);
	fprintf(to, ",\"s\":\"t\",\"ts\":%.3f", us(time));
}

static void name_track(FILE *to, size_t tid, const struct trace_track *track)
{
	char id[40] = "no ID";

	if (track->has_id)
		snprintf(id, sizeof(id), "ID %llu", (unsigned long long)track->id);
	begin_event(to, "M", tid, "thread_name");
	fprintf(to, ",\"args\":{\"name\":\"client %u (%s)\"}}", track->slot, id);
	begin_event(to, "M", tid, "thread_sort_index");
	fprintf(to, ",\"args\":{\"sort_index\":%zu}}", tid);
}

static void put_run(FILE *to, size_t tid, const char *name, const struct trace_run *run,
		    bool by_host)
{
	__u64 from = when(run->from, by_host), to_time = when(run->to, by_host);

	begin_event(to, "X", tid, name);
	fprintf(to, ",\"ts\":%.3f,\"dur\":%.3f", us(from), us(to_time - from));
	fprintf(to, ",\"args\":{\"sim_ns\":%llu,\"host_ns\":%llu,\"host_took_ns\":%llu}}",
		(unsigned long long)run->from.sim, (unsigned long long)run->from.host,
		(unsigned long long)(run->to.host - run->from.host));
}

static void put_mark(FILE *to, size_t tid, const struct trace_mark *mark, bool by_host)
{
	static const char *const names[] = TRACE_NAMES;

	begin_instant(to, tid, names[mark->what], when(mark->at, by_host));
	fprintf(to, ",\"args\":{\"value\":\"%llu\"}}", (unsigned long long)mark->value);
}

static void put_leave(FILE *to, size_t tid, const struct trace_track *track, bool by_host)
{
	static const char *const how[] = { "leaves", "dies", "is dropped" };

	begin_instant(to, tid, how[track->how < 3 ? track->how : 2],
		      when(track->leave, by_host));
	fputc('}', to);
}

static void put_track(FILE *to, size_t tid, const struct trace_track *track, const char *run,
		      bool by_host)
{
	size_t i;

	for (i = 0; i < track->run_count; i++)
		put_run(to, tid, run, &track->runs[i], by_host);
	for (i = 0; i < track->mark_count; i++)
		put_mark(to, tid, &track->marks[i], by_host);
	if (track->left)
		put_leave(to, tid, track, by_host);
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
	const bool by_host = view->by_host;
	size_t i;

	fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n", to);
	fprintf(to, "{\"ph\":\"M\",\"pid\":1,\"name\":\"process_name\",\"args\":{\"name\":\"%s\"}}",
		by_host ? "umtt, host time" : "umtt, simulated time");
	begin_event(to, "M", 0, "thread_name");
	fputs(",\"args\":{\"name\":\"controller\"}}", to);
	put_track(to, 0, &trace->pauses, "paused", by_host);
	for (i = 0; i < trace->count; i++) {
		name_track(to, i + 1, &trace->tracks[i]);
		put_track(to, i + 1, &trace->tracks[i], "run", by_host);
	}
	fputs("\n]}\n", to);
	return fflush(to) || ferror(to) ? -1 : 0;
}
