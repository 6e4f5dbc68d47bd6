// SPDX-License-Identifier: GPL-2.0
/* What umtt serve is told on its command line. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/options.h"
#include "serve/options.h"

#define SECOND 1000000000ull
#define SLOTS_MAX 65535

/* A client that runs is looked at a few times in that time */
#define PATIENCE_MIN 1000000ull

enum { OPT_SOCKET = OPTIONS_KEY, OPT_CLIENTS, OPT_LOGS, OPT_CPUS, OPT_START, OPT_END, OPT_LIMIT,
	OPT_TIMEOUT, OPT_PACE, OPT_ON_DEATH, OPT_PATIENCE, OPT_ASLEEP, OPT_NO_PAGE,
	OPT_LATE_PAGE, OPT_SLOTS, OPT_TRACE, OPT_STATS };

static const struct argp_option known[] = {
	{ "socket", OPT_SOCKET, "PATH", 0,
	  "where clients come to (default: umtt.sock in the user's runtime\n"
	  "directory; with PROGRAM, a private directory)", 1 },
	{ "clients", OPT_CLIENTS, "N", 0,
	  "nobody runs before N have joined (default 1); with PROGRAM, how\n"
	  "many to start", 2 },
	{ "logs", OPT_LOGS, "DIR", 0,
	  "output of client N goes to DIR/N.log (default umtt-logs)", 3 },
	{ "cpus", OPT_CPUS, "LIST", 0,
	  "CPUs of the host that may be used, as 0,2-3, or any. This and\n"
	  "what it starts take turns, and share one of them (default: the\n"
	  "one that this runs on; without PROGRAM, any)", 4 },
	{ "start", OPT_START, "NS", 0,
	  "the wall clock at the beginning, ns since 1970, or a date as\n"
	  "2030-01-31T12:00:00 in UTC (default: the host's)", 5 },
	{ "end", OPT_END, "TIME", 0, "all ends at this simulated time, and that is success", 6 },
	{ "limit", OPT_LIMIT, "TIME", 0,
	  "all ends at this simulated time, and that is failure", 7 },
	{ "timeout", OPT_TIMEOUT, "TIME", 0, "the same for host time", 8 },
	{ "pace", OPT_PACE, "X", 0, "simulated time is at most X times as fast as the host's", 9 },
	{ "on-death", OPT_ON_DEATH, "WHAT", 0,
	  "when a client dies: drop (default: the others go on), fail (all\n"
	  "ends), or pause (until umtt resume)", 10 },
	{ "patience", OPT_PATIENCE, "TIME", 0,
	  "name a client that runs for longer than this host time, or that\n"
	  "has not joined (default 10s; 0 for never; else 1ms or more)", 11 },
	{ "asleep", OPT_ASLEEP, "TIME", 0,
	  "when everybody sleeps for ever, wait so much host time for input\n"
	  "from outside, then end (default 1s, or never)", 12 },
	{ "no-page", OPT_NO_PAGE, NULL, 0, "no shared page: messages only", 13 },
	{ "late-page", OPT_LATE_PAGE, NULL, 0,
	  "the page also for those that join when time has passed, which\n"
	  "stock kernels up to 7.3 do not survive", 14 },
	{ "slots", OPT_SLOTS, "N", 0, "room for so many clients (default 4095)", 15 },
	{ "trace", OPT_TRACE, "FILE", 0, "write down what happens, for umtt trace", 16 },
	{ "stats", OPT_STATS, NULL, 0, "figures at the end", 17 },
	{ }
};

static const char doc[] =
	"Gives one clock to User-Mode Linux kernels (time-travel=ext:ID:SOCKET) and\n"
	"simulated devices. Without PROGRAM, it waits for clients that somebody else\n"
	"starts, and ends when the last one has left. With PROGRAM, it starts it once for\n"
	"each client and ends when all have ended. A kernel is given umid=, uml_dir= and\n"
	"time-travel=, before \"--\" if there is one; where an argument has {socket}, that\n"
	"and {id} are replaced instead, and nothing is added; nor is it to a script that\n"
	"finds them in UMTT_SOCKET and UMTT_ID, as guest-run does. IDs are 1, 2, ..." OPTIONS_HERE
	"TIME is a number with a unit: 90s, 250ms, 10us, 5ns, 2min, 1.5h, 1d.\n"
	"\n"
	"  umtt serve --clients 2 -- build/linux mem=64M root=/dev/ubda ubd0=cow{id},image\n"
	"  umtt serve --clients 2 --socket /tmp/clock --stats\n"
	"  umtt serve --clients 2 -- guest-run date\n"
	"\n"
	"Exit status: 0 all clients left by themselves, or --end was reached; 1 it could\n"
	"not begin; 2 called wrongly; 3 everybody sleeps for ever; 4 a client that was\n"
	"to say that it leaves did not, any client died with --on-death fail, or a\n"
	"program ended with another status than 0; 5 --limit was reached; 6 --timeout\n"
	"was reached; 7 interrupted.";

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

