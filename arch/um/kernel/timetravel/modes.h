/* SPDX-License-Identifier: GPL-2.0 */
/* The modes of time, for setup.c to choose from. */
#ifndef __TIMETRAVEL_MODES_H
#define __TIMETRAVEL_MODES_H

#include "core.h"

extern const struct tt_mode tt_off;	/* setup.c */
extern const struct tt_mode tt_basic;	/* basic.c */
extern const struct tt_mode tt_infcpu;	/* infcpu.c */
extern const struct tt_mode tt_ext;	/* ext.c */

#endif /* __TIMETRAVEL_MODES_H */
