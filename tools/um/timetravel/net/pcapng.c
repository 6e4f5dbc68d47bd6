// SPDX-License-Identifier: GPL-2.0
/*
 * A capture file in pcapng (draft-ietf-opsawg-pcapng), in the byte order of the host.
 *
 * Each block is its type, its length, what is in it, and its length again. Everything is
 * filled up to four bytes.
 */
#include <string.h>

#include "net/pcapng.h"

#define SECTION_HEADER		0x0a0d0d0a
#define BYTE_ORDER_MAGIC	0x1a2b3c4d
#define INTERFACE_DESCRIPTION	1
#define ENHANCED_PACKET		6

#define LINKTYPE_ETHERNET	1

#define OPT_END			0
#define SHB_USERAPPL		4
#define IF_NAME			2
#define IF_TSRESOL		9
#define EPB_FLAGS		2

/* Stamps are in units of 10^-9 s */
#define NANOSECONDS		9

static const char program[] = "umtt net";

static uint32_t filled(uint32_t len)
{
	return (len + 3) & ~3u;
}

static uint32_t option_size(uint32_t len)
{
	return 4 + filled(len);
}

static void put(FILE *file, const void *data, uint32_t len)
{
	static const char zeros[4];

	fwrite(data, 1, len, file);
	fwrite(zeros, 1, filled(len) - len, file);
}

static void put_u32(FILE *file, uint32_t value)
{
	put(file, &value, sizeof(value));
}

static void put_option(FILE *file, uint16_t code, const void *data, uint16_t len)
{
	const uint16_t head[2] = { code, len };

	put(file, head, sizeof(head));
	put(file, data, len);
}

static void block_begin(FILE *file, uint32_t type, uint32_t size)
{
	put_u32(file, type);
	put_u32(file, size);
}

static int block_end(FILE *file, uint32_t size)
{
	put_option(file, OPT_END, "", 0);
	put_u32(file, size);
	return ferror(file) ? -1 : 0;
}

/**
 * net_pcapng_begin() - begin a capture
 * @file: where to write, empty
 *
 * Return: 0, or -1 if it cannot be written, with errno.
 */
int net_pcapng_begin(FILE *file)
{
	const uint32_t size = 28 + option_size(sizeof(program) - 1) + option_size(0);
	const uint16_t version[2] = { 1, 0 };
	const int64_t unknown_length = -1;

	block_begin(file, SECTION_HEADER, size);
	put_u32(file, BYTE_ORDER_MAGIC);
	put(file, version, sizeof(version));
	put(file, &unknown_length, sizeof(unknown_length));
	put_option(file, SHB_USERAPPL, program, sizeof(program) - 1);
	return block_end(file, size);
}

/**
 * net_pcapng_interface() - another interface
 * @file: the capture
 * @name: what it is called
 *
 * The first one has the number 0.
 *
 * Return: 0, or -1 if it cannot be written, with errno.
 */
int net_pcapng_interface(FILE *file, const char *name)
{
	const uint32_t size = 20 + option_size(strlen(name)) + option_size(1) + option_size(0);
	const uint16_t link[2] = { LINKTYPE_ETHERNET, 0 };
	const uint8_t resolution = NANOSECONDS;

	block_begin(file, INTERFACE_DESCRIPTION, size);
	put(file, link, sizeof(link));
	put_u32(file, 0);
	put_option(file, IF_NAME, name, strlen(name));
	put_option(file, IF_TSRESOL, &resolution, sizeof(resolution));
	return block_end(file, size);
}

/**
 * net_pcapng_frame() - another frame
 * @file: the capture
 * @interface: number of the interface
 * @dir: which way it went
 * @ns: when, simulated time
 * @data: the frame, from its destination address on
 * @len: bytes
 *
 * Return: 0, or -1 if it cannot be written, with errno.
 */
int net_pcapng_frame(FILE *file, unsigned int interface, enum net_pcapng_dir dir,
		     uint64_t ns, const void *data, uint32_t len)
{
	const uint32_t size = 32 + filled(len) + option_size(4) + option_size(0);
	const uint32_t flags = dir;

	block_begin(file, ENHANCED_PACKET, size);
	put_u32(file, interface);
	put_u32(file, ns >> 32);
	put_u32(file, ns);
	put_u32(file, len);
	put_u32(file, len);
	put(file, data, len);
	put_option(file, EPB_FLAGS, &flags, sizeof(flags));
	return block_end(file, size);
}
