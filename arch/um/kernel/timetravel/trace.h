/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM time_travel

#if !defined(__TIMETRAVEL_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define __TIMETRAVEL_TRACE_H

#include <linux/time-internal.h>
#include <linux/tracepoint.h>

DECLARE_EVENT_CLASS(time_travel_event,
		    TP_PROTO(const struct time_travel_event *e, u64 now),
		    TP_ARGS(e, now),
		    TP_STRUCT__entry(__field(const void *, event)
				     __field(void *, fn)
				     __field(u64, time)
				     __field(u64, now)
		    ),
		    TP_fast_assign(__entry->event = e;
				   __entry->fn = e->fn;
				   __entry->time = e->node.expires;
				   __entry->now = now;
		    ),
		    TP_printk("event=%p fn=%ps time=%llu now=%llu",
			      __entry->event, __entry->fn, __entry->time,
			      __entry->now)
);

/* An event was armed for @time. */
DEFINE_EVENT(time_travel_event, time_travel_arm,
	     TP_PROTO(const struct time_travel_event *e, u64 now),
	     TP_ARGS(e, now)
);

/* A pending event was deleted. */
DEFINE_EVENT(time_travel_event, time_travel_cancel,
	     TP_PROTO(const struct time_travel_event *e, u64 now),
	     TP_ARGS(e, now)
);

/* An event is about to run; @now is later than @time if interrupts were off. */
DEFINE_EVENT(time_travel_event, time_travel_deliver,
	     TP_PROTO(const struct time_travel_event *e, u64 now),
	     TP_ARGS(e, now)
);

/* Time moves. */
TRACE_EVENT(time_travel_advance,
	    TP_PROTO(u64 from, u64 to),
	    TP_ARGS(from, to),
	    TP_STRUCT__entry(__field(u64, from)
			     __field(u64, to)
	    ),
	    TP_fast_assign(__entry->from = from;
			   __entry->to = to;
	    ),
	    TP_printk("from=%llu to=%llu delta=%llu", __entry->from,
		      __entry->to, __entry->to - __entry->from)
);

#endif /* __TIMETRAVEL_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
