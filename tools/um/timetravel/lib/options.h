/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Command lines: what all commands have in common, on top of argp.
 *
 * Holds: a command sees options in the order in which they were typed. Wrong usage
 * ends the program with argp_err_exit_status, before anything was opened or made.
 */
#ifndef LIB_OPTIONS_H
#define LIB_OPTIONS_H

#include <argp.h>

#include "lib/util.h"

#define UMTT_VERSION "1.0"

/* In a command's doc: where the list of options stands */
#define OPTIONS_HERE "\v"

/* Keys of options that have no letter */
#define OPTIONS_KEY 256

/* For the children of a command's argp: --help, --usage, --version */
extern const struct argp_child options_common[];

void options_parse(const struct argp *argp, int argc, char **argv, void *input);
void __noreturn options_refuse(const struct argp_state *state, int key, const char *value,
			       const char *wanted);
__u64 options_number(const struct argp_state *state, int key, const char *value, __u64 max,
		     const char *wanted);
__u64 options_time(const struct argp_state *state, int key, const char *value, __u64 max,
		   const char *wanted);

#endif /* LIB_OPTIONS_H */
