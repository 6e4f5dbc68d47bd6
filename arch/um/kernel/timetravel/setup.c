// SPDX-License-Identifier: GPL-2.0
/*
 * The command line is read before the kernel starts, so that time is right from its
 * first instruction on, and a wrong option can simply end the process.
 */
#include <linux/init.h>
#include <linux/kstrtox.h>
#include <linux/string.h>
#include <linux/un.h>
#include <init.h>
#include <kern.h>
#include <os.h>
#include <timetravel_host.h>
#include "charge.h"
#include "guard.h"
#include "modes.h"
#include "setup.h"
#include "strict.h"
#include "stuck.h"

const struct tt_mode tt_off = {
	.name = "off",
	.id = TT_MODE_OFF,
};

static const struct tt_mode *const tt_modes[] = {
	&tt_off, &tt_basic, &tt_infcpu,
};

static int __init refuse(char *why, const char *reason)
{
	strscpy(why, reason, TT_WHY_LEN);
	return -EINVAL;
}

static int __init parse_number(u64 *value, const char *unit, const char *arg,
			       u64 max, char *why)
{
	u64 ns;

	if (!kstrtou64(arg, 0, &ns) && ns <= max) {
		*value = ns;
		return 0;
	}

	snprintf(why, TT_WHY_LEN, "want a number of %s, 0 to %llu", unit, max);
	return -EINVAL;
}

static int __init parse_start(struct tt_options *o, const char *arg, char *why)
{
	int err = parse_number(&o->wall, "ns", arg, TT_WALL_MAX, why);

	if (!err)
		o->wall_set = true;
	return err;
}

static int __init parse_read_cost(struct tt_options *o, const char *arg,
				  char *why)
{
	return parse_number(&o->read_cost, "ns", arg, TT_COST_MAX, why);
}

static int __init parse_syscall_cost(struct tt_options *o, const char *arg,
				     char *why)
{
	return parse_number(&o->syscall_cost, "ns", arg, TT_COST_MAX, why);
}

static int __init parse_spin_patience(struct tt_options *o, const char *arg,
				      char *why)
{
	return parse_number(&o->spin_patience, "ms", arg, TT_SPIN_PATIENCE_MAX,
			    why);
}

static int __init parse_idle_limit(struct tt_options *o, const char *arg,
				   char *why)
{
	return parse_number(&o->idle_limit, "days", arg, TT_IDLE_LIMIT_MAX,
			    why);
}

static int __init parse_pace(struct tt_options *o, const char *arg, char *why)
{
	return parse_number(&o->pace, "times the host's time", arg,
			    TT_PACE_MAX, why);
}

static int __init parse_cpu(struct tt_options *o, const char *arg, char *why)
{
	u64 cpu;

	if (!strcmp(arg, "any")) {
		o->cpu = TT_CPU_ANY;
		return 0;
	}
	if (kstrtou64(arg, 0, &cpu) || cpu > INT_MAX)
		return refuse(why, "want the number of a CPU of the host, or any");

	o->cpu = cpu;
	return 0;
}

static int __init parse_strict(struct tt_options *o, const char *arg, char *why)
{
	if (*arg)
		return refuse(why, "takes no value");

	o->strict = true;
	return 0;
}

static int __init parse_hang_limit(struct tt_options *o, const char *arg,
				   char *why)
{
	int err = parse_number(&o->hang_limit, "s", arg, TT_HANG_LIMIT_MAX,
			       why);

	if (!err)
		o->hang_limit_set = true;
	return err;
}

static bool __init get_number(const char *arg, size_t len, u64 *number)
{
	/* octal is the longest */
	char digits[sizeof("0") + 64 / 3 + 1];

	if (len >= sizeof(digits))
		return false;

	strscpy(digits, arg, len + 1);
	return !kstrtou64(digits, 0, number);
}

static int __init parse_external(struct tt_options *o, const char *arg,
				 char *why)
{
	const char *socket = arg, *colon = strchr(arg, ':');
	u64 id = ~0ULL;

	if (colon) {
		if (!get_number(arg, colon - arg, &id))
			return refuse(why, "what is before the colon is no 64-bit number");
		socket = colon + 1;
	}

	if (!*socket)
		return refuse(why, "want ext:SOCKET or ext:ID:SOCKET");
	if (strlen(socket) >= sizeof(o->ext.socket))
		return refuse(why, "the path of the socket has more than 107 characters");

	strscpy(o->ext.socket, socket, sizeof(o->ext.socket));
	o->ext.id = id;
	o->mode = &tt_ext;
	return 0;
}

