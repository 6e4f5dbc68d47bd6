// SPDX-License-Identifier: GPL-2.0
/* Lines for people. */
#include <stdarg.h>
#include <stdio.h>

#include "lib/util.h"

/**
 * complain() - one line on standard error
 * @format: as printf(), without the newline
 */
void complain(const char *format, ...)
{
	char line[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	/* in one piece: others write there too */
	fprintf(stderr, "umtt: %s\n", line);
}
