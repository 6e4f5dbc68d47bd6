# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2016,SC2153,SC2154 # see lib.sh; strings are the guest's
# The command line.

# refused ARG REGEX: with one line that names it and says what is right. It takes
# a few ms; the limit is for hosts that do much else.
refused()
{
	kernel mem=64M "$1"
	same "exit status with $1" "$status" 1
	same "lines on standard error with $1" "$(wc -l <err)" 1
	has err "$2"
	has err "^${1%%=*}"
	between "host time with $1, ms" "$host_ms" 0 5000
}

unknown_mode_is_refused()
{
	local arg
	for arg in time-travel=infcpu time-travel= time-travel=INF-CPU time-travel=inf-cpu,x \
		time-travel=ext time-travel=basicc; do
		refused "$arg" 'basic.*inf-cpu.*off.*ext:'
	done
}
long_case "any" unknown_mode_is_refused

unknown_option_is_refused()
{
	local arg
	for arg in time-traveling time-travel-stat=5 time-travel-start time-travel-; do
		refused "$arg" '\[=.*-start=.*-read-cost='
	done
}
long_case "any" unknown_option_is_refused

start_that_is_no_number_is_refused()
{
	local value
	for value in soon 99999999999999999999 -1 '' 1e9 1.5 5s; do
		refused "time-travel-start=$value" 'ns, 0 to [0-9]+'
	done
}
long_case "any" start_that_is_no_number_is_refused

read_cost_that_is_no_number_is_refused()
{
	local value
	for value in -1 cheap '' 99999999999999999999 1000000001; do
		refused "time-travel-read-cost=$value" 'ns, 0 to [0-9]+'
	done
}
long_case "any" read_cost_that_is_no_number_is_refused

strict_needs_a_mode_in_which_computing_takes_no_time()
{
	kernel mem=64M time-travel=basic time-travel-strict
	same "exit status" "$status" 1
	has err '^time-travel-strict: want time-travel=inf-cpu or ext:'
	kernel mem=64M time-travel=inf-cpu time-travel-hang-limit=5
	same "exit status" "$status" 1
	has err '^time-travel-hang-limit: want time-travel-strict'
	refused time-travel-strict=yes 'no value'
}
long_case "any" strict_needs_a_mode_in_which_computing_takes_no_time

cpu_that_is_not_there_is_refused()
{
	refused time-travel-cpu=first 'number of a CPU of the host, or any'
	kernel mem=64M time-travel=inf-cpu time-travel-cpu=99999
	same "exit status" "$status" 1
	has err '^time-travel-cpu=99999: this process may not run there'
}
tt_case "any" cpu_that_is_not_there_is_refused

# kernel_of CASE: host pid of the kernel that was started with case=CASE and has processes
kernel_of()
{
	local pid
	for pid in $(pgrep -f "case=$1( |\$)"); do
		[ "$(readlink "/proc/$pid/exe")" = "$(readlink -f "$KERNEL")" ] || continue
		pgrep -P "$pid" >children && echo "$pid" && return
	done
	return 1
}

