// SPDX-License-Identifier: GPL-2.0
/* umtt serve: the controller. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "cmd.h"
#include "ctl.h"
#include "launch.h"

#define SECOND 1000000000ull
#define SLOTS_MAX 65535

/**
 * struct serve - one run of the controller
 * @server: clients
 * @ctl: commands
 * @launch: programs that were started
 * @signals: that end it
 * @timeout: host time is over
 * @opt: what the simulation is to do
 * @socket: where clients come to
 * @default_socket: the same, if it was not named
 * @trace_path: the trace file, NULL for none
 * @trace: the same, open
 * @host_limit: host time in ns, 0 for no limit
 * @stats: tell figures at the end
 * @status: to end with
 */
struct serve {
	struct server server;
	struct ctl ctl;
	struct launch launch;
	struct loop_source signals;
	struct loop_timer timeout;
	struct sim_options opt;
	const char *socket;
	char default_socket[128];
	const char *trace_path;
	struct trace *trace;
	__u64 host_limit;
	bool stats;
	int status;
};

enum { OPT_NO_PAGE = 256, OPT_LATE_PAGE, OPT_END, OPT_LIMIT, OPT_TIMEOUT, OPT_PACE,
	OPT_ON_DEATH, OPT_STATS, OPT_TRACE, OPT_PATIENCE, OPT_ASLEEP, OPT_SLOTS, OPT_LOGS };

static const struct option options[] = {
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
	{ "help", no_argument, NULL, 'h' },
	{ }
};

static const char help[] =
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
"                    stock kernels up to 6.12 do not survive\n"
"  --slots N         room for so many clients (default 4095)\n"
"  --trace FILE      write down what happens, for umtt trace\n"
"  --stats           figures at the end\n"
"\n"
"TIME is a number with a unit: 90s, 250ms, 10us, 5ns, 2min, 1.5h, 1d.\n"
"\n"
"  umtt serve --clients 2 -- build/linux mem=64M rootfstype=hostfs ro init=/bin/date\n"
"  umtt serve --clients 2 --socket /tmp/clock --stats\n"
"  umtt serve --clients 2 -- guest-run --time-travel ext:{id}:{socket} date\n"
"\n"
"Exit status: 0 all clients left by themselves, or --end was reached; 1 it could\n"
"not begin; 2 called wrongly; 3 everybody sleeps for ever; 4 a client died (with\n"
"--on-death fail), or a program ended with another status than 0; 5 --limit was\n"
"reached; 6 --timeout was reached; 7 interrupted.\n";

/* --- the command line --- */

static int parse_start(const char *text, __u64 *start)
{
	struct tm tm = { 0 };
	const char *rest;

	if (!parse_number(text, PROTO_NEVER, start))
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
	return *end || !(*pace > 1e-9 && *pace < 1e9) ? -EINVAL : 0;
}

static int parse_count(const char *text, unsigned int *count)
{
	__u64 number;

	if (parse_number(text, SLOTS_MAX - 1, &number) || !number)
		return -EINVAL;
	*count = number;
	return 0;
}

static int parse_asleep(const char *text, __u64 *time)
{
	if (strcmp(text, "never"))
		return parse_time(text, time);
	*time = PROTO_NEVER;
	return 0;
}

static int parse_option(struct serve *serve, int option, const char *value)
{
	struct sim_options *opt = &serve->opt;

	switch (option) {
	case 's': serve->socket = value; return 0;
	case 'n': return parse_count(value, &opt->expect);
	case 'S': return parse_start(value, &opt->start);
	case OPT_NO_PAGE: opt->no_page = true; return 0;
	case OPT_LATE_PAGE: opt->late_page = true; return 0;
	case OPT_END: return parse_time(value, &opt->end);
	case OPT_LIMIT: return parse_time(value, &opt->limit);
	case OPT_TIMEOUT: return parse_time(value, &serve->host_limit);
	case OPT_PACE: return parse_pace(value, &opt->pace);
	case OPT_ON_DEATH: return parse_on_death(value, &opt->on_death);
	case OPT_PATIENCE: return parse_time(value, &opt->patience);
	case OPT_ASLEEP: return parse_asleep(value, &opt->asleep);
	case OPT_SLOTS: return parse_count(value, &opt->slots);
	case OPT_LOGS: serve->launch.logs = value; return 0;
	case OPT_TRACE: serve->trace_path = value; return 0;
	case OPT_STATS: serve->stats = true; return 0;
	}
	return -EINVAL;
}

static const char *option_name(int value)
{
	const struct option *option;

	for (option = options; option->name; option++)
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

/* UMTT_OK, or the status to end with */
static int parse_args(struct serve *serve, int argc, char **argv)
{
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "+:", options, NULL)) >= 0) {
		if (option == ':')
			return usage_error(&cmd_serve, "%s needs a value", argv[optind - 1]);
		if (option == '?')
			return usage_error(&cmd_serve, "unknown option %s", argv[optind - 1]);
		if (parse_option(serve, option, optarg))
			return usage_error(&cmd_serve, "--%s: '%s' is not understood",
					   option_name(option), optarg);
	}
	/* slot 0 is the controller's */
	serve->opt.slots++;
	if (serve->opt.expect >= serve->opt.slots)
		return usage_error(&cmd_serve, "--clients: %u clients do not fit into %u slots",
				   serve->opt.expect, serve->opt.slots - 1);
	if (optind < argc && strcmp(argv[optind - 1], "--"))
		return usage_error(&cmd_serve, "'%s' is no option; a program comes after --",
				   argv[optind]);
	if (optind < argc) {
		serve->launch.argv = argv + optind;
		serve->launch.count = serve->opt.expect;
	}
	return UMTT_OK;
}

