/* SPDX-License-Identifier: GPL-2.0 */
/* A picture of a trace, in SVG: where things are, and the shapes that it is made of. */
#ifndef TRACE_PICTURE_H
#define TRACE_PICTURE_H

#include "trace/read.h"

#define PICTURE_PLOT	1000	/* where the lanes are: pixels wide */
#define PICTURE_LEFT	128
#define PICTURE_RIGHT	84
#define PICTURE_TOP	66
#define PICTURE_BOTTOM	58

#define PICTURE_INK	"#22303c"
#define PICTURE_FAINT	"#5f6f7d"
#define PICTURE_LANE	"#e9eef3"
#define PICTURE_GRID	"#cdd6de"
#define PICTURE_PAUSED	"#f6d98a"
#define PICTURE_BAD	"#c62828"
#define PICTURE_CAST	"#d9730d"

/**
 * struct picture - where things are
 * @to: where to write
 * @by_host: time is that of the host
 * @from: time at the left edge, ns
 * @span: time from edge to edge, ns
 * @lane: height of a lane, pixels
 * @lanes: how many
 */
struct picture {
	FILE *to;
	bool by_host;
	__u64 from, span;
	unsigned int lane;
	size_t lanes;
};

void picture_set_up(struct picture *p, const struct trace_file *trace, FILE *to,
		    const struct trace_view *view);

__u64 picture_when(const struct picture *p, struct trace_moment at);
bool picture_overlaps(const struct picture *p, struct trace_moment from, struct trace_moment to);
double picture_x(const struct picture *p, __u64 time);
unsigned int picture_pixel(const struct picture *p, struct trace_moment at);
double picture_lane_top(const struct picture *p, size_t lane);
unsigned int picture_font(const struct picture *p);

void picture_begin_text(const struct picture *p, double x, double y, unsigned int size,
			const char *anchor, const char *color);
void picture_end_text(const struct picture *p);
void picture_rectangle(const struct picture *p, double x, double width, size_t lane,
		       double inset, const char *color);
void picture_triangle(const struct picture *p, double x, double y, double size);
void picture_cross(const struct picture *p, double x, double y, double size);

#endif /* TRACE_PICTURE_H */
