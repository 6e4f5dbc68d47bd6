/* SPDX-License-Identifier: GPL-2.0 */
/* What an actor of a transcript can do: one function a word. */
#ifndef CONFORM_ACTS_H
#define CONFORM_ACTS_H

#include "conform/play.h"
#include "conform/words.h"

int acts_play(struct play *t, const struct words *w);

#endif /* CONFORM_ACTS_H */
