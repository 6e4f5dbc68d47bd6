/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __TESTS_KERNEL_STRING_H
#define __TESTS_KERNEL_STRING_H

#include <stdio.h>

#define strscpy(to, from, size)	snprintf(to, size, "%s", from)

#endif /* __TESTS_KERNEL_STRING_H */
