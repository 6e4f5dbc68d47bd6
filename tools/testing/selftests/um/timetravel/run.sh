#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Simulated time in booted guests, as TAP.

set -u
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

usage()
{
	cat <<'END'
usage: run.sh [OPTION]... [CASE[:MODE]]...

Boots guests and looks at what simulated time does there. A CASE may be a
pattern ('sleep*'). Without one, all run but those that take minutes.

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
slow_case() { tt_case "$1" "$2"; slow+=("$2"); }

is_slow() { [[ " ${slow[*]} " = *" ${1%:*} "* ]]; }

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
		if [[ $name = $pattern || ${name%:*} = $pattern ]]; then
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

run_case()	# NUMBER NAME:MODE
{
	local begin=$EPOCHREALTIME
	MODE=${2#*:}
	mkdir "$work/$1"
	cd "$work/$1" || exit 1
	# a guest that is left when we are told to stop is ended by guest-run
	trap 'kill $(jobs -p) 2>/dev/null; exit 143' TERM
	"${2%:*}" >diagnosis
	echo "$failed $(((${EPOCHREALTIME/./} - ${begin/./}) / 1000))" >result
}

bad_cases=0
report()	# NUMBER NAME:MODE
{
	local failed=1 ms=0 name=${2%:*}
	[ -s "$work/$1/result" ] && read -r failed ms <"$work/$1/result"
	if [ "$failed" = 0 ]; then
		echo "ok $1 - ${name//_/ } (${2#*:}) # $ms ms"
		return
	fi
	bad_cases=$((bad_cases + 1))
	echo "not ok $1 - ${name//_/ } (${2#*:})"
	sed 's/^/# /' "$work/$1/diagnosis"
	echo "# alone: OUTPUT=$PROGRAMS KERNEL=$KERNEL $here/run.sh $2"
}

echo "TAP version 13"
echo "1..${#chosen[@]}"
running=() next=0 shown=0
while [ $shown -lt ${#chosen[@]} ]; do
	while [ $next -lt ${#chosen[@]} ] && [ $((next - shown)) -lt "$jobs" ]; do
		if [ -n "$all" ] || [ ${#patterns[@]} -gt 0 ] || ! is_slow "${chosen[next]}"; then
			run_case $((next + 1)) "${chosen[next]}" &
			running[next]=$!
		else
			running[next]=
		fi
		next=$((next + 1))
	done
	if [ -n "${running[shown]}" ]; then
		wait "${running[shown]}"
		report $((shown + 1)) "${chosen[shown]}"
	else
		name=${chosen[shown]}
		echo "ok $((shown + 1)) - ${name//_/ } # SKIP takes minutes; run.sh --all runs it"
	fi
	shown=$((shown + 1))
done
[ $bad_cases = 0 ]
