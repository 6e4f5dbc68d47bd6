// SPDX-License-Identifier: GPL-2.0
/* net_pcapng.c: the bytes, read as the format's description says. */
#include <string.h>

#include "net/pcapng.h"
#include "tap.h"

static unsigned char bytes[4096];
static size_t len;

static uint32_t u32(size_t at)
{
	uint32_t value;

	memcpy(&value, bytes + at, sizeof(value));
	return value;
}

/* The option's place in a block, 0 if it has none */
static size_t find_option(size_t at, size_t end, uint16_t wanted)
{
	uint16_t code, size;

	for (; at < end; at += 4 + ((size + 3) & ~3)) {
		memcpy(&code, bytes + at, 2);
		memcpy(&size, bytes + at + 2, 2);
		if (code == wanted)
			return at + 4;
		if (!code)
			break;
	}
	return 0;
}

static int write_one(uint64_t ns, uint32_t size)
{
	static const unsigned char frame[64] = { 1, 2, 3, 4 };
	FILE *file = fmemopen(bytes, sizeof(bytes), "w");

	expect(file);
	expect(!net_pcapng_begin(file));
	expect(!net_pcapng_interface(file, "a.sock"));
	expect(!net_pcapng_frame(file, 0, NET_PCAPNG_OUT, ns, frame, size));
	fflush(file);
	len = ftell(file);
	fclose(file);
	return 0;
}

/* Blocks follow one another, each with its length at both ends */
static int blocks_are_whole(void)
{
	static const uint32_t types[] = { 0x0a0d0d0a, 1, 6 };
	uint32_t size, frame;
	size_t at, i;

	for (frame = 14; frame < 19; frame++) {
		expect(!write_one(1, frame));
		for (at = 0, i = 0; at < len; at += size, i++) {
			expect(i < 3 && u32(at) == types[i]);
			size = u32(at + 4);
			expect(size % 4 == 0 && at + size <= len);
			expect(u32(at + size - 4) == size);
		}
		expect(i == 3 && at == len);
	}
	return 0;
}

static int stamps_are_nanoseconds(void)
{
	const uint64_t ns = 0x123456789abcdefull;
	size_t idb, epb;

	expect(!write_one(ns, 14));
	idb = u32(4);
	expect(find_option(idb + 16, len, 9) && bytes[find_option(idb + 16, len, 9)] == 9);
	epb = idb + u32(idb + 4);
	expect(u32(epb + 12) == ns >> 32 && u32(epb + 16) == (uint32_t)ns);
	expect(u32(epb + 20) == 14 && u32(epb + 24) == 14);
	expect(!memcmp(bytes + epb + 28, "\1\2\3\4", 4));
	return 0;
}

static int direction_is_there(void)
{
	size_t idb, epb, at;

	expect(!write_one(1, 14));
	idb = u32(4);
	epb = idb + u32(idb + 4);
	at = find_option(epb + 28 + 16, len, 2);
	expect(at && (u32(at) & 3) == 2);
	return 0;
}

static int interface_has_its_name(void)
{
	size_t at;

	expect(!write_one(1, 14));
	at = find_option(u32(4) + 16, len, 2);
	expect(at && !memcmp(bytes + at, "a.sock", 6));
	return 0;
}

static int a_full_disk_is_told(void)
{
	FILE *file = fopen("/dev/full", "w");

	expect(file);
	expect(!net_pcapng_begin(file));
	expect(fflush(file));
	expect(net_pcapng_interface(file, "a") == -1);
	fclose(file);
	return 0;
}

static const struct tap_case cases[] = {
	{ "blocks are whole", blocks_are_whole },
	{ "stamps are nanoseconds", stamps_are_nanoseconds },
	{ "the direction is there", direction_is_there },
	{ "an interface has its name", interface_has_its_name },
	{ "a full disk is told", a_full_disk_is_told },
};

TAP_MAIN(cases)
