# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2016,SC2153,SC2154 # see lib.sh; strings are the guest's
# What an idle guest does, and tracing, which shows it.

# ten hours; the stock kernel takes 49,704
idle_hours_take_few_interrupts()
{
	local before after
	guest 'grep hr.timer /proc/interrupts; sleep 36000; grep hr.timer /proc/interrupts'
	good
	{ read -r _ before _ && read -r _ after _; } <out
	between "timer interrupts" $((after - before)) 1 4999
	fast 36000
}
tt_case "inf-cpu" idle_hours_take_few_interrupts

the_timer_is_counted_as_an_interrupt()
{
	local before after
	guest 'grep hr.timer /proc/interrupts; sleep 1.5; grep hr.timer /proc/interrupts'
	good
	{ read -r _ before _ && read -r _ after _; } <out
	between "timer interrupts" $((after - before)) 1 1000
}
tt_case "inf-cpu basic off" the_timer_is_counted_as_an_interrupt

# An interrupt in which no timer expires is one that only the clockevent wanted
no_interrupt_comes_without_a_timer()
{
	guest 'cd /sys/kernel/tracing
		echo 8192 >buffer_size_kb
		sleep 1
		echo 1 >events/time_travel/time_travel_deliver/enable
		echo 1 >events/timer/hrtimer_expire_entry/enable
		sleep 36000
		echo 0 >tracing_on
		cat trace'
	good
	has_not out 'entries-in-buffer.*LOST'
	awk '/time_travel_deliver:/ {
			n++
			if (last != "") print "for nothing:", last
			last = $0
		}
		/hrtimer_expire_entry:/ { last = "" }
		END { print n, "events delivered" }' out >idle
	has_not idle 'for nothing'
	has idle '^[1-9][0-9][0-9]+ events delivered'
}
tt_case "inf-cpu" no_interrupt_comes_without_a_timer

tracepoints_show_a_sleep()
{
	guest 'cd /sys/kernel/tracing/events/time_travel
		for e in arm cancel advance deliver; do
			echo 1 >time_travel_$e/enable
			cat time_travel_$e/enable
		done
		sleep 1234
		echo 0 >enable
		cat ../../trace'
	good
	same "enabled" "$(head -n 4 out | paste -sd ' ')" "1 1 1 1"
	has out 'time_travel_arm:'
	has out 'time_travel_advance:'
	has out 'time_travel_deliver:'
	# fn=... time=... now=..., from=... to=... delta=...
	sed -n 's/.* time_travel_\([a-z]*\): /\1 /p' out | sed 's/=/ /g' >trace
	awk -v exact="$MODE" '
		function wrong(what) { print what ": " $0 }
		{ delete v; for (i = 2; i < NF; i += 2) v[$i] = $(i + 1) }
		$1 == "arm" { armed[v["event"]] = v["time"] }
		$1 == "advance" {
			if (v["from"] + v["delta"] != v["to"]) wrong("no sum")
			if (v["from"] < now) wrong("time goes back")
			now = v["to"]
			moved += v["delta"]
		}
		$1 == "deliver" {
			if (v["now"] < v["time"]) wrong("early")
			if (exact == "inf-cpu" && v["now"] != v["time"]) wrong("late")
			if (v["event"] in armed && armed[v["event"]] != v["time"])
				wrong("armed for " armed[v["event"]])
		}
		$1 != "advance" {
			if (v["now"] < now) wrong("time goes back")
			now = v["now"]
		}
		END { if (exact == "inf-cpu" && moved < 1234e9) wrong("only " moved " ns passed") }
	' trace >wrong
	[ ! -s wrong ] || { bad "inconsistent:"; show wrong; }
}
tt_case "inf-cpu basic" tracepoints_show_a_sleep

# The time stamp of an advance is a clock read as well
time_stamps_never_go_back()
{
	guest --append time-travel-read-cost=0 --append time-travel-syscall-cost=0 \
		--env PROGRAMS="$PROGRAMS" 'cd /sys/kernel/tracing
		echo mono >trace_clock
		echo 1 >events/time_travel/time_travel_advance/enable
		"$PROGRAMS/reads" edge || exit
		echo 0 >tracing_on
		cat trace'
	good
	has out 'time_travel_advance:'
	awk '/time_travel_advance:/ {
			stamp = $4 + 0
			if (stamp < last) print "after " last ": " $0
			last = stamp
		}' out >wrong
	[ ! -s wrong ] || { bad "time stamps go back:"; show wrong; }
}
tt_case "inf-cpu" time_stamps_never_go_back

# Nobody presses a key: the host's CPU is not burned, and the date is not years later
a_shell_at_its_prompt_waits_for_a_key()
{
	timeout -k 1 60 "$PYTHON" "$here/prompt.py" "$KERNEL" "$MODE" "$SECCOMP" >out 2>err || {
		bad "prompt.py:"
		show out
		show err
	}
	between "seconds that pass in one of the host's" \
		"$(sed -n 's/^simulated //p' out)" 0 1100
	between "CPU time a second, ms" "$(sed -n 's/^cpu //p' out)" 0 500
	has out '^slept well'
	between "a day's sleep, ms of the host" "$(sed -n 's/^host //p' out)" 0 20000
}
tt_case "inf-cpu basic" a_shell_at_its_prompt_waits_for_a_key

# Nothing but the kernel's own timers will ever expire. There is no directory for the socket
# of the management console, by which the host could wake it.
a_guest_that_can_never_go_on_ends()
{
	guest --append "time-travel-idle-limit=3 uml_dir=/proc/" \
		'sleep 172800; echo slept; perl -e "use POSIX; pause"'
	has out '^slept$'
	has err 'the kernel ended with status 3'
	has log 'nothing can happen any more'
	guest --append "time-travel-idle-limit=0 uml_dir=/proc/" 'sleep 864000'
	good
}
tt_case "inf-cpu basic" a_guest_that_can_never_go_on_ends

# Days after the limit, somebody presses Ctrl-Alt-Del at the management console.
a_guest_with_a_management_console_waits_for_it()
{
	"$PYTHON" "$here/mconsole.py" "$PWD" --cad-after 864000 >said 2>&1 &
	TMPDIR=$PWD guest --append "time-travel-idle-limit=3 noreboot" \
		'perl -e "use POSIX; pause"'
	wait
	good
	has log 'Restarting system'
	has_not log 'nothing can happen any more'
	[ "$failed" = 0 ] || show said
}
tt_case "inf-cpu basic" a_guest_with_a_management_console_waits_for_it
