// SPDX-License-Identifier: GPL-2.0
/*
 * The link to the controller of simulated time.
 *
 * - One message of ours is outstanding at a time: tt_link_ask() sends it and handles
 *   everything that comes until its answer has.
 * - RUN is recorded in the link, so that it is not lost if it comes while the answer
 *   to something else is awaited.
 * - While this kernel waits, an interrupt may request an earlier time. Until RUN, a
 *   request is never replaced by a later one.
 * - On an error the link is closed and says so once. Then nothing here has an effect,
 *   and time is this kernel's own.
 */
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include "ext_wire.h"
#include "link.h"

static void link_lose(struct tt_link *link, const char *why,
		      const struct um_timetravel_msg *msg)
{
	if (msg)
		snprintf(link->why, sizeof(link->why), "%s: %*ph", why,
			 (int)sizeof(*msg), msg);
	else
		strscpy(link->why, why, sizeof(link->why));

	link->up = false;
	link->runs = true;
	link->ops->lost(link);
}

static void link_send(struct tt_link *link, u32 op, u32 seq, u64 time)
{
	struct um_timetravel_msg msg = {
		.op = op,
		.seq = seq,
		.time = time,
	};

	if (link->ops->send(link, &msg))
		link_lose(link, "the controller has closed the link", NULL);
}

static void link_run(struct tt_link *link, u64 time)
{
	link->now = time;
	link->published = time;
	link->runs = true;
	if (link->shm.page)
		tt_shm_granted(&link->shm);
}

static void link_handle(struct tt_link *link,
			const struct um_timetravel_msg *msg, u64 time)
{
	switch (msg->op) {
	case UM_TIMETRAVEL_ACK:
		link->acked = true;
		link->answer = time;
		return;
	case UM_TIMETRAVEL_RUN:
		link_run(link, time);
		if (link->shm.page)
			return;
		break;
	case UM_TIMETRAVEL_FREE_UNTIL:
		link->free_until = time;
		break;
	case UM_TIMETRAVEL_BROADCAST:
		link->ops->heard(link, time);
		break;
	}

	link_send(link, UM_TIMETRAVEL_ACK, msg->seq, 0);
}

/**
 * tt_link_take() - receive one message and handle it
 * @link: the link
 *
 * Waits for one if none has come.
 *
 * Context: interrupts off.
 */
void tt_link_take(struct tt_link *link)
{
	struct tt_wire_state state = {
		.acks = !link->acked,
		.seq = link->seq,
		.waits = !link->runs,
		.now = link->now,
		.until = link->until,
		.zero = link->zero,
	};
	struct um_timetravel_msg msg;
	const char *why;
	ssize_t n;
	u64 time;

	n = link->ops->recv(link, &msg);
	if (n == 0)
		link_lose(link, "the controller has closed the link", NULL);
	else if (n < 0)
		link_lose(link, "the link to the controller cannot be read", NULL);
	else if (n < sizeof(msg))
		link_lose(link, "the link ended in the middle of a message", NULL);
	else if (!tt_wire_check(&msg, &state, &time, &why))
		link_lose(link, why, &msg);
	else
		link_handle(link, &msg, time);
}

/**
 * tt_link_ask() - send a message and wait for its answer
 * @link: the link
 * @op: what to say
 * @time: what goes with it
 *
 * Context: interrupts off.
 * Return: the time in the answer; 0 if the link is lost.
 */
u64 tt_link_ask(struct tt_link *link, u32 op, u64 time)
{
	if (!link->up)
		return 0;

	link->acked = false;
	link_send(link, op, ++link->seq, time);
	while (link->up && !link->acked)
		tt_link_take(link);
	link->acked = true;

	return link->up ? link->answer : 0;
}

/*
 * With the page, controllers do not agree on whether times in messages are those of
 * the page, or count from when the client joined. GET shows which; the two differ
 * only for clients that joined late.
 */
static void link_learn_zero(struct tt_link *link)
{
	u64 now;

	if (!link->shm.page || !link->shm.offset)
		return;

	now = tt_link_ask(link, UM_TIMETRAVEL_GET, 0);
	if (now <= link->shm.offset)
		link->zero = now;
	else
		link_lose(link, "the answer to GET is later than the shared page says",
			  NULL);
}

