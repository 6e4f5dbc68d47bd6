// SPDX-License-Identifier: GPL-2.0
/*
 * A trace as a picture: a lane for each client, time from left to right. How dark a
 * place is says how often the client ran there.
 */
#include <stdlib.h>
#include <string.h>

#include "trace/read.h"
#include "lib/util.h"

#define PLOT		1000	/* where the lanes are: pixels wide */
#define LEFT		128
#define RIGHT		84
#define TOP		66
#define BOTTOM		58
#define TICKS_MAX	10

#define INK	"#22303c"
#define FAINT	"#5f6f7d"
#define LANE	"#e9eef3"
#define GRID	"#cdd6de"
#define PAUSED	"#f6d98a"
#define BAD	"#c62828"
#define CAST	"#d9730d"

/* So often or more often in one pixel */
static const struct shade {
	unsigned int least;
	const char *color, *label;
} shades[] = {
	{ 1, "#5b9bd5", "ran once in this pixel" },
	{ 2, "#2467ad", "2 to 9 times" },
	{ 10, "#0b2e59", "10 times or more" },
};

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

static __u64 when(const struct picture *p, struct trace_moment at)
{
	return p->by_host ? at.host : at.sim;
}

/* What is not shown is at the edge */
static __u64 shown(const struct picture *p, __u64 time)
{
	return time < p->from ? 0 : time - p->from > p->span ? p->span : time - p->from;
}

static bool overlaps(const struct picture *p, struct trace_moment from, struct trace_moment to)
{
	return when(p, to) >= p->from && when(p, from) <= p->from + p->span;
}

static double x_of(const struct picture *p, __u64 time)
{
	return LEFT + (double)shown(p, time) / p->span * PLOT;
}

static double lane_top(const struct picture *p, size_t lane)
{
	return TOP + (double)lane * p->lane;
}

static unsigned int font(const struct picture *p)
{
	return p->lane >= 20 ? 13 : p->lane >= 15 ? 11 : 10;
}

static unsigned int pixel(const struct picture *p, struct trace_moment at)
{
	return (double)shown(p, when(p, at)) / p->span * (PLOT - 1);
}

/* Ends with the text itself to be written, and end_text() */
static void begin_text(const struct picture *p, double x, double y, unsigned int size,
		       const char *anchor, const char *color)
{
	fprintf(p->to, "<text x='%.1f' y='%.1f' font-size='%u' text-anchor='%s' fill='%s'>",
		x, y, size, anchor, color);
}

static void end_text(const struct picture *p)
{
	fputs("</text>\n", p->to);
}

/* Units of the axis */
static const struct unit {
	const char *name;
	__u64 ns;
} units[] = {
	{ "s", 1000000000 }, { "ms", 1000000 }, { "us", 1000 }, { "ns", 1 },
};

static const struct unit *unit_of(__u64 ns)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(units) - 1; i++) {
		if (ns >= units[i].ns)
			break;
	}
	return &units[i];
}

/* 1, 2 or 5 times a power of ten, so that there are not too many ticks */
static __u64 tick_step(__u64 span)
{
	static const unsigned int factors[] = { 1, 2, 5 };
	__u64 power = 1;
	size_t i;

	for (;; power *= 10) {
		for (i = 0; i < ARRAY_SIZE(factors); i++) {
			if (span / (factors[i] * power) <= TICKS_MAX)
				return factors[i] * power;
		}
	}
}

static void put_time(FILE *to, __u64 ns, const struct unit *unit, __u64 step)
{
	int decimals = 0;
	__u64 least = unit->ns;

	while (least > step && decimals < 9) {
		least /= 10;
		decimals++;
	}
	fprintf(to, "%.*f", decimals, (double)ns / unit->ns);
}

static void axis(const struct picture *p)
{
	const __u64 step = tick_step(p->span);
	const struct unit *unit = unit_of(p->span);
	const double bottom = lane_top(p, p->lanes) + 5;
	__u64 tick = (p->from + step - 1) / step * step;
	double x;

	for (; tick <= p->from + p->span; tick += step) {
		x = x_of(p, tick);
		fprintf(p->to, "<path d='M%.1f %d V%.1f' stroke='" GRID "'/>\n", x, TOP - 5,
			bottom);
		begin_text(p, x, TOP - 10, 12, "middle", FAINT);
		put_time(p->to, tick, unit, step);
		fprintf(p->to, " %s", unit->name);
		end_text(p);
	}
}

