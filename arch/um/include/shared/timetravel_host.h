/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What simulated time asks of the host: a CPU, and for the external mode a socket to
 * the controller and the memory that it shares.
 */
#ifndef __UM_SHARED_TIMETRAVEL_HOST_H
#define __UM_SHARED_TIMETRAVEL_HOST_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stddef.h>
#include <sys/types.h>
#endif

/* os-Linux/timetravel.c */
int os_pin_cpu(int cpu);
int os_link_open(const char *path);
int os_link_send(int fd, const void *msg, size_t len);
ssize_t os_link_recv(int fd, void *msg, size_t len, int *fds, int n_fds);
int os_link_silent(int fd, int timeout_ms);
void os_link_close(int fd);
void *os_link_map(int fd, size_t *len);
void os_link_unmap(void *page, size_t len);

#endif /* __UM_SHARED_TIMETRAVEL_HOST_H */
