// SPDX-License-Identifier: GPL-2.0
/* net_ring.c and net_mem.c: what a guest may do, and what it may not. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net_guest.h"
#include "tap.h"

static struct net_guest guest;
static struct net_mem mem;
static struct net_ring ring;
static struct net_ring_chain chain;

/* All as it should be */
static int set_up(void)
{
	const struct net_ring_addr addr = net_guest_addr(0);
	struct net_mem_region region;

	if (guest.mem)
		net_guest_free(&guest);
	net_mem_clear(&mem);
	if (net_guest_init(&guest))
		return -1;
	region = net_guest_region(&guest);
	if (net_mem_add(&mem, &region))
		return -1;
	net_ring_init(&ring, &mem);
	if (net_ring_set_num(&ring, NET_GUEST_NUM) || net_ring_set_base(&ring, 0) ||
	    net_ring_set_addr(&ring, &addr))
		return -1;
	net_ring_enable(&ring, true);
	return net_ring_usable(&ring) ? 0 : -1;
}

static void describe(unsigned int index, uint64_t addr, uint32_t len, uint16_t flags,
		     uint16_t next)
{
	guest.rings[0].desc[index] = (struct vring_desc){
		.addr = addr, .len = len, .flags = flags, .next = next };
}

static int is_broken(void)
{
	expect(net_ring_take(&ring, &chain, false) == -1);
	expect(ring.why);
	expect(!net_ring_usable(&ring));
	return 0;
}

static int chain_is_read(void)
{
	char data[8] = "";

	expect(!set_up());
	memcpy(guest.mem + (net_guest_buffer(0) - NET_GUEST_BASE), "abc", 3);
	memcpy(guest.mem + (net_guest_buffer(1) - NET_GUEST_BASE), "defg", 4);
	describe(3, net_guest_buffer(0), 3, VRING_DESC_F_NEXT, 5);
	describe(5, net_guest_buffer(1), 4, 0, 0);
	net_guest_give(&guest, 0, 3);
	expect(net_ring_take(&ring, &chain, false) == 1);
	expect(chain.head == 3 && chain.count == 2 && chain.len == 7);
	expect(!net_ring_gather(&ring, &chain, data, 7) && !strcmp(data, "abcdefg"));
	expect(!net_ring_give(&ring, &chain, 0));
	expect(net_guest_used(&guest, 0)->idx == 1 && net_guest_used(&guest, 0)->ring[0].id == 3);
	expect(net_ring_take(&ring, &chain, false) == 0);
	return 0;
}

static int chain_is_filled(void)
{
	expect(!set_up());
	describe(0, net_guest_buffer(0), 2, VRING_DESC_F_WRITE | VRING_DESC_F_NEXT, 1);
	describe(1, net_guest_buffer(1), 100, VRING_DESC_F_WRITE, 0);
	net_guest_give(&guest, 0, 0);
	expect(net_ring_take(&ring, &chain, true) == 1);
	expect(!net_ring_scatter(&ring, &chain, "hello", 5));
	expect(!net_ring_give(&ring, &chain, 5));
	expect(!memcmp(guest.mem + (net_guest_buffer(0) - NET_GUEST_BASE), "he", 2));
	expect(!memcmp(guest.mem + (net_guest_buffer(1) - NET_GUEST_BASE), "llo", 4));
	expect(net_guest_used(&guest, 0)->ring[0].len == 5);
	return 0;
}

static int indices_wrap(void)
{
	unsigned int i;

	expect(!set_up());
	expect(!net_ring_set_base(&ring, 65530));
	net_guest_avail(&guest, 0)->idx = 65530;
	describe(0, net_guest_buffer(0), 10, 0, 0);
	for (i = 0; i < 20; i++) {
		net_guest_give(&guest, 0, 0);
		expect(net_ring_take(&ring, &chain, false) == 1);
		expect(!net_ring_give(&ring, &chain, 0));
	}
	expect(net_guest_used(&guest, 0)->idx == (uint16_t)(65530 + 20));
	return 0;
}

static int call_is_wanted_or_not(void)
{
	expect(!set_up());
	expect(net_ring_wants_call(&ring));
	net_guest_avail(&guest, 0)->flags = VRING_AVAIL_F_NO_INTERRUPT;
	expect(!net_ring_wants_call(&ring));
	return 0;
}

static int index_too_far_ahead(void)
{
	expect(!set_up());
	net_guest_avail(&guest, 0)->idx = NET_GUEST_NUM + 1;
	return is_broken();
}

static int head_outside(void)
{
	expect(!set_up());
	net_guest_give(&guest, 0, NET_GUEST_NUM);
	return is_broken();
}

static int next_outside(void)
{
	expect(!set_up());
	describe(0, net_guest_buffer(0), 10, VRING_DESC_F_NEXT, 0xffff);
	net_guest_give(&guest, 0, 0);
	return is_broken();
}

static int chain_without_end(void)
{
	expect(!set_up());
	describe(0, net_guest_buffer(0), 10, VRING_DESC_F_NEXT, 1);
	describe(1, net_guest_buffer(0), 10, VRING_DESC_F_NEXT, 0);
	net_guest_give(&guest, 0, 0);
	return is_broken();
}

