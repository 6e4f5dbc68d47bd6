// SPDX-License-Identifier: GPL-2.0
/* Command lines: what all commands have in common. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/options.h"
#include "lib/wire.h"

/* Where argp puts what in --help; a user who has set this variable has another taste */
#define LAYOUT "short-opt-col=2,long-opt-col=2,doc-opt-col=2,opt-doc-col=20,header-col=0," \
	"usage-indent=12,rmargin=86,no-dup-args-note"

enum { KEY_USAGE = OPTIONS_KEY - 1, KEY_VERSION = 'V', KEY_HELP = 'h', KEY_HELP_TOO = '?' };

static const struct argp_option options[] = {
	{ "help", KEY_HELP, NULL, 0, "this text", -1 },
	{ NULL, KEY_HELP_TOO, NULL, OPTION_HIDDEN, NULL, -1 },
	{ "usage", KEY_USAGE, NULL, 0, "all options in a few lines", -1 },
	{ "version", KEY_VERSION, NULL, 0, "which umtt this is", -1 },
	{ }
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	(void)value;
	switch (key) {
	case KEY_HELP:
	case KEY_HELP_TOO:
		argp_state_help(state, stdout, ARGP_HELP_STD_HELP);
		return 0;
	case KEY_USAGE:
		argp_state_help(state, stdout, ARGP_HELP_USAGE | ARGP_HELP_EXIT_OK);
		return 0;
	case KEY_VERSION:
		printf("umtt %s, protocol page version %d\n", UMTT_VERSION,
		       UM_TIMETRAVEL_SCHEDSHM_VERSION);
		exit(0);
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp common = { .options = options, .parser = parse };

const struct argp_child options_common[] = { { &common }, { } };

/**
 * options_parse() - read a command line
 * @argp: the options, with options_common among its children
 * @argc: of the command
 * @argv: of the command; the first is what errors begin with
 * @input: for the parser of @argp
 *
 * Does not return if --help or its like is asked for, nor if the usage is wrong.
 */
void options_parse(const struct argp *argp, int argc, char **argv, void *input)
{
	error_t err;

	setenv("ARGP_HELP_FMT", LAYOUT, 0);
	err = argp_parse(argp, argc, argv, ARGP_IN_ORDER | ARGP_NO_HELP, NULL, input);
	if (!err)
		return;
	complain("the command line cannot be read: %s", strerror(err));
	exit(argp_err_exit_status);
}

static const char *name_of(const struct argp_state *state, int key)
{
	const struct argp_option *option;

	/* headers and other names of an option are between them */
	for (option = state->root_argp->options; option->name || option->doc; option++)
		if (option->key == key && option->name)
			return option->name;
	return "";
}

/**
 * options_refuse() - end, as the value of an option is wrong
 * @state: argp's
 * @key: of the option
 * @value: what was typed
 * @wanted: what is right, to stand after "is no"
 */
void options_refuse(const struct argp_state *state, int key, const char *value,
		    const char *wanted)
{
	argp_error(state, "--%s: '%s' is no %s", name_of(state, key), value, wanted);
	/* argp_error() does not say so, but ends the program, as errors are not left to us */
	exit(argp_err_exit_status);
}

/**
 * options_number() - the value of an option that is a number
 * @state: argp's
 * @key: of the option
 * @value: what was typed
 * @max: the largest that is good
 * @wanted: what is right, to stand after "is no"
 *
 * Return: the number.
 */
__u64 options_number(const struct argp_state *state, int key, const char *value, __u64 max,
		     const char *wanted)
{
	__u64 number;

	if (parse_number(value, max, &number))
		options_refuse(state, key, value, wanted);
	return number;
}

/**
 * options_time() - the value of an option that is a time
 * @state: argp's
 * @key: of the option
 * @value: what was typed
 * @max: the longest that is good, ns
 * @wanted: what is right, to stand after "is no"
 *
 * Return: ns.
 */
__u64 options_time(const struct argp_state *state, int key, const char *value, __u64 max,
		   const char *wanted)
{
	__u64 ns;

	if (parse_time(value, &ns) || ns > max)
		options_refuse(state, key, value, wanted);
	return ns;
}
