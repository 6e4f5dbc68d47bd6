// SPDX-License-Identifier: GPL-2.0
#include <linux/atomic.h>
#include <linux/stddef.h>
#include "ext_shm.h"

/* Convert the time of the page to that of this kernel, 0 if it is before its start. */
static __u64 shm_local(const struct tt_shm *shm, __u64 time)
{
	return time > shm->offset ? time - shm->offset : 0;
}

static union um_timetravel_schedshm_client *shm_self(const struct tt_shm *shm)
{
	return &shm->page->clients[shm->slot];
}

/**
 * tt_shm_init() - check a page and join it
 * @shm: filled in if the page is good
 * @page: the page
 * @len: its length in bytes, which is fixed
 * @slot: which client is this kernel
 * @why: where to put what is wrong with it; NULL if that is its version, which
 *	is how a controller says that there is none
 *
 * Context: any.
 * Return: true if the page is good.
 */
bool tt_shm_init(struct tt_shm *shm, void *page, size_t len, __u16 slot,
		 const char **why)
{
	struct um_timetravel_schedshm *p = page;
	__u64 now;
	__u32 said;

	if (len < sizeof(*p)) {
		*why = "it is shorter than its header";
		return false;
	}
	if (READ_ONCE(p->version) != UM_TIMETRAVEL_SCHEDSHM_VERSION) {
		*why = NULL;
		return false;
	}
	said = READ_ONCE(p->len);
	if (said < sizeof(*p) || said > len) {
		*why = "it does not have the length that it says";
		return false;
	}
	if (slot >= (said - sizeof(*p)) / sizeof(p->clients[0])) {
		*why = "it has no slot of the number that came with it";
		return false;
	}
	now = READ_ONCE(p->current_time);
	if (now >= TT_WIRE_NEVER) {
		*why = "its time is past the end of time";
		return false;
	}

	*shm = (struct tt_shm){
		.page = p,
		.len = len,
		.slots = (said - sizeof(*p)) / sizeof(p->clients[0]),
		.slot = slot,
		.offset = now,
	};
	WRITE_ONCE(shm_self(shm)->capa, UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE |
					UM_TIMETRAVEL_SCHEDSHM_CAP_COUNT);
	return true;
}

/**
 * tt_shm_now() - the time of the client that runs
 * @shm: the page
 *
 * Context: any.
 * Return: ns, in our time.
 */
__u64 tt_shm_now(const struct tt_shm *shm)
{
	return shm_local(shm, READ_ONCE(shm->page->current_time));
}

/**
 * tt_shm_free_until() - the time up to which this kernel need not ask
 * @shm: the page
 *
 * Context: any, while this kernel runs.
 * Return: ns, in our time.
 */
__u64 tt_shm_free_until(const struct tt_shm *shm)
{
	return shm_local(shm, READ_ONCE(shm->page->free_until));
}

/* The running client must have CAP_TIME_SHARE. */
static bool looks(const struct tt_shm *shm, __u16 runner)
{
	__u32 capa;

	if (runner >= shm->slots)
		return false;

	capa = READ_ONCE(shm->page->clients[runner].capa);
	return capa & UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE;
}

/* Another client may lower it at the same time: the earliest must stay. */
static void lower_bound(const struct tt_shm *shm, __u64 at)
{
	__u64 old = READ_ONCE(shm->page->free_until);

	while (at < old && !try_cmpxchg64(&shm->page->free_until, &old, at))
		;
}

/**
 * tt_shm_request() - request a time
 * @shm: the page
 * @time: when, ns, in our time
 * @waits: this kernel waits: the running client must not pass the request
 *
 * Context: any.
 * Return: false if it has to be requested by message.
 */
bool tt_shm_request(const struct tt_shm *shm, __u64 time, bool waits)
{
	__u16 runner = READ_ONCE(shm->page->running_id);
	__u64 at = tt_wire_time(time, shm->offset);

	if (!looks(shm, runner))
		return false;

	WRITE_ONCE(shm_self(shm)->req_time, at);
	WRITE_ONCE(shm_self(shm)->flags, UM_TIMETRAVEL_SCHEDSHM_FLAGS_REQ_RUN);
	if (!waits)
		return true;

	lower_bound(shm, at);
	/* a full barrier: the controller looks again after it has let somebody run */
	atomic_inc_return((atomic_t *)&shm->page->requests);

	/* Who was let run meanwhile may have got its bound without this request. */
	return READ_ONCE(shm->page->running_id) == runner;
}

/**
 * tt_shm_granted() - this kernel runs: clear its request
 * @shm: the page
 *
 * Context: any.
 */
void tt_shm_granted(const struct tt_shm *shm)
{
	WRITE_ONCE(shm_self(shm)->flags, 0);
}

/**
 * tt_shm_publish() - let others see the time
 * @shm: the page
 * @now: ns, in our time
 *
 * Context: any.
 * Return: false if somebody else runs, and nothing was changed.
 */
bool tt_shm_publish(const struct tt_shm *shm, __u64 now)
{
	if (READ_ONCE(shm->page->running_id) != shm->slot)
		return false;

	WRITE_ONCE(shm->page->current_time, tt_wire_time(now, shm->offset));
	return true;
}
