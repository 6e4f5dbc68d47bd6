// SPDX-License-Identifier: GPL-2.0
/* include/uapi/linux/um_timetravel.h is an ABI: sizes, offsets, values. C and C++. */
#include <linux/um_timetravel.h>
#include <stddef.h>

#ifndef __cplusplus
#define static_assert _Static_assert
#endif

#define SIZE(type, n)		static_assert(sizeof(type) == (n), "size of " #type)
#define OFFSET(type, member, n)	static_assert(offsetof(type, member) == (n), #type "." #member)
#define VALUE(name, n)		static_assert((name) == (n), "value of " #name)

typedef struct um_timetravel_msg msg;
SIZE(msg, 16);
OFFSET(msg, op, 0);
OFFSET(msg, seq, 4);
OFFSET(msg, time, 8);

typedef union um_timetravel_schedshm_client client;
SIZE(client, 128);
OFFSET(client, capa, 0);
OFFSET(client, flags, 4);
OFFSET(client, req_time, 8);
OFFSET(client, name, 16);

typedef struct um_timetravel_schedshm page;
SIZE(page, 4096);
OFFSET(page, version, 0);
OFFSET(page, len, 4);
OFFSET(page, free_until, 8);
OFFSET(page, current_time, 16);
OFFSET(page, running_id, 24);
OFFSET(page, max_clients, 26);
OFFSET(page, requests, 28);
OFFSET(page, clients, 4096);

VALUE(UM_TIMETRAVEL_MAX_FDS, 2);
VALUE(UM_TIMETRAVEL_SHARED_MEMFD, 0);
VALUE(UM_TIMETRAVEL_SHARED_LOGFD, 1);
VALUE(UM_TIMETRAVEL_SHARED_MAX_FDS, 2);
VALUE(UM_TIMETRAVEL_START_ACK_ID, 0xffff);
VALUE(UM_TIMETRAVEL_ACK, 0);
VALUE(UM_TIMETRAVEL_START, 1);
VALUE(UM_TIMETRAVEL_REQUEST, 2);
VALUE(UM_TIMETRAVEL_WAIT, 3);
VALUE(UM_TIMETRAVEL_GET, 4);
VALUE(UM_TIMETRAVEL_UPDATE, 5);
VALUE(UM_TIMETRAVEL_RUN, 6);
VALUE(UM_TIMETRAVEL_FREE_UNTIL, 7);
VALUE(UM_TIMETRAVEL_GET_TOD, 8);
VALUE(UM_TIMETRAVEL_BROADCAST, 9);
VALUE(UM_TIMETRAVEL_LEAVE, 10);
VALUE(UM_TIMETRAVEL_LEAVE_NOW, 0);
VALUE(UM_TIMETRAVEL_LEAVE_ANNOUNCED, 1);
VALUE(UM_TIMETRAVEL_SCHEDSHM_VERSION, 2);
VALUE(UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE, 1);
VALUE(UM_TIMETRAVEL_SCHEDSHM_CAP_COUNT, 2);
VALUE(UM_TIMETRAVEL_SCHEDSHM_FLAGS_REQ_RUN, 1);
