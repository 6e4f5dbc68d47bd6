/* SPDX-License-Identifier: GPL-2.0 */
/* The CPUs of the host that the controller and what it starts may use. */
#ifndef UMTT_CPUS_H
#define UMTT_CPUS_H

#include <sched.h>

int cpus_parse(const char *text, cpu_set_t *cpus);
int cpus_share_one(const cpu_set_t *cpus);

#endif /* UMTT_CPUS_H */
