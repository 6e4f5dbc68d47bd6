// SPDX-License-Identifier: GPL-2.0
/* What umtt serve is told on its command line. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd.h"
#include "serve/options.h"

#define SECOND 1000000000ull
#define SLOTS_MAX 65535

enum { OPT_NO_PAGE = 256, OPT_LATE_PAGE, OPT_END, OPT_LIMIT, OPT_TIMEOUT, OPT_PACE,
	OPT_ON_DEATH, OPT_STATS, OPT_TRACE, OPT_PATIENCE, OPT_ASLEEP, OPT_SLOTS, OPT_LOGS,
	OPT_CPUS };

static const struct option names[] = {
	{ "socket", required_argument, NULL, 's' },
	{ "clients", required_argument, NULL, 'n' },
	{ "start", required_argument, NULL, 'S' },
	{ "no-page", no_argument, NULL, OPT_NO_PAGE },
	{ "late-page", no_argument, NULL, OPT_LATE_PAGE },
	{ "end", required_argument, NULL, OPT_END },
	{ "limit", required_argument, NULL, OPT_LIMIT },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ "pace", required_argument, NULL, OPT_PACE },
	{ "on-death", required_argument, NULL, OPT_ON_DEATH },
	{ "stats", no_argument, NULL, OPT_STATS },
	{ "trace", required_argument, NULL, OPT_TRACE },
	{ "patience", required_argument, NULL, OPT_PATIENCE },
	{ "asleep", required_argument, NULL, OPT_ASLEEP },
	{ "slots", required_argument, NULL, OPT_SLOTS },
	{ "logs", required_argument, NULL, OPT_LOGS },
	{ "cpus", required_argument, NULL, OPT_CPUS },
	{ }
};

const char serve_help[] =
"usage: umtt serve [OPTION]... [-- PROGRAM [ARG]...]\n"
"\n"
"Gives one clock to User-Mode Linux kernels (time-travel=ext:ID:SOCKET) and\n"
"simulated devices. Without PROGRAM, it waits for clients that somebody else\n"
"starts, and ends when the last one has left. With PROGRAM, it starts it once for\n"
"each client and ends when all have ended. A kernel is given umid=, uml_dir= and\n"
"time-travel=, before \"--\" if there is one; where an argument has {socket}, that\n"
"and {id} are replaced instead, and nothing is added. IDs are 1, 2, ...\n"
"\n"
"  --socket PATH     where clients come to (default: umtt.sock in the user's\n"
"                    runtime directory; with PROGRAM, a private directory)\n"
"  --clients N       nobody runs before N have joined (default 1); with PROGRAM,\n"
"                    how many to start\n"
"  --logs DIR        output of client N goes to DIR/N.log (default umtt-logs)\n"
"  --cpus LIST       CPUs of the host that may be used, as 0,2-3, or any. This and\n"
"                    what it starts take turns, and share one of them (default: the\n"
"                    one that this runs on; without PROGRAM, any)\n"
"  --start NS        the wall clock at the beginning, ns since 1970, or a date as\n"
"                    2030-01-31T12:00:00 in UTC (default: the host's)\n"
"  --end TIME        all ends at this simulated time, and that is success\n"
"  --limit TIME      all ends at this simulated time, and that is failure\n"
"  --timeout TIME    the same for host time\n"
"  --pace X          simulated time is at most X times as fast as the host's\n"
"  --on-death WHAT   when a client dies: drop (default: the others go on), fail\n"
"                    (all ends), or pause (until umtt resume)\n"
"  --patience TIME   name a client that runs for longer than this host time\n"
"                    (default 10s; 0 for never)\n"
"  --asleep TIME     when everybody sleeps for ever, wait so much host time for\n"
"                    input from outside, then end (default 1s, or never)\n"
"  --no-page         no shared page: messages only\n"
"  --late-page       the page also for those that join when time has passed, which\n"
"                    stock kernels up to 7.3 do not survive\n"
"  --slots N         room for so many clients (default 4095)\n"
"  --trace FILE      write down what happens, for umtt trace\n"
"  --stats           figures at the end\n"
"\n"
"TIME is a number with a unit: 90s, 250ms, 10us, 5ns, 2min, 1.5h, 1d.\n"
"\n"
"  umtt serve --clients 2 -- build/linux mem=64M root=/dev/ubda ubd0=cow{id},image\n"
"  umtt serve --clients 2 --socket /tmp/clock --stats\n"
"  umtt serve --clients 2 -- guest-run --time-travel ext:{id}:{socket} date\n"
"\n"
"Exit status: 0 all clients left by themselves, or --end was reached; 1 it could\n"
"not begin; 2 called wrongly; 3 everybody sleeps for ever; 4 a client died (with\n"
"--on-death fail), or a program ended with another status than 0; 5 --limit was\n"
"reached; 6 --timeout was reached; 7 interrupted.\n";

static int parse_start(const char *text, __u64 *start)
{
	struct tm tm = { 0 };
	const char *rest;

	if (!parse_number(text, WIRE_NEVER, start))
		return 0;
	rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	if (!rest || *rest || timegm(&tm) < 0)
		return -EINVAL;
	*start = timegm(&tm) * SECOND;
	return 0;
}

static int parse_on_death(const char *text, enum sim_on_death *what)
{
	static const char *const names[] = {
		[SIM_DROP] = "drop", [SIM_FAIL] = "fail", [SIM_PAUSE] = "pause" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!strcmp(text, names[i])) {
			*what = i;
			return 0;
		}
	}
	return -EINVAL;
}

static int parse_pace(const char *text, double *pace)
{
	char *end;

	*pace = strtod(text, &end);
	return *end || !(*pace > 0 && *pace < SECOND) ? -EINVAL : 0;
}

static int parse_count(const char *text, unsigned int *count)
{
	__u64 number;

	if (parse_number(text, SLOTS_MAX - 1, &number) || !number)
		return -EINVAL;
	*count = number;
	return 0;
}

static int parse_cpus(const char *text, struct serve_options *options)
{
	options->any_cpu = !strcmp(text, "any");
	options->some_cpus = !options->any_cpu;
	return options->any_cpu ? 0 : cpus_parse(text, &options->cpus);
}

static int parse_asleep(const char *text, __u64 *time)
{
	if (strcmp(text, "never"))
		return parse_time(text, time);
	*time = WIRE_NEVER;
	return 0;
}

/* What can be wrong */
static int parse_value(struct serve_options *options, int option, const char *value)
{
	struct sim_options *sim = &options->sim;

	switch (option) {
	case 'n':
		return parse_count(value, &sim->expect);
	case 'S':
		return parse_start(value, &sim->start);
	case OPT_END:
		return parse_time(value, &sim->end);
	case OPT_LIMIT:
		return parse_time(value, &sim->limit);
	case OPT_TIMEOUT:
		return parse_time(value, &options->timeout);
	case OPT_PACE:
		return parse_pace(value, &sim->pace);
	case OPT_ON_DEATH:
		return parse_on_death(value, &sim->on_death);
	case OPT_PATIENCE:
		return parse_time(value, &sim->patience);
	case OPT_ASLEEP:
		return parse_asleep(value, &sim->asleep);
	case OPT_SLOTS:
		return parse_count(value, &sim->slots);
	case OPT_CPUS:
		return parse_cpus(value, options);
	}
	return 0;
}

