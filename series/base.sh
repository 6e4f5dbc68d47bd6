#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The base: makes build/stock/tree from Debian's linux-source-6.12, or from
# KSRC, a kernel tree or a tarball of one.
#
# Holds afterwards: build/stock/tree is a clean Linux 6.12 and build/stock/base.id
# names where it came from. Nothing ever writes into it but this script, and it is
# made anew when its source is another one.

# shellcheck source=series/lib.sh
. "$(dirname "$0")/lib.sh"
. series/edits.sh

DEBIAN=/usr/src/linux-source-6.12.tar.xz
src=${KSRC:-$DEBIAN}

# What tells one base from another, without reading it
base_id()
{
	if [ -d "$src" ]; then
		printf '%s %s %s\n' "$(realpath "$src")" "$(stat -c %y "$src/Makefile")" \
			"$(git -C "$src" rev-parse HEAD 2>/dev/null || true)"
	else
		printf '%s %s\n' "$(realpath "$src")" "$(stat -Lc '%s %y' "$src")"
	fi
}

check_version()
{
	case $(kernel_version "$1") in
	6.12.*) ;;
	'') die "$src holds no kernel source" ;;
	*) die "$src is Linux $(kernel_version "$1"); what is needed is a 6.12" ;;
	esac
}

# The sources of a tree that may have been built in
copy_tree()
{
	mkdir "$1"
	tar -C "$src" -cf - --exclude=./.git --exclude=./.config --exclude='./.config.old' \
		--exclude=./include/config --exclude=./include/generated \
		--exclude='./arch/*/include/generated' --exclude='*.o' --exclude='*.a' \
		--exclude='*.ko' --exclude='.*.cmd' --exclude='.*.d' --exclude=./build \
		--exclude=./vmlinux --exclude=./linux . | tar -C "$1" -xf -
}

unpack_tarball()
{
	local entry
	mkdir "$1"
	tar -C "$1" --no-same-owner -xf "$src"
	entry=$(ls -A "$1")
	if [ ! -f "$1/Makefile" ] && [ -n "$entry" ] && [ -d "$1/$entry" ]; then
		mv "$1/$entry" "$1.top"
		rmdir "$1"
		mv "$1.top" "$1"
	fi
}

lock
[ -e "$src" ] || die "there is no kernel source $src"
[ ! -d "$src" ] || check_version "$src"
id=$(base_id)
[ "$id" != "$(cat build/stock/base.id 2>/dev/null)" ] || exit 0
[ -d "$src" ] || [ -n "$(tar -tf "$src" 2>/dev/null | head -n 1)" ] ||
	die "$src is neither a kernel tree nor a tarball of one"

if [ -d "$TREE" ] && [ -n "$(tree_edits)" ]; then
	die "the base is another one now, but $TREE has edits not saved yet: 'make save' or 'make distclean' first"
fi
new=build/base.new
rm -rf "$new" "$new.top"
if [ -d "$src" ]; then
	step base "copying $src" copy_tree "$new"
else
	step base "unpacking $src" unpack_tarball "$new"
fi
(check_version "$new") || { rm -rf "$new"; exit 1; }
rm -rf build/stock build/tree build/obj build/sync build/linux
mkdir -p build/stock
mv "$new" "$BASE"
printf '%s\n' "$id" >build/stock/base.id
say "base: Linux $(kernel_version "$BASE")"
