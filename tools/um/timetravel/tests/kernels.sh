#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Real kernels under umtt, as TAP: KERNEL=FILE [UMTT=FILE] [OTHER=FILE] kernels.sh [CASE]...
#
# The case "short" is all of them but those of 64 kernels.
# With OTHER, that and KERNEL share a clock, too. SECCOMP (auto) is how they run user
# processes: off, on, auto.
#
# shellcheck disable=SC2317	# cases are called by name
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
UMTT=${UMTT:-${OUTPUT:-$here/..}/umtt}
KERNEL=${KERNEL:?names a kernel}
[ -x "$KERNEL" ] || { echo "Bail out! there is no kernel $KERNEL"; exit 1; }
UMTT=$(realpath "$UMTT") KERNEL=$(realpath "$KERNEL") OTHER=${OTHER:+$(realpath "$OTHER")}
busybox=$(command -v busybox) || { echo "Bail out! busybox is missing"; exit 1; }
LIMIT=90
SECCOMP=${SECCOMP:-auto}

work=$(mktemp -d "${TMPDIR:-/tmp}/umtt-kernels.XXXXXX")
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 143' TERM INT

# --- what runs in guests: umtt_guest=WORD chooses

cat >"$work/init" <<END
#!$busybox sh
PATH=/b
b() { $busybox "\$@"; }
b mount -t proc none /proc
b mount -t sysfs none /sys
show() { echo "\$(b awk '{ print \$1 }' /proc/uptime) \$*"; }
case \$umtt_guest in
naps)
	# not in step with others
	for i in 1 2 3 4 5 6 7 8 9 10; do b sleep 0.1\$umtt_nap; done
	show end ;;
short)
	b sleep 0.5
	show end ;;
forever)
	while :; do b sleep 0.01; done ;;
date)
	b date -u +%s ;;
hear)
	b sleep 2
	b cat /sys/kernel/um-ext-time/bc-message
	echo ;;
say)
	b sleep 1
	echo 0x4711 >/sys/kernel/um-ext-time/bc-message
	b sleep 2 ;;
esac
b poweroff -f
END
chmod +x "$work/init"

# Words of a kernel's command line that runs the guest $1
kernel_args()
{
	# shellcheck disable=SC2054	# words of the kernel's
	args=("$KERNEL" mem=48M root=none rootfstype=hostfs rootflags=/ ro "init=$work/init"
		con=null con0=null,fd:1 quiet "seccomp=$SECCOMP" "umtt_guest=$1" "${@:2}")
}

failed=0
bad() { failed=1; printf '%s\n' "$*"; }

status=0
# serve OPTION... -- WORD...: until it ends; sets $status; its lines are in err
serve()
{
	timeout -k 5 "$LIMIT" "$UMTT" serve --logs logs --stats "$@" 2>err
	status=$?
}