/* What cannot */
static void take_value(struct serve_options *options, int option, const char *value)
{
	struct sim_options *sim = &options->sim;

	switch (option) {
	case 's':
		options->socket = value;
		break;
	case OPT_NO_PAGE:
		sim->no_page = true;
		break;
	case OPT_LATE_PAGE:
		sim->late_page = true;
		break;
	case OPT_LOGS:
		options->logs = value;
		break;
	case OPT_TRACE:
		options->trace = value;
		break;
	case OPT_STATS:
		options->stats = true;
		break;
	}
}

static const char *option_name(int value)
{
	const struct option *option;

	for (option = names; option->name; option++)
		if (option->val == value)
			return option->name;
	return "";
}

static __u64 wall_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * SECOND + ts.tv_nsec;
}

/* What fits together. Slot 0 is the controller's. */
static int check(struct serve_options *options)
{
	options->sim.slots++;
	if (options->sim.expect < options->sim.slots)
		return UMTT_OK;
	return usage_error(&cmd_serve, "--clients: %u clients do not fit into %u slots",
			   options->sim.expect, options->sim.slots - 1);
}

/**
 * serve_options_parse() - read the command line
 * @options: to be set
 * @argc: of the command
 * @argv: of the command
 *
 * Return: %UMTT_OK, or the status to end with, which was said.
 */
int serve_options_parse(struct serve_options *options, int argc, char **argv)
{
	int option;

	*options = (struct serve_options){
		.sim = {
			.expect = 1, .slots = 4095, .start = wall_clock(), .end = WIRE_NEVER,
			.limit = WIRE_NEVER, .patience = 10 * SECOND, .asleep = SECOND,
		},
		.logs = "umtt-logs",
	};
	opterr = 0;
	while ((option = getopt_long(argc, argv, "+:", names, NULL)) >= 0) {
		if (option == ':')
			return usage_error(&cmd_serve, "%s needs a value", argv[optind - 1]);
		if (option == '?')
			return usage_error(&cmd_serve, "unknown option %s", argv[optind - 1]);
		if (parse_value(options, option, optarg))
			return usage_error(&cmd_serve, "--%s: '%s' is not understood",
					   option_name(option), optarg);
		take_value(options, option, optarg);
	}
	if (optind < argc && strcmp(argv[optind - 1], "--"))
		return usage_error(&cmd_serve, "'%s' is no option; a program comes after --",
				   argv[optind]);
	if (optind < argc)
		options->program = argv + optind;
	return check(options);
}
