// SPDX-License-Identifier: GPL-2.0
/* Lines of a transcript, cut up. */
#include <string.h>

#include "conform/conform.h"

/**
 * conform_split() - cut a line up
 * @t: the transcript
 * @line: the line, which is written to
 * @w: where to put the words
 *
 * Return: 0, or -1 with @t->why.
 */
int conform_split(struct conform *t, char *line, struct conform_words *w)
{
	char *end;

	w->count = 0;
	for (;;) {
		line += strspn(line, " \t\n");
		if (!*line || *line == '#')
			return 0;
		if (w->count == CONFORM_WORDS)
			return conform_fail(t, "too many words");
		end = *line == '\'' ? strchr(++line, '\'') : line + strcspn(line, " \t\n");
		if (!end)
			return conform_fail(t, "a quote is not closed");
		w->at[w->count++] = line;
		line = end;
		if (*line)
			*line++ = '\0';
	}
}

/**
 * conform_is() - is this word that one
 * @w: a line
 * @i: number of the word
 * @word: what it may be
 *
 * Return: true if the line has such a word there.
 */
bool conform_is(const struct conform_words *w, unsigned int i, const char *word)
{
	return i < w->count && !strcmp(w->at[i], word);
}

/**
 * conform_option() - find NAME=VALUE
 * @w: a line
 * @from: number of the first word that may be it
 * @name: the name
 *
 * Return: the value, or NULL if there is none.
 */
const char *conform_option(const struct conform_words *w, unsigned int from, const char *name)
{
	size_t len = strlen(name);

	for (; from < w->count; from++) {
		if (!strncmp(w->at[from], name, len) && w->at[from][len] == '=')
			return w->at[from] + len + 1;
	}
	return NULL;
}
