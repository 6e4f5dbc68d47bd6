/* SPDX-License-Identifier: GPL-2.0 */
/* What all files of umtt use: words of the kernel's, and lines for people. */
#ifndef UMTT_UTIL_H
#define UMTT_UTIL_H

#include <assert.h>
#include <stddef.h>
#include <linux/types.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define __noreturn __attribute__((noreturn))
#define __printf(string, first) __attribute__((format(printf, string, first)))

#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))

/* FNV-1a, for places in tables and names that must only be the same each time */
static inline __u32 hash_bytes(const void *bytes, size_t count)
{
	const unsigned char *at = bytes, *end = at + count;
	__u32 hash = 2166136261u;

	for (; at < end; at++)
		hash = (hash ^ *at) * 16777619u;
	return hash;
}

void complain(const char *format, ...) __printf(1, 2);
__u64 host_time(void);
int parse_time(const char *text, __u64 *ns);
int parse_number(const char *text, __u64 max, __u64 *number);

#endif /* UMTT_UTIL_H */