ended()
{
	[ "$status" != "$1" ] || return 0
	bad "umtt: want status $1, got $status"
	cat err
	tail -n 5 logs/*.log
}

said() { grep -q -- "$1" err || { bad "umtt did not say '$1':"; cat err; }; }

# guest_said N LINE: client N wrote this line
guest_said()
{
	tr -d '\r' <"logs/$1.log" | grep -qx -- "$2" && return
	bad "guest $1: no line '$2' in:"
	tail -n 5 "logs/$1.log"
}

wait_for_line()
{
	local end=$((SECONDS + LIMIT))
	until grep -qs -- "$1" err; do
		[ "$SECONDS" -lt "$end" ] || { bad "umtt did not say '$1'"; return 1; }
		sleep 0.05
	done
}

# --- cases

run_naps()	# CLIENTS OPTION...
{
	local i n=$1
	kernel_args naps umtt_nap=
	serve --clients "$@" -- "${args[@]}"
	ended 0
	said "$n clients joined, $n have left, 0 of these died"
	for ((i = 1; i <= n; i++)); do guest_said "$i" '1\.0[0-9] end'; done
}

one() { run_naps 1; }
two() { run_naps 2; }
two_without_page() { run_naps 2 --no-page; }
eight() { run_naps 8; }
eight_without_page() { run_naps 8 --no-page; }

# The one that stays does not notice
leaving_early()
{
	kernel_args naps umtt_nap=5
	serve --clients 2 "$@" -- sh -c "if [ {id} = 1 ]; then guest=short; else guest=naps; fi
		exec $(printf "'%s' " "${args[@]}") umtt_guest=\$guest umid={id} \
			uml_dir=$PWD/uml{id}/ time-travel=ext:{id}:{socket}"
	ended 0
	guest_said 1 '0\.5[0-9] end'
	guest_said 2 '1\.5[0-9] end'
}
leaving_early_without_page() { leaving_early --no-page; }

# kernel_by_hand ID GUEST: started by us, in the background; sets $!
kernel_by_hand()
{
	mkdir -p logs
	kernel_args "$2" umtt_nap=
	timeout -s KILL "$LIMIT" "${args[@]}" "umid=$1" "uml_dir=$PWD/uml$1/" \
		"time-travel=ext:$1:$PWD/clock" </dev/null >"logs/$1.log" 2>&1 &
}

# Until two clients have said START
wait_for_two()
{
	until "$UMTT" status --socket "$PWD/clock" 2>/dev/null | grep -q '^2 of'; do
		sleep 0.02
	done
}

# At a simulated second, a second kernel comes: it begins at its own zero
joining_late()
{
	timeout -k 5 "$LIMIT" "$UMTT" serve --socket "$PWD/clock" --trace trace "$@" 2>err &
	local server=$! clients=()
	wait_for_line 'waits for' || return
	"$UMTT" pause --socket "$PWD/clock" >out 2>&1
	kernel_by_hand 1 naps
	clients+=($!)
	"$UMTT" until 500ms --socket "$PWD/clock" >out 2>&1 || bad "until: $(cat out)"
	kernel_by_hand 2 naps
	clients+=($!)
	wait_for_two
	"$UMTT" resume --socket "$PWD/clock" >out 2>&1
	wait "${clients[@]}"
	wait "$server"
	status=$?
	ended 0
	guest_said 1 '1\.0[0-9] end'
	guest_said 2 '1\.0[0-9] end'
	# the second one's second began in the middle of the first one's
	grep -q '^5[0-9]\{8\} [0-9]* join 2 2 ' trace || bad "it joined at: $(grep join trace)"
}
joining_late_without_page() { joining_late --no-page; }

# A kernel is killed: the other one goes on
killed()
{
	timeout -k 5 "$LIMIT" "$UMTT" serve --socket "$PWD/clock" --clients 2 --stats "$@" 2>err &
	local server=$! survivor victim kernel
	wait_for_line 'waits for' || return
	kernel_args forever
	kernel=${args[0]}
	"${args[@]}" umid=1 "uml_dir=$PWD/uml1/" "time-travel=ext:1:$PWD/clock" \
		</dev/null >/dev/null 2>&1 &
	victim=$!
	kernel_by_hand 2 naps
	survivor=$!
	wait_for_two
	sleep 0.1
	kill -KILL "$victim"
	wait "$survivor"
	wait "$server"
	status=$?
	# older kernels do not say when they leave, so that this may have been their end
	case $kernel in
	*/stock/*) ended 0 ;;
	*) ended 4; said '^umtt: 1 client died: client 1 (ID 1, ' ;;
	esac
	said 'client 1 (ID 1, .* while '
	said '2 clients joined, 2 have left'
	guest_said 2 '1\.0[0-9] end'
}

# All guests have the same date, which is the controller's
start_of_day()
{
	kernel_args date
	serve --clients 2 --start 2030-01-31T12:00:00 "$@" -- "${args[@]}"
	ended 0
	guest_said 1 1896091200
	guest_said 2 1896091200
}
start_of_day_without_page() { start_of_day --no-page; }

# One guest tells all others
broadcast()
{
	kernel_args hear
	serve --clients 2 "$@" -- sh -c "if [ {id} = 1 ]; then guest=say; else guest=hear; fi
		exec $(printf "'%s' " "${args[@]}") umtt_guest=\$guest umid={id} \
			uml_dir=$PWD/uml{id}/ time-travel=ext:{id}:{socket}"
	ended 0
	guest_said 2 0x4711
}

# processes_of WORD: those that have it on their command line
processes_of() { grep -lsFf <(printf '%s\n' "$1") /proc/[0-9]*/cmdline 2>/dev/null | cut -d/ -f3; }

