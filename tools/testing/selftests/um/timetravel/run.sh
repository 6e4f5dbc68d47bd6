#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Simulated time in booted guests, as TAP.

set -u
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

usage()
{
	cat <<'END'
usage: run.sh [OPTION]... [CASE[:MODE[:KIND]]]...

Boots guests and looks at what simulated time does there. A CASE may be a
pattern ('sleep*'). Without one, all run but those that take minutes. KIND is
that of user space: ptrace, seccomp, or default for cases that run in one only.
SECCOMP=off, on or auto in the environment has all run in that one.

  --list           the names of the cases, those that take minutes marked
  --all            those that take minutes too
  --kernel FILE    the kernel (KERNEL; default: build/linux or linux above)
  --programs DIR   where the guest's programs are built (OUTPUT; default: here)
  --jobs N         so many cases at once (default: one for each CPU)
  --keep           leave the output of guests in the directory that is named
END
}

broken() { echo "Bail out! $*"; exit 1; }

slow=()
slow_case() { long_case "$1" "$2"; slow+=("$2"); }

# alone_case MODES NAME: it measures CPU time, so nothing else may want the CPUs meanwhile
alone=()
alone_case() { tt_case "$1" "$2"; alone+=("$2"); }

is_alone() { [[ " ${alone[*]} " = *" ${1%%:*} "* ]]; }

is_slow() { [[ " ${slow[*]} " = *" ${1%%:*} "* ]]; }

KERNEL=${KERNEL:-} PROGRAMS=${OUTPUT:-$here} jobs=$(nproc) all='' keep='' list=''
patterns=()
while [ $# -gt 0 ]; do
	case $1 in
	--list) list=1 ;;
	--all) all=1 ;;
	--keep) keep=1 ;;
	--kernel | --programs | --jobs)
		[ $# -ge 2 ] || { echo "run.sh: $1 needs a value" >&2; exit 2; }
		case $1 in
		--kernel) KERNEL=$2 ;;
		--programs) PROGRAMS=$2 ;;
		--jobs) jobs=$2 ;;
		esac
		shift ;;
	--help | -h) usage; exit 0 ;;
	-*) echo "run.sh: unknown option $1 (see --help)" >&2; exit 2 ;;
	*) patterns+=("$1") ;;
	esac
	shift
done

