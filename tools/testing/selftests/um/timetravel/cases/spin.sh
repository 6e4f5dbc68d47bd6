# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2016,SC2153,SC2154 # see lib.sh; strings are the guest's
# Guests that never idle: time passes all the same, and nobody complains.

# spins KIND: one, three, of higher priority, threads
spins()
{
	local how runs run
	runs=1
	[ "$MODE" != inf-cpu ] || [[ $1 = user || $1 = work:* ]] || runs=$RUNS
	for how in '1 process' '3 process' '1 eager' '3 thread'; do
		: >ends
		for ((run = 0; run < runs; run++)); do
			guest --append time-travel-start=0 \
				"'$PROGRAMS/spinners' $1 $how"
			good
			has out '^[0-9]+$'
			cat out >>ends
		done
		same "different ends of $1 $how" "$(sort -u ends | wc -l)" 1
	done
}

spinning_in_user_space_ends() { spins user; }
tt_case "inf-cpu basic" spinning_in_user_space_ends

# from some milliseconds between two looks to a fraction of one, whatever the host's speed
computing_with_a_look_at_the_clock_ends()
{
	local work
	for work in 20000000 6000000 2000000 600000 200000 60000; do
		guest "'$PROGRAMS/spinners' work:$work 1 process"
		good
		has out '^[0-9]+$'
	done
	spins work:20000000
}
tt_case "inf-cpu basic" computing_with_a_look_at_the_clock_ends

# beside OPTION... PYTHON: half a second beside the processes that PYTHON puts into pids
beside()
{
	guest "${@:1:$#-1}" "python3 -c '
import os, signal, time
def start(what):
    pid = os.fork()
    while not pid:
        what()
    return pid
${*: -1}
time.sleep(0.5)
for pid in pids:
    os.kill(pid, signal.SIGKILL)
print(\"well\")'"
	good
	has out '^well$'
}

# beside timers that are nearer than a tick
spinning_beside_short_sleeps_ends()
{
	beside 'pids = start(lambda: None), start(lambda: time.sleep(0.00002))'
}
tt_case "inf-cpu basic" spinning_beside_short_sleeps_ends

# nobody computes for long, but they never wait for anything but each other
computing_in_turns_ends()
{
	beside --append time-travel-spin-patience=300 '
def turn(mine, other):
    os.read(mine, 1)
    sum(range(2000000))
    os.write(other, b"x")
(a, to_a), (b, to_b) = os.pipe(), os.pipe()
pids = start(lambda: turn(a, to_b)), start(lambda: turn(b, to_a))
os.write(to_a, b"x")'
}
tt_case "inf-cpu basic" computing_in_turns_ends

spinning_on_getppid_ends() { spins getppid; }
tt_case "inf-cpu basic" spinning_on_getppid_ends

spinning_on_yield_ends() { spins yield; }
tt_case "inf-cpu basic" spinning_on_yield_ends

spinning_on_the_clock_ends() { spins clock; }
tt_case "inf-cpu basic" spinning_on_the_clock_ends

spinning_on_a_futex_ends() { spins futex; }
tt_case "inf-cpu basic" spinning_on_a_futex_ends

spinning_on_a_pipe_ends() { spins pipe; }
tt_case "inf-cpu basic" spinning_on_a_pipe_ends

spinning_without_system_calls_is_told_once()
{
	guest "'$PROGRAMS/spinners' user 1 process; dmesg | grep computes"
	good
	same "lines in the kernel's log" \
		"$(grep -c 'spinners\[[0-9]*\] computes without end at' out)" 1
}
tt_case "inf-cpu" spinning_without_system_calls_is_told_once

the_guard_counts_what_it_does_unless_it_is_off()
{
	local counters='grep . /sys/kernel/time_travel/*'
	local calls='python3 -c "import os; [os.getppid() for n in range(60000)]"'
	local computing='python3 -c "sum(range(30000000))"'
	guest "$calls; $counters"
	good
	has out 'kernel_entries:[6-9][0-9]{4}$'
	has out 'spin_steps:[1-9]'
	guest --append time-travel-spin-limit=0 "$calls; $counters"
	good
	has out 'spin_steps:0$'
	guest --append time-travel-spin-patience=100 "$computing; $counters"
	good
	has out 'spin_ticks:[1-9]'
	guest --append time-travel-spin-patience=0 "$computing; $counters"
	good
	has out 'spin_ticks:0$'
}
tt_case "inf-cpu" the_guard_counts_what_it_does_unless_it_is_off

# CPU time of a process that computes for half a second, in clock ticks of 10 ms
user_time_is_charged_to_the_user()
{
	guest 'python3 -c "
import resource, time
end = time.monotonic() + 0.5
while time.monotonic() < end:
    sum(range(100000))
usage = resource.getrusage(resource.RUSAGE_SELF)
print(round(usage.ru_utime * 100), round(usage.ru_stime * 100))"'
	good
	read -r user system <out
	between "user time, ticks" "$user" $((system * 2)) 1000
}
tt_case "basic off" user_time_is_charged_to_the_user
