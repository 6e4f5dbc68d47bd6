// SPDX-License-Identifier: GPL-2.0
/* A picture of a trace: where things are, and the shapes that it is made of. */
#include "trace/picture.h"

/**
 * picture_set_up() - lay a picture out
 * @p: to be set up
 * @trace: what it shows
 * @to: where to write
 * @view: which part of it, by which clock
 */
void picture_set_up(struct picture *p, const struct trace_file *trace, FILE *to,
		    const struct trace_view *view)
{
	__u64 end;

	*p = (struct picture){ .to = to, .by_host = view->by_host, .lanes = trace->count };
	p->lane = p->lanes <= 12 ? 30 : p->lanes <= 32 ? 20 : p->lanes <= 100 ? 15 : 12;
	/* the host's clock also ran while clients were waited for */
	p->from = p->by_host && trace->count ? trace->tracks[0].join.host : 0;
	if (view->from > p->from)
		p->from = view->from;
	end = picture_when(p, trace->end);
	if (view->to < end)
		end = view->to;
	p->span = end > p->from ? end - p->from : 1;
}

/**
 * picture_when() - a moment by the clock of the picture
 * @p: the picture
 * @at: the moment
 *
 * Return: ns.
 */
__u64 picture_when(const struct picture *p, struct trace_moment at)
{
	return p->by_host ? at.host : at.sim;
}

/**
 * picture_overlaps() - is any of this shown
 * @p: the picture
 * @from: when it begins
 * @to: when it ends
 *
 * Return: true if it is.
 */
bool picture_overlaps(const struct picture *p, struct trace_moment from, struct trace_moment to)
{
	if (picture_when(p, to) < p->from)
		return false;
	return picture_when(p, from) <= p->from || picture_when(p, from) - p->from <= p->span;
}

/* What is not shown is at the edge */
static double part_of(const struct picture *p, __u64 time)
{
	if (time < p->from)
		return 0;
	return time - p->from > p->span ? 1 : (double)(time - p->from) / p->span;
}

/**
 * picture_x() - where a time is
 * @p: the picture
 * @time: ns
 *
 * Return: pixels from the left.
 */
double picture_x(const struct picture *p, __u64 time)
{
	return PICTURE_LEFT + part_of(p, time) * PICTURE_PLOT;
}

/**
 * picture_pixel() - which pixel of a lane a moment is in
 * @p: the picture
 * @at: the moment
 *
 * Return: less than %PICTURE_PLOT.
 */
unsigned int picture_pixel(const struct picture *p, struct trace_moment at)
{
	return part_of(p, picture_when(p, at)) * (PICTURE_PLOT - 1);
}

/**
 * picture_lane_top() - where a lane is
 * @p: the picture
 * @lane: its number; the one after the last is where the lanes end
 *
 * Return: pixels from the top.
 */
double picture_lane_top(const struct picture *p, size_t lane)
{
	return PICTURE_TOP + (double)lane * p->lane;
}

/**
 * picture_font() - size of what stands beside a lane
 * @p: the picture
 *
 * Return: pixels.
 */
unsigned int picture_font(const struct picture *p)
{
	return p->lane >= 20 ? 13 : p->lane >= 15 ? 11 : 10;
}

/**
 * picture_begin_text() - begin a text
 * @p: the picture
 * @x: pixels from the left
 * @y: pixels from the top
 * @size: of its font, pixels
 * @anchor: where in it @x is: start, middle or end
 * @color: of it
 *
 * The text itself is then written, and picture_end_text() called.
 */
void picture_begin_text(const struct picture *p, double x, double y, unsigned int size,
			const char *anchor, const char *color)
{
	fprintf(p->to, "<text x='%.1f' y='%.1f' font-size='%u' text-anchor='%s' fill='%s'>",
		x, y, size, anchor, color);
}

/**
 * picture_end_text() - end a text
 * @p: the picture
 */
void picture_end_text(const struct picture *p)
{
	fputs("</text>\n", p->to);
}

/**
 * picture_rectangle() - draw a rectangle in a lane
 * @p: the picture
 * @x: pixels from the left
 * @width: pixels
 * @lane: number of the lane
 * @inset: how far from its edges, pixels
 * @color: of it
 */
void picture_rectangle(const struct picture *p, double x, double width, size_t lane,
		       double inset, const char *color)
{
	fprintf(p->to, "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' fill='%s'/>\n", x,
		picture_lane_top(p, lane) + inset, width, p->lane - 2 * inset, color);
}

/**
 * picture_triangle() - draw what stands for a broadcast
 * @p: the picture
 * @x: of its tip, pixels from the left
 * @y: of its tip, pixels from the top
 * @size: pixels
 */
void picture_triangle(const struct picture *p, double x, double y, double size)
{
	fprintf(p->to, "<path d='M%.1f %.1f l%.1f %.1f h%.1f z' fill='" PICTURE_CAST "'/>\n", x,
		y, -size / 2, size, size);
}

/**
 * picture_cross() - draw what stands for a death
 * @p: the picture
 * @x: of its middle, pixels from the left
 * @y: of its middle, pixels from the top
 * @size: pixels
 */
void picture_cross(const struct picture *p, double x, double y, double size)
{
	fprintf(p->to, "<path d='M%.1f %.1f l%.1f %.1f", x - size / 2, y - size / 2, size, size);
	fprintf(p->to, " m0 %.1f l%.1f %.1f' stroke='" PICTURE_BAD "' stroke-width='2'/>\n",
		-size, -size, size);
}