# allowed CPU [OPTION]...: where the threads and processes of a kernel on CPU may run
allowed()
{
	local pid='' name guest
	name=$PWD/$1
	(
		guest --append "case=$name" "${@:2}" "$PROGRAMS/spinners user 1 process"
		good
		exit "$failed"
	) >guest.log &
	guest=$!
	while ! pid=$(kernel_of "$name") && kill -0 $guest 2>/dev/null; do sleep 0.05; done
	{
		[ -z "$pid" ] || cat "/proc/$pid/task"/*/status
		sed "s,.*,/proc/&/status," children | xargs cat
	} 2>/dev/null | sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' | sort -u >allowed
	wait $guest || { bad "the guest failed:"; show guest.log; }
	same "CPUs of a guest with $*" "$(paste -sd' ' allowed)" "$1"
}

all_that_a_kernel_starts_is_on_one_cpu()
{
	local cpus cpu
	cpus=$(sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' /proc/self/status)
	for cpu in $(taskset -cp $$ | sed 's/.*: //; s/[,-]/ /g'); do
		allowed "$cpu" --append "time-travel-cpu=$cpu"
	done
	allowed "$cpus" --append time-travel-cpu=any
}
tt_case "inf-cpu" all_that_a_kernel_starts_is_on_one_cpu

# stay_on NAME: a guest that computes in the background; $pid, and where it may run in NAME.cpu
stay_on()
{
	local guest
	mkdir "$1"
	(
		cd "$1" || exit 1
		guest --append "case=$PWD" "$PROGRAMS/spinners user 1 process"
		good
		exit "$failed"
	) >"$1.log" &
	guest=$!
	while ! pid=$(kernel_of "$PWD/$1") && kill -0 $guest 2>/dev/null; do sleep 0.05; done
	sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' "/proc/$pid/status" >"$1.cpu"
}

# The first stands still, so that the host would let the second have its CPU
guests_take_cpus_that_no_other_guest_has()
{
	local pid first n
	[ "$(nproc)" -gt 1 ] || { skip "the host has one CPU"; return; }
	stay_on 1
	first=$pid
	kill -STOP "$first"
	stay_on 2
	kill -CONT "$first"
	for n in 1 2; do
		wait "%$n" || { bad "guest $n failed:"; show "$n.log"; }
	done
	same "CPUs of two guests" "$(sort -u ./*.cpu | wc -l)" 2
}
alone_case "inf-cpu" guests_take_cpus_that_no_other_guest_has

external_mode_that_is_wrong_is_refused()
{
	refused time-travel=ext: 'ext:SOCKET'
	refused time-travel=ext:zwei:/tmp/x '64-bit'
	refused "time-travel=ext:/$(printf '%0107d' 0)" 'more than 107 characters'
	refused time-travel-lost=reboot 'poweroff, detach or panic'
}
long_case "any" external_mode_that_is_wrong_is_refused

# Here the kernel has said what it says when it starts, so there are more lines.
no_controller()	# SOCKET REGEX
{
	kernel mem=64M "time-travel=ext:$1"
	same "exit status without a controller" "$status" 1
	has err "^time-travel=ext:$1: $2"
	same "lines about time" "$(grep -c time-travel err)" 1
}

external_mode_needs_a_controller()
{
	no_controller "$PWD/nothing" 'there is no such socket'
	"$PYTHON" -c 'import socket; socket.socket(socket.AF_UNIX).bind("deserted")'
	no_controller "$PWD/deserted" 'no controller listens'
	: >file
	no_controller "$PWD/file" '(no controller listens|this is not a)'
}
long_case "any" external_mode_needs_a_controller

# the second of two is as good as the first
last_value_counts()
{
	local show='cat /sys/devices/system/clockevents/clockevent0/current_device'
	MODE=basic
	guest --append time-travel=inf-cpu "$show"
	good
	same "clockevent" "$(cat out)" time-travel-timer-infcpu
	MODE=inf-cpu
	guest --append time-travel=off "$show"
	good
	same "clockevent" "$(cat out)" posix-timer
}
long_case "any" last_value_counts

# neither guest-run nor its shells make names of files of them
patterns_are_words()
{
	: >case=1
	guest --append 'case=* other=[a-z]?' 'cat /proc/cmdline'
	good
	has out ' case=\* other=\[a-z\]\? '
}
long_case "inf-cpu" patterns_are_words

help_lists_the_options()
{
	local option
	kernel --help
	cat out err >help
	for option in time-travel time-travel=basic time-travel=inf-cpu 'time-travel=ext:.*' \
		time-travel=off 'time-travel-start=.*' 'time-travel-read-cost=.*'; do
		has help "^$option\$"
	done
}
long_case "any" help_lists_the_options

init_does_not_see_the_options()
{
	guest --append "time-travel-start=$START time-travel-read-cost=5" \
		'tr "\0" "\n" </proc/1/cmdline; tr "\0" "\n" </proc/1/environ; env'
	good
	has out .
	has_not out 'time-travel'
}
tt_case "inf-cpu basic" init_does_not_see_the_options
