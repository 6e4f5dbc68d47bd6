// SPDX-License-Identifier: GPL-2.0
/* How external mode begins: the socket, the first message, the page. */
#include <linux/array_size.h>
#include <linux/errno.h>
#include <kern.h>
#include <os.h>
#include <timetravel_host.h>
#include "ext.h"

struct tt_ext_options tt_ext_options = {
	.id = ~0ULL,
};

static const char *why_not(int err)
{
	switch (err) {
	case -ENOENT:
		return "there is no such socket; start the controller first";
	case -ECONNREFUSED:
		return "no controller listens on this socket; start it first";
	case -EACCES:
	case -EPERM:
		return "this socket belongs to somebody else";
	case -ENOTSOCK:
	case -EPROTOTYPE:
		return "this is not a stream socket";
	default:
		return "cannot connect to this socket";
	}
}

/**
 * tt_ext_connect() - connect to the controller, and wait for the first turn
 * @link: the link
 * @ops: its operations
 *
 * An error ends the process: nothing has begun yet.
 *
 * Context: boot.
 */
void tt_ext_connect(struct tt_link *link, const struct tt_link_ops *ops)
{
	const char *path = tt_ext_options.socket;
	int fd = os_link_open(path);

	if (fd < 0) {
		os_warn("time-travel=ext:%s: %s (error %d)\n", path, why_not(fd), -fd);
		exit(1);
	}

	tt_link_start(link, ops, fd, tt_ext_options.id);
}

/**
 * tt_ext_bound() - check a time that the controller gives at the beginning
 * @what: its name, for the user
 * @ns: the time, ns
 * @max: the largest that is possible, ns
 *
 * Ends the process if @ns is larger: nothing has begun yet.
 *
 * Context: boot.
 * Return: @ns.
 */
u64 tt_ext_bound(const char *what, u64 ns, u64 max)
{
	if (ns > max) {
		os_warn("time-travel=ext:%s: the controller's %s is %llu ns, want %llu at most\n",
			tt_ext_options.socket, what, ns, max);
		exit(1);
	}

	return ns;
}

/**
 * tt_ext_await_turn() - the first message was sent; its answer is the first turn
 * @link: the link
 *
 * Context: boot.
 */
void tt_ext_await_turn(struct tt_link *link)
{
	if (os_link_silent(link->fd, TT_JOIN_PATIENCE))
		os_info("time-travel: waiting for the first turn from the controller\n");
}

static void join_page(struct tt_link *link, u16 slot)
{
	const char *why = "it can shrink, or is too long";
	size_t len;
	void *page = os_link_map(link->fds[UM_TIMETRAVEL_SHARED_MEMFD], &len);

	if (page && tt_shm_init(&link->shm, page, len, slot, &why))
		return;
	if (page)
		os_link_unmap(page, len);
	/* Another version is how a controller says that it offers none. */
	if (why)
		os_info("time-travel: the controller's shared page is not used: %s\n",
			why);
}

/**
 * tt_ext_join() - the first message was answered
 * @link: the link, with the descriptors that came
 * @slot: of this kernel in the shared page
 *
 * Context: boot.
 */
void tt_ext_join(struct tt_link *link, u16 slot)
{
	int i;

	if (link->fds[UM_TIMETRAVEL_SHARED_MEMFD] >= 0)
		join_page(link, slot);

	for (i = 0; i < ARRAY_SIZE(link->fds); i++) {
		os_link_close(link->fds[i]);
		link->fds[i] = -1;
	}
}
