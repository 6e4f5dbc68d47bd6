/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A controller of one kernel: it listens, the kernel is booted and let in, START is
 * answered with an offer, and then it serves until the transcript wants something else.
 */
#ifndef CONFORM_FAKE_CONTROLLER_H
#define CONFORM_FAKE_CONTROLLER_H

#include "conform/actor.h"
#include "conform/program.h"

/**
 * struct fake_offer - what is sent with the answer to START
 * @count: descriptors
 * @version: of the page
 * @len: what the page says that it is long
 * @slot: what the answer says
 * @start: what time it is then, ns
 */
struct fake_offer {
	unsigned int count;
	uint32_t version, len, slot;
	uint64_t start;
};

/**
 * struct fake_controller - a controller of one kernel
 * @offer: what it offers
 * @now: its time, ns
 * @listener: its socket, -1 if it has none
 */
struct fake_controller {
	struct fake_offer offer;
	uint64_t now;
	int listener;
};

int fake_controller_listen(struct fake_controller *f, const char *path, struct verdict *verdict);
int fake_controller_accept(struct fake_controller *f, struct actor *a);
int fake_controller_offer(struct fake_controller *f, struct actor *a);
int fake_controller_serve(struct fake_controller *f, struct actor *a, struct program *kernel,
			  char **words, unsigned int count);
void fake_controller_close(struct fake_controller *f);

#endif /* CONFORM_FAKE_CONTROLLER_H */
