# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2016,SC2153,SC2154 # see lib.sh; strings are the guest's
# The registers that a program begins with, see registers.c.

# Each time, whatever the kernel and another program had there; both kinds of user space
registers_of_a_new_program_are_zero()
{
	local seccomp
	for seccomp in off on; do
		guest --append "seccomp=$seccomp" --env "PROGRAMS=$PROGRAMS" '
			set -e
			for i in 1 2 3; do
				$PROGRAMS/registers start
				python3 -c "print(sum(x * 0.1 for x in range(1000)) > 0)"
			done'
		good
	done
}
tt_case "inf-cpu off" registers_of_a_new_program_are_zero
