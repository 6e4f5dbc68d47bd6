/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A capture file in pcapng: one interface a port, stamps in ns of simulated time since
 * the start. The same simulation gives the same bytes.
 */
#ifndef NET_PCAPNG_H
#define NET_PCAPNG_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
 * enum net_pcapng_dir - which way a frame went at the port
 * @NET_PCAPNG_IN: from the guest behind the port
 * @NET_PCAPNG_OUT: to it
 */
enum net_pcapng_dir {
	NET_PCAPNG_IN = 1,
	NET_PCAPNG_OUT = 2,
};

int net_pcapng_begin(FILE *file);
int net_pcapng_interface(FILE *file, const char *name);
int net_pcapng_frame(FILE *file, unsigned int interface, enum net_pcapng_dir dir,
		     uint64_t ns, const void *data, uint32_t len);

#endif /* NET_PCAPNG_H */
