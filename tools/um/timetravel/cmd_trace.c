// SPDX-License-Identifier: GPL-2.0
/* umtt trace: what umtt serve --trace wrote, for other programs and for people. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "trace/read.h"

static const char trace_help[] =
"usage: umtt trace [OPTION]... FILE\n"
"\n"
"Turns the trace that umtt serve --trace wrote into JSON for Perfetto\n"
"(https://ui.perfetto.dev, also chrome://tracing), one track a client, or into a\n"
"picture that shows who ran when. FILE may be - for standard input.\n"
"\n"
"  --svg           the picture, as SVG\n"
"  --by CLOCK      sim: simulated time, if not given; host: host time\n"
"  --from TIME     of the picture: show nothing before TIME (1.5s, 20ms)\n"
"  --to TIME       and nothing after it\n"
"  --output FILE   write to FILE, not to standard output\n"
"  --help          this text\n"
"\n"
"Exit status: 0 done, 1 a file cannot be read or written, or FILE is no trace, 2 called\n"
"wrongly.\n"
"\n"
"  umtt serve --clients 2 --trace run.trace -- build/linux ...\n"
"  umtt trace --output run.json run.trace\n"
"  umtt trace --svg run.trace >run.svg\n"
"  umtt trace --svg --from 1s --to 1.03s --output second.svg run.trace\n";

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

static int parse(int argc, char **argv, struct trace_options *o)
{
	static const struct option known[] = {
		{ "svg", no_argument, NULL, 's' },
		{ "by", required_argument, NULL, 'b' },
		{ "from", required_argument, NULL, 'f' },
		{ "to", required_argument, NULL, 't' },
		{ "output", required_argument, NULL, 'o' },
		{ }
	};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, ":", known, NULL)) != -1) {
		switch (option) {
		case 's':
			o->svg = true;
			break;
		case 'b':
			o->view.by_host = !strcmp(optarg, "host");
			if (!o->view.by_host && strcmp(optarg, "sim"))
				return usage_error(&cmd_trace, "--by: '%s' is neither sim nor host",
						   optarg);
			break;
		case 'f':
			if (parse_time(optarg, &o->view.from))
				return usage_error(&cmd_trace, "--from: '%s' is no time like 1.5s",
						   optarg);
			break;
		case 't':
			if (parse_time(optarg, &o->view.to))
				return usage_error(&cmd_trace, "--to: '%s' is no time like 1.5s",
						   optarg);
			break;
		case 'o':
			o->output = optarg;
			break;
		case ':':
			return usage_error(&cmd_trace, "%s needs a value", argv[optind - 1]);
		default:
			return usage_error(&cmd_trace, "unknown option %s", argv[optind - 1]);
		}
	}
	if (o->view.to <= o->view.from)
		return usage_error(&cmd_trace, "--to is to be later than --from");
	if (argc - optind != 1)
		return usage_error(&cmd_trace, "one FILE is wanted, %d were given", argc - optind);
	o->file = argv[optind];
	return 0;
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

static int trace_run(int argc, char **argv)
{
	struct trace_options o = { .view.to = UINT64_MAX };
	struct trace_file trace;
	FILE *from;
	int rc = parse(argc, argv, &o);

	if (rc)
		return rc;
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

const struct command cmd_trace = {
	.name = "trace",
	.what = "a trace as JSON for Perfetto, or as a picture",
	.help = trace_help,
	.run = trace_run,
};