static void rectangle(const struct picture *p, double x, double width, size_t lane,
		      double inset, const char *color)
{
	fprintf(p->to, "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' fill='%s'/>\n", x,
		lane_top(p, lane) + inset, width, p->lane - 2 * inset, color);
}

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
static void runs(const struct picture *p, size_t lane, const struct trace_track *track)
{
	int change[PLOT + 1] = { 0 }, count = 0, shade = -1, next;
	unsigned int x, begin = 0;
	size_t i;

	for (i = 0; i < track->run_count; i++) {
		if (!overlaps(p, track->runs[i].from, track->runs[i].to))
			continue;
		change[pixel(p, track->runs[i].from)]++;
		change[pixel(p, track->runs[i].to) + 1]--;
	}
	for (x = 0; x <= PLOT; x++) {
		count += change[x];
		next = x < PLOT ? shade_of(count) : -1;
		if (next == shade)
			continue;
		if (shade >= 0)
			rectangle(p, LEFT + begin, x - begin, lane, 2, shades[shade].color);
		shade = next;
		begin = x;
	}
}

static void label(const struct picture *p, size_t lane, const struct trace_track *track)
{
	const double y = lane_top(p, lane) + p->lane / 2.0 + font(p) * 0.36;

	begin_text(p, LEFT - 10, y, font(p), "end", INK);
	fprintf(p->to, "client %u", track->slot);
	if (track->has_id && track->id != track->slot)
		fprintf(p->to, ", ID %llu", (unsigned long long)track->id);
	end_text(p);
	begin_text(p, LEFT + PLOT + RIGHT - 18, y, font(p), "end", FAINT);
	fprintf(p->to, "%zu", track->run_count);
	end_text(p);
}

static void triangle(FILE *to, double x, double y, double size)
{
	fprintf(to, "<path d='M%.1f %.1f l%.1f %.1f h%.1f z' fill='" CAST "'/>\n", x, y,
		-size / 2, size, size);
}

static void cross(FILE *to, double x, double y, double size)
{
	fprintf(to, "<path d='M%.1f %.1f l%.1f %.1f", x - size / 2, y - size / 2, size, size);
	fprintf(to, " m0 %.1f l%.1f %.1f' stroke='" BAD "' stroke-width='2'/>\n", -size, -size,
		size);
}

static void marks(const struct picture *p, size_t lane, const struct trace_track *track)
{
	const double size = p->lane * 0.45;
	size_t i;

	for (i = 0; i < track->mark_count; i++) {
		if (track->marks[i].what == TRACE_BROADCAST &&
		    overlaps(p, track->marks[i].at, track->marks[i].at))
			triangle(p->to, x_of(p, when(p, track->marks[i].at)),
				 lane_top(p, lane) + p->lane * 0.3, size);
	}
	if (track->left && track->how && overlaps(p, track->leave, track->leave))
		cross(p->to, x_of(p, when(p, track->leave)),
		      lane_top(p, lane) + p->lane / 2.0, size);
}

static void lane(const struct picture *p, size_t number, const struct trace_track *track)
{
	const double from = x_of(p, when(p, track->join));
	double width = x_of(p, when(p, track->leave)) - from;

	if (overlaps(p, track->join, track->leave))
		rectangle(p, from, width < 1 ? 1 : width, number, 2, LANE);
	label(p, number, track);
}

static void pauses(const struct picture *p, const struct trace_track *track)
{
	double from, width;
	size_t i;

	for (i = 0; i < track->run_count; i++) {
		if (!overlaps(p, track->runs[i].from, track->runs[i].to))
			continue;
		from = x_of(p, when(p, track->runs[i].from));
		width = x_of(p, when(p, track->runs[i].to)) - from;
		fprintf(p->to, "<rect x='%.1f' y='%d' width='%.1f' height='%.1f'", from, TOP,
			width < 2 ? 2 : width, (double)p->lanes * p->lane);
		fputs(" fill='" PAUSED "' fill-opacity='0.6'/>\n", p->to);
	}
}

static void put_span(FILE *to, __u64 ns)
{
	const struct unit *unit = unit_of(ns);

	fprintf(to, "%.4g %s", (double)ns / unit->ns, unit->name);
}

