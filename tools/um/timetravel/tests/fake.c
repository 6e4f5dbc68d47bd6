// SPDX-License-Identifier: GPL-2.0
/* A client for tests. All functions return 0 or a negative error number. */
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fake.h"

static int say(struct fake *fake, __u32 op, __u64 time)
{
	struct um_timetravel_msg msg = wire_msg(op, ++fake->seq, time);

	fake->messages++;
	return wire_send(fake->fd, &msg, NULL, 0);
}

static int hear(struct fake *fake, struct um_timetravel_msg *msg)
{
	fake->messages++;
	return wire_recv(fake->fd, msg, NULL, NULL);
}

static int acknowledge(struct fake *fake, const struct um_timetravel_msg *msg)
{
	struct um_timetravel_msg ack = wire_ack(msg, 0);

	fake->messages++;
	return wire_send(fake->fd, &ack, NULL, 0);
}

/* What comes while something else is waited for */
static int take(struct fake *fake, const struct um_timetravel_msg *msg)
{
	if (msg->op == UM_TIMETRAVEL_FREE_UNTIL)
		fake->free_until = msg->time;
	else if (msg->op == UM_TIMETRAVEL_BROADCAST)
		fake->broadcast = msg->time;
	else
		return -EPROTO;
	return acknowledge(fake, msg);
}

/* Sends START */
int fake_connect(struct fake *fake, const char *path, __u64 id)
{
	char why[WIRE_TEXT];

	*fake = (struct fake){ 0 };
	fake->fd = wire_connect(path, why);
	if (fake->fd < 0) {
		fprintf(stderr, "%s\n", why);
		return fake->fd;
	}
	return say(fake, UM_TIMETRAVEL_START, id);
}

static int map_page(struct fake *fake, int fd)
{
	struct um_timetravel_schedshm *page;
	size_t len;

	page = mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED)
		return -errno;
	len = page->len;
	if (page->version != UM_TIMETRAVEL_SCHEDSHM_VERSION) {
		munmap(page, sizeof(*page));
		return 0;
	}
	page = mremap(page, sizeof(*page), len, MREMAP_MAYMOVE);
	if (page == MAP_FAILED)
		return -errno;
	fake->page = page;
	fake->offset = page->current_time;
	page->clients[fake->slot].capa |= UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE;
	return 0;
}

/* Waits for START's answer: from then on it runs */
int fake_join(struct fake *fake, bool use_page)
{
	int fds[UM_TIMETRAVEL_MAX_FDS], err;
	struct um_timetravel_msg msg;
	unsigned int nfds, i;

	fake->messages++;
	err = wire_recv(fake->fd, &msg, fds, &nfds);
	if (err)
		return err;
	if (msg.op != UM_TIMETRAVEL_ACK || msg.seq != fake->seq)
		return -EPROTO;
	fake->slot = msg.time & UM_TIMETRAVEL_START_ACK_ID;
	if (use_page && nfds)
		err = map_page(fake, fds[0]);
	for (i = 0; i < nfds; i++)
		close(fds[i]);
	return err;
}

/* Sends a message and waits for its answer */
int fake_ask(struct fake *fake, __u32 op, __u64 *time)
{
	struct um_timetravel_msg msg;
	int err = say(fake, op, *time);

	while (!err) {
		err = hear(fake, &msg);
		if (err)
			break;
		if (msg.op == UM_TIMETRAVEL_ACK) {
			*time = msg.time;
			return msg.seq == fake->seq ? 0 : -EPROTO;
		}
		err = take(fake, &msg);
	}
	return err;
}

static bool page_may_be_used(const struct fake *fake)
{
	const struct um_timetravel_schedshm *page = fake->page;

	return page && page->clients[page->running_id].capa &
		UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE;
}

int fake_request(struct fake *fake, __u64 time)
{
	__u64 at = time + fake->offset;

	if (!page_may_be_used(fake))
		return fake_ask(fake, UM_TIMETRAVEL_REQUEST, fake->page ? &at : &time);
	__atomic_store_n(&fake->page->clients[fake->slot].req_time, at, __ATOMIC_RELEASE);
	__atomic_fetch_or(&fake->page->clients[fake->slot].flags,
			  UM_TIMETRAVEL_SCHEDSHM_FLAGS_REQ_RUN, __ATOMIC_RELEASE);
	if (at < fake->page->free_until)
		fake->page->free_until = at;
	return 0;
}

int fake_give_away(struct fake *fake)
{
	__u64 none = 0;

	fake->free_until = 0;
	return fake->page ? say(fake, UM_TIMETRAVEL_WAIT, 0) :
		fake_ask(fake, UM_TIMETRAVEL_WAIT, &none);
}

/* Waits for RUN */
int fake_wait(struct fake *fake)
{
	struct um_timetravel_msg msg;
	int err;

	for (;;) {
		err = hear(fake, &msg);
		if (err)
			return err;
		if (msg.op == UM_TIMETRAVEL_RUN)
			break;
		err = take(fake, &msg);
		if (err)
			return err;
	}
	if (!fake->page) {
		fake->now = msg.time;
		return acknowledge(fake, &msg);
	}
	fake->now = msg.time - fake->offset;
	return 0;
}

/* Goes on at a time: by itself, if it may */
int fake_go_to(struct fake *fake, __u64 time)
{
	__u64 bound = fake->page ? fake->page->free_until - fake->offset : fake->free_until;
	int err;

	if (time < bound) {
		fake->now = time;
		return 0;
	}
	err = fake_request(fake, time);
	if (!err)
		err = fake_give_away(fake);
	return err ? err : fake_wait(fake);
}

void fake_close(struct fake *fake)
{
	if (fake->page)
		munmap(fake->page, fake->page->len);
	close(fake->fd);
}
