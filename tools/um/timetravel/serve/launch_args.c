// SPDX-License-Identifier: GPL-2.0
/* The command line of each program that is started. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "serve/launch.h"
#include "lib/util.h"

/* What is put in place of a word in braces */
static const char *value_of(const struct launch *launch, unsigned int index, const char *word,
			    size_t *length, char *id)
{
	sprintf(id, "%u", index + 1);
	if (!strncmp(word, "{id}", 4)) {
		*length = 4;
		return id;
	}
	if (!strncmp(word, "{socket}", 8)) {
		*length = 8;
		return launch->socket;
	}
	return NULL;
}

static char *expand(const struct launch *launch, unsigned int index, const char *arg)
{
	char *text = NULL, id[16];
	const char *value;
	size_t size, length;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	while (*arg) {
		value = value_of(launch, index, arg, &length, id);
		if (value) {
			fputs(value, out);
			arg += length;
		} else {
			fputc(*arg++, out);
		}
	}
	fclose(out);
	return text;
}

static bool names_socket(char **argv)
{
	for (; *argv; argv++)
		if (strstr(*argv, "{socket}"))
			return true;
	return false;
}

static bool names(char **argv, const char *option)
{
	for (; *argv; argv++)
		if (!strncmp(*argv, option, strlen(option)))
			return true;
	return false;
}

/* What a kernel needs, unless it was given; these go before "--", after it are init's */
static size_t add_kernel_args(const struct launch *launch, unsigned int index, char **args)
{
	char **to = args;

	if (!names(launch->argv, "umid=") &&
	    asprintf(to++, "umid=%u", index + 1) < 0)
		to--;
	if (!names(launch->argv, "uml_dir=") &&
	    asprintf(to++, "uml_dir=%s/uml/", launch->work) < 0)
		to--;
	if (asprintf(to++, "time-travel=ext:%u:%s", index + 1, launch->socket) < 0)
		to--;
	return to - args;
}

/**
 * launch_args() - the command line of one program
 * @launch: the programs
 * @index: which one, counted from 0
 *
 * {id} and {socket} stand for its ID and for the socket. If no word has {socket}, the
 * program is a kernel, and gets the options that make it use the clock.
 *
 * Return: the words; they are not freed, as exec() is next. NULL without memory.
 */
char **launch_args(const struct launch *launch, unsigned int index)
{
	bool kernel = !names_socket(launch->argv);
	size_t n = 0, words = 0;
	char **args;

	while (launch->argv[words])
		words++;
	args = calloc(words + 4, sizeof(*args));
	for (words = 0; args && launch->argv[words]; words++) {
		if (kernel && !strcmp(launch->argv[words], "--")) {
			n += add_kernel_args(launch, index, args + n);
			kernel = false;
		}
		args[n++] = expand(launch, index, launch->argv[words]);
	}
	if (args && kernel)
		add_kernel_args(launch, index, args + n);
	return args;
}
