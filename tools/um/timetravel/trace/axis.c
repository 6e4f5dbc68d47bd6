// SPDX-License-Identifier: GPL-2.0
/* Times in a picture, for people. */
#include "lib/util.h"
#include "trace/axis.h"

#define TICKS_MAX	10

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

static void tick_at(const struct picture *p, __u64 time, __u64 step)
{
	const struct unit *unit = unit_of(p->span);
	const double x = picture_x(p, time);

	fprintf(p->to, "<path d='M%.1f %d V%.1f' stroke='" PICTURE_GRID "'/>\n", x,
		PICTURE_TOP - 5, picture_lane_top(p, p->lanes) + 5);
	picture_begin_text(p, x, PICTURE_TOP - 10, 12, "middle", PICTURE_FAINT);
	put_time(p->to, time, unit, step);
	fprintf(p->to, " %s", unit->name);
	picture_end_text(p);
}

/**
 * axis_draw() - draw the lines of time, with what time they are
 * @p: the picture
 */
void axis_draw(const struct picture *p)
{
	const __u64 step = tick_step(p->span);
	/* from the left edge: a time after the right one may have no number */
	__u64 at = (step - p->from % step) % step;

	while (at <= p->span) {
		tick_at(p, p->from + at, step);
		if (p->span - at < step)
			break;
		at += step;
	}
}

/**
 * axis_put_span() - write how long something is, as in "1.5 ms"
 * @to: where to write
 * @ns: how long
 */
void axis_put_span(FILE *to, __u64 ns)
{
	const struct unit *unit = unit_of(ns);

	fprintf(to, "%.4g %s", (double)ns / unit->ns, unit->name);
}
