// SPDX-License-Identifier: GPL-2.0
/* The trace file. */
#include <stdio.h>
#include <stdlib.h>

#include "sim/trace.h"
#include "lib/util.h"

struct trace {
	FILE *file;
	__u64 begun;
};

static const char *const names[] = TRACE_NAMES;

/**
 * trace_open() - begin a trace
 * @path: the file, which is overwritten
 *
 * Return: the trace, NULL with errno set if the file cannot be written.
 */
struct trace *trace_open(const char *path)
{
	struct trace *trace = malloc(sizeof(*trace));

	if (!trace)
		return NULL;
	trace->begun = host_time();
	trace->file = fopen(path, "we");
	if (!trace->file || fputs(TRACE_HEADER, trace->file) < 0) {
		free(trace);
		return NULL;
	}
	return trace;
}

/**
 * trace_event() - write a line
 * @trace: the trace, NULL for none
 * @sim: simulated time in ns
 * @what: what happened
 * @slot: to whom, 0 for the controller
 * @id: its ID
 * @value: see &enum trace_what
 */
void trace_event(struct trace *trace, __u64 sim, enum trace_what what,
		 unsigned int slot, __u64 id, __u64 value)
{
	if (!trace)
		return;
	fprintf(trace->file, "%llu %llu %s %u ", sim, host_time() - trace->begun, names[what],
		slot);
	if (id == WIRE_NO_ID)
		fprintf(trace->file, "- %llu\n", value);
	else
		fprintf(trace->file, "%llu %llu\n", id, value);
}

/**
 * trace_close() - end a trace
 * @trace: the trace, NULL for none
 *
 * Return: 0, or -1 with errno set if not all of it could be written.
 */
int trace_close(struct trace *trace)
{
	int err;

	if (!trace)
		return 0;
	err = fclose(trace->file);
	free(trace);
	return err;
}
