// SPDX-License-Identifier: GPL-2.0
/* Numbers of 64 bits in JSON. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/util.h"
#include "lib/number.h"

/**
 * number_to_json() - a number for JSON
 * @number: any
 *
 * Return: an integer or a string, NULL without memory.
 */
json_t *number_to_json(__u64 number)
{
	char text[24];

	if (number <= INT64_MAX)
		return json_integer(number);
	snprintf(text, sizeof(text), "%llu", number);
	return json_string(text);
}

/**
 * number_from_json() - a number that came in JSON
 * @json: an integer or a string, NULL for nothing
 * @number: set to it
 *
 * Those who could not send large numbers sent the negative ones that have the same
 * bits, so these are taken.
 *
 * Return: 0, or -EINVAL if it is neither.
 */
int number_from_json(const json_t *json, __u64 *number)
{
	if (json_is_string(json))
		return parse_number(json_string_value(json), UINT64_MAX, number);
	if (!json_is_integer(json))
		return -EINVAL;
	*number = (__u64)json_integer_value(json);
	return 0;
}
