// SPDX-License-Identifier: GPL-2.0
/* The controller or kernel that is under test, if it is ours to start. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "conform/program.h"
#include "conform/words.h"

/* How long a controller or kernel may take to end, ms of host time */
#define END_PATIENCE	20000

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000ll + ts.tv_nsec / 1000000;
}

/* In a process group of its own, to be ended as one; with us if we are */
static void become_program(int out)
{
	int in = open("/dev/null", O_RDONLY);

	setsid();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	personality(ADDR_NO_RANDOMIZE);
	dup2(in, 0);
	dup2(out, 1);
	dup2(out, 2);
}

static int spawn(struct program *p, char **argv, char **envp)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return verdict_fail(p->verdict, "no pipe: %s", strerror(errno));
	p->pid = fork();
	if (!p->pid) {
		become_program(ends[1]);
		execve(argv[0], argv, envp);
		fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
		_exit(127);
	}
	close(ends[1]);
	p->out = ends[0];
	fcntl(p->out, F_SETFL, O_NONBLOCK);
	p->said_len = 0;
	p->said[0] = '\0';
	p->ended = false;
	if (p->pid > 0)
		return 0;
	p->pid = 0;
	return verdict_fail(p->verdict, "no process: %s", strerror(errno));
}

/* Copies @from with each {NAME} replaced by what it stands for */
static int fill_in(struct program *p, char *to, size_t size, const char *from)
{
	char clients[12];
	const struct {
		const char *name, *value;
	} words[] = {
		{ "{socket}", p->socket }, { "{clients}", clients }, { "{options}", p->options },
	};
	size_t i, n, len = 0;

	snprintf(clients, sizeof(clients), "%u", p->clients);
	while (*from) {
		n = 1;
		for (i = 0; i < 3; i++) {
			if (strncmp(from, words[i].name, strlen(words[i].name)))
				continue;
			len += snprintf(to + len, size - len, "%s", words[i].value);
			n = strlen(words[i].name);
			break;
		}
		if (i == 3)
			len += snprintf(to + len, size - len, "%c", *from);
		if (len >= size)
			return verdict_fail(p->verdict,
					    "the controller's command line is too long");
		from += n;
	}
	return 0;
}

/**
 * program_start_controller() - start the controller that --exec names
 * @p: the program
 *
 * Return: 0, or -1 with @p->verdict.
 */
int program_start_controller(struct program *p)
{
	char command[1024] = "exec ";
	char sh[] = "/bin/sh", option[] = "-c";
	char *argv[4] = { sh, option, command };

	if (fill_in(p, command + 5, sizeof(command) - 5, p->exec))
		return -1;
	return spawn(p, argv, environ);
}

static int write_init(struct program *p, const char *path)
{
	FILE *file = fopen(path, "w");

	if (!file)
		return verdict_fail(p->verdict, "%s: %s", path, strerror(errno));
	fprintf(file, "#!/bin/busybox sh\nB=/bin/busybox\n"
		"$B mount -t proc none /proc\n$B mount -t sysfs none /sys\n"
		"%s$B poweroff -f\n", p->init);
	fclose(file);
	chmod(path, 0700);
	return 0;
}

/**
 * program_start_kernel() - boot the kernel, with the transcript's init
 * @p: the program
 * @id: ID on the clock, NULL for none
 * @args: more arguments of the kernel
 * @count: how many
 *
 * Return: 0, or -1 with @p->verdict.
 */
int program_start_kernel(struct program *p, const char *id, char **args, unsigned int count)
{
	char init[80], uml_dir[80], mode[256];
	char *argv[WORDS_MAX + 16] = {
		(char *)p->kernel, "mem=64M", "umid=guest", uml_dir, "root=none",
		"rootfstype=hostfs", "rootflags=/", "ro", init, "con=null",
		"con0=null,fd:1", mode,
	};
	/* Linux 7.3 does not survive an empty one */
	char home[] = "HOME=/", *environment[] = { home, NULL };

	snprintf(init, sizeof(init), "init=%s/init", p->dir);
	snprintf(uml_dir, sizeof(uml_dir), "uml_dir=%s/", p->dir);
	snprintf(mode, sizeof(mode), "time-travel=ext:%s%s%s", id ? id : "", id ? ":" : "",
		 p->socket);
	memcpy(argv + 12, args, count * sizeof(*args));
	if (write_init(p, init + 5))
		return -1;
	return spawn(p, argv, environment);
}

/**
 * program_listen() - read what the program has said by now
 * @p: the program
 *
 * The end of it is kept if it says too much.
 */
void program_listen(struct program *p)
{
	ssize_t n;

	while (p->out >= 0) {
		if (p->said_len > sizeof(p->said) / 2) {
			p->said_len -= sizeof(p->said) / 4;
			memmove(p->said, p->said + sizeof(p->said) / 4, p->said_len);
		}
		n = read(p->out, p->said + p->said_len, sizeof(p->said) - 1 - p->said_len);
		if (n < 0)
			break;
		if (!n) {
			close(p->out);
			p->out = -1;
			break;
		}
		p->said_len += n;
		p->said[p->said_len] = '\0';
	}
	if (p->pid && !p->ended && waitpid(p->pid, &p->status, WNOHANG) == p->pid)
		p->ended = true;
}

static void listen_for(struct program *p, int ms)
{
	struct pollfd pfd = { .fd = p->out, .events = POLLIN };

	poll(&pfd, 1, ms);
	program_listen(p);
}

/**
 * program_said() - the program says something
 * @p: the program
 * @text: what must be in it
 * @patience: how long to wait for it, ms of host time
 *
 * Return: 0, or -1 with @p->verdict.
 */
int program_said(struct program *p, const char *text, int patience)
{
	long long end = now_ms() + patience;

	for (;;) {
		listen_for(p, 20);
		if (strstr(p->said, text))
			return 0;
		if (now_ms() >= end || p->ended)
			break;
	}
	listen_for(p, 0);
	if (strstr(p->said, text))
		return 0;
	return verdict_fail(p->verdict, "it did not say '%s'", text);
}

/**
 * program_await_end() - the program ends
 * @p: the program
 *
 * Return: 0, or -1 with @p->verdict.
 */
int program_await_end(struct program *p)
{
	long long end = now_ms() + END_PATIENCE;

	while (!p->ended && now_ms() < end)
		listen_for(p, 10);
	if (!p->ended)
		return verdict_fail(p->verdict, "it did not end in %d s", END_PATIENCE / 1000);
	listen_for(p, 0);
	return 0;
}

/**
 * program_end() - leave nothing of the program behind
 * @p: the program
 */
void program_end(struct program *p)
{
	if (!p->pid)
		return;
	kill(-p->pid, SIGKILL);
	if (!p->ended)
		waitpid(p->pid, &p->status, 0);
	if (p->out >= 0)
		close(p->out);
	p->out = -1;
	p->pid = 0;
}