static void title(const struct picture *p, const struct trace_file *trace)
{
	size_t i, all = 0;

	for (i = 0; i < trace->count; i++)
		all += trace->tracks[i].run_count;
	fprintf(p->to, "<text x='%d' y='26' font-size='16' font-weight='bold' fill='" INK "'>",
		LEFT);
	fprintf(p->to, "Who ran when, in %s time", p->by_host ? "host" : "simulated");
	end_text(p);
	begin_text(p, LEFT + PLOT, 26, 13, "end", FAINT);
	fprintf(p->to, "%zu client%s, %zu runs, ", trace->count, trace->count == 1 ? "" : "s",
		all);
	put_span(p->to, trace->end.sim);
	fputs(" simulated in ", p->to);
	put_span(p->to, trace->end.host);
	fputs(" of host time", p->to);
	end_text(p);
	begin_text(p, LEFT + PLOT + RIGHT - 18, TOP - 10, 12, "end", FAINT);
	fputs("runs", p->to);
	end_text(p);
}

/* Returns where the next one begins */
static double explain(const struct picture *p, double x, double y, const char *text)
{
	begin_text(p, x + 20, y, 12, "start", INK);
	fputs(text, p->to);
	end_text(p);
	return x + 44 + 6.6 * strlen(text);
}

static double key(const struct picture *p, double x, double y, const char *color,
		  const char *text)
{
	fprintf(p->to, "<rect x='%.1f' y='%.1f' width='14' height='14' fill='%s'/>\n", x, y - 11,
		color);
	return explain(p, x, y, text);
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
static void legend(const struct picture *p, const struct trace_file *trace)
{
	const double y = lane_top(p, p->lanes) + 36;
	bool cast = false, died = false;
	double x = LEFT;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(shades); i++)
		x = key(p, x, y, shades[i].color, shades[i].label);
	x = key(p, x, y, LANE, "waits");
	if (trace->pauses.run_count)
		x = key(p, x, y, PAUSED, "paused");
	for (i = 0; i < trace->count; i++) {
		died |= trace->tracks[i].left && trace->tracks[i].how;
		cast |= has_mark(&trace->tracks[i], TRACE_BROADCAST);
	}
	if (cast) {
		triangle(p->to, x + 7, y - 11, 12);
		x = explain(p, x, y, "broadcast");
	}
	if (died) {
		cross(p->to, x + 7, y - 4, 12);
		explain(p, x, y, "died or dropped");
	}
}

static void set_up(struct picture *p, const struct trace_file *trace,
		   const struct trace_view *view)
{
	__u64 end = when(p, trace->end);

	p->lanes = trace->count;
	p->lane = p->lanes <= 12 ? 30 : p->lanes <= 32 ? 20 : p->lanes <= 100 ? 15 : 12;
	/* the host's clock also ran while clients were waited for */
	p->from = p->by_host && trace->count ? trace->tracks[0].join.host : 0;
	if (view->from > p->from)
		p->from = view->from;
	if (view->to < end)
		end = view->to;
	p->span = end > p->from ? end - p->from : 1;
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
	struct picture p = { .to = to, .by_host = view->by_host };
	double width, height;
	size_t i;

	set_up(&p, trace, view);
	width = LEFT + PLOT + RIGHT;
	height = lane_top(&p, p.lanes) + BOTTOM;
	fprintf(to, "<svg xmlns='http://www.w3.org/2000/svg' width='%.0f' height='%.0f'", width,
		height);
	fprintf(to, " viewBox='0 0 %.0f %.0f'", width, height);
	fputs(" font-family='DejaVu Sans, Helvetica, Arial, sans-serif'>\n", to);
	fputs("<rect width='100%' height='100%' fill='white'/>\n", to);
	title(&p, trace);
	for (i = 0; i < trace->count; i++)
		lane(&p, i, &trace->tracks[i]);
	axis(&p);
	pauses(&p, &trace->pauses);
	for (i = 0; i < trace->count; i++) {
		runs(&p, i, &trace->tracks[i]);
		marks(&p, i, &trace->tracks[i]);
	}
	legend(&p, trace);
	fputs("</svg>\n", to);
	return fflush(to) || ferror(to) ? -1 : 0;
}
