// SPDX-License-Identifier: GPL-2.0
/* Programs that the controller starts, and that end with it. */
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "serve/launch.h"
#include "serve/logs.h"
#include "lib/util.h"

static void say_how(const struct launch *launch, const struct keeper_report *report)
{
	unsigned int id = report->index + 1;

	if (report->error)
		complain("program %u: cannot run %s: %s", id, launch->argv[0],
			 strerror(report->error));
	else if (WIFSIGNALED(report->status))
		complain("program %u was killed by signal %d (%s); its log: %s/%u.log", id,
			 WTERMSIG(report->status), strsignal(WTERMSIG(report->status)),
			 launch->logs, id);
	else if (WEXITSTATUS(report->status))
		complain("program %u ended with status %d; its log: %s/%u.log", id,
			 WEXITSTATUS(report->status), launch->logs, id);
}

/* Whoever killed it killed the programs, too: it is their parent */
static void keeper_gone(struct launch *launch)
{
	loop_remove(launch->loop, &launch->link);
	if (!launch->running)
		return;
	complain("the process that looks after the programs is gone, and they with it");
	launch->failed += launch->running;
	launch->running = 0;
	launch->ended(launch, true);
}

static void link_ready(struct loop_source *source, unsigned int events)
{
	struct launch *launch = container_of(source, struct launch, link);
	struct keeper_report report;
	ssize_t n = recv(source->fd, &report, sizeof(report), MSG_DONTWAIT);
	bool failed;

	(void)events;
	if (n < 0 && errno == EAGAIN)
		return;
	if (n != sizeof(report)) {
		keeper_gone(launch);
		return;
	}
	say_how(launch, &report);
	failed = report.status || report.error;
	launch->running--;
	launch->failed += failed;
	launch->ended(launch, failed);
}

/**
 * launch_name() - choose the private directory
 * @launch: the programs
 */
void launch_name(struct launch *launch)
{
	const char *tmp = getenv("TMPDIR");

	if (launch->count)
		snprintf(launch->work, sizeof(launch->work), "%s/umtt.%d.%llx",
			 tmp && *tmp == '/' && strlen(tmp) < 20 ? tmp : "/tmp", getpid(),
			 host_time());
}

static int make_directories(const struct launch *launch)
{
	if (!launch->count)
		return 0;
	if (mkdir(launch->work, 0700)) {
		complain("cannot make the directory %s: %s", launch->work, strerror(errno));
		return -1;
	}
	return logs_prepare(launch->logs, launch->count);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path) && errno != ENOENT;
}

/* Of the programs, none is left */
static void remove_work(const struct launch *launch)
{
	if (*launch->work)
		nftw(launch->work, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* --- in the keeper --- */

static const struct launch *launch_of(const struct keeper *keeper)
{
	return container_of(keeper, const struct launch, keeper);
}

static char **args_of(const struct keeper *keeper, unsigned int index)
{
	return launch_args(launch_of(keeper), index);
}

static void clean_up(const struct keeper *keeper, bool killed)
{
	const struct launch *launch = launch_of(keeper);

	remove_work(launch);
	if (killed)
		launch->killed(launch);
}

/* --- in the controller --- */

/**
 * launch_prepare() - start the keeper, make the directories
 * @launch: the programs, with all names
 *
 * The keeper comes first: whatever happens from now on, it cleans up.
 *
 * Return: 0, or -1, which was said.
 */
int launch_prepare(struct launch *launch)
{
	pid_t self = getpid();
	int link[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, link)) {
		complain("cannot make a socket: %s", strerror(errno));
		return -1;
	}
	launch->keeper = (struct keeper){ .count = launch->count, .logs = launch->logs,
		.args = args_of, .clean_up = clean_up };
	fflush(NULL);
	launch->keeper_pid = fork();
	if (launch->keeper_pid == 0)
		keeper_main(&launch->keeper, link[1], self);
	close(link[1]);
	launch->link = (struct loop_source){ .fd = link[0], .ready = link_ready };
	if (launch->keeper_pid > 0)
		return make_directories(launch);
	complain("cannot start a process: %s", strerror(errno));
	return -1;
}

/* Nobody is there if it fails, which is seen when it is read from */
static void tell(const struct launch *launch, char word)
{
	if (send(launch->link.fd, &word, 1, MSG_NOSIGNAL) < 0)
		return;
}

/**
 * launch_start() - start the programs
 * @launch: the programs
 * @loop: where to wait for what becomes of them
 *
 * Return: 0 or a negative error number.
 */
int launch_start(struct launch *launch, struct loop *loop)
{
	launch->loop = loop;
	launch->running = launch->count;
	tell(launch, KEEPER_GO);
	return loop_add(loop, &launch->link, EPOLLIN);
}

/**
 * launch_end() - end all programs, and wait until nothing is left of them
 * @launch: the programs
 */
void launch_end(struct launch *launch)
{
	if (launch->keeper_pid <= 0)
		return;
	tell(launch, KEEPER_END);
	waitpid(launch->keeper_pid, NULL, 0);
	close(launch->link.fd);
	/* if the keeper was killed */
	remove_work(launch);
}