static int indirect(void)
{
	expect(!set_up());
	describe(0, net_guest_buffer(0), 160, VRING_DESC_F_INDIRECT, 0);
	net_guest_give(&guest, 0, 0);
	return is_broken();
}

static int wrong_direction(void)
{
	expect(!set_up());
	describe(0, net_guest_buffer(0), 10, VRING_DESC_F_WRITE, 0);
	net_guest_give(&guest, 0, 0);
	expect(!is_broken());
	expect(!set_up());
	describe(0, net_guest_buffer(0), 10, 0, 0);
	net_guest_give(&guest, 0, 0);
	expect(net_ring_take(&ring, &chain, true) == -1 && ring.why);
	return 0;
}

/* Each is just not in the guest's memory */
static int buffer_outside(void)
{
	static const struct {
		uint64_t addr;
		uint32_t len;
	} buffers[] = {
		{ NET_GUEST_BASE - 1, 2 },
		{ NET_GUEST_BASE + NET_GUEST_SIZE - 1, 2 },
		{ NET_GUEST_BASE + NET_GUEST_SIZE, 1 },
		{ 0, 1 },
		{ UINT64_MAX, 2 },
		{ UINT64_MAX - 3, 16 },
		{ NET_GUEST_BASE, UINT32_MAX },
	};
	static char data[64];
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(buffers); i++) {
		expect(!set_up());
		describe(0, buffers[i].addr, buffers[i].len, 0, 0);
		net_guest_give(&guest, 0, 0);
		expect(net_ring_take(&ring, &chain, false) == 1);
		n = chain.len < sizeof(data) ? chain.len : sizeof(data);
		if (buffers[i].len < sizeof(data))
			expect(net_ring_gather(&ring, &chain, data, n) == -1 && ring.why);
	}
	return 0;
}

static int memory_cut_short(void)
{
	char data[10];

	expect(!set_up());
	describe(0, net_guest_buffer(0), 10, 0, 0);
	net_guest_give(&guest, 0, 0);
	expect(net_ring_take(&ring, &chain, false) == 1);
	expect(!ftruncate(guest.fd, 4096));
	expect(net_ring_gather(&ring, &chain, data, 10) == -1 && ring.why);
	ring.why = NULL;
	expect(net_ring_take(&ring, &chain, false) == -1 && ring.why);
	return 0;
}

static int size_must_be_a_power_of_two(void)
{
	static const uint32_t bad[] = { 0, 3, 1000, 2048, 0x80000000, UINT32_MAX };
	size_t i;

	expect(!set_up());
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		expect(net_ring_set_num(&ring, bad[i]) == -1);
	expect(!net_ring_set_num(&ring, 1) && !net_ring_set_num(&ring, 256));
	expect(net_ring_set_base(&ring, 65536) == -1);
	return 0;
}

static int ring_must_be_in_memory(void)
{
	const struct net_ring_addr good = net_guest_addr(0);
	const uint64_t end = NET_GUEST_BASE + NET_GUEST_USER + NET_GUEST_SIZE;
	const struct net_ring_addr bad[] = {
		{ good.desc + 8, good.avail, good.used },
		{ good.desc, good.avail + 1, good.used },
		{ good.desc, good.avail, good.used + 2 },
		{ good.desc - NET_GUEST_USER, good.avail, good.used },
		{ end - 16, good.avail, good.used },
		{ good.desc, end - 4, good.used },
		{ good.desc, good.avail, end - 64 },
		{ 0, 0, 0 },
		{ UINT64_MAX & ~15ull, good.avail, good.used },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		expect(!set_up());
		expect(net_ring_set_addr(&ring, &bad[i]) == -1 && !net_ring_usable(&ring));
	}
	return 0;
}

static int region_must_not_wrap(void)
{
	struct net_mem other;
	struct net_mem_region region = { .fd = -1 };

	net_mem_init(&other);
	expect(net_mem_add(&other, &region) == -1);
	region.size = UINT64_MAX;
	region.guest = 1;
	expect(net_mem_add(&other, &region) == -1);
	region.size = 4096;
	region.offset = UINT64_MAX - 100;
	expect(net_mem_add(&other, &region) == -1);
	region.offset = INT64_MAX - 100;
	expect(net_mem_add(&other, &region) == -1);
	return 0;
}

static const struct tap_case cases[] = {
	{ "a chain is read and given back", chain_is_read },
	{ "a chain is filled and given back", chain_is_filled },
	{ "indices wrap around", indices_wrap },
	{ "a call is wanted or not", call_is_wanted_or_not },
	{ "an index that is too far ahead", index_too_far_ahead },
	{ "a chain that begins outside the table", head_outside },
	{ "a chain that leads outside the table", next_outside },
	{ "a chain without an end", chain_without_end },
	{ "an indirect descriptor", indirect },
	{ "a buffer of the wrong direction", wrong_direction },
	{ "a buffer outside the guest's memory", buffer_outside },
	{ "memory that is cut short later", memory_cut_short },
	{ "a size that is no power of two, or too large", size_must_be_a_power_of_two },
	{ "a ring that is not in memory, or not aligned", ring_must_be_in_memory },
	{ "a region that wraps around", region_must_not_wrap },
};

TAP_MAIN(cases)
