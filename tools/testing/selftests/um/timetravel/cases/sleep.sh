# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2016,SC2153,SC2154 # see lib.sh; strings are the guest's
# Waits of programs that everybody has.

# elapsed: hundredths of seconds between two /proc/uptime in out
elapsed()
{
	local before after
	{ read -r before _ && read -r after _; } < <(grep -E '^[0-9]+\.[0-9]+ ' out)
	echo $(($(centiseconds "$after") - $(centiseconds "$before")))
}

# takes COMMAND SECONDS: in the guest, with what two processes may need in basic, and
# the slack that the kernel gives each timer
takes()
{
	guest "cat /proc/uptime; $1; echo \"status \$?\"; cat /proc/uptime"
	good
	between "'$1', 1/100 s" "$(elapsed)" $(($2 * 100)) \
		$(($2 * 100 + 2 + $(late "$MODE") / 10000000))
	fast "$2"
}

sleep_of_a_day_takes_a_day() { takes 'sleep 86400' 86400; }
tt_case "inf-cpu basic" sleep_of_a_day_takes_a_day

sleep_of_fractions_takes_their_sum()
{
	takes 'sleep 0.25; sleep 0.125; sleep .625; for i in 1 2 3 4; do sleep .25; done' 2
}
tt_case "inf-cpu" sleep_of_fractions_takes_their_sum

timeout_ends_what_takes_too_long()
{
	takes 'timeout 5 sleep 100' 5
	has out '^status 124$'
}
tt_case "inf-cpu" timeout_ends_what_takes_too_long

real_time_is_not_skipped()
{
	guest 'cat /proc/uptime; sleep 1; cat /proc/uptime'
	good
	between "sleep 1, 1/100 s" "$(elapsed)" 100 $((100 + $(late off) / 10000000))
	between "host time, ms" "$host_ms" 1000 60000
}
tt_case "off" real_time_is_not_skipped

the_first_sleep_of_a_boot_is_exact() { program sleeps -- first; }
tt_case "inf-cpu" the_first_sleep_of_a_boot_is_exact

# a thousand sleeps of 1 ms, in basic for as long as the host needs
nanosleep_loop_is_exact() { program sleeps -- nanosleep; }
tt_case "inf-cpu basic" nanosleep_loop_is_exact

usleep_loop_is_exact() { program sleeps -- usleep; }
tt_case "inf-cpu basic" usleep_loop_is_exact

sleep_until_a_monotonic_time_is_exact() { program sleeps -- absolute-monotonic; }
tt_case "inf-cpu basic" sleep_until_a_monotonic_time_is_exact

sleep_until_a_wall_clock_time_is_exact() { program sleeps -- absolute-realtime; }
tt_case "inf-cpu" sleep_until_a_wall_clock_time_is_exact

sleep_until_a_boot_time_is_exact() { program sleeps -- absolute-boottime; }
tt_case "inf-cpu" sleep_until_a_boot_time_is_exact

sleep_until_the_past_is_no_sleep() { program sleeps -- past; }
tt_case "inf-cpu basic" sleep_until_the_past_is_no_sleep

interrupted_nanosleep_tells_what_is_left() { program sleeps -- interrupted; }
tt_case "inf-cpu basic" interrupted_nanosleep_tells_what_is_left

two_processes_wake_each_other_1000_times()
{
	local first='' run
	for run in 1 2 3; do
		program pingpong --
		[ -n "$first" ] || first=$(cat out)
		same "the turns of run $run" "$(cat out)" "$first"
		[ "$MODE" = inf-cpu ] || break
	done
}
tt_case "inf-cpu basic" two_processes_wake_each_other_1000_times