static unsigned int count_of(const struct argp_state *state, int key, const char *text)
{
	static const char wanted[] = "number from 1 to 65534";
	unsigned int count = options_number(state, key, text, SLOTS_MAX - 1, wanted);

	if (!count)
		options_refuse(state, key, text, wanted);
	return count;
}

static int parse_cpus(const char *text, struct serve_options *options)
{
	options->any_cpu = !strcmp(text, "any");
	options->some_cpus = !options->any_cpu;
	return options->any_cpu ? 0 : cpus_parse(text, &options->cpus);
}

static __u64 time_of(const struct argp_state *state, int key, const char *text)
{
	return options_time(state, key, text, UINT64_MAX, "time like 90s or 250ms");
}

/* It is looked at by a timer, which would leave no time for anything else */
static __u64 patience_of(const struct argp_state *state, int key, const char *text)
{
	__u64 time = time_of(state, key, text);

	if (time && time < PATIENCE_MIN)
		argp_error(state, "--patience: %s is less than 1ms, and would keep a CPU busy",
			   text);
	return time;
}

static int take_program(struct serve_options *options, struct argp_state *state)
{
	if (!state->quoted)
		argp_error(state, "'%s' is no option; a program comes after --",
			   state->argv[state->next - 1]);
	options->program = state->argv + state->next - 1;
	state->next = state->argc;
	return 0;
}

/* What fits together. Slot 0 is the controller's. */
static int check(struct serve_options *options, const struct argp_state *state)
{
	options->sim.slots++;
	if (options->sim.expect >= options->sim.slots)
		argp_error(state, "--clients: %u clients do not fit into %u slots",
			   options->sim.expect, options->sim.slots - 1);
	return 0;
}

/* Of the simulation */
static error_t parse_sim(int key, char *value, struct argp_state *state)
{
	struct serve_options *options = state->input;
	struct sim_options *sim = &options->sim;

	switch (key) {
	case OPT_CLIENTS:
		sim->expect = count_of(state, key, value);
		return 0;
	case OPT_START:
		if (parse_start(value, &sim->start))
			options_refuse(state, key, value,
				       "number of ns, nor a date like 2030-01-31T12:00:00");
		return 0;
	case OPT_END:
		sim->end = time_of(state, key, value);
		return 0;
	case OPT_LIMIT:
		sim->limit = time_of(state, key, value);
		return 0;
	case OPT_PACE:
		if (parse_pace(value, &sim->pace))
			options_refuse(state, key, value, "number above 0 and below 10^9");
		return 0;
	case OPT_ON_DEATH:
		if (parse_on_death(value, &sim->on_death))
			options_refuse(state, key, value, "choice: there are drop, fail and pause");
		return 0;
	case OPT_PATIENCE:
		sim->patience = patience_of(state, key, value);
		return 0;
	case OPT_ASLEEP:
		sim->asleep = strcmp(value, "never") ? time_of(state, key, value) : WIRE_NEVER;
		return 0;
	case OPT_NO_PAGE:
		sim->no_page = true;
		return 0;
	case OPT_LATE_PAGE:
		sim->late_page = true;
		return 0;
	case OPT_SLOTS:
		sim->slots = count_of(state, key, value);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct serve_options *options = state->input;

	switch (key) {
	case OPT_SOCKET:
		options->socket = value;
		return 0;
	case OPT_LOGS:
		options->logs = value;
		return 0;
	case OPT_CPUS:
		if (parse_cpus(value, options))
			options_refuse(state, key, value, "list of CPUs like 0,2-3, nor any");
		return 0;
	case OPT_TIMEOUT:
		options->timeout = time_of(state, key, value);
		return 0;
	case OPT_TRACE:
		options->trace = value;
		return 0;
	case OPT_STATS:
		options->stats = true;
		return 0;
	case ARGP_KEY_ARG:
		return take_program(options, state);
	case ARGP_KEY_END:
		return check(options, state);
	}
	return parse_sim(key, value, state);
}

static __u64 wall_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * SECOND + ts.tv_nsec;
}

/**
 * serve_options_parse() - read the command line
 * @options: to be set
 * @argc: of the command
 * @argv: of the command
 *
 * Does not return if it is wrong.
 */
void serve_options_parse(struct serve_options *options, int argc, char **argv)
{
	static const struct argp argp = {
		.options = known, .parser = parse, .doc = doc, .children = options_common,
		.args_doc = "[-- PROGRAM [ARG]...]",
	};

	*options = (struct serve_options){
		.sim = {
			.expect = 1, .slots = 4095, .start = wall_clock(), .end = WIRE_NEVER,
			.limit = WIRE_NEVER, .patience = 10 * SECOND, .asleep = SECOND,
		},
		.logs = "umtt-logs",
	};
	options_parse(&argp, argc, argv, options);
}
