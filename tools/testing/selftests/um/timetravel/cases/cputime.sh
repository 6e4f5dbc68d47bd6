# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2016,SC2153,SC2154 # see lib.sh; strings are the guest's
# Who is charged for the CPU, see cputime.c. In inf-cpu, where computing takes no time,
# for the time that passes because a process never waits; that takes long.

# charged TEST: system calls that are small are many, which is what makes time pass in inf-cpu
charged()
{
	local bytes=0x2000000
	[ "$MODE" != inf-cpu ] || bytes=64
	guest --env "TT_COPY=$bytes" -- "$PROGRAMS/cputime" "$1"
	good
}

computing_is_user_time() { charged user; }
system_calls_are_system_time() { charged system; }
a_child_is_charged_for_itself() { charged child; }
short_processes_are_charged_for_themselves() { charged children; }
processes_that_take_turns_are_charged() { charged turns; }
who_computes_half_of_the_time_is_charged_half() { charged mixed; }
itimer_virtual_counts_computing() { charged virtual; }
itimer_virtual_counts_computing_between_system_calls() { charged virtual-system; }
itimer_prof_counts_computing() { charged prof; }
itimer_prof_counts_system_calls() { charged prof-system; }
a_limit_of_cpu_time_ends_computing() { charged limit; }
alone_case "off basic" computing_is_user_time
long_case "inf-cpu" computing_is_user_time
alone_case "off basic" system_calls_are_system_time
long_case "inf-cpu" system_calls_are_system_time
alone_case "off basic" a_child_is_charged_for_itself
long_case "inf-cpu" a_child_is_charged_for_itself
alone_case "off basic" short_processes_are_charged_for_themselves
alone_case "off basic" processes_that_take_turns_are_charged
alone_case "off basic" who_computes_half_of_the_time_is_charged_half
alone_case "off basic" itimer_virtual_counts_computing
long_case "inf-cpu" itimer_virtual_counts_computing
long_case "inf-cpu" itimer_virtual_counts_computing_between_system_calls
alone_case "off basic" itimer_prof_counts_computing
long_case "inf-cpu" itimer_prof_counts_computing
alone_case "off basic" itimer_prof_counts_system_calls
long_case "inf-cpu" itimer_prof_counts_system_calls
alone_case "off basic" a_limit_of_cpu_time_ends_computing
long_case "inf-cpu" a_limit_of_cpu_time_ends_computing
