# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2153 # cases set and use these
# What the files in cases/ are written with. Sourced by run.sh and soak.sh.
#
# A case is a function that boots guests and says what it expects. It has failed
# when one of these was not as expected. It runs in a subshell, in a directory of its
# own ($PWD), with $MODE the mode of time that it is to look at, and $SECCOMP (off, on or
# auto) how the kernel is to run user processes.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../../../../.." && pwd)
GUEST_RUN=${GUEST_RUN:-$top/tools/um/timetravel/guest-run}
: "${GUEST_TIMEOUT:=60}"
# how often a figure is taken that has to be the same each time
: "${RUNS:=3}"

# What time-travel-start is set to where it matters, ns: a Tuesday in 2023
START=1700000000000000000
NS=1000000000

# The kinds of user space, as seconds decide what a case can be run in: the two, or
# whatever is the host's default
declare -A SECCOMP_OF=([ptrace]=off [seccomp]=on [default]=auto)
SHORT_KINDS='ptrace seccomp' LONG_KINDS=default
case ${SECCOMP:=} in
'') ;;
off) SHORT_KINDS=ptrace LONG_KINDS=ptrace ;;
on) SHORT_KINDS=seccomp LONG_KINDS=seccomp ;;
auto) SHORT_KINDS=default ;;
*) echo "SECCOMP: '$SECCOMP' is not off, on or auto" >&2; exit 2 ;;
esac

cases=()

# add_case KINDS MODES NAME
add_case()
{
	local mode kind
	for mode in $2; do
		for kind in $1; do cases+=("$3:$mode:$kind"); done
	done
}

# tt_case MODES NAME: the function NAME is a case, once for each mode and kind of user space
tt_case() { add_case "$SHORT_KINDS" "$@"; }

# long_case MODES NAME: it takes many seconds or has no user space, and is run in one kind
long_case() { add_case "$LONG_KINDS" "$@"; }

# --- guests

status=0 host_ms=0

# What a kernel says that has found something wrong with itself
COMPLAINTS='WARNING:|BUG:|BUG |INFO: (possible|suspicious|trying|inconsistent)|UBSAN:|ODEBUG:'
COMPLAINTS+='|detected (expedited )?stalls?|soft lockup|blocked for more than|Oops'

# guest [OPTION OF guest-run]... [--] COMMAND: sets $status, $host_ms, files out, err and
# log. The kernel has nothing to complain about.
guest()
{
	local begin=$EPOCHREALTIME
	: >log
	"$GUEST_RUN" --kernel "$KERNEL" --time-travel "$MODE" --seccomp "$SECCOMP" \
		--timeout "$GUEST_TIMEOUT" --quiet --log log \
		--share "$PROGRAMS" --share "$here" "$@" >out 2>err
	status=$?
	host_ms=$(((${EPOCHREALTIME/./} - ${begin/./}) / 1000))
	! grep -qE "$COMPLAINTS" log || {
		bad "the kernel complains:"
		grep -E -m 1 -A 20 "$COMPLAINTS" log | sed 's/^/    /'
	}
}

# late MODE: how late something may be there, in ns. Computing takes time in two modes,
# and on a busy host takes long.
late() { if [ "$1" = inf-cpu ]; then echo 0; else echo $((5 * NS)); fi; }

# program NAME [OPTION]... -- ARG...: a guest that runs a program of ours, which judges
# by itself. In inf-cpu clock reads and system calls are free, so that times can be exact.
program()
{
	local name=$1 options=(--env "TT_LATE=$(late "$MODE")")
	shift
	[ "$MODE" != inf-cpu ] ||
		options+=(--append "time-travel-read-cost=0 time-travel-syscall-cost=0")
	while [ "$1" != -- ]; do options+=("$1"); shift; done
	guest "${options[@]}" -- "$PROGRAMS/$name" "${@:2}"
	good
}

# kernel ARG...: the kernel alone, which is to end by itself
kernel()
{
	local begin=$EPOCHREALTIME
	timeout -k 1 20 "$KERNEL" "seccomp=$SECCOMP" "$@" </dev/null >out 2>err
	status=$?
	host_ms=$(((${EPOCHREALTIME/./} - ${begin/./}) / 1000))
}

# --- what is expected

failed=0

# bad WHAT: this case has failed
bad()
{
	failed=1
	printf '%s\n' "$*"
}

# skip WHY: this case cannot be run here
skip() { echo "$*" >skipped; }

show() { sed 's/^/    /' "$1" | head -n "${2:-20}"; }

# good: the guest's command ended with status 0
good() { exits 0; }

exits()
{
	[ "$status" != "$1" ] || return 0
	bad "exit status: want $1, got $status; standard output and error:"
	show out
	show err
}

same()	# WHAT GOT WANT
{
	[ "$2" = "$3" ] || bad "$1: want '$3', got '$2'"
}

between()	# WHAT GOT MIN MAX
{
	if ! [[ $2 =~ ^-?[0-9]+$ ]]; then
		bad "$1: want a number, got '$2'"
	elif [ "$2" -lt "$3" ] || [ "$2" -gt "$4" ]; then
		bad "$1: want $3 to $4, got $2"
	fi
}

# A tenth of what was simulated is far more than any host needs; booting is not in it
fast()	# SIMULATED-SECONDS
{
	[ "$MODE" = off ] || between "host time, ms" "$host_ms" 0 $((20000 + $1 * 100))
}

has()	# FILE EXTENDED-REGEX
{
	grep -qE -- "$2" "$1" && return
	bad "want a line like '$2' in:"
	show "$1"
}

has_not()
{
	grep -qE -- "$2" "$1" || return 0
	bad "want no line like '$2', got:"
	grep -E -- "$2" "$1" | head -n 5 | sed 's/^/    /'
}

# centiseconds SECONDS: 12.34 to 1234
centiseconds() { local s=${1/./}; echo $((10#$s)); }
