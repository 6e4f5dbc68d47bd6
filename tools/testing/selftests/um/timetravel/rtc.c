// SPDX-License-Identifier: GPL-2.0
/* Alarms of the real-time clock, in simulated seconds. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <linux/rtc.h>
#include "tt.h"

/* an RTC counts seconds: an alarm comes within the one that it was set for */
#define WITHIN	NS_PER_SEC

static int rtc;

static time_t rtc_now(void)
{
	struct rtc_time t;

	must(ioctl(rtc, RTC_RD_TIME, &t));
	return timegm((struct tm *)&t);
}

static struct rtc_wkalrm alarm_at(time_t when)
{
	struct rtc_wkalrm alarm = { .enabled = 1 };
	struct tm tm;

	gmtime_r(&when, &tm);
	alarm.time = (struct rtc_time){
		.tm_sec = tm.tm_sec, .tm_min = tm.tm_min, .tm_hour = tm.tm_hour,
		.tm_mday = tm.tm_mday, .tm_mon = tm.tm_mon, .tm_year = tm.tm_year,
	};
	return alarm;
}

static void set_alarm(time_t when)
{
	struct rtc_wkalrm alarm = alarm_at(when);

	must(ioctl(rtc, RTC_WKALM_SET, &alarm));
}

static void wait_alarm(const char *what)
{
	unsigned long data = 0;

	must(read(rtc, &data, sizeof(data)));
	if (!(data & RTC_AF))
		wrong("%s: the interrupt (%#lx) is not an alarm", what, data);
}

static void wait_for(const char *what, time_t when)
{
	wait_alarm(what);
	between(what, clock_ns(CLOCK_REALTIME), when * NS_PER_SEC,
		when * NS_PER_SEC + WITHIN + tt_late());
}

/* nothing comes in so many seconds */
static void nothing_for(const char *what, int seconds)
{
	struct pollfd p = { .fd = rtc, .events = POLLIN };

	if (must(poll(&p, 1, seconds * 1000)))
		wrong("%s: an alarm came", what);
}

static void test_alarm(void)
{
	time_t when = rtc_now() + 5;

	set_alarm(when);
	wait_for("the alarm", when);
	nothing_for("a second time", 100);
}

static void test_day_alarm(void)
{
	time_t when = rtc_now() + 3600;
	struct rtc_wkalrm alarm = alarm_at(when);

	must(ioctl(rtc, RTC_ALM_SET, &alarm.time));
	must(ioctl(rtc, RTC_AIE_ON));
	wait_for("the alarm", when);
}

static void test_off(void)
{
	set_alarm(rtc_now() + 5);
	must(ioctl(rtc, RTC_AIE_OFF));
	nothing_for("switched off", 100);
}

static void test_replace(void)
{
	time_t now = rtc_now();

	set_alarm(now + 10);
	set_alarm(now + 30);
	wait_for("the later one", now + 30);
	now = rtc_now();
	set_alarm(now + 30);
	set_alarm(now + 10);
	wait_for("the earlier one", now + 10);
	nothing_for("the one that was replaced", 100);
}

/* another process that has timers of its own does not disturb an alarm */
static void test_busy(void)
{
	pid_t child = must(fork());
	time_t when;

	if (!child) {
		for (;;)
			sleep_ns(7 * NS_PER_MS);
	}
	when = rtc_now() + 20;
	set_alarm(when);
	wait_for("the alarm", when);
	kill(child, SIGKILL);
}

/* the wall clock is set meanwhile, but not the real-time clock */
static void test_wall(void)
{
	__u64 begin = mono();
	time_t when = rtc_now() + 5;
	struct timespec wall = to_ts(clock_ns(CLOCK_REALTIME));

	wall.tv_sec += 24 * 3600;
	must(clock_settime(CLOCK_REALTIME, &wall));
	set_alarm(when);
	wait_alarm("the alarm");
	between("the real-time clock at the alarm", rtc_now(), when,
		when + tt_late() / NS_PER_SEC);
	between("what passed, ns", mono() - begin, 4 * NS_PER_SEC,
		5 * NS_PER_SEC + WITHIN + tt_late());
}

static const struct tt_test tests[] = {
	{ "alarm", test_alarm },
	{ "day-alarm", test_day_alarm },
	{ "off", test_off },
	{ "replace", test_replace },
	{ "busy", test_busy },
	{ "wall", test_wall },
	{ }
};

int main(int argc, char **argv)
{
	rtc = must(open("/dev/rtc0", O_RDONLY));
	return tt_main(argc, argv, tests);
}
