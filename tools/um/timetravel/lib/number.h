/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers of 64 bits in JSON.
 *
 * Holds: JSON's integers are signed here, so what is above INT64_MAX is a string of
 * decimal digits, and what is not is an integer. No number is negative.
 */
#ifndef UMTT_NUMBER_H
#define UMTT_NUMBER_H

#include <jansson.h>
#include <linux/types.h>

json_t *number_to_json(__u64 number);
int number_from_json(const json_t *json, __u64 *number);

#endif /* UMTT_NUMBER_H */
