// SPDX-License-Identifier: GPL-2.0
/*
 * External mode: as infinite CPU, but a controller that other kernels share
 * grants each step of time.
 *
 * Up to free_until, this kernel advances time without asking. Others see that when it
 * waits, or before it does something that they can see.
 */
#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/irqflags.h>
#include <linux/un.h>
#include <irq_user.h>
#include <kern.h>
#include <os.h>
#include <timetravel_host.h>
#include "charge.h"
#include "ext.h"
#include "hold.h"
#include "modes.h"
#include "user_clock.h"

struct tt_ext time_travel_ext;

static struct tt_ext *core_ext(const struct tt_core *core)
{
	return container_of(core->mode_data, struct tt_ext, charge);
}

static struct tt_ext *link_ext(struct tt_link *link)
{
	return container_of(link, struct tt_ext, link);
}

/* Ignores the guard's timer on the host, which is not part of the simulation. */
static bool ext_woken(struct tt_link *link)
{
	return os_sigio_pending();
}

/* A broadcast does not make a waiting kernel run. */
static void ext_pass_broadcast(struct tt_ext *ext)
{
	if (!ext->payload_new || !ext->received)
		return;

	ext->payload_new = false;
	ext->received(ext->payload);
}

static void ext_heard(struct tt_link *link, u64 payload)
{
	struct tt_ext *ext = link_ext(link);

	ext->payload = payload;
	ext->payload_new = true;
	if (link->runs)
		ext_pass_broadcast(ext);
}

/**
 * tt_ext_on_broadcast() - register the receiver of broadcasts
 * @received: called with interrupts off while this kernel runs
 *
 * Context: boot.
 */
void tt_ext_on_broadcast(void (*received)(u64 payload))
{
	time_travel_ext.received = received;
}

static void ext_grant(struct tt_core *core, u64 until,
		      bool (*woken)(struct tt_link *link))
{
	struct tt_ext *ext = core_ext(core);
	u64 now = tt_link_wait(&ext->link, core->now, until, woken);

	if (now < TT_NEVER)
		tt_core_move(core, now);
	ext_pass_broadcast(ext);
}

/* No need to ask for time that the controller has granted. */
static void ext_go(struct tt_core *core, u64 to,
		   bool (*woken)(struct tt_link *link))
{
	if (to < tt_link_free_until(&core_ext(core)->link))
		tt_core_move(core, to);
	else
		ext_grant(core, to, woken);
}

static u64 ext_bound(struct tt_core *core)
{
	return tt_link_free_until(&core_ext(core)->link);
}

static void ext_step(struct tt_core *core, u64 to)
{
	ext_go(core, to, NULL);
}

static void ext_idle(struct tt_core *core, u64 expiry)
{
	if (!os_irq_pending())
		ext_go(core, expiry, ext_woken);
}

/* How long this takes does not matter to the simulation. */
static void ext_wait(struct tt_core *core)
{
	struct tt_link *link = &core_ext(core)->link;

	if (os_irq_pending() || tt_hold_finish())
		return;

	if (!os_wait_readable(&link->fd, 1, TT_HOLD_PATIENCE))
		tt_link_take(link);
	tt_hold_complain();
}

static void ext_program(struct tt_core *core, u64 expiry)
{
	tt_link_request(&core_ext(core)->link, expiry);
}

static u64 ext_irq_time(struct tt_core *core)
{
	struct tt_link *link = &core_ext(core)->link;

	return link->runs ? core->now : tt_link_time(link);
}

/**
 * tt_ext_publish() - publish the time, before others see anything else
 * @core: the core, in external mode
 *
 * Context: any.
 */
void tt_ext_publish(struct tt_core *core)
{
	unsigned long flags;

	local_irq_save(flags);
	tt_link_publish(&core_ext(core)->link, core->now);
	local_irq_restore(flags);
}

/**
 * tt_ext_broadcast() - send a broadcast to all other clients
 * @core: the core, in external mode or in what became of it
 * @payload: its content
 *
 * Context: any.
 * Return: 0, or -ENOTCONN if there is no controller.
 */
int tt_ext_broadcast(struct tt_core *core, u64 payload)
{
	struct tt_link *link = &core_ext(core)->link;
	unsigned long flags;

	tt_ext_publish(core);
	local_irq_save(flags);
	tt_link_ask(link, UM_TIMETRAVEL_BROADCAST, payload);
	local_irq_restore(flags);

	return link->up ? 0 : -ENOTCONN;
}

static int ext_send(struct tt_link *link, const struct um_timetravel_msg *msg)
{
	int err = os_link_send(link->fd, msg, sizeof(*msg));

	if (!err && msg->op == UM_TIMETRAVEL_START)
		tt_ext_await_turn(link);
	return err;
}

