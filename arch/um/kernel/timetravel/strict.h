/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __TIMETRAVEL_STRICT_H
#define __TIMETRAVEL_STRICT_H

#include <linux/types.h>

extern bool time_travel_strict;

void tt_strict_hang(unsigned long ip, u64 limit);

#endif /* __TIMETRAVEL_STRICT_H */
