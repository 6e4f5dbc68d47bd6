// SPDX-License-Identifier: GPL-2.0
/* The actors of a transcript. */
#include <string.h>

#include "conform/cast.h"

/**
 * cast_find() - find an actor
 * @cast: who plays
 * @name: its name
 *
 * Return: the actor, or NULL if it has not entered.
 */
struct actor *cast_find(struct cast *cast, const char *name)
{
	struct actor *a;

	for (a = cast->actors; a < cast->actors + cast->count; a++) {
		if (!strcmp(a->name, name))
			return a;
	}
	return NULL;
}

/**
 * cast_enter() - find an actor, or let it enter
 * @cast: who plays
 * @name: its name
 * @verdict: where it says its faults
 * @patience: how long it waits for what must come, ms of host time
 *
 * Return: the actor, or NULL with @verdict if there are too many.
 */
struct actor *cast_enter(struct cast *cast, const char *name, struct verdict *verdict,
			 int patience)
{
	struct actor *a = cast_find(cast, name);

	if (a)
		return a;
	if (cast->count == CAST_MAX || strlen(name) >= sizeof(a->name)) {
		verdict_fail(verdict, "%s is one actor too many, or its name too long", name);
		return NULL;
	}
	a = &cast->actors[cast->count++];
	actor_enter(a, name, verdict, patience);
	return a;
}

/**
 * cast_leave() - close the connections of all
 * @cast: who plays
 */
void cast_leave(struct cast *cast)
{
	while (cast->count)
		actor_close(&cast->actors[--cast->count]);
}
