/* SPDX-License-Identifier: GPL-2.0 */
/* The shared page, as an actor of a transcript sees and writes it: mapped, then field by field. */
#ifndef CONFORM_PAGE_H
#define CONFORM_PAGE_H

#include "conform/cast.h"

int page_of_actor(struct actor *a);
int page_set_field(struct actor *a, struct cast *cast, const char *name, const char *value);
int page_see_field(struct actor *a, struct cast *cast, const char *name, const char *value);

#endif /* CONFORM_PAGE_H */
