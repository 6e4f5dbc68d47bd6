// SPDX-License-Identifier: GPL-2.0
/* umtt serve: the controller. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cmd.h"
#include "serve/control.h"
#include "serve/launch.h"
#include "serve/options.h"

#define SECOND 1000000000ull

/**
 * struct serve - one run of the controller
 * @server: clients
 * @ctl: commands
 * @launch: programs that were started
 * @signals: that end it
 * @timeout: host time is over
 * @opt: what the user chose
 * @socket: where clients come to
 * @default_socket: the same, if it was not named
 * @trace: the trace, NULL for none
 * @status: to end with
 */
struct serve {
	struct server server;
	struct control ctl;
	struct launch launch;
	struct loop_source signals;
	struct loop_timer timeout;
	struct serve_options opt;
	const char *socket;
	char default_socket[128];
	struct trace *trace;
	int status;
};

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

	complain("--timeout: %.1f s of host time are over", (double)serve->opt.timeout / SECOND);
	if (serve->server.sim.joined < serve->opt.sim.expect)
		sim_say_missing(&serve->server.sim);
	finish(serve, UMTT_TIMEOUT);
}

static void program_ended(struct launch *launch, bool failed)
{
	struct serve *serve = container_of(launch, struct serve, launch);
	struct sim *sim = &serve->server.sim;

	if (failed && serve->opt.sim.on_death == SIM_FAIL)
		finish(serve, UMTT_CLIENT);
	else if (failed && serve->opt.sim.on_death == SIM_PAUSE)
		sim_pause(sim);
	if (!launch->running)
		finish(serve, launch->failed ? UMTT_CLIENT : UMTT_OK);
	/* it may have ended without ever joining */
	if (launch->running + sim->left < sim->opt.expect)
		sim_expect(sim, launch->running + sim->left);
	server_settle(&serve->server);
}

/* In the keeper */
static void controller_killed(const struct launch *launch)
{
	endpoint_clean_up(launch->socket);
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
			 (double)serve->opt.sim.limit / SECOND);
		return UMTT_LIMIT;
	default:
		break;
	}
	if (serve->status != UMTT_OK || !serve->server.sim.dead)
		return serve->status;
	complain("%u client%s died: %s", serve->server.sim.dead,
		 serve->server.sim.dead == 1 ? "" : "s", serve->server.sim.dead_names);
	return UMTT_CLIENT;
}

static void paused(struct server *server)
{
	control_paused(&container_of(server, struct serve, server)->ctl);
}

static void room(struct server *server)
{
	control_room(&container_of(server, struct serve, server)->ctl);
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
	if (serve->opt.timeout)
		loop_timer_set(&serve->timeout, host_time() + serve->opt.timeout, 0);
	return 0;
}

static int choose_socket(struct serve *serve)
{
	char *path = serve->default_socket;

	if (serve->socket)
		return 0;
	serve->socket = path;
	if (!serve->launch.count)
		return endpoint_default(path, sizeof(serve->default_socket));
	snprintf(path, sizeof(serve->default_socket), "%s/clock", serve->launch.work);
	return 0;
}

static void run(struct serve *serve)
{
	if (control_open(&serve->ctl, &serve->server) || watch_signals(serve) ||
	    watch_host_time(serve) || launch_start(&serve->launch, &serve->server.loop)) {
		serve->status = UMTT_FAILED;
		return;
	}
	if (!serve->launch.count)
		complain("%s: waits for %u client%s", serve->socket, serve->opt.sim.expect,
			 serve->opt.sim.expect == 1 ? "" : "s");
	if (loop_run(&serve->server.loop))
		serve->status = UMTT_FAILED;
	else
		serve->status = end_status(serve);
	if (serve->opt.stats)
		sim_stats(&serve->server.sim);
}

static int serve_all(struct serve *serve)
{
	serve->server.paused = paused;
	serve->server.room = room;
	launch_name(&serve->launch);
	if (choose_socket(serve))
		return UMTT_FAILED;
	serve->launch.socket = serve->socket;
	serve->launch.ended = program_ended;
	serve->launch.killed = controller_killed;
	if (launch_prepare(&serve->launch) ||
	    server_open(&serve->server, &serve->opt.sim, serve->socket, serve->trace)) {
		launch_end(&serve->launch);
		return UMTT_FAILED;
	}
	run(serve);
	control_close(&serve->ctl);
	launch_end(&serve->launch);
	server_close(&serve->server);
	return serve->status;
}

/* Clients take turns: on several CPUs, each turn would wake one that sleeps. */
static int choose_cpu(const struct serve_options *opt)
{
	cpu_set_t all;

	if (opt->any_cpu || (!opt->some_cpus && !opt->program))
		return 0;
	memset(&all, 0xff, sizeof(all));
	if (!cpus_share_one(opt->some_cpus ? &opt->cpus : &all) || !opt->some_cpus)
		return 0;
	complain("--cpus: may run on none of them; 'taskset -cp $$' shows the ones it may");
	return -1;
}

/**
 * cmd_serve() - umtt serve
 * @argc: number of words
 * @argv: the words
 *
 * Return: the exit status.
 */
int cmd_serve(int argc, char **argv)
{
	static struct serve serve;
	int status;

	serve_options_parse(&serve.opt, argc, argv);
	if (choose_cpu(&serve.opt))
		return UMTT_FAILED;
	serve.socket = serve.opt.socket;
	serve.launch.logs = serve.opt.logs;
	serve.launch.argv = serve.opt.program;
	serve.launch.count = serve.opt.program ? serve.opt.sim.expect : 0;
	/* what a program ends with is known when it has ended */
	serve.opt.sim.stay = serve.launch.count;
	serve.opt.sim.numbered = serve.launch.count;
	if (serve.opt.trace) {
		serve.trace = trace_open(serve.opt.trace);
		if (!serve.trace) {
			complain("--trace: cannot write %s: %s", serve.opt.trace,
				 strerror(errno));
			return UMTT_FAILED;
		}
	}
	status = serve_all(&serve);
	if (trace_close(serve.trace)) {
		complain("--trace: %s is not complete: %s", serve.opt.trace, strerror(errno));
		status = status ? status : UMTT_FAILED;
	}
	return status;
}
