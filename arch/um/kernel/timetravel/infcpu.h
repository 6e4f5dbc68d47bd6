/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __TIMETRAVEL_INFCPU_H
#define __TIMETRAVEL_INFCPU_H

#include "core.h"

void tt_infcpu_read(struct tt_core *core,
		    void (*pay)(struct tt_core *core, u64 until));

#endif /* __TIMETRAVEL_INFCPU_H */
