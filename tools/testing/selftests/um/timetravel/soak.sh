#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# soak.sh [N]: N boots (1000) one after the other, each with the next mode of time and
# kind of user space, as TAP; progress on standard error. Each runs a tiny command, and has to
# give its output and its exit status. Stops after ten failures.

set -u
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

count=${1:-1000}
[[ $count =~ ^[1-9][0-9]*$ ]] || { echo "usage: soak.sh [N]" >&2; exit 2; }
for file in "${KERNEL:-}" "$top"/build/linux "$top"/linux "$top"/../linux; do
	[ ! -f "$file" ] || { KERNEL=$(realpath "$file"); break; }
done
[ -x "${KERNEL:-}" ] || { echo "Bail out! no kernel; set KERNEL"; exit 1; }
PROGRAMS=$here

work=$(mktemp -d "${TMPDIR:-/tmp}/soak.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
cd "$work" || exit 1

modes=(inf-cpu basic off)
# shellcheck disable=SC2206	# a list of words
kinds=($SHORT_KINDS)
naps=(1000 1000 0.01)

boot()	# NUMBER
{
	local i=$(($1 % 3)) want=$(($1 % 100))
	MODE=${modes[i]} SECCOMP=${SECCOMP_OF[${kinds[$1 / 3 % ${#kinds[@]}]}]} failed=0
	guest --verbose "echo 'boot $1'; sleep ${naps[i]}; echo awake >&2; exit $want"
	same "exit status" "$status" "$want"
	same "output" "$(cat out)" "boot $1"
	has err awake
	[ $failed = 0 ] || {
		echo "standard error of boot $1 ($MODE, seccomp=$SECCOMP), the kernel's log in it:"
		show err 200
	}
}

failures=0 told=$SECONDS
for ((n = 1; n <= count; n++)); do
	boot $n >diagnosis
	if [ -s diagnosis ]; then
		failures=$((failures + 1))
		sed 's/^/# /' diagnosis
		[ $failures -lt 10 ] || break
	fi
	if [ $((SECONDS - told)) -ge 10 ]; then
		told=$SECONDS
		echo "soak: $n of $count boots, $failures failed, $SECONDS s" >&2
	fi
done
[ $n -le "$count" ] || n=$count

echo "TAP version 13"
echo "1..1"
if [ $failures = 0 ]; then
	echo "ok 1 - $count boots in a row # $((SECONDS * 1000)) ms"
else
	echo "not ok 1 - $count boots in a row: $failures of $n failed, see above"
	echo "# alone: KERNEL=$KERNEL $here/soak.sh $count"
	exit 1
fi
