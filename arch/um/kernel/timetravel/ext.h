/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __TIMETRAVEL_EXT_H
#define __TIMETRAVEL_EXT_H

#include <linux/un.h>
#include "charge.h"
#include "core.h"
#include "link.h"
#include "lost.h"

/**
 * struct tt_ext_options - options of external mode
 * @socket: path of the controller's socket
 * @id: this kernel's ID for the controller, all ones for none
 * @lost: what to do when the controller is gone
 */
struct tt_ext_options {
	char socket[UNIX_PATH_MAX];
	u64 id;
	enum tt_lost lost;
};

/**
 * struct tt_ext - state of external mode
 * @charge: what calls cost; the mode_data of @core
 * @link: the link to the controller
 * @core: the core on the controller's clock
 * @received: receiver of broadcasts. Optional
 * @payload: of the last broadcast
 * @payload_new: it came while this kernel did not run, and nobody knows of it yet
 */
struct tt_ext {
	struct tt_charge charge;
	struct tt_link link;
	struct tt_core *core;
	void (*received)(u64 payload);
	u64 payload;
	bool payload_new;
};

extern struct tt_ext_options tt_ext_options;
extern struct tt_ext time_travel_ext;

/* ext.c */
extern const struct tt_link_ops tt_ext_link_ops;

void tt_ext_publish(struct tt_core *core);
int tt_ext_broadcast(struct tt_core *core, u64 payload);
void tt_ext_on_broadcast(void (*received)(u64 payload));

/* ext_join.c */
void tt_ext_connect(struct tt_link *link, const struct tt_link_ops *ops);
u64 tt_ext_bound(const char *what, u64 ns, u64 max);
void tt_ext_await_turn(struct tt_link *link);
void tt_ext_join(struct tt_link *link, u16 slot);

#endif /* __TIMETRAVEL_EXT_H */
