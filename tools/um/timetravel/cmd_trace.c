// SPDX-License-Identifier: GPL-2.0
/* umtt trace: what umtt serve --trace wrote, for other programs and for people. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "lib/options.h"
#include "trace/read.h"

static const char doc[] =
	"Turns the trace that umtt serve --trace wrote into JSON for Perfetto\n"
	"(https://ui.perfetto.dev, also chrome://tracing), one track a client, or into a\n"
	"picture that shows who ran when. FILE may be - for standard input." OPTIONS_HERE
	"Exit status: 0 done, 1 a file cannot be read or written, or FILE is no trace,\n"
	"2 called wrongly.\n"
	"\n"
	"  umtt serve --clients 2 --trace run.trace -- build/linux ...\n"
	"  umtt trace --output run.json run.trace\n"
	"  umtt trace --svg run.trace >run.svg\n"
	"  umtt trace --svg --from 1s --to 1.03s --output second.svg run.trace";

enum { OPT_SVG = OPTIONS_KEY, OPT_BY, OPT_FROM, OPT_TO, OPT_OUTPUT };

static const struct argp_option options[] = {
	{ "svg", OPT_SVG, NULL, 0, "the picture, as SVG", 1 },
	{ "by", OPT_BY, "CLOCK", 0, "sim: simulated time, if not given; host: host time", 2 },
	{ "from", OPT_FROM, "TIME", 0, "of the picture: show nothing before TIME (1.5s, 20ms)", 3 },
	{ "to", OPT_TO, "TIME", 0, "and nothing after it", 4 },
	{ "output", OPT_OUTPUT, "FILE", 0, "write to FILE, not to standard output", 5 },
	{ }
};

/**
 * struct trace_options - what was asked for
 * @svg: a picture
 * @view: which part, by which clock
 * @output: where to write, NULL for standard output
 * @file: what to read
 */
struct trace_options {
	bool svg;
	struct trace_view view;
	const char *output, *file;
};

static bool is_host(const struct argp_state *state, const char *clock)
{
	if (strcmp(clock, "host") && strcmp(clock, "sim"))
		options_refuse(state, OPT_BY, clock, "clock: there are sim and host");
	return !strcmp(clock, "host");
}

static void take_file(struct trace_options *o, const char *file, const struct argp_state *state)
{
	if (o->file)
		argp_error(state, "one FILE is wanted, there are %s and %s", o->file, file);
	o->file = file;
}

/* What fits together */
static void check(const struct trace_options *o, const struct argp_state *state)
{
	if (o->view.to <= o->view.from)
		argp_error(state, "--to is to be later than --from");
	if (!o->file)
		argp_error(state, "one FILE is wanted");
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	static const char wanted[] = "time like 1.5s";
	struct trace_options *o = state->input;

	switch (key) {
	case OPT_SVG:
		o->svg = true;
		return 0;
	case OPT_BY:
		o->view.by_host = is_host(state, value);
		return 0;
	case OPT_FROM:
		o->view.from = options_time(state, key, value, UINT64_MAX, wanted);
		return 0;
	case OPT_TO:
		o->view.to = options_time(state, key, value, UINT64_MAX, wanted);
		return 0;
	case OPT_OUTPUT:
		o->output = value;
		return 0;
	case ARGP_KEY_ARG:
		take_file(o, value, state);
		return 0;
	case ARGP_KEY_END:
		check(o, state);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static int fail(const char *name, const char *why)
{
	complain("trace: %s: %s", name, why);
	return UMTT_FAILED;
}

static int convert(const struct trace_options *o, const struct trace_file *trace)
{
	const char *name = o->output ? o->output : "standard output";
	FILE *to = o->output ? fopen(o->output, "we") : stdout;
	int rc;

	if (!to)
		return fail(name, strerror(errno));
	rc = (o->svg ? trace_write_svg : trace_write_json)(trace, to, &o->view);
	if (rc || fclose(to))
		return fail(name, strerror(errno));
	return UMTT_OK;
}

/**
 * cmd_trace() - umtt trace
 * @argc: number of words
 * @argv: the words
 *
 * Return: the exit status.
 */
int cmd_trace(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options, .parser = parse, .doc = doc, .children = options_common,
		.args_doc = "FILE",
	};
	struct trace_options o = { .view.to = UINT64_MAX };
	struct trace_file trace;
	FILE *from;
	int rc;

	options_parse(&argp, argc, argv, &o);
	from = strcmp(o.file, "-") ? fopen(o.file, "re") : stdin;
	if (!from)
		return fail(o.file, strerror(errno));
	if (trace_read(&trace, from))
		rc = fail(o.file, trace.why);
	else
		rc = convert(&o, &trace);
	trace_free(&trace);
	fclose(from);
	return rc;
}