# A simulated minute with kernels that never end: umtt ends them, with nothing left
ends_them()
{
	local left
	kernel_args forever "umtt_mark=$PWD"
	serve --clients 2 --end 5s -- "${args[@]}"
	ended 0
	left=$(processes_of "umtt_mark=$PWD")
	[ -z "$left" ] || bad "left behind: $left"
}

# The same if umtt is killed
killed_umtt()
{
	kernel_args forever "umtt_mark=$PWD"
	"$UMTT" serve --socket "$PWD/clock" --clients 2 --logs logs -- "${args[@]}" 2>err &
	local server=$! end=$((SECONDS + LIMIT)) left
	sleep 0.5
	kill -KILL "$server"
	wait "$server" 2>/dev/null
	while left=$(processes_of "umtt_mark=$PWD"); [ -n "$left" ] || [ -e clock ]; do
		[ "$SECONDS" -lt "$end" ] || { bad "left behind: $left $(ls)"; return; }
		sleep 0.05
	done
	[ ! -e clock.lock ] || bad "left behind: clock.lock"
}

# Twice the same guests: twice the same trace, but for host time and process IDs
same_twice()
{
	local i
	kernel_args naps umtt_nap=
	for i in 1 2; do
		serve --clients 2 --trace "trace$i" --start 0 -- "${args[@]}"
		ended 0
		awk '{ $2 = ""; if ($3 == "join") $6 = ""; print }' "trace$i" >"order$i"
	done
	cmp order1 order2 || bad "the traces differ: $(diff order1 order2 | head -n 10)"
}

# Every second one is another kernel
run_mixed()	# CLIENTS OPTION...
{
	local i n=$1 words
	kernel_args naps umtt_nap=
	words=$(printf "'%s' " "${args[@]:1}")
	serve --clients "$@" -- sh -c "case {id} in *[13579]) k='$KERNEL' ;; *) k='$OTHER' ;; esac
		exec \"\$k\" $words umid={id} uml_dir=$PWD/uml{id}/ time-travel=ext:{id}:{socket}"
	ended 0
	said "$n clients joined, $n have left, 0 of these died"
	for ((i = 1; i <= n; i++)); do guest_said "$i" '1\.0[0-9] end'; done
}
mixed() { run_mixed 8; }
mixed_without_page() { run_mixed 8 --no-page; }

# With the words that come to mind: an hour that both sleep is over at once
guest_run()
{
	serve --clients 2 -- "$here/../guest-run" --kernel "$KERNEL" --seccomp "$SECCOMP" \
		'sleep 3600; echo woken'
	ended 0
	said "2 clients joined"
	guest_said 1 woken
	guest_said 2 woken
}

sixty_four() { run_naps 64; }
sixty_four_without_page() { run_naps 64 --no-page; }

short=(one two two_without_page eight eight_without_page leaving_early
	leaving_early_without_page joining_late joining_late_without_page killed start_of_day
	start_of_day_without_page broadcast ends_them killed_umtt same_twice guest_run)
cases=("${short[@]}" sixty_four sixty_four_without_page)
[ -z "$OTHER" ] || cases=(mixed mixed_without_page)
case $* in
'') ;;
short) cases=("${short[@]}") ;;
'short '*) cases=("${@:2}") cases=("${cases[@]// /_}") ;;
*) cases=("${@// /_}") ;;
esac

echo "TAP version 13"
echo "1..${#cases[@]}"
n=0 all_failed=0
for name in "${cases[@]}"; do
	n=$((n + 1)) failed=0 begin=$EPOCHREALTIME
	mkdir "$work/$n"
	cd "$work/$n" || exit 1
	"$name" >diagnosis 2>&1
	ms=$(((${EPOCHREALTIME/./} - ${begin/./}) / 1000))
	if [ $failed = 0 ]; then
		echo "ok $n - ${name//_/ } # $ms ms"
	else
		all_failed=1
		echo "not ok $n - ${name//_/ } # $ms ms"
		sed 's/^/# /' diagnosis
		echo "# alone: SECCOMP=$SECCOMP KERNEL=$KERNEL OTHER=$OTHER UMTT=$UMTT" \
			"$here/kernels.sh $name"
	fi
done
exit $all_failed
