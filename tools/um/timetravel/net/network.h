/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A network on simulated time: ports, the switch between them, and the clock.
 *
 * Holds: a guest's kick is answered when the controller knows when what it has sent
 * arrives, and the processor is given away when each guest that got something has
 * said that it knows. So no order depends on the host.
 */
#ifndef NET_NETWORK_H
#define NET_NETWORK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/clock.h"
#include "lib/loop.h"
#include "net/port.h"
#include "net/switch.h"

/**
 * enum net_end - how a network ended
 * @NET_DONE: all guests have come and gone, or it was told to stop
 * @NET_FAILED: the host does not do what it should
 * @NET_LOST: the controller is gone, or broke the protocol
 */
enum net_end {
	NET_DONE,
	NET_FAILED,
	NET_LOST,
};

/**
 * struct net - a network
 * @clock: the controller
 * @sw: the switch
 * @ports: its ports
 * @count: how many
 * @capture: where all frames are written, NULL for nowhere
 * @capture_path: what that is called
 * @stay: do not end when all guests have gone
 * @wake: when to run although no frame arrives, ns; %NET_NEVER for never
 * @loop: waits for all of them
 * @clock_source: the controller's socket
 * @signals: of a signalfd
 * @failed: the clock cannot be used any more
 * @leaving: all guests have gone
 * @stop: told to stop
 */
struct net {
	struct clock_client clock;
	struct net_switch sw;
	struct net_port *ports;
	unsigned int count;
	FILE *capture;
	const char *capture_path;
	bool stay;
	uint64_t wake;
	struct loop loop;
	struct loop_source clock_source, signals;
	bool failed, leaving, stop;
};

enum net_end network_run(struct net *net);

#endif /* NET_NETWORK_H */
