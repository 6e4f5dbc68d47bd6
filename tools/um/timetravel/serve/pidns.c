// SPDX-License-Identifier: GPL-2.0
/* A PID namespace that ends with whoever made it. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "serve/pidns.h"
#include "lib/util.h"

/* The host's /proc does not have the PIDs that are seen inside. No mount leaves. */
static int own_proc(void)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) ||
	    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
		return -errno;
	return 0;
}

static int write_file(const char *path, const char *text, int length)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int written;

	if (fd < 0)
		return -errno;
	written = write(fd, text, length);
	close(fd);
	return written == length ? 0 : -EPERM;
}

/* In a new user namespace, everybody is who they were */
static int keep_ids(uid_t uid, gid_t gid)
{
	char map[48];
	int err;

	err = write_file("/proc/self/setgroups", "deny", 4);
	if (!err)
		err = write_file("/proc/self/gid_map", map,
				 snprintf(map, sizeof(map), "%u %u 1", gid, gid));
	if (!err)
		err = write_file("/proc/self/uid_map", map,
				 snprintf(map, sizeof(map), "%u %u 1", uid, uid));
	return err;
}

/*
 * Its only work is to be there. It dies with its parent, and what the parent was about to
 * do is tried here first: if that fails, nothing has happened yet.
 */
static void __noreturn init_main(int flags, int ready, uid_t uid, gid_t gid)
{
	prctl(PR_SET_NAME, "umtt-init");
	if (ready != 3)
		dup3(ready, 3, O_CLOEXEC);
	close_range(4, ~0u, 0);
	if ((flags & CLONE_NEWUSER && keep_ids(uid, gid)) || own_proc())
		_exit(1);
	/* orphans are reaped by the kernel */
	signal(SIGCHLD, SIG_IGN);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* nobody reads if the parent was gone before that */
	signal(SIGPIPE, SIG_IGN);
	if (write(3, "", 1) != 1)
		_exit(1);
	close_range(0, 3, 0);
	for (;;)
		pause();
}

static int join(pid_t init, int flags, int ready)
{
	int fd, err = 0;
	char byte;

	if (read(ready, &byte, 1) != 1)
		return -EPERM;
	fd = syscall(SYS_pidfd_open, init, 0);
	if (fd < 0)
		return -errno;
	if (setns(fd, flags & ~CLONE_NEWNS))
		err = -errno;
	close(fd);
	return err;
}

static int make_and_join(int flags)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int ready[2], err;
	pid_t init;

	if (pipe2(ready, O_CLOEXEC))
		return -errno;
	/* fork() takes no flags */
	init = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
	if (init == 0) {
		close(ready[0]);
		init_main(flags, ready[1], uid, gid);
	}
	err = init < 0 ? -errno : 0;
	close(ready[1]);
	if (!err)
		err = join(init, flags, ready[0]);
	close(ready[0]);
	if (err && init > 0) {
		kill(init, SIGKILL);
		waitpid(init, NULL, 0);
	}
	return err;
}

/**
 * pidns_join() - make a PID namespace, where all children from now on live
 *
 * They are seen from outside with PIDs of their own there. Its init is a child of the
 * caller, and dies when the caller does. The caller may be in a new user namespace
 * afterwards, if it may not do this otherwise, with the same IDs.
 *
 * Return: 0, or a negative error number: the host does not allow it, nothing was done.
 */
int pidns_join(void)
{
	int err = make_and_join(CLONE_NEWPID | CLONE_NEWNS);

	return err ? make_and_join(CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUSER) : 0;
}

/**
 * pidns_enter() - in a new child of who has joined: have the /proc of the namespace
 *
 * Return: 0 or a negative error number.
 */
int pidns_enter(void)
{
	return unshare(CLONE_NEWNS) ? -errno : own_proc();
}
