// SPDX-License-Identifier: GPL-2.0
/* The CPUs of the host that the controller and what it starts may use. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "serve/cpus.h"
#include "lib/util.h"

static int parse_cpu(const char **text, unsigned long *cpu)
{
	char *end;

	if (!isdigit((unsigned char)**text))
		return -EINVAL;
	*cpu = strtoul(*text, &end, 10);
	*text = end;
	return *cpu < CPU_SETSIZE ? 0 : -EINVAL;
}

/**
 * cpus_parse() - read a list of CPUs
 * @text: as taskset -c takes it: 0,2-3
 * @cpus: to be set; changed on error, too
 *
 * Return: 0, or -EINVAL.
 */
int cpus_parse(const char *text, cpu_set_t *cpus)
{
	unsigned long first, last;

	CPU_ZERO(cpus);
	do {
		if (parse_cpu(&text, &first))
			return -EINVAL;
		last = first;
		if (*text == '-') {
			text++;
			if (parse_cpu(&text, &last) || last < first)
				return -EINVAL;
		}
		for (; first <= last; first++)
			CPU_SET(first, cpus);
	} while (*text++ == ',');

	return text[-1] ? -EINVAL : 0;
}

/**
 * cpus_share_one() - stay on one of some CPUs, with all that is started later
 * @cpus: those that may be used
 *
 * That is the one that it runs on, if it is one of them.
 *
 * Return: 0, or -1 with errno: the host does not let it run on any of them.
 */
int cpus_share_one(const cpu_set_t *cpus)
{
	int here = sched_getcpu();
	cpu_set_t allowed, one;
	int cpu;

	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		return -1;
	CPU_AND(&allowed, &allowed, cpus);
	if (here >= 0 && CPU_ISSET(here, &allowed)) {
		cpu = here;
	} else {
		for (cpu = 0; cpu < CPU_SETSIZE && !CPU_ISSET(cpu, &allowed); cpu++)
			;
	}
	if (cpu == CPU_SETSIZE) {
		errno = EINVAL;
		return -1;
	}
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	return sched_setaffinity(0, sizeof(one), &one);
}
