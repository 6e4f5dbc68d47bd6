// SPDX-License-Identifier: GPL-2.0
/*
 * All clocks agree, however long the guest was idle: clocks SECONDS...
 * sleeps so long, one after the other, and compares after each.
 */
#include <fcntl.h>
#include "tt.h"

/* INITIAL_JIFFIES of the kernel, and a tick in ns */
#define JIFFIES_AT_BOOT	(-(__s64)300 * HZ)
#define HZ		100

static double number_in(const char *path, const char *before)
{
	char line[256], *at = NULL;
	FILE *f = fopen(path, "r");

	if (!f)
		die(path);
	while (!at && fgets(line, sizeof(line), f))
		at = strstr(line, before);
	fclose(f);
	if (!at) {
		printf("%s has no line with '%s'\n", path, before);
		exit(1);
	}
	return strtod(at + strlen(before), NULL);
}

/* The kernel's log is stamped by the scheduler's clock. */
static __u64 sched_clock_ns(void)
{
	int fd = must(open("/dev/kmsg", O_RDWR | O_NONBLOCK));
	char record[1024];
	__u64 us = 0;

	must(lseek(fd, 0, SEEK_END));
	must(write(fd, "what time is it\n", 16));
	record[must(read(fd, record, sizeof(record) - 1))] = 0;
	if (sscanf(record, "%*u,%*u,%llu", &us) != 1)
		wrong("/dev/kmsg has '%s'", record);
	close(fd);
	return us * NS_PER_US;
}

static __u64 jiffies_ns(void)
{
	/* it starts five minutes before it wraps as 32 bits, told as unsigned */
	__s64 since = number_in("/proc/timer_list", "jiffies: ") -
			(double)(__u32)JIFFIES_AT_BOOT;

	return since * (__s64)(NS_PER_SEC / HZ);
}

/*
 * Jiffies begin with the first tick that is due at a multiple of a tick, and are
 * counted when the next is: they are some ticks behind from the boot on, which
 * must not change.
 */
static __u64 jiffies_behind;

/* @clock was read after @then: at most so much behind, TT_LATE ahead */
static void agrees(const char *clock, __u64 got, __u64 then, __u64 behind)
{
	between(clock, got, then - behind, then + 20 * NS_PER_MS + tt_late());
}

static void compare(__u64 boot)
{
	const char *rtc = "/sys/class/rtc/rtc0/since_epoch";
	__u64 now = mono();

	agrees("boottime", clock_ns(CLOCK_BOOTTIME), now, 0);
	agrees("monotonic raw", clock_ns(CLOCK_MONOTONIC_RAW), now, 20 * NS_PER_MS);
	agrees("monotonic coarse", clock_ns(CLOCK_MONOTONIC_COARSE), now, 20 * NS_PER_MS);
	agrees("realtime", clock_ns(CLOCK_REALTIME) - boot, now, 0);
	agrees("realtime coarse", clock_ns(CLOCK_REALTIME_COARSE) - boot, now, 20 * NS_PER_MS);
	agrees("time()", time(NULL) * NS_PER_SEC - boot, now, NS_PER_SEC + 20 * NS_PER_MS);
	agrees("/proc/uptime", number_in("/proc/uptime", "") * NS_PER_SEC, now, 20 * NS_PER_MS);
	agrees("jiffies", jiffies_ns() + jiffies_behind, now, 20 * NS_PER_MS);
	agrees("sched_clock", sched_clock_ns(), now, 20 * NS_PER_MS);
	agrees("RTC", number_in(rtc, "") * NS_PER_SEC - boot, now, NS_PER_SEC + 20 * NS_PER_MS);
}

int main(int argc, char **argv)
{
	__u64 boot = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_BOOTTIME);
	int failures = 0;

	/* told exactly by time-travel-start; what lies between the reads is in it */
	if (getenv("TT_START"))
		boot = strtoull(getenv("TT_START"), NULL, 0);

	jiffies_behind = mono() - jiffies_ns();
	between("jiffies behind at boot, ns", jiffies_behind, 0, 40 * NS_PER_MS + tt_late());

	for (int i = 1; i < argc; i++) {
		__u64 until = mono() + strtoull(argv[i], NULL, 0) * NS_PER_SEC;
		struct timespec ts = to_ts(until);

		must(-clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL));
		if (mono() < until)
			wrong("woken early");
		compare(boot);
		if (tt_failures > failures)
			printf("... after %s idle seconds\n", argv[i]);
		failures = tt_failures;
	}
	return tt_result();
}
