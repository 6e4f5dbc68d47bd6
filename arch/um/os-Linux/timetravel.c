// SPDX-License-Identifier: GPL-2.0
/* The host's half of the link to the controller of simulated time. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <asm/unistd.h>
#include <kern_util.h>
#include <os.h>
#include <timetravel_host.h>

/* No controller's page is larger. */
#define LINK_PAGE_MAX	(64UL << 20)

/**
 * os_link_open() - connect to the controller
 * @path: path of its socket, less than UNIX_PATH_MAX bytes
 *
 * Context: boot.
 * Return: a descriptor or a negative error.
 */
int os_link_open(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd, err;

	if (strlen(path) >= sizeof(addr.sun_path))
		return -ENAMETOOLONG;
	memcpy(addr.sun_path, path, strlen(path) + 1);

	/* not for the processes of user space, nor for a kernel that reboots */
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;

	CATCH_EINTR(err = connect(fd, (struct sockaddr *)&addr, sizeof(addr)));
	if (err) {
		err = -errno;
		close(fd);
		return err;
	}

	return fd;
}

/**
 * os_link_send() - send a whole message
 * @fd: the link
 * @msg: the message
 * @len: its length in bytes
 *
 * Context: any; waits for the peer if it is slow.
 * Return: 0 or a negative error.
 */
int os_link_send(int fd, const void *msg, size_t len)
{
	ssize_t n;

	for (; len; msg += n, len -= n) {
		CATCH_EINTR(n = send(fd, msg, len, MSG_NOSIGNAL));
		if (n < 0)
			return -errno;
	}

	return 0;
}

/* Takes the first @n_fds of what came, and closes the others. */
static void take_fds(struct cmsghdr *cmsg, int *fds, int n_fds)
{
	int fd, i, n = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(fd);

	for (i = 0; i < n; i++) {
		memcpy(&fd, CMSG_DATA(cmsg) + i * sizeof(fd), sizeof(fd));
		if (i < n_fds && fds[i] < 0)
			fds[i] = fd;
		else
			close(fd);
	}
}

static ssize_t recv_part(int fd, void *msg, size_t len, int *fds, int n_fds)
{
	/* room for as many descriptors as can be sent; too large for the stack */
	static char control[CMSG_SPACE(253 * sizeof(int))];
	struct iovec iov = { .iov_base = msg, .iov_len = len };
	struct msghdr hdr = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg;
	ssize_t n;

	CATCH_EINTR(n = recvmsg(fd, &hdr, MSG_CMSG_CLOEXEC));
	if (n < 0)
		return -errno;

	for (cmsg = CMSG_FIRSTHDR(&hdr); cmsg; cmsg = CMSG_NXTHDR(&hdr, cmsg))
		if (cmsg->cmsg_level == SOL_SOCKET &&
		    cmsg->cmsg_type == SCM_RIGHTS)
			take_fds(cmsg, fds, n_fds);

	return n;
}

/**
 * os_link_recv() - receive a whole message
 * @fd: the link
 * @msg: where to put it
 * @len: its length in bytes
 * @fds: descriptors that came with it, -1 for those that did not
 * @n_fds: how many are wanted; more are closed
 *
 * Context: any; waits for the peer.
 * Return: @len, or less if the link ended before, or a negative error.
 */
ssize_t os_link_recv(int fd, void *msg, size_t len, int *fds, int n_fds)
{
	size_t got = 0;
	ssize_t n;
	int i;

	for (i = 0; i < n_fds; i++)
		fds[i] = -1;

	while (got < len) {
		n = recv_part(fd, msg + got, len - got, fds, n_fds);
		if (n < 0)
			return n;
		if (n == 0)
			break;
		got += n;
	}

	return got;
}

/**
 * os_link_silent() - wait for a message, with a timeout
 * @fd: the link
 * @timeout_ms: how long to wait for it, ms of host time
 *
 * Context: boot.
 * Return: non-zero if none came in that time.
 */
int os_link_silent(int fd, int timeout_ms)
{
	struct pollfd polled = { .fd = fd, .events = POLLIN };

	return poll(&polled, 1, timeout_ms) == 0;
}

/**
 * os_link_close() - close a descriptor that came by the link, or the link
 * @fd: the descriptor, negative for none
 *
 * Context: any.
 */
void os_link_close(int fd)
{
	if (fd >= 0)
		close(fd);
}

/**
 * os_link_map() - map the memory that the controller shares
 * @fd: its descriptor
 * @len: where to put its length in bytes
 *
 * It is sealed so that it cannot shrink. Memory that cannot be sealed is refused, as
 * access to it could kill the kernel.
 *
 * Context: boot.
 * Return: where it is, or NULL.
 */
void *os_link_map(int fd, size_t *len)
{
	struct stat st;
	int seals;
	void *page;

	fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK);
	seals = fcntl(fd, F_GET_SEALS);
	if (seals < 0 || !(seals & F_SEAL_SHRINK))
		return NULL;
	if (fstat(fd, &st) || st.st_size <= 0 || st.st_size > LINK_PAGE_MAX)
		return NULL;

	page = mmap(NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED)
		return NULL;

	*len = st.st_size;
	return page;
}

/**
 * os_link_unmap() - the inverse of os_link_map()
 * @page: where it is
 * @len: its length in bytes
 *
 * Context: any.
 */
void os_link_unmap(void *page, size_t len)
{
	munmap(page, len);
}

/*
 * A name that no other guest of this user can have until this process is gone. Guests
 * that share a CPU while another is idle would stay there.
 */
static bool claim_cpu(int cpu)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd, len;

	/* abstract, so that nothing is left behind */
	len = snprintf(addr.sun_path + 1, sizeof(addr.sun_path) - 1,
		       "um-time-travel-cpu-%u-%d", geteuid(), cpu);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	if (!bind(fd, (struct sockaddr *)&addr,
		  offsetof(struct sockaddr_un, sun_path) + 1 + len))
		return true;

	close(fd);
	return false;
}

/* The one that this runs on, which the host has chosen by load, unless another guest has it */
static int choose_cpu(const cpu_set_t *allowed)
{
	int here = sched_getcpu();
	int cpu;

	if (here < 0 || here >= CPU_SETSIZE || claim_cpu(here))
		return here;

	for (cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (cpu != here && CPU_ISSET(cpu, allowed) && claim_cpu(cpu))
			return cpu;
	}

	return here;
}

/**
 * os_pin_cpu() - stay on one CPU of the host
 * @cpu: which; negative for one that no other guest of this user has chosen so, if there
 *	is one: that on which this runs, if possible
 *
 * So does all that is started later, such as the processes of user space. By system
 * calls, as the kernel has functions of the library's names.
 *
 * Context: boot.
 * Return: 0, or a negative error: -EINVAL if there is no such CPU, or it is not
 * allowed.
 */
int os_pin_cpu(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	if (syscall(__NR_sched_getaffinity, 0, sizeof(set), &set) < 0)
		return -errno;
	if (cpu < 0)
		cpu = choose_cpu(&set);
	if (cpu < 0)
		return -errno;
	if (cpu >= CPU_SETSIZE || !CPU_ISSET(cpu, &set))
		return -EINVAL;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (syscall(__NR_sched_setaffinity, 0, sizeof(set), &set) < 0)
		return -errno;
	return 0;
}
