# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the parts of `make check` share. Sourced first by each of them.
#
# A part prints TAP, and its own progress on standard error. It is run in the top
# directory, with build/tree up to date.

set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
# shellcheck disable=SC2034	# for the parts
top=$PWD
export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin
# that which the kernel needs, too: Debian 12's own is too old for it
export CLANG=clang-19

part=$(basename "$0")
scratch=$(mktemp -d "${TMPDIR:-/tmp}/check.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
# what is chosen by name is run alone
only=${CASE:-}

# wanted NAME: it is to be run
wanted()
{
	# shellcheck disable=SC2053	# it is a pattern
	[ -z "$only" ] || [[ $1 = $only ]]
}

result()	# ok|'not ok' NAME, diagnosis on standard input if not ok
{
	printf '%s - %s\n' "$1" "$2"
	[ "$1" = ok ] || { sed 's/^/# /' | head -n 40; echo "# alone: ${alone:-make check PART=$part} CASE='$2'"; }
}

# try NAME COMMAND...: a test that fails by its status
try()
{
	local name=$1
	shift
	wanted "$name" || return 0
	if ("$@") >"$scratch/output" 2>&1; then
		result ok "$name"
	else
		result 'not ok' "$name" <"$scratch/output"
	fi
}

# silent NAME COMMAND...: a test that fails if the command says anything
silent()
{
	local name=$1
	shift
	wanted "$name" || return 0
	if ("$@") >"$scratch/output" 2>&1 && [ ! -s "$scratch/output" ]; then
		result ok "$name"
	else
		result 'not ok' "$name" <"$scratch/output"
	fi
}

# complete TITLE STATUS FILE: a program whose TAP is in FILE has shown all that it planned, and
# ended with STATUS for no other reason than what it shows. Else that is a failed test.
complete()
{
	local planned came failed
	planned=$(sed -n 's/^1\.\.\([0-9]*\)$/\1/p' "$3")
	came=$(grep -cE '^(not )?ok' "$3")
	failed=$(grep -c '^not ok' "$3")
	# what is chosen by name may be somewhere else
	[ -z "$only" ] || [ "$came" -gt 0 ] || return 0
	[ "$planned" = "$came" ] && [ "$came" -gt 0 ] &&
		{ [ "$2" = 0 ] || [ "$failed" -gt 0 ]; } && return
	echo "not ok - $1: all of it was run"
	echo "# $came results, ${planned:-no number} planned, status $2"
}

# no_complaints LOG: the kernel has not found anything wrong with itself. That virtio's PCI
# device is not there in its probe is the base's.
no_complaints()
{
	local pattern
	pattern=$(sed -n "s/^COMPLAINTS='\(.*\)'$/\1/p" tools/testing/selftests/um/timetravel/lib.sh)
	[ -n "$pattern" ] || return 1
	! grep -E -A 20 "$pattern" "$1" | grep -vE 'WARNING: .* at arch/um/drivers/virt-pci\.c:' |
		grep -E -A 20 "$pattern"
}

# step TITLE LOG COMMAND...: what takes long and must work before anything is tested
step()
{
	local title=$1 log=build/log/$2.log begin=$SECONDS
	shift 2
	mkdir -p build/log
	echo "$part: $title ..." >&2
	if ! "$@" >"$log" 2>&1; then
		echo "not ok - $title"
		tail -n 30 "$log" | sed 's/^/# /'
		echo "# log: $log"
		exit 1
	fi
	echo "$part: $title: $((SECONDS - begin)) s" >&2
}

# build TITLE COMMAND...: a build that shows its own progress, and its log where it fails
build()
{
	local title=$1
	shift
	if ! "$@" 2> >(tee "$scratch/progress" >&2); then
		echo "not ok - $title"
		sed 's/^/# /' "$scratch/progress"
		exit 1
	fi
}

build_linux()
{
	build "build/linux is built" series/build.sh linux build/tree build/obj build/linux \
		build/tree/arch/um/configs/timetravel.config
}

build_stock()
{
	build "build/stock/linux is built" series/build.sh stock build/base build/stock/obj \
		build/stock/linux arch/um/configs/timetravel.config
}

# copy_repository DIR: as it is now, with what is not committed
copy_repository()
{
	local name
	mkdir -p "$1"
	git ls-files -co --exclude-standard | while read -r name; do
		[ ! -f "$name" ] || printf '%s\0' "$name"
	done | tar -cf - --null -T - | tar -C "$1" -xf -
}

# version_of DIR: of a kernel tree
version_of() { sed -n '1,7s/^[VPS][A-Z]* = //p' "$1/Makefile" | paste -sd .; }

# The kernel's make is to see nothing of ours
kernel_make()
{
	local cc=gcc
	! command -v ccache >/dev/null || cc='ccache gcc'
	env -u MAKEFLAGS -u MFLAGS -u MAKEOVERRIDES -u MAKELEVEL -u CMD -u KSRC -u O \
		make -C build/tree ARCH=um CC="$cc" HOSTCC="$cc" -j"${JOBS:-$(nproc)}" "$@"
}

# Names in build/tree that are ours, and that we edit
our_files() { sed -n 's/^[^ ]* [^ ]* file //p' build/sync/manifest; }
our_edits() { sed -n 's/^[^ ]* [^ ]* patch //p' build/sync/manifest; }

# added_lines: NAME:LINE: of each line that an edit of ours adds to C of the base
added_lines()
{
	our_edits | grep '\.[chS]$' | while read -r file; do
		awk -v file="$file" '
			/^@@/ { split($3, at, /[+,]/); line = at[2]; next }
			/^\+\+\+/ || /^-/ { next }
			/^\+/ { print file ":" line ":" }
			{ line++ }' "$file.patch"
	done
}

# about_ours: those lines of a compiler's output that name a line of ours
about_ours() { grep -F -f <(our_files | grep '\.[chS]$' | sed 's/$/:/'; added_lines); }
