# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2016,SC2153,SC2154 # see lib.sh; strings are the guest's
# Clocks: the wall clock, that they all agree, what reading them costs.

# seconds of the wall clock and of /proc/uptime at the same moment
DATE_AND_UPTIME='read -r up rest </proc/uptime; echo "$(date +%s) $up"'

date_is_start_plus_uptime()
{
	local date up
	guest --append "time-travel-start=$START" "$DATE_AND_UPTIME; sleep 1000.5; $DATE_AND_UPTIME"
	good
	same "lines" "$(wc -l <out)" 2
	while read -r date up; do
		# in basic a second may begin between the two
		between "date - start - uptime" \
			$((date - START / NS - $(centiseconds "$up") / 100)) 0 \
			$((1 + $(late "$MODE") / NS))
	done <out
	[ "$MODE" != inf-cpu ] || {
		same "date at boot" "$(sed -n '1s/ .*//p' out)" 1700000000
		same "date after sleep" "$(sed -n '2s/ .*//p' out)" 1700001000
	}
}
tt_case "inf-cpu basic" date_is_start_plus_uptime

start_can_be_any_time()
{
	local start
	for start in 0 1 500000000 4102444800000000000 0x1000000000; do
		guest --append "time-travel-start=$start" 'date +%s'
		good
		same "date with time-travel-start=$start" "$(cat out)" $((start / NS))
	done
}
tt_case "inf-cpu" start_can_be_any_time

start_without_a_mode_changes_nothing()
{
	local begin
	begin=$(date +%s)
	guest --append "time-travel-start=$START" 'date +%s'
	good
	between "date" "$(cat out)" "$begin" "$(date +%s)"
}
tt_case "off" start_without_a_mode_changes_nothing

date_at_boot_is_that_of_the_host()
{
	local begin
	begin=$(date +%s)
	guest 'date +%s'
	good
	between "date" "$(cat out)" "$begin" "$(date +%s)"
}
tt_case "inf-cpu basic off" date_at_boot_is_that_of_the_host

day=86400

agree_after()	# SECONDS...
{
	program clocks --append "time-travel-start=$START" --env "TT_START=$START" -- "$@"
}

all_clocks_agree_after_idle_time() { agree_after 1 $day $((30 * day)); }
tt_case "inf-cpu basic" all_clocks_agree_after_idle_time

all_clocks_agree_after_a_year() { agree_after $((365 * day)); }
tt_case "inf-cpu" all_clocks_agree_after_a_year

all_clocks_agree_after_20_years()
{
	GUEST_TIMEOUT=3000
	agree_after $((365 * 20 * day))
}
slow_case "inf-cpu basic" all_clocks_agree_after_20_years

all_clocks_agree_on_real_time() { program clocks -- 1; }
tt_case "off" all_clocks_agree_on_real_time

read_costs()	# NS
{
	guest --append "time-travel-read-cost=$1 time-travel-syscall-cost=0" \
		--env "TT_COST=$1" -- "$PROGRAMS/reads" cost
	good
}
each_read_costs_what_was_asked_for() { read_costs 1000; read_costs 1; read_costs 1000000; }
tt_case "inf-cpu" each_read_costs_what_was_asked_for

each_read_costs_256_ns_if_not_told()
{
	guest --env TT_COST=256 -- "$PROGRAMS/reads" cost
	good
}
tt_case "inf-cpu" each_read_costs_256_ns_if_not_told

free_reads_see_time_stand_still() { program reads -- still; }
tt_case "inf-cpu" free_reads_see_time_stand_still

time_never_goes_back()
{
	guest -- "$PROGRAMS/reads" backwards
	good
}
tt_case "inf-cpu basic" time_never_goes_back

time_never_goes_back_where_reads_are_free() { program reads -- backwards; }
tt_case "inf-cpu" time_never_goes_back_where_reads_are_free

clocks_have_their_names()
{
	local source=time-travel-clock event=time-travel-timer
	case $MODE in
	inf-cpu) event=time-travel-timer-infcpu ;;
	off) source=timer event=posix-timer ;;
	esac
	guest 'cd /sys/devices/system
		cat clocksource/*0/current_clocksource clockevents/*0/current_device'
	good
	same "clocksource and clockevent" "$(paste -sd ' ' out)" "$source $event"
}
tt_case "inf-cpu basic off" clocks_have_their_names

# the time of 1000 calls, with the clock read for free
calls_cost()	# NS [OPTION]...
{
	guest --append time-travel-read-cost=0 "${@:2}" "perl -e '
		use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);
		\$begin = clock_gettime(CLOCK_MONOTONIC);
		$calls for 1 .. 1000;
		printf \"%.0f\", 1e9 * (clock_gettime(CLOCK_MONOTONIC) - \$begin)'"
	good
	same "time for 1000 times $calls, ns" "$(cat out)" "$1"
}

# whether they fail or not
calls_cost_what_was_asked_for()
{
	local calls
	for calls in 'stat("/does/not/exist")' 'getppid()'; do
		calls_cost 1000000
		calls_cost 7000 --append time-travel-syscall-cost=7
		calls_cost 0 --append time-travel-syscall-cost=0
	done
}
tt_case "inf-cpu" calls_cost_what_was_asked_for
