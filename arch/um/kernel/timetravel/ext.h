/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __TIMETRAVEL_EXT_H
#define __TIMETRAVEL_EXT_H

#include <linux/un.h>
#include "core.h"
#include "link.h"
#include "lost.h"

/**
 * struct tt_ext_options - external mode, as the user wants it
 * @socket: path of the controller's socket
 * @id: what the user calls this kernel, all ones for nothing
 * @lost: what to do when the controller is gone
 */
struct tt_ext_options {
	char socket[UNIX_PATH_MAX];
	u64 id;
	enum tt_lost lost;
};

extern struct tt_ext_options tt_ext_options;
extern struct tt_link tt_ext_link;

/* ext.c */
int tt_ext_broadcast(u64 payload);
void tt_ext_on_broadcast(void (*received)(u64 payload));

/* ext_join.c */
void tt_ext_connect(struct tt_link *link, const struct tt_link_ops *ops);
u64 tt_ext_bound(const char *what, u64 ns, u64 max);
void tt_ext_await_turn(struct tt_link *link);
void tt_ext_join(struct tt_link *link, u16 slot);


#endif /* __TIMETRAVEL_EXT_H */
