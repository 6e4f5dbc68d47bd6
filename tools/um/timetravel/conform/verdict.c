// SPDX-License-Identifier: GPL-2.0
/* What came of a transcript. */
#include <stdarg.h>
#include <stdio.h>

#include "conform/verdict.h"

/**
 * verdict_fail() - say what is not as it should be
 * @verdict: where to say it
 * @format: as printf()
 *
 * Return: -1.
 */
int verdict_fail(struct verdict *verdict, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(verdict->why, sizeof(verdict->why), format, args);
	va_end(args);
	return -1;
}
