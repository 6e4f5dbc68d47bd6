// SPDX-License-Identifier: GPL-2.0
/* The command line of each program that is started. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "serve/launch.h"
#include "lib/util.h"

/* The environment of each program */
#define LAUNCH_ID "UMTT_ID"
#define LAUNCH_SOCKET "UMTT_SOCKET"

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

/* Whether its text has the name of the variable, which a binary may have by chance */
static bool is_script_for_us(const char *path)
{
	static char text[1 << 16];
	struct stat st;
	ssize_t n;
	int fd;

	if (stat(path, &st) || !S_ISREG(st.st_mode))
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text));
	close(fd);
	return n > 2 && !memcmp(text, "#!", 2) &&
		memmem(text, n, LAUNCH_SOCKET, strlen(LAUNCH_SOCKET));
}

/* Looked for as exec() does */
static bool runs_script_for_us(const char *word)
{
	const char *dirs = getenv("PATH"), *end;
	char path[PATH_MAX];

	if (strchr(word, '/'))
		return is_script_for_us(word);
	for (; dirs && *dirs; dirs = *end ? end + 1 : end) {
		end = strchrnul(dirs, ':');
		snprintf(path, sizeof(path), "%.*s/%s", (int)(end - dirs), dirs, word);
		if (is_script_for_us(path))
			return true;
	}
	return false;
}

/* What comes after "--" is init's, if it is a kernel */
static bool is_kernel(char **argv)
{
	bool ours = true;

	for (; *argv; argv++) {
		if (strstr(*argv, "{socket}"))
			return false;
		ours = ours && strcmp(*argv, "--");
		if (ours && runs_script_for_us(*argv))
			return false;
	}
	return true;
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

static void set_environment(const struct launch *launch, unsigned int index)
{
	char id[16];

	snprintf(id, sizeof(id), "%u", index + 1);
	setenv(LAUNCH_ID, id, 1);
	setenv(LAUNCH_SOCKET, launch->socket, 1);
}

/**
 * launch_args() - the command line and the environment of one program
 * @launch: the programs
 * @index: which one, counted from 0
 *
 * {id} and {socket} stand for its ID and for the socket, which are in the environment,
 * too. If no word has {socket}, nor is a script that uses the environment, the program
 * is a kernel, and gets the options that make it use the clock.
 *
 * Return: the words; they are not freed, as exec() is next. NULL without memory.
 */
char **launch_args(const struct launch *launch, unsigned int index)
{
	bool kernel = is_kernel(launch->argv);
	size_t n = 0, words = 0;
	char **args;

	set_environment(launch, index);
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
