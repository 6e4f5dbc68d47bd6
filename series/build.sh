#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Configures and builds User-Mode Linux: build.sh NAME TREE OBJ OUT FRAGMENT
#
# Holds afterwards: OUT is the kernel of what is in TREE now, configured with
# FRAGMENT and nothing else. The kernel's make is not even called when
# nothing in TREE is newer than the last build.

# shellcheck source=series/lib.sh
. "$(dirname "$0")/lib.sh"

name=$1 tree=$2 obj=$3 out=$4 fragment=$5
stamp=$obj/.built
cc=gcc
if command -v ccache >/dev/null; then
	cc='ccache gcc'
	export CCACHE_BASEDIR="$top" CCACHE_NOHASHDIR=1 CCACHE_DEPEND=1
fi

# The variables given to our make are not meant for the kernel's
kernel_make()
{
	env -u MAKEFLAGS -u MFLAGS -u MAKEOVERRIDES -u MAKELEVEL -u CMD -u KSRC -u M -u O \
		KBUILD_BUILD_USER=uml KBUILD_BUILD_HOST=timetravel \
		make -C "$tree" O="$top/$obj" ARCH=um CC="$cc" HOSTCC="$cc" "$@"
}

up_to_date()
{
	[ -f "$stamp" ] && [ -x "$out" ] && [ ! "$fragment" -nt "$stamp" ] &&
		[ "$(cat "$stamp")" = "$cc" ] &&
		[ -z "$(find "$tree" -cnewer "$stamp" ! -type l -print -quit)" ]
}

configure()
{
	kernel_make KCONFIG_ALLCONFIG="$top/$fragment" allnoconfig
}

# Options of the fragment that are not in the configuration: they do not exist in
# this base, or miss what they depend on
not_taken()
{
	local line
	while read -r line; do
		case $line in
		CONFIG_*=n) ! grep -q "^${line%=n}=" "$obj/.config" || echo "${line%=n}" ;;
		CONFIG_*=*) grep -qxF "$line" "$obj/.config" || echo "${line%%=*}" ;;
		'# CONFIG_'*' is not set')
			line=${line#\# }
			! grep -q "^${line%% *}=" "$obj/.config" || echo "${line%% *}" ;;
		esac
	done <"$fragment"
}

lock
! up_to_date || exit 0
mkdir -p "$obj"
rm -f "$stamp"
now=$obj/.now
echo "$cc" >"$now"
step "$name-config" "configuring $out" configure
missing=$(not_taken | paste -sd ' ')
[ -z "$missing" ] || say "warning: $fragment asks for what this kernel does not take: $missing"
step "$name" "building $out" kernel_make -j"${JOBS:-$(nproc)}" linux
grep -E '(warning|WARNING):' "build/log/$name.log" >&2 || true
cp "$obj/linux" "$out.new"
mv "$out.new" "$out"
mv "$now" "$stamp"