/**
 * tt_link_start() - join the simulation
 * @link: the link
 * @ops: the other side
 * @fd: for @ops
 * @id: what the user calls this kernel, all ones for nothing
 *
 * Returns when this kernel may run. Its time is zero then.
 *
 * Context: boot, interrupts off.
 */
void tt_link_start(struct tt_link *link, const struct tt_link_ops *ops, int fd,
		   u64 id)
{
	u64 slot;

	*link = (struct tt_link){
		.ops = ops,
		.fd = fd,
		.fds = { -1, -1 },
		.up = true,
		.runs = true,
		.acked = true,
	};

	slot = tt_link_ask(link, UM_TIMETRAVEL_START, id);
	if (!link->up)
		return;

	ops->join(link, slot & UM_TIMETRAVEL_START_ACK_ID);
	link_learn_zero(link);
}

/**
 * tt_link_free_until() - the time up to which this kernel need not ask
 * @link: the link
 *
 * Context: interrupts off, while this kernel runs.
 * Return: ns, %TT_WIRE_NEVER if the link is lost.
 */
u64 tt_link_free_until(const struct tt_link *link)
{
	if (!link->up)
		return TT_WIRE_NEVER;

	return link->shm.page ? tt_shm_free_until(&link->shm) : link->free_until;
}

/**
 * tt_link_time() - the time of the client that runs
 * @link: the link
 *
 * Context: interrupts off, while this kernel waits.
 * Return: ns; 0 if the link is lost.
 */
u64 tt_link_time(struct tt_link *link)
{
	if (!link->up)
		return 0;

	return link->shm.page ? tt_shm_now(&link->shm) :
				tt_link_ask(link, UM_TIMETRAVEL_GET, 0);
}

static void link_request(struct tt_link *link, u64 time)
{
	link->request = time;
	if (!link->shm.page || !tt_shm_request(&link->shm, time, !link->runs))
		tt_link_ask(link, UM_TIMETRAVEL_REQUEST,
			    tt_wire_time(time, link->zero));
}

/**
 * tt_link_request() - request an earlier time
 * @link: the link
 * @time: when, ns
 *
 * No effect while this kernel runs.
 *
 * Context: interrupts off.
 */
void tt_link_request(struct tt_link *link, u64 time)
{
	time = max(time, link->now);
	if (link->up && !link->runs && time < link->request)
		link_request(link, time);
}

static void link_give_away(struct tt_link *link, u64 now, u64 until)
{
	link->now = now;
	link->until = until;
	link_request(link, until);
	if (!link->up)
		return;

	link->free_until = 0;
	link->runs = false;
	if (link->shm.page)
		link_send(link, UM_TIMETRAVEL_WAIT, ++link->seq, 0);
	else
		tt_link_ask(link, UM_TIMETRAVEL_WAIT, 0);
}

/**
 * tt_link_wait() - let others run until a time
 * @link: the link
 * @now: the time, ns
 * @until: when to run again, ns, %TT_WIRE_NEVER for no time
 * @woken: called after an interrupt of the host; true to run again at once. Optional
 *
 * Context: interrupts off, while this kernel runs. Interrupts that have a
 * timetravel handler are handled by it meanwhile.
 * Return: the time, ns: @until, or before it if something has to run earlier. @until if
 * the link is lost.
 */
u64 tt_link_wait(struct tt_link *link, u64 now, u64 until,
		 bool (*woken)(struct tt_link *link))
{
	if (link->up)
		link_give_away(link, now, until);

	while (!link->runs) {
		if (!link->ops->wait(link))
			tt_link_take(link);
		else if (woken && woken(link))
			tt_link_request(link, tt_link_time(link));
	}

	return link->up ? link->now : until;
}

/**
 * tt_link_publish() - publish the time, before others see anything else
 * @link: the link
 * @now: the time, ns
 *
 * Context: interrupts off, while this kernel runs.
 */
void tt_link_publish(struct tt_link *link, u64 now)
{
	if (!link->up)
		return;

	if (!link->shm.page) {
		if (link->published != now)
			tt_link_ask(link, UM_TIMETRAVEL_UPDATE, now);
		link->published = now;
	} else if (!tt_shm_publish(&link->shm, now)) {
		link_lose(link, "the shared page says that somebody else runs",
			  NULL);
	}
}
