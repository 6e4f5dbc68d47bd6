/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __TIMETRAVEL_STUCK_H
#define __TIMETRAVEL_STUCK_H

/* exit status of a guest to which nothing can happen any more */
#define TT_STATUS_STUCK		3

void tt_wait_host(void);

#endif /* __TIMETRAVEL_STUCK_H */