static const char *const tt_lost_names[] __initconst = {
	[TT_LOST_POWEROFF] = "poweroff",
	[TT_LOST_DETACH] = "detach",
	[TT_LOST_PANIC] = "panic",
};

static int __init parse_lost(struct tt_options *o, const char *arg, char *why)
{
	int i = match_string(tt_lost_names, ARRAY_SIZE(tt_lost_names), arg);

	if (i < 0)
		return refuse(why, "want poweroff, detach or panic");

	o->ext.lost = i;
	return 0;
}

static int __init parse_mode(struct tt_options *o, const char *arg, char *why)
{
	size_t ext = str_has_prefix(arg, "ext:");
	int i;

	if (ext)
		return parse_external(o, arg + ext, why);

	for (i = 0; i < ARRAY_SIZE(tt_modes); i++) {
		if (!strcmp(arg, tt_modes[i]->name)) {
			o->mode = tt_modes[i];
			return 0;
		}
	}

	return refuse(why, "no such mode, there are basic, inf-cpu, off and ext:[ID:]SOCKET");
}

static const struct {
	const char *name;
	int (*parse)(struct tt_options *o, const char *value, char *why);
} tt_option_names[] = {
	{ "=", parse_mode },
	{ "-start=", parse_start },
	{ "-read-cost=", parse_read_cost },
	{ "-syscall-cost=", parse_syscall_cost },
	{ "-spin-patience=", parse_spin_patience },
	{ "-strict", parse_strict },
	{ "-hang-limit=", parse_hang_limit },
	{ "-idle-limit=", parse_idle_limit },
	{ "-pace=", parse_pace },
	{ "-cpu=", parse_cpu },
	{ "-lost=", parse_lost },
};

static int __init refuse_option(char *why)
{
	size_t n = scnprintf(why, TT_WHY_LEN, "want time-travel[=MODE], or");
	int i;

	for (i = 1; i < ARRAY_SIZE(tt_option_names); i++)
		n += scnprintf(why + n, TT_WHY_LEN - n, "%s %s",
			       i > 1 ? "," : "", tt_option_names[i].name);
	return -EINVAL;
}

/**
 * tt_parse() - parse one option
 * @o: options, changed as @arg says; unchanged on error
 * @arg: the option, without the "time-travel" that it begins with
 * @why: what is wrong with it and what is right, %TT_WHY_LEN bytes
 *
 * Context: boot.
 * Return: 0 or -EINVAL.
 */
int __init tt_parse(struct tt_options *o, const char *arg, char *why)
{
	size_t n;
	int i;

	if (!*arg)
		return parse_mode(o, "basic", why);

	for (i = 0; i < ARRAY_SIZE(tt_option_names); i++) {
		n = str_has_prefix(arg, tt_option_names[i].name);
		if (n)
			return tt_option_names[i].parse(o, arg + n, why);
	}

	return refuse_option(why);
}

/**
 * tt_check() - check options against each other
 * @o: all of them
 * @why: what is wrong and what is right, %TT_WHY_LEN bytes
 *
 * Context: boot.
 * Return: 0 or -EINVAL.
 */
int __init tt_check(const struct tt_options *o, char *why)
{
	if (o->strict && !o->mode->stands_still)
		return refuse(why,
			      "-strict: want time-travel=inf-cpu or ext:[ID:]SOCKET with it, as other modes depend on the host's clock");
	if (o->hang_limit_set && !o->strict)
		return refuse(why,
			      "-hang-limit: want time-travel-strict with it, as nothing is a hang without");
	return 0;
}

static struct tt_options options __initdata = {
	.mode = &tt_off,
	.read_cost = TT_READ_COST,
	.syscall_cost = TT_SYSCALL_COST,
	.spin_patience = TT_SPIN_PATIENCE,
	.hang_limit = TT_HANG_LIMIT,
	.cpu = TT_CPU_HERE,
	.idle_limit = TT_IDLE_LIMIT,
};

static int __init time_travel_setup(char *arg, int *add)
{
	char why[TT_WHY_LEN];

	if (tt_parse(&options, arg, why)) {
		os_warn("time-travel%.64s: %s\n", arg, why);
		exit(1);
	}

	return 1;
}

