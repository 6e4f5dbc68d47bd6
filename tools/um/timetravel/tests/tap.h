/* SPDX-License-Identifier: GPL-2.0 */
/* Test Anything Protocol for the unit tests: one line a case. */
#ifndef UMTT_TAP_H
#define UMTT_TAP_H

#include <stdio.h>
#include <stdlib.h>

#include "lib/util.h"

/**
 * struct tap_case - one test
 * @name: what holds
 * @run: returns a line of source where it does not, 0 if it does
 */
struct tap_case {
	const char *name;
	int (*run)(void);
};

/* In a case: what must hold */
#define expect(condition) do { if (!(condition)) return __LINE__; } while (0)

static inline int tap_run(const char *file, const struct tap_case *cases, size_t count)
{
	int line, failed = 0;
	size_t i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("TAP version 13\n1..%zu\n", count);
	for (i = 0; i < count; i++) {
		line = cases[i].run();
		printf("%s %zu - %s\n", line ? "not ok" : "ok", i + 1, cases[i].name);
		if (line)
			printf("# %s:%d\n", file, line);
		failed |= line;
	}
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#define TAP_MAIN(cases) \
int main(void) \
{ \
	return tap_run(__FILE__, cases, ARRAY_SIZE(cases)); \
}

#endif /* UMTT_TAP_H */
