/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __TESTS_KERNEL_TYPES_H
#define __TESTS_KERNEL_TYPES_H

#include_next <linux/types.h>
#include <stdbool.h>
#include <sys/types.h>

typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;

#endif /* __TESTS_KERNEL_TYPES_H */
