# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034	# used by those who source this
# What the scripts of this directory share. Sourced first by each of them.
#
# They run in the top directory and write under build/ only (save.sh and need.sh
# say what else they do). Standard output stays free for the guest: what is
# being done is told on standard error.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
top=$PWD

BASE=build/base			# the base as it came
TREE=build/tree			# the base with our files and edits
STATE=build/sync		# what sync.sh put into $TREE

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

case $top in
*[[:space:]:]*) die "the kernel cannot be built below a path with spaces or colons: $top" ;;
esac

# One build at a time in a checkout; the scripts that we call are let in.
lock()
{
	[ -z "${TT_LOCKED:-}" ] || return 0
	mkdir -p build
	exec 9>build/.lock
	flock -n 9 || { say "waiting for another build in $top"; flock 9; }
	export TT_LOCKED=1
}

# kernel_version TREE: "7.3.4", or nothing if TREE is no kernel source
kernel_version()
{
	[ -f "$1/Makefile" ] || return 0
	sed -n '/^VERSION = /s///p; /^PATCHLEVEL = /s///p; /^SUBLEVEL = /s///p; 7q' \
		"$1/Makefile" | paste -sd .
}

# Of the kernel that all of this was tested on
tested_version() { sed '/^#/d' series/base-version; }

# What helps where Debian has another one
ksrc_hint()
{
	local tarball
	tarball=linux-$(tested_version).tar.xz
	echo "with $tarball from kernel.org, make KSRC=$tarball goes on"
}

# Objects named in the log of a kernel build
count_objects() { grep -cE '^  (CC|AS|LD|AR|HOSTCC|HOSTLD)  ' "$1" || true; }

progress()
{
	local n
	n=$(count_objects "$1")
	[ "$n" = 0 ] || printf '%s objects, ' "$n"
	printf '%s s' $((SECONDS - $2))
}

# Runs beside a step until killed: a live line on a terminal, else one every 15 s
ticker()
{
	local i=0
	while sleep 1 2>/dev/null >&2; do
		i=$((i + 1))
		if [ -t 2 ]; then
			printf '\r%s: %s ' "$1" "$(progress "$2" "$3")" >&2
		elif [ $((i % 15)) = 0 ]; then
			say "$1: $(progress "$2" "$3")"
		fi
	done
}

ticker_pid=
end_ticker()
{
	[ -n "$ticker_pid" ] || return 0
	kill "$ticker_pid" 2>/dev/null || true
	wait "$ticker_pid" 2>/dev/null || true
	ticker_pid=
}
trap end_ticker EXIT

# step NAME TITLE COMMAND...: run COMMAND with its output in build/log/NAME.log.
# Not to be called where the shell ignores errors (if, ||, &&).
step()
{
	local title=$2 log=build/log/$1.log start=$SECONDS rc cr=''
	shift 2
	mkdir -p build/log
	: >"$log"
	ticker "$title" "$log" "$start" 9>&- &
	ticker_pid=$!
	set +e
	(set -e; "$@") >"$log" 2>&1 9>&-
	rc=$?
	set -e
	end_ticker
	[ ! -t 2 ] || cr=$'\r'
	if [ $rc != 0 ]; then
		say "${cr}$title: failed after $((SECONDS - start)) s; the end of $log:"
		tail -n 20 "$log" | sed 's/^/    /' >&2
		exit 1
	fi
	say "${cr}$title: $(progress "$log" "$start")"
}
