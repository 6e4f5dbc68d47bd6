/* SPDX-License-Identifier: GPL-2.0 */
/* Times in a picture, for people: the axis, and spans of time in words. */
#ifndef TRACE_AXIS_H
#define TRACE_AXIS_H

#include "trace/picture.h"

void axis_draw(const struct picture *p);
void axis_put_span(FILE *to, __u64 ns);

#endif /* TRACE_AXIS_H */
