/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames that are lost: each is counted, the first of a kind is said, and at the end how
 * many there were.
 *
 * What is sent to a port without a guest, or to a guest that has not set up its device,
 * is not lost: there the cable is not plugged in.
 */
#ifndef NET_LOSS_H
#define NET_LOSS_H

#include <stdint.h>

/**
 * enum net_loss - why a frame is lost
 * @NET_LOSS_UNDER_WAY: the guest sent it when too much was under way
 * @NET_LOSS_NO_FRAME: the guest sent it, and it is too short or too long
 * @NET_LOSS_WAITING: too much waits for the guest to have room
 * @NET_LOSS_BUFFER: it is larger than the guest's buffers
 * @NET_LOSS_MEMORY: the host has no memory for it
 * @NET_LOSSES: how many reasons there are
 */
enum net_loss {
	NET_LOSS_UNDER_WAY,
	NET_LOSS_NO_FRAME,
	NET_LOSS_WAITING,
	NET_LOSS_BUFFER,
	NET_LOSS_MEMORY,
	NET_LOSSES
};

/**
 * struct net_losses - what a port has lost
 * @count: frames, for each reason
 */
struct net_losses {
	uint64_t count[NET_LOSSES];
};

void net_lose(struct net_losses *losses, const char *path, enum net_loss why, uint64_t count);
void net_losses_say(const struct net_losses *losses, const char *path);

#endif /* NET_LOSS_H */
