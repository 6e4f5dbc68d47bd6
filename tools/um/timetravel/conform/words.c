// SPDX-License-Identifier: GPL-2.0
/* Lines of a transcript, cut up. */
#include <string.h>

#include "conform/words.h"

/**
 * words_split() - cut a line up
 * @verdict: where faults are said
 * @line: the line, which is written to
 * @w: where to put the words
 *
 * Return: 0, or -1 with @verdict.
 */
int words_split(struct verdict *verdict, char *line, struct words *w)
{
	char *end;

	w->count = 0;
	for (;;) {
		line += strspn(line, " \t\n");
		if (!*line || *line == '#')
			return 0;
		if (w->count == WORDS_MAX)
			return verdict_fail(verdict, "too many words");
		end = *line == '\'' ? strchr(++line, '\'') : line + strcspn(line, " \t\n");
		if (!end)
			return verdict_fail(verdict, "a quote is not closed");
		w->at[w->count++] = line;
		line = end;
		if (*line)
			*line++ = '\0';
	}
}

/**
 * words_is() - is this word that one
 * @w: a line
 * @i: number of the word
 * @word: what it may be
 *
 * Return: true if the line has such a word there.
 */
bool words_is(const struct words *w, unsigned int i, const char *word)
{
	return i < w->count && !strcmp(w->at[i], word);
}

/**
 * words_option() - find NAME=VALUE
 * @w: a line
 * @from: number of the first word that may be it
 * @name: the name
 *
 * Return: the value, or NULL if there is none.
 */
const char *words_option(const struct words *w, unsigned int from, const char *name)
{
	size_t len = strlen(name);

	for (; from < w->count; from++) {
		if (!strncmp(w->at[from], name, len) && w->at[from][len] == '=')
			return w->at[from] + len + 1;
	}
	return NULL;
}
