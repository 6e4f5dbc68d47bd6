// SPDX-License-Identifier: GPL-2.0
/*
 * A trace as a picture: a lane for each client, time from left to right. How dark a
 * place is says how often the client ran there.
 */
#include <string.h>

#include "lib/util.h"
#include "trace/axis.h"
#include "trace/picture.h"

/* Where the numbers of runs end: pixels from the left */
#define COUNTS_END	(PICTURE_LEFT + PICTURE_PLOT + PICTURE_RIGHT - 18)

/* So often or more often in one pixel */
static const struct shade {
	unsigned int least;
	const char *color, *label;
} shades[] = {
	{ 1, "#5b9bd5", "ran once in this pixel" },
	{ 2, "#2467ad", "2 to 9 times" },
	{ 10, "#0b2e59", "10 times or more" },
};

static int shade_of(unsigned int count)
{
	int i;

	for (i = ARRAY_SIZE(shades) - 1; i >= 0; i--) {
		if (count >= shades[i].least)
			break;
	}
	return i;
}

/* Neighbours of one shade are one rectangle */
static void draw_runs(const struct picture *p, size_t lane, const struct trace_track *track)
{
	int change[PICTURE_PLOT + 1] = { 0 }, count = 0, shade = -1, next;
	unsigned int x, begin = 0;
	size_t i;

	for (i = 0; i < track->run_count; i++) {
		if (!picture_overlaps(p, track->runs[i].from, track->runs[i].to))
			continue;
		change[picture_pixel(p, track->runs[i].from)]++;
		change[picture_pixel(p, track->runs[i].to) + 1]--;
	}
	for (x = 0; x <= PICTURE_PLOT; x++) {
		count += change[x];
		next = x < PICTURE_PLOT ? shade_of(count) : -1;
		if (next == shade)
			continue;
		if (shade >= 0)
			picture_rectangle(p, PICTURE_LEFT + begin, x - begin, lane, 2,
					  shades[shade].color);
		shade = next;
		begin = x;
	}
}

static void draw_label(const struct picture *p, size_t lane, const struct trace_track *track)
{
	const double y = picture_lane_top(p, lane) + p->lane / 2.0 + picture_font(p) * 0.36;

	picture_begin_text(p, PICTURE_LEFT - 10, y, picture_font(p), "end", PICTURE_INK);
	fprintf(p->to, "client %u", track->slot);
	if (track->has_id && track->id != track->slot)
		fprintf(p->to, ", ID %llu", (unsigned long long)track->id);
	picture_end_text(p);
	picture_begin_text(p, COUNTS_END, y, picture_font(p), "end", PICTURE_FAINT);
	fprintf(p->to, "%zu", track->run_count);
	picture_end_text(p);
}

static void draw_marks(const struct picture *p, size_t lane, const struct trace_track *track)
{
	const double size = p->lane * 0.45;
	size_t i;

	for (i = 0; i < track->mark_count; i++) {
		if (track->marks[i].what == TRACE_BROADCAST &&
		    picture_overlaps(p, track->marks[i].at, track->marks[i].at))
			picture_triangle(p, picture_x(p, picture_when(p, track->marks[i].at)),
					 picture_lane_top(p, lane) + p->lane * 0.3, size);
	}
	if (track->left && track->how && picture_overlaps(p, track->leave, track->leave))
		picture_cross(p, picture_x(p, picture_when(p, track->leave)),
			      picture_lane_top(p, lane) + p->lane / 2.0, size);
}

static void draw_lane(const struct picture *p, size_t number, const struct trace_track *track)
{
	const double from = picture_x(p, picture_when(p, track->join));
	double width = picture_x(p, picture_when(p, track->leave)) - from;

	if (picture_overlaps(p, track->join, track->leave))
		picture_rectangle(p, from, width < 1 ? 1 : width, number, 2, PICTURE_LANE);
	draw_label(p, number, track);
}

static void draw_pauses(const struct picture *p, const struct trace_track *track)
{
	double from, width;
	size_t i;

	for (i = 0; i < track->run_count; i++) {
		if (!picture_overlaps(p, track->runs[i].from, track->runs[i].to))
			continue;
		from = picture_x(p, picture_when(p, track->runs[i].from));
		width = picture_x(p, picture_when(p, track->runs[i].to)) - from;
		fprintf(p->to, "<rect x='%.1f' y='%d' width='%.1f' height='%.1f'", from,
			PICTURE_TOP, width < 2 ? 2 : width, (double)p->lanes * p->lane);
		fputs(" fill='" PICTURE_PAUSED "' fill-opacity='0.6'/>\n", p->to);
	}
}

