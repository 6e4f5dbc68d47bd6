// SPDX-License-Identifier: GPL-2.0
/* Tests of the command line: a table of good and of bad options. */
#include <kunit/test.h>
#include <linux/string.h>
#include "modes.h"
#include "setup.h"

static const struct tt_options defaults __initconst = {
	.mode = &tt_off,
	.read_cost = TT_READ_COST,
};

struct good_mode {
	const char *arg;
	enum time_travel_mode mode;
};

static const struct good_mode modes[] __initconst = {
	{ "", TT_MODE_BASIC },
	{ "=basic", TT_MODE_BASIC },
	{ "=inf-cpu", TT_MODE_INFCPU },
	{ "=off", TT_MODE_OFF },
};

static void __init setup_knows_the_modes(struct kunit *test)
{
	char why[TT_WHY_LEN];
	struct tt_options o;
	int i;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		o = defaults;
		KUNIT_EXPECT_EQ_MSG(test, tt_parse(&o, modes[i].arg, why), 0,
				    "%s", modes[i].arg);
		KUNIT_EXPECT_EQ(test, o.mode->id, modes[i].mode);
		KUNIT_EXPECT_EQ(test, o.read_cost, TT_READ_COST);
		KUNIT_EXPECT_FALSE(test, o.wall_set);
	}
}

struct good_number {
	const char *arg;
	u64 wall;
	u64 read_cost;
	bool wall_set;
};

static const struct good_number numbers[] __initconst = {
	{ "-start=0", 0, TT_READ_COST, true },
	{ "-start=1700000000000000000", 1700000000000000000ULL, TT_READ_COST, true },
	{ "-start=8277292035999999999", TT_WALL_MAX, TT_READ_COST, true },
	{ "-start=0x10", 16, TT_READ_COST, true },
	{ "-read-cost=0", 0, 0, false },
	{ "-read-cost=1000000000", 0, NSEC_PER_SEC, false },
};

static void __init setup_knows_the_numbers(struct kunit *test)
{
	char why[TT_WHY_LEN];
	struct tt_options o;
	int i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		o = defaults;
		KUNIT_EXPECT_EQ_MSG(test, tt_parse(&o, numbers[i].arg, why), 0,
				    "%s", numbers[i].arg);
		KUNIT_EXPECT_EQ(test, o.wall, numbers[i].wall);
		KUNIT_EXPECT_EQ(test, o.wall_set, numbers[i].wall_set);
		KUNIT_EXPECT_EQ(test, o.read_cost, numbers[i].read_cost);
	}
}

/* 110 characters, three more than a unix socket's path can have */
#define TEN		"/123456789"
#define TOO_LONG	"=ext:" TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

struct bad_option {
	const char *arg;
	const char *says;
};

static const struct bad_option bad[] __initconst = {
	{ "=infcpu", "inf-cpu" },
	{ "=inf-cpu ", "inf-cpu" },
	{ "=INF-CPU", "inf-cpu" },
	{ "=", "inf-cpu" },
	{ "=external", "ext:[ID:]SOCKET" },
	{ "=ext", "ext:[ID:]SOCKET" },
	{ "=ext:", "ext:SOCKET" },
	{ "=ext:5:", "ext:SOCKET" },
	{ "=ext:0x10000000000000000:/tmp/socket", "64-bit" },
	{ "=ext:one:/tmp/socket", "64-bit" },
	{ "=ext::/tmp/socket", "64-bit" },
	{ "=ext:-1:/tmp/socket", "64-bit" },
	{ "=ext:111111111111111111111111111111111111111:/s", "64-bit" },
	{ TOO_LONG, "107" },
	{ "-start=", "number" },
	{ "-start=now", "number" },
	{ "-start=-1", "number" },
	{ "-start=5s", "number" },
	{ "-start=8277292036000000000", "8277292035999999999" },
	{ "-start=18446744073709551616", "8277292035999999999" },
	{ "-read-cost=", "number" },
	{ "-read-cost=256ns", "number" },
	{ "-read-cost=1000000001", "1000000000" },
	{ "-read-cost=-1", "number" },
	{ "-syscall-cost=", "number" },
	{ "-syscall-cost=1us", "number of ns" },
	{ "-syscall-cost=1000000001", "1000000000" },
	{ "-strict=1", "no value" },
	{ "-strictly", "no value" },
	{ "-hang-limit=86401", "86400" },
	{ "-hang-limit=1m", "number of s" },
	{ "-pace=1000001", "1000000" },
	{ "-pace=slow", "number" },
	{ "-cpu=", "or any" },
	{ "-cpu=-1", "or any" },
	{ "-cpu=2147483648", "or any" },
	{ "-spin-limit=1", "-syscall-cost=" },
	{ "-idle-limit=100001", "100000" },
	{ "-idle-limit=a", "number of days" },
	{ "-spin-patience=-1", "number" },
	{ "-spin-patience=60001", "60000" },
	{ "-start", "-start=" },
	{ "-stop=1", "-start=" },
	{ "ling", "[=MODE]" },
};

static void __init setup_refuses_the_rest(struct kunit *test)
{
	struct tt_options o = defaults;
	char why[TT_WHY_LEN];
	int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		strscpy(why, "", sizeof(why));
		KUNIT_EXPECT_EQ_MSG(test, tt_parse(&o, bad[i].arg, why), -EINVAL,
				    "%s", bad[i].arg);
		KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(why, bad[i].says),
					  "%s: %s", bad[i].arg, why);
	}

	/* nothing of all that was taken over */
	KUNIT_EXPECT_PTR_EQ(test, o.mode, &tt_off);
	KUNIT_EXPECT_FALSE(test, o.strict);
	KUNIT_EXPECT_EQ(test, o.read_cost, TT_READ_COST);
	KUNIT_EXPECT_EQ(test, o.wall, 0);
	KUNIT_EXPECT_FALSE(test, o.wall_set);
}

struct combination {
	const char *args[3];
	const char *says;
};

static const struct combination combinations[] __initconst = {
	{ { "=inf-cpu", "-strict" } },
	{ { "=ext:/tmp/socket", "-strict", "-hang-limit=0" } },
	{ { "=basic", "-strict" }, "inf-cpu or ext" },
	{ { "-strict" }, "inf-cpu or ext" },
	{ { "=inf-cpu", "-hang-limit=5" }, "time-travel-strict" },
};

static void __init setup_checks_options_against_each_other(struct kunit *test)
{
	const struct combination *c;
	char why[TT_WHY_LEN] = "";
	struct tt_options o;
	int i, err;

	for (c = combinations; c < combinations + ARRAY_SIZE(combinations); c++) {
		o = defaults;
		for (i = 0; i < ARRAY_SIZE(c->args) && c->args[i]; i++)
			KUNIT_EXPECT_EQ(test, tt_parse(&o, c->args[i], why), 0);
		err = tt_check(&o, why);
		KUNIT_EXPECT_EQ_MSG(test, err, c->says ? -EINVAL : 0, "%s",
				    c->args[0]);
		if (c->says)
			KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(why, c->says),
						  "%s", why);
	}
}

static struct kunit_case setup_cases[] __refdata = {
	KUNIT_CASE(setup_knows_the_modes),
	KUNIT_CASE(setup_knows_the_numbers),
	KUNIT_CASE(setup_refuses_the_rest),
	KUNIT_CASE(setup_checks_options_against_each_other),
	{}
};

static struct kunit_suite setup_suite __refdata = {
	.name = "time_travel_setup",
	.test_cases = setup_cases,
};

kunit_test_init_section_suites(&setup_suite);
