# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2016,SC2153,SC2154 # see lib.sh; strings are the guest's
# Guests that never idle: time passes all the same, and nobody complains.

# spins KIND: one, three, of higher priority, threads
spins()
{
	local how runs run
	for how in '1 process' '3 process' '1 eager' '3 thread'; do
		: >ends
		runs=1
		# in inf-cpu, calls are the same on every run; once is enough for who makes none
		[ "$MODE $how" != 'inf-cpu 1 process' ] || [ "$1" = user ] || runs=$RUNS
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

# from some milliseconds between two looks to a fraction of one. In inf-cpu, where
# computing takes no time and a look 256 ns, that is a matter of hours.
computing_with_a_look_at_the_clock_ends()
{
	local work
	for work in 20000000 2000000 200000; do
		guest "'$PROGRAMS/spinners' work:$work 1 process"
		good
		has out '^[0-9]+$'
	done
	spins work:20000000
}
tt_case "basic" computing_with_a_look_at_the_clock_ends

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
	GUEST_TIMEOUT=240
	beside 'pids = start(lambda: None), start(lambda: time.sleep(0.00002))'
}
tt_case "inf-cpu basic" spinning_beside_short_sleeps_ends

# beside a process that makes calls, so that time passes, but little
spinning_beside_system_calls_ends()
{
	beside 'pids = start(lambda: None), start(os.sched_yield)'
}
tt_case "inf-cpu basic" spinning_beside_system_calls_ends

# Two processes that exchange messages do not spin, whatever they compute in between, and
# what they do takes little time: a third that times out beside them sees that.
exchanging_messages_is_no_spinning()
{
	guest --append time-travel-spin-patience=100 "python3 -c '
import os, threading, time
(a, to_a), (b, to_b) = os.pipe(), os.pipe()
if not os.fork():
    for n in range(1000):
        os.read(b, 1)
        sum(range(20000))
        os.write(to_a, b\"x\")
    os._exit(0)
begin = time.monotonic()
late = []
if not os.fork():
    time.sleep(0.001)
    os._exit(time.monotonic() - begin > 0.0011)
for n in range(1000):
    os.write(to_b, b\"x\")
    os.read(a, 1)
took = time.monotonic() - begin
os.wait()
print(\"took\", round(took * 1000), \"ms\")
status = os.wait()[1]
print(\"timeout\", status)'
		grep . /sys/kernel/time_travel/spin*; dmesg | grep computes"
	has out '^took [4-9] ms$'
	has out 'spinners:0$'
	has out 'spin_ticks:0$'
	has out '^timeout 0$'
	has_not out computes
}
tt_case "inf-cpu" exchanging_messages_is_no_spinning

spinning_on_getppid_ends() { spins getppid; }
tt_case "inf-cpu basic" spinning_on_getppid_ends

spinning_on_yield_ends() { spins yield; }
tt_case "inf-cpu basic" spinning_on_yield_ends

# In inf-cpu that is two million reads of 256 ns, so once is enough.
spinning_on_the_clock_ends()
{
	GUEST_TIMEOUT=240
	[ "$MODE" = basic ] || { guest "'$PROGRAMS/spinners' clock 1 process"; good; return; }
	spins clock
}
tt_case "basic" spinning_on_the_clock_ends
long_case "inf-cpu" spinning_on_the_clock_ends

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

computing='python3 -c "sum(range(30000000))"'
counters='grep . /sys/kernel/time_travel/*'

the_guard_counts_what_it_does_unless_it_is_off()
{
	local calls='python3 -c "import os; [os.getppid() for n in range(60000)]"'
	guest "$calls; $counters"
	good
	has out 'kernel_entries:[6-9][0-9]{4}$'
	has out 'spinners:0$'
	guest --append time-travel-spin-patience=100 "$computing; $counters"
	good
	has out 'spinners:1$'
	has out 'spin_preemptions:[1-9]'
	has out 'spin_ticks:[1-9]'
	guest --append time-travel-spin-patience=0 "$computing; $counters"
	good
	has out 'spinners:0$'
	has out 'spin_ticks:0$'
}
tt_case "inf-cpu" the_guard_counts_what_it_does_unless_it_is_off

# Who is preempted has not used any time: the CPU clocks show the ticks, and nothing else.
preemption_is_not_charged()
{
	guest --append time-travel-spin-patience=20 "python3 -c '
import os, resource, signal, time
ended = []
signal.signal(signal.SIGPROF, lambda *args: ended.append(1))
signal.setitimer(signal.ITIMER_PROF, 3600)
resource.setrlimit(resource.RLIMIT_CPU, (3600, 3600))
def counter(name):
    return int(open(\"/sys/kernel/time_travel/\" + name).read())
before, ticks = time.process_time(), counter(\"spin_ticks\")
for n in range(20):
    sum(range(2000000))
    os.sched_yield()
used = time.process_time() - before
left = signal.getitimer(signal.ITIMER_PROF)[0]
ticks = counter(\"spin_ticks\") - ticks
print(\"preemptions\", counter(\"spin_preemptions\"))
print(\"used too much\" if used > (ticks + 1) * 0.01 else \"used right\")
print(\"prof too much\" if 3600 - left > (ticks + 2) * 0.01 else \"prof right\")
'"
	good
	has out '^preemptions [1-9]'
	has out '^used right$'
	has out '^prof right$'
}
tt_case "inf-cpu" preemption_is_not_charged

# one line, with the process and the address, and a status of its own
a_hang_ends_a_strict_run()
{
	guest --append "time-travel-strict time-travel-hang-limit=1" \
		"'$PROGRAMS/spinners' user 1 process"
	exits 125
	has err 'the kernel ended with status 5$'
	has err '-strict: hang: spinners\[[0-9]+\] has computed for 1 s at [0-9a-f]+ '
	has err 'Exit status 5$'
	same "lines about it" "$(grep -c time-travel-strict err)" 1
}
tt_case "inf-cpu" a_hang_ends_a_strict_run

computing_is_no_hang_in_a_strict_run()
{
	guest --append time-travel-strict --append time-travel-spin-patience=100 \
		"$computing; $counters"
	good
	has out 'spinners:0$'
	has out 'spin_preemptions:0$'
	has out 'spin_ticks:0$'
}
tt_case "inf-cpu" computing_is_no_hang_in_a_strict_run

# CPU time of a process that computes for half a second, in clock ticks of 10 ms
user_time_is_charged_to_the_user()
{
	guest 'python3 -c "
import resource, time
end = time.monotonic() + 0.5
start = resource.getrusage(resource.RUSAGE_SELF)
while time.monotonic() < end:
    sum(range(100000))
usage = resource.getrusage(resource.RUSAGE_SELF)
print(round((usage.ru_utime - start.ru_utime) * 100),
      round((usage.ru_stime - start.ru_stime) * 100))"'
	good
	read -r user system <out
	between "user time, ticks" "$user" $((system * 2)) 1000
}
alone_case "basic off" user_time_is_charged_to_the_user
