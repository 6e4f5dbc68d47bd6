/* SPDX-License-Identifier: GPL-2.0 */
/* What the two halves of the vhost-user protocol share: messages, and requests. */
#ifndef NET_VHOST_REQ_H
#define NET_VHOST_REQ_H

#include "net/vhost/conn.h"
#include "lib/util.h"

/* Of a header */
#define NET_VHOST_VERSION	1
#define NET_VHOST_VERSION_MASK	3
#define NET_VHOST_REPLY		4
#define NET_VHOST_NEED_REPLY	8

/* A guest points to a ring */
#define NET_VHOST_VRING_KICK	35

/* net_vhost.c */
int net_vhost_refuse(struct net_vhost *v, const char *format, ...) __printf(2, 3);
int net_vhost_answer(struct net_vhost *v, const void *data, uint32_t size);

/* net_vhost_req.c */
int net_vhost_request(struct net_vhost *v);
int net_vhost_acknowledge(struct net_vhost *v, bool ok);

#endif /* NET_VHOST_REQ_H */