static ssize_t ext_recv(struct tt_link *link, struct um_timetravel_msg *msg)
{
	int fds[UM_TIMETRAVEL_SHARED_MAX_FDS];
	ssize_t n;
	int i;

	n = os_link_recv(link->fd, msg, sizeof(*msg), fds, ARRAY_SIZE(fds));
	for (i = 0; i < ARRAY_SIZE(fds); i++) {
		os_link_close(link->fds[i]);
		link->fds[i] = fds[i];
	}

	return n;
}

static int ext_listen(struct tt_link *link)
{
	if (os_take_sigio()) {
		sigio_run_timetravel_handlers();
		return -EINTR;
	}

	return os_wait_readable(&link->fd, 1, 0) ? -EINTR : 0;
}

/* Before time has begun, the mode is not external yet, and there is nothing to lose. */
static void ext_lost(struct tt_link *link)
{
	os_link_close(link->fd);

	if (time_travel_mode != TT_MODE_EXTERNAL) {
		os_warn("time-travel=ext:%s: %s\n", tt_ext_options.socket,
			link->why);
		exit(1);
	}

	link_ext(link)->core->mode = &tt_infcpu;
	time_travel_mode = TT_MODE_INFCPU;
	tt_lost(tt_ext_options.lost, link->why);
}

const struct tt_link_ops tt_ext_link_ops = {
	.send = ext_send,
	.recv = ext_recv,
	.wait = ext_listen,
	.join = tt_ext_join,
	.lost = ext_lost,
	.heard = ext_heard,
};

static void ext_start(struct tt_core *core)
{
	struct tt_ext *ext = &time_travel_ext;
	const struct tt_charge *charge = core->mode_data;

	ext->charge = *charge;
	ext->core = core;
	core->mode_data = &ext->charge;

	tt_ext_connect(&ext->link, &tt_ext_link_ops);
	/* A controller that does not know this answers it and does nothing. */
	tt_link_ask(&ext->link, UM_TIMETRAVEL_LEAVE, UM_TIMETRAVEL_LEAVE_ANNOUNCED);
	core->now = tt_ext_bound("time", tt_link_time(&ext->link), TT_NEVER - 1);
	ext->link.now = core->now;
}

static u64 ext_wall(struct tt_core *core)
{
	u64 tod = tt_link_ask(&core_ext(core)->link, UM_TIMETRAVEL_GET_TOD, 0);

	tod = tt_ext_bound("wall clock", tod, TT_WALL_MAX);
	return tod > core->now ? tod - core->now : 0;
}

const struct tt_mode tt_ext = {
	.name = "ext",
	.id = TT_MODE_EXTERNAL,
	.stands_still = true,
	.clocksource = "time-travel-clock-external",
	.clockevent = "time-travel-timer-external",
	.start = ext_start,
	.wall = ext_wall,
	.refresh = tt_user_clock_refresh,
	.read = tt_charge_read,
	.delay = tt_core_advance,
	.step = ext_step,
	.idle = ext_idle,
	.wait = ext_wait,
	.program = ext_program,
	.bound = ext_bound,
	.irq_time = ext_irq_time,
};

/**
 * time_travel_propagate_time() - the kernel is about to access something outside
 *
 * Such as a device that another process simulates. Others see the time of this kernel
 * when this returns.
 *
 * Context: any.
 */
void time_travel_propagate_time(void)
{
	if (time_travel_mode == TT_MODE_EXTERNAL)
		tt_ext_publish(&time_travel_core);
}
EXPORT_SYMBOL_GPL(time_travel_propagate_time);

/**
 * time_travel_wait_readable() - wait for the answer of a device
 * @fd: where it comes
 *
 * Time stands still. Messages from the controller are handled meanwhile, as it may have
 * to let the device run. Does nothing in other modes.
 *
 * Context: any.
 */
void time_travel_wait_readable(int fd)
{
	struct tt_link *link = &time_travel_ext.link;
	/* the controller first: the device may have caused its message */
	int fds[] = { link->fd, fd };
	unsigned long flags;
	int ret;

	if (time_travel_mode != TT_MODE_EXTERNAL)
		return;

	local_irq_save(flags);
	do {
		if (os_take_sigio())
			sigio_run_timetravel_handlers();
		if (!link->up)
			fds[0] = -1;
		ret = os_wait_readable(fds, 2, 0);
		if (ret == 0)
			tt_link_take(link);
	} while (ret != 1);
	local_irq_restore(flags);
}
EXPORT_SYMBOL_GPL(time_travel_wait_readable);
