// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer: whatever the controller says and other clients write to the page, the
 * kernel's end of the link keeps its word. It is the kernel's own source, built for user
 * space.
 *
 * The input begins with the page and is then a row of actions: of the kernel while it
 * runs, of the controller while the kernel waits for it. After it, the link ends.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "link.h"

#define MAX_SLOTS	4

static struct input {
	const uint8_t *at, *end;
} input;

static struct tt_link link;
static u64 now;
static unsigned int lost;
static u32 asked;	/* seq of the last message that wants an answer */
static void *page;
static size_t page_len;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
	if (!condition)
		abort();
}

static u64 take(size_t bytes)
{
	u64 value = 0;

	if ((size_t)(input.end - input.at) < bytes)
		bytes = input.end - input.at;
	memcpy(&value, input.at, bytes);
	input.at += bytes;
	return value;
}

/* Times near now, near the end of time, and any */
static u64 take_time(void)
{
	switch (take(1) % 4) {
	case 0:
		return take(1);
	case 1:
		return now + link.shm.offset + take(2) - 32;
	case 2:
		return TT_WIRE_NEVER - take(1) + 8;
	default:
		return take(8);
	}
}

/* --- others write to the page, at any time --- */

static void write_page(void)
{
	static const unsigned int fields[] = { 0, 4, 8, 16, 24, 26, 28 };
	unsigned int what = take(1), at = fields[what % 7];
	u64 value = take_time();

	if (what >= 128)
		at = sizeof(struct um_timetravel_schedshm) +
			128 * (what % MAX_SLOTS) + 4 * (what / 8 % 4);
	if (page && at + sizeof(value) <= page_len)
		memcpy((char *)page + at, &value, 2 << what / 16 % 3);
}

void read_once(void)
{
	if (input.at < input.end && *input.at % 8 == 0)
		write_page();
}

/* --- the controller --- */

static int fuzz_send(struct tt_link *of, const struct um_timetravel_msg *msg)
{
	must(of->up && !lost);
	must(msg->op <= UM_TIMETRAVEL_LEAVE);
	switch (msg->op) {
	case UM_TIMETRAVEL_ACK:
		return -(int)(take(1) == 255);
	case UM_TIMETRAVEL_REQUEST:
		must(msg->time <= TT_WIRE_NEVER && msg->time >= of->now);
		break;
	case UM_TIMETRAVEL_UPDATE:
		must(of->runs && !of->shm.page && msg->time == now);
		break;
	}
	asked = msg->seq;
	return -(int)(take(1) == 255);
}

static ssize_t fuzz_recv(struct tt_link *of, struct um_timetravel_msg *msg)
{
	unsigned int what = take(1);

	must(of->up && !lost);
	if (input.at == input.end)
		return 0;

	*msg = (struct um_timetravel_msg){
		.op = what % 4 ? what / 4 % 16 : UM_TIMETRAVEL_ACK,
		.seq = what < 240 ? asked : take(4),
		.time = take_time(),
	};
	if (what == 254)
		msg->op = take(4);
	return what == 255 ? (ssize_t)take(1) % 17 - 1 : (ssize_t)sizeof(*msg);
}

/* An interrupt asks to run at the time of whoever runs, or wakes the kernel */
static int fuzz_wait(struct tt_link *of)
{
	unsigned int what = take(1);

	must(of->up && !of->runs);
	if (input.at == input.end || what % 4)
		return 0;
	if (what % 8)
		tt_link_request(of, tt_link_time(of));
	return -EINTR;
}

static void fuzz_join(struct tt_link *of, u16 slot)
{
	const char *why;

	if (!page || !tt_shm_init(&of->shm, page, page_len, slot, &why))
		return;
	must(of->shm.slot < of->shm.slots);
	must(sizeof(*of->shm.page) + 128 * of->shm.slots <= page_len);
}

static void fuzz_lost(struct tt_link *of)
{
	must(++lost == 1 && !of->up);
	must(memchr(of->why, 0, sizeof(of->why)) && of->why[0]);
}

static void fuzz_heard(struct tt_link *of, u64 payload)
{
	must(of->up);
	(void)payload;
}

static const struct tt_link_ops ops = {
	.send = fuzz_send,
	.recv = fuzz_recv,
	.wait = fuzz_wait,
	.join = fuzz_join,
	.lost = fuzz_lost,
	.heard = fuzz_heard,
};

/* --- the kernel --- */

static bool woken(struct tt_link *of)
{
	must(of == &link);
	return take(1) % 2;
}

static u64 expiry(void)
{
	u64 time = take_time();

	if (time < now)
		time = now;
	return time < TT_WIRE_NEVER ? time : TT_WIRE_NEVER;
}

static void wait_until(u64 until)
{
	u64 granted;

	granted = tt_link_wait(&link, now, until, take(1) % 2 ? woken : NULL);
	must(granted >= now && granted <= until);
	must(link.runs);
	if (granted < TT_WIRE_NEVER)
		now = granted;
}

static void act(void)
{
	u64 time = expiry();

	switch (take(1) % 5) {
	case 0:
		wait_until(time);
		break;
	case 1:		/* what needs not be asked */
		if (time < tt_link_free_until(&link))
			now = time;
		break;
	case 2:
		tt_link_publish(&link, now);
		break;
	case 3:
		tt_link_request(&link, time);
		break;
	case 4:
		tt_link_ask(&link, UM_TIMETRAVEL_BROADCAST, time);
		break;
	}
}

static void make_page(void)
{
	unsigned int what = take(1), slots = what % (MAX_SLOTS + 1);
	struct um_timetravel_schedshm *shm;

	page = NULL;
	if (what >= 192)
		return;
	page_len = what < 128 ? sizeof(*shm) + 128 * slots : take(2);
	page = calloc(1, page_len + 1);
	must(page);
	if (page_len < sizeof(*shm))
		return;
	shm = page;
	shm->version = UM_TIMETRAVEL_SCHEDSHM_VERSION;
	shm->len = what < 128 ? page_len : take(2);
	shm->current_time = take_time();
	shm->free_until = take_time();
	shm->running_id = take(1) % (slots + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	input = (struct input){ data, data + size };
	lost = 0;
	now = 0;
	memset(&link, 0, sizeof(link));

	make_page();
	tt_link_start(&link, &ops, -1, take(8));
	while (input.at < input.end)
		act();
	must(link.up == !lost);
	free(page);
	return 0;
}
