/* SPDX-License-Identifier: GPL-2.0 */
/* What umtt serve is told on its command line. */
#ifndef UMTT_SERVE_OPTIONS_H
#define UMTT_SERVE_OPTIONS_H

#include "serve/cpus.h"
#include "sim/sim.h"

/**
 * struct serve_options - what the user chose
 * @sim: what the simulation is to do
 * @socket: where clients come to, NULL for the default
 * @program: what to start, NULL for nothing
 * @logs: directory for output of what is started
 * @trace: the trace file, NULL for none
 * @timeout: host time in ns, 0 for no limit
 * @cpus: CPUs of the host that may be used, if @some_cpus
 * @some_cpus: only those in @cpus
 * @any_cpu: the choice is the host's
 * @stats: tell figures at the end
 */
struct serve_options {
	struct sim_options sim;
	const char *socket;
	char **program;
	const char *logs;
	const char *trace;
	__u64 timeout;
	cpu_set_t cpus;
	bool some_cpus;
	bool any_cpu;
	bool stats;
};

void serve_options_parse(struct serve_options *options, int argc, char **argv);

#endif /* UMTT_SERVE_OPTIONS_H */