static void draw_title(const struct picture *p, const struct trace_file *trace)
{
	size_t i, all = 0;

	for (i = 0; i < trace->count; i++)
		all += trace->tracks[i].run_count;
	fprintf(p->to, "<text x='%d' y='26' font-size='16'", PICTURE_LEFT);
	fputs(" font-weight='bold' fill='" PICTURE_INK "'>", p->to);
	fprintf(p->to, "Who ran when, in %s time", p->by_host ? "host" : "simulated");
	picture_end_text(p);
	picture_begin_text(p, PICTURE_LEFT + PICTURE_PLOT, 26, 13, "end", PICTURE_FAINT);
	fprintf(p->to, "%zu client%s, %zu runs, ", trace->count, trace->count == 1 ? "" : "s",
		all);
	axis_put_span(p->to, trace->end.sim);
	fputs(" simulated in ", p->to);
	axis_put_span(p->to, trace->end.host);
	fputs(" of host time", p->to);
	picture_end_text(p);
	picture_begin_text(p, COUNTS_END, PICTURE_TOP - 10, 12, "end", PICTURE_FAINT);
	fputs("runs", p->to);
	picture_end_text(p);
}

/* Returns where the next one begins */
static double draw_explanation(const struct picture *p, double x, double y, const char *text)
{
	picture_begin_text(p, x + 20, y, 12, "start", PICTURE_INK);
	fputs(text, p->to);
	picture_end_text(p);
	return x + 44 + 6.6 * strlen(text);
}

static double draw_key(const struct picture *p, double x, double y, const char *color,
		       const char *text)
{
	fprintf(p->to, "<rect x='%.1f' y='%.1f' width='14' height='14' fill='%s'/>\n", x, y - 11,
		color);
	return draw_explanation(p, x, y, text);
}

static bool has_mark(const struct trace_track *track, enum trace_what what)
{
	size_t i;

	for (i = 0; i < track->mark_count; i++) {
		if (track->marks[i].what == what)
			return true;
	}
	return false;
}

/* Only what is there is explained */
static void draw_legend(const struct picture *p, const struct trace_file *trace)
{
	const double y = picture_lane_top(p, p->lanes) + 36;
	bool cast = false, died = false;
	double x = PICTURE_LEFT;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(shades); i++)
		x = draw_key(p, x, y, shades[i].color, shades[i].label);
	x = draw_key(p, x, y, PICTURE_LANE, "waits");
	if (trace->pauses.run_count)
		x = draw_key(p, x, y, PICTURE_PAUSED, "paused");
	for (i = 0; i < trace->count; i++) {
		died |= trace->tracks[i].left && trace->tracks[i].how;
		cast |= has_mark(&trace->tracks[i], TRACE_BROADCAST);
	}
	if (cast) {
		picture_triangle(p, x + 7, y - 11, 12);
		x = draw_explanation(p, x, y, "broadcast");
	}
	if (died) {
		picture_cross(p, x + 7, y - 4, 12);
		draw_explanation(p, x, y, "died or dropped");
	}
}

/**
 * trace_write_svg() - draw a trace
 * @trace: the trace
 * @to: where to write
 * @view: which part of it, by which clock
 *
 * Return: 0, or -1 if it cannot be written, with errno.
 */
int trace_write_svg(const struct trace_file *trace, FILE *to, const struct trace_view *view)
{
	struct picture p;
	double width, height;
	size_t i;

	picture_set_up(&p, trace, to, view);
	width = PICTURE_LEFT + PICTURE_PLOT + PICTURE_RIGHT;
	height = picture_lane_top(&p, p.lanes) + PICTURE_BOTTOM;
	fprintf(to, "<svg xmlns='http://www.w3.org/2000/svg' width='%.0f' height='%.0f'", width,
		height);
	fprintf(to, " viewBox='0 0 %.0f %.0f'", width, height);
	fputs(" font-family='DejaVu Sans, Helvetica, Arial, sans-serif'>\n", to);
	fputs("<rect width='100%' height='100%' fill='white'/>\n", to);
	draw_title(&p, trace);
	for (i = 0; i < trace->count; i++)
		draw_lane(&p, i, &trace->tracks[i]);
	axis_draw(&p);
	draw_pauses(&p, &trace->pauses);
	for (i = 0; i < trace->count; i++) {
		draw_runs(&p, i, &trace->tracks[i]);
		draw_marks(&p, i, &trace->tracks[i]);
	}
	draw_legend(&p, trace);
	fputs("</svg>\n", to);
	return fflush(to) || ferror(to) ? -1 : 0;
}
