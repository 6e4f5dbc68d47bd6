# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2016,SC2153,SC2154 # see lib.sh; strings are the guest's
# The clock in user space: times are those of the system call.

# with_and_without NAME COMMAND: the same lines with the clock in user space as without
with_and_without()
{
	local vdso
	for vdso in 1 0; do
		guest --append "time-travel-start=$START time-travel-strict vdso=$vdso" "$2"
		good
		mv out "out.$vdso"
	done
	between "lines of $1" "$(wc -l <out.1)" 5 1000000
	cmp -s out.0 out.1 || {
		bad "$1: with vdso=1 other times than with vdso=0:"
		diff out.0 out.1 | head -n 10
	}
}

the_user_clock_tells_the_times_of_the_system_call()
{
	with_and_without times "$PROGRAMS/user_clock times"
}
tt_case "inf-cpu" the_user_clock_tells_the_times_of_the_system_call

# Names of processes and what is printed of them by the tracer is the same, too.
events_are_those_of_the_system_call()
{
	with_and_without events "
		cd /sys/kernel/tracing
		for what in arm cancel deliver; do
			echo 1 >events/time_travel/time_travel_\$what/enable
		done
		$PROGRAMS/user_clock times >/dev/null
		echo 0 >tracing_on
		sed '/^#/d; s/event=[0-9a-f]*//' trace"
}
tt_case "inf-cpu" events_are_those_of_the_system_call

python_sees_the_times_of_the_system_call()
{
	with_and_without python 'python3 -c "
import random, threading, time
def wait(n):
    for i in range(20):
        begin = time.monotonic_ns()
        while time.monotonic_ns() < begin + n * 1000000: pass
        print(n, time.time_ns(), time.perf_counter_ns(), time.process_time_ns())
        time.sleep(n / 1000)
threads = [threading.Thread(target=wait, args=(n,)) for n in range(1, 4)]
for t in threads: t.start()
for t in threads: t.join()
"'
}
tt_case "inf-cpu" python_sees_the_times_of_the_system_call

the_user_clock_never_goes_back()
{
	guest -- "$PROGRAMS/user_clock" forward
	good
}
tt_case "inf-cpu" the_user_clock_never_goes_back

a_spoiled_user_clock_harms_nobody_else()
{
	guest -- "$PROGRAMS/user_clock" garbage
	good
}
tt_case "inf-cpu" a_spoiled_user_clock_harms_nobody_else

# maps LINE-COUNT OPTION...: how many parts of the vDSO a process has
vdso_parts()	# WANT [OPTION]...
{
	guest "${@:2}" 'grep -c "\[v[ds][sa][or]\|\[vvar\]" /proc/self/maps; exit 0'
	good
	same "parts of the vDSO" "$(cat out)" "$1"
}
the_vdso_may_be_turned_off() { vdso_parts 2; vdso_parts 0 --append vdso=0; }
tt_case "inf-cpu off" the_vdso_may_be_turned_off