/* --- what ends it --- */

static void finish(struct serve *serve, int status)
{
	if (!serve->server.loop.over)
		serve->status = status;
	serve->server.loop.over = true;
}

static void signal_ready(struct loop_source *source, unsigned int events)
{
	struct serve *serve = container_of(source, struct serve, signals);
	struct signalfd_siginfo info;

	(void)events;
	if (read(source->fd, &info, sizeof(info)) != sizeof(info))
		return;
	complain("%s: ends", strsignal(info.ssi_signo));
	finish(serve, UMTT_SIGNAL);
}

static void timeout_fired(struct loop_timer *timer)
{
	struct serve *serve = container_of(timer, struct serve, timeout);

	complain("--timeout: %.1f s of host time are over", (double)serve->host_limit / SECOND);
	if (serve->server.sim.joined < serve->opt.expect)
		complain("%u of %u clients have joined", serve->server.sim.joined,
			 serve->opt.expect);
	finish(serve, UMTT_TIMEOUT);
}

static void program_ended(struct launch *launch, bool failed)
{
	struct serve *serve = container_of(launch, struct serve, launch);
	struct sim *sim = &serve->server.sim;

	if (failed && serve->opt.on_death == SIM_FAIL)
		finish(serve, UMTT_CLIENT);
	else if (failed && serve->opt.on_death == SIM_PAUSE)
		sim_pause(sim);
	if (!launch->running)
		finish(serve, launch->failed ? UMTT_CLIENT : UMTT_OK);
	/* it may have ended without ever joining */
	if (launch->running + sim->left < sim->opt.expect)
		sim_expect(sim, launch->running + sim->left);
	server_settle(&serve->server);
}

static int end_status(struct serve *serve)
{
	switch (serve->server.sim.end) {
	case SIM_ALL_ASLEEP:
		return UMTT_ASLEEP;
	case SIM_CLIENT_DIED:
		return UMTT_CLIENT;
	case SIM_AT_LIMIT:
		complain("--limit: %.9f s of simulated time are over",
			 (double)serve->opt.limit / SECOND);
		return UMTT_LIMIT;
	default:
		return serve->status;
	}
}

static void paused(struct server *server)
{
	ctl_paused(&container_of(server, struct serve, server)->ctl);
}

/* --- from beginning to end --- */

static int watch_signals(struct serve *serve)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	serve->signals.ready = signal_ready;
	serve->signals.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return loop_add(&serve->server.loop, &serve->signals, EPOLLIN);
}

static int watch_host_time(struct serve *serve)
{
	serve->timeout.fired = timeout_fired;
	if (loop_timer_init(&serve->server.loop, &serve->timeout))
		return -1;
	if (serve->host_limit)
		loop_timer_set(&serve->timeout, host_time() + serve->host_limit, 0);
	return 0;
}

static int choose_socket(struct serve *serve)
{
	char *path = serve->default_socket;

	if (serve->socket)
		return 0;
	serve->socket = path;
	if (!serve->launch.count)
		return place_default(path, sizeof(serve->default_socket));
	snprintf(path, sizeof(serve->default_socket), "%s/clock", serve->launch.work);
	return 0;
}

static void run(struct serve *serve)
{
	if (ctl_open(&serve->ctl, &serve->server) || watch_signals(serve) ||
	    watch_host_time(serve) || launch_start(&serve->launch, &serve->server.loop)) {
		serve->status = UMTT_FAILED;
		return;
	}
	if (!serve->launch.count)
		complain("%s: waits for %u client%s", serve->socket, serve->opt.expect,
			 serve->opt.expect == 1 ? "" : "s");
	if (loop_run(&serve->server.loop))
		serve->status = UMTT_FAILED;
	else
		serve->status = end_status(serve);
	if (serve->stats)
		sim_stats(&serve->server.sim);
}

static int serve_all(struct serve *serve)
{
	serve->server.paused = paused;
	launch_name(&serve->launch);
	if (choose_socket(serve))
		return UMTT_FAILED;
	serve->launch.socket = serve->socket;
	serve->launch.ended = program_ended;
	if (launch_prepare(&serve->launch) ||
	    server_open(&serve->server, &serve->opt, serve->socket, serve->trace)) {
		launch_end(&serve->launch);
		return UMTT_FAILED;
	}
	run(serve);
	ctl_close(&serve->ctl);
	launch_end(&serve->launch);
	server_close(&serve->server);
	return serve->status;
}

static int serve(int argc, char **argv)
{
	static struct serve serve = {
		.opt = {
			.expect = 1, .slots = 4095, .end = PROTO_NEVER, .limit = PROTO_NEVER,
			.patience = 10 * SECOND, .asleep = SECOND,
		},
		.launch.logs = "umtt-logs",
	};
	int status;

	serve.opt.start = wall_clock();
	status = parse_args(&serve, argc, argv);
	if (status)
		return status;
	if (serve.trace_path) {
		serve.trace = trace_open(serve.trace_path);
		if (!serve.trace) {
			complain("--trace: cannot write %s: %s", serve.trace_path,
				 strerror(errno));
			return UMTT_FAILED;
		}
	}
	status = serve_all(&serve);
	if (trace_close(serve.trace)) {
		complain("--trace: %s is not complete: %s", serve.trace_path, strerror(errno));
		status = status ? status : UMTT_FAILED;
	}
	return status;
}

const struct command cmd_serve = {
	.name = "serve",
	.what = "one clock for the clients that connect, or that it starts",
	.help = help,
	.run = serve,
};
