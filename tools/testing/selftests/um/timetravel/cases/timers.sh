# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2016,SC2153,SC2154 # see lib.sh; strings are the guest's
# The timers and timeouts of user space, see timers.c, rtc.c, spin.c and waits.py.

timerfd_counts_each_expiry() { program timers -- timerfd; }
timerfd_on_the_wall_clock_expires_a_day_later() { program timers -- timerfd-day; }
interval_timer_signals_each_ms() { program timers -- itimer; }
alarm_tells_the_seconds_left() { program timers -- alarm; }
posix_timer_has_no_overrun() { program timers -- posix-monotonic; }
posix_timer_on_the_wall_clock_has_no_overrun() { program timers -- posix-realtime; }
posix_timer_counts_overruns() { program timers -- posix-overrun; }
poll_times_out() { program timers -- poll; }
select_times_out() { program timers -- select; }
epoll_times_out_after_a_day() { program timers -- epoll; }
futex_times_out() { program timers -- futex; }
sigtimedwait_times_out() { program timers -- sigtimedwait; }
tt_case "inf-cpu basic" timerfd_counts_each_expiry
tt_case "inf-cpu" timerfd_on_the_wall_clock_expires_a_day_later
tt_case "inf-cpu basic" interval_timer_signals_each_ms
tt_case "inf-cpu" alarm_tells_the_seconds_left
tt_case "inf-cpu basic" posix_timer_has_no_overrun
tt_case "inf-cpu" posix_timer_on_the_wall_clock_has_no_overrun
tt_case "inf-cpu basic" posix_timer_counts_overruns
tt_case "inf-cpu" poll_times_out
tt_case "inf-cpu" select_times_out
tt_case "inf-cpu basic" epoll_times_out_after_a_day
tt_case "inf-cpu" futex_times_out
tt_case "inf-cpu" sigtimedwait_times_out

rtc_alarm_comes_at_its_second() { program rtc -- alarm; }
rtc_alarm_of_old_kind_comes_at_its_second() { program rtc -- day-alarm; }
rtc_alarm_that_is_switched_off_never_comes() { program rtc -- off; }
second_rtc_alarm_replaces_the_first() { program rtc -- replace; }
rtc_alarm_comes_whatever_the_wall_clock_is_set_to() { program rtc -- wall; }
rtc_alarm_comes_beside_other_timers() { program rtc -- busy; }
tt_case "inf-cpu basic" rtc_alarm_comes_at_its_second
tt_case "inf-cpu" rtc_alarm_of_old_kind_comes_at_its_second
tt_case "inf-cpu basic" rtc_alarm_that_is_switched_off_never_comes
tt_case "inf-cpu basic" second_rtc_alarm_replaces_the_first
tt_case "inf-cpu basic" rtc_alarm_comes_whatever_the_wall_clock_is_set_to
tt_case "inf-cpu" rtc_alarm_comes_beside_other_timers

# In inf-cpu a process that computes takes no time: other tests look at that
signal_handler_runs_in_a_process_that_computes() { program spin -- signal; }
process_that_computes_is_preempted() { program spin -- preempt; }
processes_that_compute_share_the_cpu() { program spin -- share; }
tt_case "basic off" signal_handler_runs_in_a_process_that_computes
tt_case "basic off" process_that_computes_is_preempted
tt_case "basic" processes_that_compute_share_the_cpu

# Python reads clocks all the time, each read has its price, and each timer its slack
waits_of_python_take_as_long_as_they_say()
{
	local late=$((5 * NS))
	[ "$MODE" != inf-cpu ] || late=1000000
	guest --env "TT_LATE=$late" -- "$PYTHON" "$here/waits.py"
	good
	fast 90000
}
tt_case "inf-cpu basic" waits_of_python_take_as_long_as_they_say

python_sleeps_an_hour_on_the_wall_clock()
{
	guest --append "time-travel-start=$START" \
		"$PYTHON"' -c "import time; time.sleep(3600); print(time.ctime())"'
	good
	same "time.ctime()" "$(cat out)" "Tue Nov 14 23:13:20 2023"
	fast 3600
}
tt_case "inf-cpu basic" python_sleeps_an_hour_on_the_wall_clock
