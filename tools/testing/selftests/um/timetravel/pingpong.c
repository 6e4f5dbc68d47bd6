// SPDX-License-Identifier: GPL-2.0
/*
 * Two processes wake each other: each waits for the other's byte, sleeps, and
 * answers. Prints when each turn ended, folded into one number.
 */
#include <sys/wait.h>
#include "tt.h"

#define TURNS	1000
#define PING	(NS_PER_MS)
#define PONG	(1700 * NS_PER_US + 1)

static void other(int in, int out)
{
	char byte;

	while (read(in, &byte, 1) == 1) {
		sleep_ns(PONG);
		must(write(out, &byte, 1));
	}
	exit(0);
}

int main(void)
{
	int there[2], back[2], status;
	__u64 begin, folded = 0;
	pid_t child;
	char byte = 0;

	no_timer_slack();
	after_first_tick();
	must(pipe(there));
	must(pipe(back));
	child = must(fork());
	if (!child) {
		close(there[1]);
		other(there[0], back[1]);
	}

	begin = mono();
	for (int i = 0; i < TURNS; i++) {
		sleep_ns(PING);
		must(write(there[1], &byte, 1));
		if (must(read(back[0], &byte, 1)) != 1)
			wrong("the other has gone");
		folded = folded * 31 + mono();
	}
	on_time("the last turn", mono(), begin + TURNS * (PING + PONG));
	printf("%016llx\n", folded);

	close(there[1]);
	must(waitpid(child, &status, 0));
	same("status of the other", status, 0);
	return tt_result();
}