__uml_setup("time-travel", time_travel_setup,
	    "time-travel\n"
	    "time-travel=basic\n"
	    "    Simulated time: when all is idle, the clock skips to the next timer. While\n"
	    "    something computes, the clock runs like that of the host.\n\n"
	    "time-travel=inf-cpu\n"
	    "    Simulated time in which computing takes no time, as if the CPU was\n"
	    "    infinitely fast. Timers, delays, clock reads and system calls move it, so it\n"
	    "    does not depend on the host.\n\n"
	    "time-travel=ext:[ID:]SOCKET\n"
	    "    The same, on the clock of a controller that other kernels share. ID is any\n"
	    "    number that tells them apart.\n\n"
	    "time-travel-lost=poweroff|detach|panic\n"
	    "    What to do when that controller is gone: power off in an orderly way, which\n"
	    "    is the default, continue alone, or panic.\n\n"
	    "time-travel=off\n"
	    "    The host's clock. The default.\n\n"
	    "time-travel-start=<ns>\n"
	    "    The wall clock at boot, in ns since 1970, instead of the host's.\n\n"
	    "time-travel-read-cost=<ns>\n"
	    "    How long a clock read takes with inf-cpu and ext, 256 if not given. It lets\n"
	    "    programs that poll the clock make progress.\n\n"
	    "time-travel-syscall-cost=<ns>\n"
	    "    How long any other system call takes with inf-cpu and ext, 1000 if not\n"
	    "    given.\n\n"
	    "time-travel-spin-patience=<ms>\n"
	    "    A process that computes for so long, in CPU time of the host, without a\n"
	    "    system call or a fault is preempted with inf-cpu and ext. When all that can\n"
	    "    run have been, ticks go at the pace of the host. 1000 if not given, 0 for\n"
	    "    never.\n\n"
	    "time-travel-strict\n"
	    "    Nothing may depend on the host, with inf-cpu and ext: no such process is\n"
	    "    preempted or gets ticks, and input from the host (a key, a packet) ends the\n"
	    "    guest with status 5.\n\n"
	    "time-travel-hang-limit=<s>\n"
	    "    With time-travel-strict, so much CPU time of the host without a system call\n"
	    "    or a fault is a hang, and ends the guest with status 5. 60 if not given, 0\n"
	    "    for never.\n\n"
	    "time-travel-idle-limit=<days>\n"
	    "    After so many days of simulated time in which no process has run, if nothing\n"
	    "    on the host can wake one, the guest ends with status 3. 7300 if not given, 0\n"
	    "    for never.\n\n"
	    "time-travel-cpu=<number>|any\n"
	    "    With simulated time, the kernel and all that it starts stay on one CPU of\n"
	    "    the host, as they never run at the same time: this one, or the host's\n"
	    "    choice. If not given, the one that the kernel is started on, or one that\n"
	    "    no other guest of the user is on.\n\n"
	    "time-travel-pace=<times>\n"
	    "    While a process waits for a key, time is at most so many times as fast as\n"
	    "    the host's. No limit if not given or 0.\n\n"
	    );

/* Handled by __uml_setup(); hide from init. */
static int __init time_travel_known(char *arg)
{
	return 1;
}
__setup("time-travel", time_travel_known);

/*
 * User space and the kernel take turns. On two CPUs each turn would wake a CPU that
 * sleeps, which takes longer than most system calls.
 */
static void __init start_cpu(const struct tt_options *o)
{
	int err;

	if (o->mode == &tt_off || o->cpu == TT_CPU_ANY)
		return;

	err = os_pin_cpu(o->cpu);
	if (err && o->cpu != TT_CPU_HERE) {
		os_warn("time-travel-cpu=%d: this process may not run there (error %d); want one of those that 'taskset -cp $$' shows, or any\n",
			o->cpu, -err);
		exit(1);
	}
}

/* After the last option, and before the kernel starts */
static int __init time_travel_start(void)
{
	const struct tt_mode *mode = options.mode;
	struct tt_core *core = &time_travel_core;
	char why[TT_WHY_LEN];

	if (tt_check(&options, why)) {
		os_warn("time-travel%s\n", why);
		exit(1);
	}

	start_cpu(&options);
	time_travel_charge.read_cost = options.read_cost;
	time_travel_charge.syscall_cost = options.syscall_cost;
	tt_ext_options = options.ext;
	tt_core_init(core, mode, &time_travel_charge, options.wall);
	if (!options.wall_set)
		tt_core_set_wall(core, mode->wall ? mode->wall(core) :
						    os_persistent_clock_emulation());

	time_travel_stuck.limit = options.idle_limit * 24 * 3600 * NSEC_PER_SEC;
	time_travel_stuck.pace = options.pace;
	time_travel_strict = options.strict;
	time_travel_guard.on = mode->stands_still;
	time_travel_guard.strict = options.strict;
	time_travel_guard.patience = options.spin_patience * NSEC_PER_MSEC;
	time_travel_guard.hang_limit = options.hang_limit * NSEC_PER_SEC;

	/* last: this begins simulated time */
	time_travel_mode = mode->id;
	return 0;
}

__uml_postsetup(time_travel_start);
