// SPDX-License-Identifier: GPL-2.0
/* Frames that are lost. */
#include "lib/util.h"
#include "net/loss.h"
#include "net/switch.h"

#define MIB	(1024 * 1024)

static void say(const char *path, enum net_loss why, unsigned long long count, const char *when)
{
	const char *lost = count == 1 ? "frame was lost" : "frames were lost";

	switch (why) {
	case NET_LOSS_UNDER_WAY:
		complain("net: %s: %s%llu %s that the guest sent: %u MiB were under way", path,
			 when, count, lost, NET_SWITCH_HELD / MIB);
		break;
	case NET_LOSS_NO_FRAME:
		complain("net: %s: %s%llu %s that the guest sent: not of %u to %u bytes", path,
			 when, count, lost, NET_FRAME_MIN, NET_FRAME_MAX);
		break;
	case NET_LOSS_WAITING:
		complain("net: %s: %s%llu %s for the guest: %u MiB waited until it has room", path,
			 when, count, lost, NET_PORT_WAITING / MIB);
		break;
	case NET_LOSS_BUFFER:
		complain("net: %s: %s%llu %s for the guest: larger than its buffers", path, when,
			 count, lost);
		break;
	default:
		complain("net: %s: %s%llu %s: the host has no memory", path, when, count, lost);
	}
}

/**
 * net_lose() - frames are lost
 * @losses: of the port
 * @path: its socket
 * @why: what happened to them
 * @count: how many
 *
 * The first time it is said at once.
 */
void net_lose(struct net_losses *losses, const char *path, enum net_loss why, uint64_t count)
{
	if (!losses->count[why])
		say(path, why, count, "");
	losses->count[why] += count;
}

/**
 * net_losses_say() - say what was lost in all
 * @losses: of the port
 * @path: its socket
 */
void net_losses_say(const struct net_losses *losses, const char *path)
{
	unsigned int why;

	for (why = 0; why < NET_LOSSES; why++) {
		if (losses->count[why])
			say(path, why, losses->count[why], "in all, ");
	}
}
