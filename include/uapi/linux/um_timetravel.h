/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The external time protocol of User-Mode Linux: how kernels and simulated
 * devices (clients) share the clock of one controller.
 */
#ifndef _UAPI_LINUX_UM_TIMETRAVEL_H
#define _UAPI_LINUX_UM_TIMETRAVEL_H

#include <linux/types.h>

/**
 * DOC: Overview
 *
 * A client connects to the controller's unix stream socket and sends START.
 * Of all clients only one runs at a time. The others have each asked for a
 * time at which they want to go on (REQUEST) and have given the processor away
 * (WAIT). The controller lets the one with the earliest request go on (RUN),
 * and time is what that request said.
 *
 * Both directions carry &struct um_timetravel_msg and nothing else, in the
 * byte order of the host. A message other than ACK is answered by an ACK that
 * repeats its sequence number.
 *
 * The answer to START can bring a page of shared memory. A client that uses it
 * reads the time there, puts its request there, and neither sends an ACK for
 * RUN nor expects one for WAIT. All times in the page count from the start of
 * the controller. Without the page a client's time starts at zero when it
 * joins, and the controller converts.
 */

/**
 * struct um_timetravel_msg - the one message of the protocol
 */
struct um_timetravel_msg {
	/** @op: what is said, one of &enum um_timetravel_ops */
	__u32 op;

	/** @seq: chosen by who asks, repeated by who answers */
	__u32 seq;

	/** @time: a time in ns, or what @op makes of it */
	__u64 time;
};

/** define UM_TIMETRAVEL_MAX_FDS - descriptors that one message can bring */
#define UM_TIMETRAVEL_MAX_FDS 2

/**
 * enum um_timetravel_shared_mem_fds - descriptors that come with START's ACK
 */
enum um_timetravel_shared_mem_fds {
	/** @UM_TIMETRAVEL_SHARED_MEMFD: the shared page */
	UM_TIMETRAVEL_SHARED_MEMFD,
	/** @UM_TIMETRAVEL_SHARED_LOGFD: a log that all clients may append to */
	UM_TIMETRAVEL_SHARED_LOGFD,
	/** @UM_TIMETRAVEL_SHARED_MAX_FDS: how many there are */
	UM_TIMETRAVEL_SHARED_MAX_FDS,
};

/**
 * enum um_timetravel_start_ack - parts of the time field of START's ACK
 */
enum um_timetravel_start_ack {
	/**
	 * @UM_TIMETRAVEL_START_ACK_ID: mask of the client's slot in the
	 *	shared page
	 */
	UM_TIMETRAVEL_START_ACK_ID = 0xffff,
};

/**
 * enum um_timetravel_ops - what a message says
 */
enum um_timetravel_ops {
	/**
	 * @UM_TIMETRAVEL_ACK: answers the message with the same sequence
	 *	number; the time field is the answer to GET, GET_TOD and START
	 *	and means nothing otherwise (both directions)
	 */
	UM_TIMETRAVEL_ACK		= 0,

	/**
	 * @UM_TIMETRAVEL_START: a client joins; the time field is an ID of
	 *	the user's choice, all ones for none. The answer comes when the
	 *	client may run (client to controller)
	 */
	UM_TIMETRAVEL_START		= 1,

	/**
	 * @UM_TIMETRAVEL_REQUEST: wants to run at this time. A client has one
	 *	request: a new one replaces the old. May also be sent while
	 *	waiting (client to controller)
	 */
	UM_TIMETRAVEL_REQUEST		= 2,

	/**
	 * @UM_TIMETRAVEL_WAIT: gives the processor away until RUN
	 *	(client to controller)
	 */
	UM_TIMETRAVEL_WAIT		= 3,

	/**
	 * @UM_TIMETRAVEL_GET: asks what time it is (client to controller)
	 */
	UM_TIMETRAVEL_GET		= 4,

