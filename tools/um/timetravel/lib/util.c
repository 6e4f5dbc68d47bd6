// SPDX-License-Identifier: GPL-2.0
/* The host's clock, and what people type. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/util.h"

/**
 * host_time() - the host's monotonic clock
 *
 * Return: ns.
 */
__u64 host_time(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

/**
 * parse_number() - a number that somebody typed
 * @text: in any base, as in C
 * @max: the largest that is good
 * @number: set to it
 *
 * Return: 0 or -EINVAL.
 */
int parse_number(const char *text, __u64 max, __u64 *number)
{
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return -EINVAL;
	errno = 0;
	*number = strtoull(text, &end, 0);
	return errno || *end || *number > max ? -EINVAL : 0;
}

static const struct {
	const char *name;
	double ns;
} units[] = {
	{ "", 1e9 }, { "s", 1e9 }, { "ms", 1e6 }, { "us", 1e3 }, { "ns", 1 },
	{ "min", 60e9 }, { "h", 3600e9 }, { "d", 86400e9 },
};

/**
 * parse_time() - a time that somebody typed
 * @text: a number with or without a fraction and a unit: "90", "1.5h", "250us"
 * @ns: set to it
 *
 * Return: 0 or -EINVAL.
 */
int parse_time(const char *text, __u64 *ns)
{
	double value;
	char *end;
	size_t i;

	if ((text[0] < '0' || text[0] > '9') && text[0] != '.')
		return -EINVAL;
	value = strtod(text, &end);
	for (i = 0; i < ARRAY_SIZE(units); i++) {
		if (strcmp(end, units[i].name))
			continue;
		value = value * units[i].ns + 0.5;
		/* a double has 53 bits, which is 104 days in ns; no day is that exact */
		if (!(value < (double)INT64_MAX))
			return -EINVAL;
		*ns = (__u64)value;
		return 0;
	}
	return -EINVAL;
}
