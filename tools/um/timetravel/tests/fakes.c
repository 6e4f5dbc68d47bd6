// SPDX-License-Identifier: GPL-2.0
/*
 * Many clients in processes of their own, that sleep for times which only depend on
 * their IDs, or all for the same. Writes the order in which they ran, if it is asked to.
 *
 *	fakes --socket PATH [--count N] [--first ID] [--steps N] [--step NS] [--no-page]
 *	      [--random] [--log] [--time]
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/util.h"

struct plan {
	const char *socket;
	__u64 count, first, steps, step;
	bool no_page, random, log, time;
};

/* Numbers that look random, the same for each ID every time */
static __u64 next_random(__u64 *state)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return *state >> 33;
}

static __u64 next_step(const struct plan *plan, __u64 *state)
{
	if (!plan->random)
		return plan->step;
	/* few different times, so that many are equal */
	return (next_random(state) % 16) * plan->step;
}

static void say_time(const struct plan *plan, const struct clock_client *c, __u64 begin)
{
	printf("%.1f ns a hand-off, %.2f messages\n",
	       (double)(host_time() - begin) / (plan->steps * plan->count),
	       (double)c->messages / plan->steps);
}

/* By itself, if it may */
static int go_to(struct clock_client *c, __u64 time)
{
	if (clock_client_advance(c, time))
		return 0;
	if (clock_client_request(c, time) || clock_client_wait(c))
		return -1;
	return clock_client_run(c);
}

/*
 * The log is one write a line to a file that all append to: only one of them runs at a
 * time, so that the order of its lines is the order of running.
 */
static int run(const struct plan *plan, struct clock_client *c, __u64 id)
{
	__u64 state = id * 1000003, begin, i;
	char line[64];
	int n;

	if (clock_client_run(c))
		return -1;
	begin = host_time();
	c->messages = 0;
	for (i = 0; i < plan->steps; i++) {
		if (go_to(c, c->now + next_step(plan, &state)))
			return -1;
		n = snprintf(line, sizeof(line), "%llu %llu\n", (unsigned long long)c->now, id);
		if (plan->log && write(1, line, n) != n) {
			snprintf(c->why, sizeof(c->why), "the log: %s", strerror(errno));
			return -1;
		}
	}
	if (plan->time && id == plan->first)
		say_time(plan, c, begin);
	return 0;
}

static int one(const struct plan *plan, __u64 id)
{
	struct clock_client c;
	int rc = clock_client_join(&c, plan->socket, id, !plan->no_page);

	if (!rc)
		rc = run(plan, &c, id);
	if (rc)
		fprintf(stderr, "client %llu: %s\n", id, c.why);
	clock_client_leave(&c);
	return rc ? 1 : 0;
}

static int number(const char *text, __u64 *value)
{
	if (!parse_number(text, UINT64_MAX, value))
		return 0;
	fprintf(stderr, "fakes: '%s' is not one\n", text);
	return 2;
}

static int parse(struct plan *plan, int argc, char **argv)
{
	static const struct option options[] = {
		{ "socket", 1, NULL, 's' }, { "count", 1, NULL, 'c' }, { "first", 1, NULL, 'f' },
		{ "steps", 1, NULL, 'n' }, { "step", 1, NULL, 't' }, { "no-page", 0, NULL, 'm' },
		{ "random", 0, NULL, 'r' }, { "log", 0, NULL, 'l' }, { "time", 0, NULL, 'T' },
		{ }
	};
	int option, err = 0;

	while (!err && (option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		switch (option) {
		case 's':
			plan->socket = optarg;
			break;
		case 'c':
			err = number(optarg, &plan->count);
			break;
		case 'f':
			err = number(optarg, &plan->first);
			break;
		case 'n':
			err = number(optarg, &plan->steps);
			break;
		case 't':
			err = number(optarg, &plan->step);
			break;
		case 'm':
			plan->no_page = true;
			break;
		case 'r':
			plan->random = true;
			break;
		case 'l':
			plan->log = true;
			break;
		case 'T':
			plan->time = true;
			break;
		default:
			err = 2;
		}
	}
	return plan->socket ? err : 2;
}

int main(int argc, char **argv)
{
	struct plan plan = { .count = 1, .first = 1, .steps = 100, .step = 100000 };
	int status, failed = 0;
	__u64 i;

	if (parse(&plan, argc, argv))
		return 2;
	for (i = 0; i < plan.count; i++)
		if (!fork())
			_exit(one(&plan, plan.first + i) | fflush(stdout));
	while (wait(&status) > 0)
		failed |= status;
	return !!failed;
}
