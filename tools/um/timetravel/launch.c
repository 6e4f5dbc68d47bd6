// SPDX-License-Identifier: GPL-2.0
/* Programs that the controller starts, and that end with it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "launch.h"
#include "util.h"

static void say_how(const struct launch *launch, const struct launch_report *report)
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
	struct launch_report report;
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
 * launch_prepare() - make the directories
 * @launch: the programs
 *
 * Return: 0, or -1, which was said.
 */
int launch_prepare(struct launch *launch)
{
	const char *tmp = getenv("TMPDIR");

	if (!launch->count)
		return 0;
	snprintf(launch->work, sizeof(launch->work), "%s/umtt.XXXXXX",
		 tmp && *tmp == '/' && strlen(tmp) < 16 ? tmp : "/tmp");
	if (!mkdtemp(launch->work)) {
		complain("%s: no directory can be made there: %s", launch->work, strerror(errno));
		*launch->work = 0;
		return -1;
	}
	if (mkdir(launch->logs, 0777) && errno != EEXIST) {
		complain("--logs: cannot make the directory %s: %s", launch->logs,
			 strerror(errno));
		return -1;
	}
	return 0;
}

/**
 * launch_start() - start the keeper, which starts the programs
 * @launch: the programs
 * @loop: where to wait for what it reports
 *
 * To be called when the socket is there.
 *
 * Return: 0, or -1, which was said.
 */
int launch_start(struct launch *launch, struct loop *loop)
{
	pid_t self = getpid();
	int link[2];

	launch->running = launch->count;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, link)) {
		complain("cannot make a socket: %s", strerror(errno));
		return -1;
	}
	fflush(NULL);
	launch->keeper = fork();
	if (launch->keeper == 0)
		keeper_main(launch, link[1], self);
	close(link[1]);
	launch->loop = loop;
	launch->link = (struct loop_source){ .fd = link[0], .ready = link_ready };
	if (launch->keeper > 0 && !loop_add(loop, &launch->link, EPOLLIN))
		return 0;
	complain("cannot start a process: %s", strerror(errno));
	return -1;
}

/**
 * launch_end() - end all programs, and wait until nothing is left of them
 * @launch: the programs
 */
void launch_end(struct launch *launch)
{
	if (launch->keeper > 0) {
		if (send(launch->link.fd, "e", 1, MSG_NOSIGNAL) < 0)
			errno = 0;
		waitpid(launch->keeper, NULL, 0);
		close(launch->link.fd);
	} else if (*launch->work) {
		rmdir(launch->work);
	}
}
