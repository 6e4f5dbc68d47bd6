/* SPDX-License-Identifier: GPL-2.0 */
/* The actors of a transcript: they enter when they are named first, and leave together. */
#ifndef CONFORM_CAST_H
#define CONFORM_CAST_H

#include "conform/actor.h"

#define CAST_MAX	80

/**
 * struct cast - who plays
 * @actors: the actors
 * @count: how many
 */
struct cast {
	struct actor actors[CAST_MAX];
	unsigned int count;
};

struct actor *cast_find(struct cast *cast, const char *name);
struct actor *cast_enter(struct cast *cast, const char *name, struct verdict *verdict,
			 int patience);
void cast_leave(struct cast *cast);

#endif /* CONFORM_CAST_H */