for file in "$here"/cases/*.sh; do
	# shellcheck source=/dev/null
	. "$file"
done

chosen=()
for name in "${cases[@]}"; do
	[ ${#patterns[@]} -gt 0 ] || chosen+=("$name")
	for pattern in "${patterns[@]}"; do
		# shellcheck disable=SC2053	# it is a pattern
		if [[ $name = $pattern || ${name%:*} = $pattern || ${name%%:*} = $pattern ]]; then
			chosen+=("$name")
			break
		fi
	done
done
[ ${#chosen[@]} -gt 0 ] || { echo "run.sh: no such case (see --list)" >&2; exit 2; }

if [ -n "$list" ]; then
	for name in "${chosen[@]}"; do
		if is_slow "$name"; then echo "$name (slow)"; else echo "$name"; fi
	done
	exit 0
fi

for file in "$KERNEL" "$top"/build/linux "$top"/linux "$top"/../linux; do
	[ -n "$KERNEL" ] || [ ! -f "$file" ] || KERNEL=$file
done
if [ -z "$KERNEL" ]; then
	echo "1..0 # SKIP no kernel at ./linux or build/linux of the tree; KERNEL=FILE names one"
	exit 4
fi
{ [ -f "$KERNEL" ] && [ -x "$KERNEL" ]; } || broken "no kernel '$KERNEL'; name one with --kernel"
KERNEL=$(realpath "$KERNEL")
mkdir -p "$PROGRAMS"
PROGRAMS=$(realpath "$PROGRAMS")
[ -x "$PROGRAMS/clocks" ] || {
	make -s -C "$here" OUTPUT="$PROGRAMS" >&2 || broken "the guest's programs do not build"
}
# shellcheck disable=SC2034	# for cases
PYTHON=$(python3 -c 'import sys; print(sys.executable)') || broken "python3 is missing"
export LC_ALL=C TZ=UTC
# for those that run things below sbin
PATH=$PATH:/usr/sbin:/sbin

work=$(mktemp -d "${TMPDIR:-/tmp}/timetravel.XXXXXX")
cleanup()
{
	local job
	for job in $(jobs -p); do kill "$job" 2>/dev/null; done
	wait
	if [ -n "$keep" ]; then echo "# guests' output: $work"; else rm -rf "$work"; fi
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

run_case()	# NUMBER NAME:MODE:KIND
{
	local begin=$EPOCHREALTIME name
	IFS=: read -r name MODE SECCOMP <<<"$2"
	SECCOMP=${SECCOMP_OF[$SECCOMP]}
	mkdir "$work/$1"
	cd "$work/$1" || exit 1
	# a guest that is left when we are told to stop is ended by guest-run
	trap 'kill $(jobs -p) 2>/dev/null; exit 143' TERM
	"$name" >diagnosis
	echo "$failed $(((${EPOCHREALTIME/./} - ${begin/./}) / 1000))" >result
}

bad_cases=0
report()	# NUMBER NAME:MODE:KIND
{
	local failed=1 ms=0 name mode kind title
	IFS=: read -r name mode kind <<<"$2"
	title="$1 - ${name//_/ } ($mode"
	[ "$kind" = default ] || title="$title, $kind"
	if [ -z "$all" ] && [ ${#patterns[@]} = 0 ] && is_slow "$2"; then
		echo "ok $title) # SKIP takes minutes; run.sh --all runs it"
		return
	fi
	[ -s "$work/$1/result" ] && read -r failed ms <"$work/$1/result"
	if [ "$failed" = 0 ] && [ -e "$work/$1/skipped" ]; then
		echo "ok $title) # SKIP $(cat "$work/$1/skipped")"
		return
	elif [ "$failed" = 0 ]; then
		echo "ok $title) # $ms ms"
		return
	fi
	bad_cases=$((bad_cases + 1))
	echo "not ok $title)"
	sed 's/^/# /' "$work/$1/diagnosis"
	echo "# alone: OUTPUT=$PROGRAMS KERNEL=$KERNEL $here/run.sh $2"
}

# Those that take long come first, so that no CPU waits for them in the end; what is said
# of cases is in their order all the same.
order=() rest=() last=()
for n in "${!chosen[@]}"; do
	if [ -z "$all" ] && [ ${#patterns[@]} = 0 ] && is_slow "${chosen[n]}"; then
		mkdir "$work/$((n + 1))"
		: >"$work/$((n + 1))/done"
	elif is_alone "${chosen[n]}"; then
		last+=("$n")
	elif [[ ${chosen[n]} = *:default ]]; then
		order+=("$n")
	else
		rest+=("$n")
	fi
done
order+=("${rest[@]}")

shown=0
show_ended()
{
	while [ $shown -lt ${#chosen[@]} ] && [ -e "$work/$((shown + 1))/done" ]; do
		report $((shown + 1)) "${chosen[shown]}"
		shown=$((shown + 1))
	done
}

echo "TAP version 13"
echo "1..${#chosen[@]}"
declare -A number_of=()
start() { run_case "$1" "${chosen[$1 - 1]}" & number_of[$!]=$1; }

reap()
{
	wait -n -p ended "${!number_of[@]}"
	: >"$work/${number_of[$ended]}/done"
	unset "number_of[$ended]"
	show_ended
}

for n in "${order[@]}"; do
	[ ${#number_of[@]} -lt "$jobs" ] || reap
	start $((n + 1))
done
while [ ${#number_of[@]} -gt 0 ]; do reap; done
for n in "${last[@]}"; do
	start $((n + 1))
	reap
done
show_ended
[ $bad_cases = 0 ]
