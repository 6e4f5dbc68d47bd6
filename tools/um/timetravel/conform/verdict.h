/* SPDX-License-Identifier: GPL-2.0 */
/* What came of a transcript. Whoever finds a fault says so here, and gives up. */
#ifndef CONFORM_VERDICT_H
#define CONFORM_VERDICT_H

#include "lib/util.h"

#define VERDICT_TEXT	512

/**
 * struct verdict - what came of a transcript
 * @why: what was not as it should be
 * @skip: why it cannot be played here, empty if it can
 */
struct verdict {
	char why[VERDICT_TEXT];
	char skip[VERDICT_TEXT];
};

int verdict_fail(struct verdict *verdict, const char *format, ...) __printf(2, 3);

#endif /* CONFORM_VERDICT_H */