	/**
	 * @UM_TIMETRAVEL_UPDATE: tells how far the client that runs has come,
	 *	before it does anything that others can see
	 *	(client to controller)
	 */
	UM_TIMETRAVEL_UPDATE		= 5,

	/**
	 * @UM_TIMETRAVEL_RUN: the request is granted and this is its time
	 *	(controller to client)
	 */
	UM_TIMETRAVEL_RUN		= 6,

	/**
	 * @UM_TIMETRAVEL_FREE_UNTIL: the client that runs need not ask again
	 *	for any time before this one; forgotten at its next WAIT
	 *	(controller to client)
	 */
	UM_TIMETRAVEL_FREE_UNTIL	= 7,

	/**
	 * @UM_TIMETRAVEL_GET_TOD: asks for the wall clock, in ns since 1970
	 *	(client to controller)
	 */
	UM_TIMETRAVEL_GET_TOD		= 8,

	/**
	 * @UM_TIMETRAVEL_BROADCAST: 64 bits for everybody; the controller
	 *	passes them on to all other clients (both directions)
	 */
	UM_TIMETRAVEL_BROADCAST		= 9,
};

/** define UM_TIMETRAVEL_SCHEDSHM_VERSION - layout of the shared page below */
#define UM_TIMETRAVEL_SCHEDSHM_VERSION 2

/**
 * enum um_timetravel_schedshm_cap - what a client can do with the shared page
 *
 * Valid from the client's first message after START.
 */
enum um_timetravel_schedshm_cap {
	/**
	 * @UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE: reads the time and puts its
	 *	request in the page; sends no ACK for RUN, expects none for WAIT
	 */
	UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE = 0x1,
};

/**
 * enum um_timetravel_schedshm_flags - state of a client in the shared page
 */
enum um_timetravel_schedshm_flags {
	/**
	 * @UM_TIMETRAVEL_SCHEDSHM_FLAGS_REQ_RUN: req_time is a request.
	 *	A client may set this only while the slot in running_id has
	 *	%UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE; else it sends REQUEST
	 */
	UM_TIMETRAVEL_SCHEDSHM_FLAGS_REQ_RUN = 0x1,
};

/**
 * union um_timetravel_schedshm_client - one slot of the shared page
 *
 * The controller has slot 0. A slot is written by the client that owns it.
 *
 * @capa: &enum um_timetravel_schedshm_cap, set once, after START is answered
 * @flags: &enum um_timetravel_schedshm_flags
 * @req_time: when the client wants to run, in the controller's time (ns)
 * @name: the ID that came with START
 * @reserve: makes each slot 128 bytes; what is not named above is zero
 */
union um_timetravel_schedshm_client {
	struct {
		__u32 capa;
		__u32 flags;
		__u64 req_time;
		__u64 name;
	};
	char reserve[128];
};

/**
 * struct um_timetravel_schedshm - the shared page
 *
 * Each field is aligned to its size, so that nobody has to pack anything.
 *
 * @version: %UM_TIMETRAVEL_SCHEDSHM_VERSION, set once by the controller; a
 *	client that finds another number goes on without the page
 * @len: size of all of this in bytes, @clients included; a client maps the
 *	header first, and then this many bytes
 * @free_until: the earliest request of anybody else: the client that runs may
 *	go on by itself as long as it stays before it. Whoever puts an earlier
 *	request into its slot while another client runs, lowers this too
 * @current_time: written by the client that runs
 * @running_id: slot of the client that runs, 0 for the controller itself; set
 *	before that client is told
 * @max_clients: number of slots
 * @hdr: makes the header one page
 * @clients: the slots
 */
struct um_timetravel_schedshm {
	union {
		struct {
			__u32 version;
			__u32 len;
			__u64 free_until;
			__u64 current_time;
			__u16 running_id;
			__u16 max_clients;
		};
		char hdr[4096];
	};
	union um_timetravel_schedshm_client clients[];
};

#endif /* _UAPI_LINUX_UM_TIMETRAVEL_H */
