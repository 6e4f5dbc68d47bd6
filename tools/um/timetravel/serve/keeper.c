// SPDX-License-Identifier: GPL-2.0
/* The keeper: parent of the programs that are started, and the last to go. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "serve/keeper.h"
#include "serve/pidns.h"

/* Host time that programs have to end by themselves when they are told to, ms */
#define GRACE 2000

static void report(struct keeper *keeper, unsigned int index, int status, int error)
{
	struct keeper_report report = { .index = index, .status = status, .error = error };

	if (send(keeper->link, &report, sizeof(report), MSG_NOSIGNAL) < 0)
		return;
}

/* --- in the child --- */

static void set_log(const struct keeper *keeper, unsigned int index)
{
	char path[512];
	int in = open("/dev/null", O_RDONLY), log;

	snprintf(path, sizeof(path), "%s/%u.log", keeper->logs, index + 1);
	log = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
	if (in < 0 || log < 0)
		return;
	dup2(in, 0);
	dup2(log, 1);
	dup2(log, 2);
	close(in);
	close(log);
}

/* Nobody reads what might fail once the parent is gone */
static bool is_orphan(int fail)
{
	struct pollfd fd = { .fd = fail };

	return poll(&fd, 1, 0) > 0;
}

static void child(const struct keeper *keeper, unsigned int index, int fail)
{
	char **args = keeper->args(keeper, index);
	sigset_t none;
	int err;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (is_orphan(fail))
		_exit(1);
	/* each run like the other */
	personality(personality(0xffffffff) | ADDR_NO_RANDOMIZE);
	set_log(keeper, index);
	err = keeper->contained ? -pidns_enter() : 0;
	if (!err && args)
		execvp(args[0], args);
	err = err ? err : errno;
	if (write(fail, &err, sizeof(err)) < 0)
		_exit(126);
	_exit(127);
}

/* An error number if exec() failed: the pipe closes if it did not */
static int start_one(struct keeper *keeper, unsigned int index)
{
	int fail[2], err = 0;

	if (pipe2(fail, O_CLOEXEC))
		return errno;
	keeper->pids[index] = fork();
	if (keeper->pids[index] == 0) {
		close(fail[0]);
		child(keeper, index, fail[1]);
	}
	if (keeper->pids[index] < 0)
		err = errno;
	close(fail[1]);
	if (!err && read(fail[0], &err, sizeof(err)) != sizeof(err))
		err = 0;
	close(fail[0]);
	return err;
}

/* --- the end --- */

static void signal_groups(struct keeper *keeper, int sig)
{
	unsigned int i;

	for (i = 0; i < keeper->count; i++)
		if (keeper->pids[i] > 0)
			kill(-keeper->pids[i], sig);
}

/* Those that left their group, and those whose parent is gone, are our children by now */
static void kill_children(void)
{
	FILE *list;
	char path[64];
	int pid;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
	list = fopen(path, "re");
	while (list && fscanf(list, "%d", &pid) == 1)
		kill(pid, SIGKILL);
	if (list)
		fclose(list);
}

static unsigned int index_of(const struct keeper *keeper, pid_t pid)
{
	unsigned int i;

	for (i = 0; i < keeper->count; i++)
		if (keeper->pids[i] == pid)
			break;
	return i;
}

/* Collects who has ended. Returns whether any child is left. */
static bool reap(struct keeper *keeper)
{
	unsigned int i;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		i = index_of(keeper, pid);
		if (i == keeper->count)
			continue;
		/* what it left in its group has nobody to talk to */
		kill(-pid, SIGKILL);
		keeper->pids[i] = 0;
		report(keeper, i, status, 0);
	}
	return pid == 0;
}

static void wait_for_child(struct keeper *keeper, int ms)
{
	struct pollfd fd = { .fd = keeper->signals, .events = POLLIN };
	struct signalfd_siginfo info;

	if (poll(&fd, 1, ms) > 0 && read(keeper->signals, &info, sizeof(info)) < 0)
		return;
}

/* The init of a namespace does not end by itself, nor need what its programs left there */
static bool any_program(const struct keeper *keeper)
{
	unsigned int i;

	for (i = 0; i < keeper->count; i++)
		if (keeper->pids[i])
			return true;
	return !keeper->contained;
}

static void end_all(struct keeper *keeper, bool politely)
{
	__u64 deadline = host_time() + GRACE * 1000000ull, now;

	if (politely) {
		signal_groups(keeper, SIGTERM);
		while (reap(keeper) && any_program(keeper) && (now = host_time()) < deadline)
			wait_for_child(keeper, (deadline - now) / 1000000 + 1);
	}
	while (reap(keeper)) {
		signal_groups(keeper, SIGKILL);
		kill_children();
		wait_for_child(keeper, 100);
	}
}

/* Its link closes before its lock is free, but all of that before we get another parent */
static void wait_until_gone(pid_t controller)
{
	while (getppid() == controller)
		poll(NULL, 0, 1);
}

/* --- from beginning to end --- */

/* Only the link and what people read stay open: a socket would seem alive with us */
static void close_others(struct keeper *keeper)
{
	if (keeper->link != 3) {
		dup3(keeper->link, 3, O_CLOEXEC);
		keeper->link = 3;
	}
	close_range(4, ~0u, 0);
}

static int children_signals(void)
{
	sigset_t set;

	/* a terminal's keys are for the controller, which tells us */
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_SETMASK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void start_all(struct keeper *keeper)
{
	unsigned int i;
	int err;

	keeper->contained = keeper->count && !pidns_join();
	for (i = 0; i < keeper->count; i++) {
		err = start_one(keeper, i);
		if (!err)
			continue;
		keeper->pids[i] = 0;
		report(keeper, i, 0, err);
	}
}

/* What the controller says. Returns false when it has nothing more to say. */
static bool obey(struct keeper *keeper, char *word)
{
	*word = 0;
	if (recv(keeper->link, word, 1, 0) == 1 && *word == KEEPER_GO) {
		start_all(keeper);
		return true;
	}
	return false;
}

/* Until the controller says so, or is gone. Returns whether it said so. */
static bool look_after(struct keeper *keeper)
{
	struct pollfd fds[] = {
		{ .fd = keeper->link, .events = POLLIN },
		{ .fd = keeper->signals, .events = POLLIN },
	};
	struct signalfd_siginfo info;
	char word;

	for (;;) {
		reap(keeper);
		if (poll(fds, ARRAY_SIZE(fds), -1) < 0 && errno != EINTR)
			return false;
		if (fds[1].revents && read(keeper->signals, &info, sizeof(info)) < 0)
			continue;
		if (fds[0].revents && !obey(keeper, &word))
			return word == KEEPER_END;
	}
}

/**
 * keeper_main() - the life of the keeper
 * @keeper: with what is to be started, and with its callbacks
 * @link: to the controller
 * @controller: its process
 */
void __noreturn keeper_main(struct keeper *keeper, int link, pid_t controller)
{
	bool told;

	keeper->link = link;
	keeper->controller = controller;
	prctl(PR_SET_NAME, "umtt-keeper");
	/* who kills the controller with its process group does not mean us */
	setpgid(0, 0);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	close_others(keeper);
	keeper->signals = children_signals();
	keeper->pids = calloc(keeper->count + 1, sizeof(*keeper->pids));
	if (keeper->signals < 0 || !keeper->pids)
		_exit(1);
	told = look_after(keeper);
	end_all(keeper, told);
	if (!told)
		wait_until_gone(keeper->controller);
	keeper->clean_up(keeper, !told);
	_exit(0);
}
