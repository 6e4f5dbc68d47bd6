/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A fake guest's driver: what it says to the port that it is connected to.
 *
 * set_up_guest() first, in each test.
 */
#ifndef NET_DRIVER_H
#define NET_DRIVER_H

#include "net/port.h"
#include "net_guest.h"

#define NEED_REPLY	8
#define VERSION		1
#define HEADER		12

/* A virtio network header's size */
#define NET_HEADER	12

extern struct net_guest guest;
extern struct net_port port;
/* The guest's ends: of its socket, of its request channel */
extern int sock, calls;

int say_raw(const void *data, size_t len, const int *fds, unsigned int count);
enum net_vhost_event say_fds(uint32_t request, uint32_t flags, const void *payload,
			     uint32_t size, const int *fds, unsigned int count);
enum net_vhost_event say(uint32_t request, const void *payload, uint32_t size);
enum net_vhost_event say_u64(uint32_t request, uint64_t value);
enum net_vhost_event say_state(uint32_t request, uint32_t index, uint32_t num);
uint64_t answer(void);
int connect_guest(void);
int set_memory(void);
int set_ring(unsigned int index);
int set_up_guest(void);
void describe(unsigned int ring, unsigned int index, uint32_t len, uint16_t flags);
struct net_frame *some_frame(unsigned char mark);

#endif /* NET_DRIVER_H */
