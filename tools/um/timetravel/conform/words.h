/* SPDX-License-Identifier: GPL-2.0 */
/* Lines of a transcript: cut up, then asked for their words. */
#ifndef CONFORM_WORDS_H
#define CONFORM_WORDS_H

#include <stdbool.h>

#include "conform/verdict.h"

#define WORDS_MAX	40

/**
 * struct words - a line, cut up
 * @count: how many words
 * @at: the words; quotes are gone
 */
struct words {
	unsigned int count;
	char *at[WORDS_MAX];
};

int words_split(struct verdict *verdict, char *line, struct words *w);
bool words_is(const struct words *w, unsigned int i, const char *word);
const char *words_option(const struct words *w, unsigned int from, const char *name);

#endif /* CONFORM_WORDS_H */
