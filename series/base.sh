#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The base: makes build/base from Debian's linux-source, or from KSRC, a kernel tree or
# a tarball of one.
#
# Holds afterwards: build/base is a clean kernel source, not older than the one in
# series/base-version, and build/base.id names where it came from. If it is another
# than that one, build/base.note says so, and why. Nothing ever writes into build/base but
# this script, and it is made anew when its source is another one. Debian's is fetched
# once for each version in series/base-version; after that no network is needed.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=edits.sh
. series/edits.sh
# shellcheck source-path=SCRIPTDIR source=debian.sh
. series/debian.sh

tested=$(tested_version)
release=${tested%.*}			# 7.3 of 7.3.4
fetched=$APT/linux-source.tar.xz	# from Debian
src=${KSRC:-$fetched}

# choose SOURCES: that of the tested version, else the newest of the same release
choose()
{
	local package version suite chosen=''
	while read -r package version suite; do
		[ "$package" = "linux-source-$release" ] || continue
		chosen="$package $version $suite"
		[ "$(kernel_of "$version")" != "$tested" ] || break
	done <<<"$1"
	echo "$chosen"
}

# choose_any SOURCES: the newest that is newer
choose_any()
{
	awk -v release="$release" '
		{ split(release, want, "."); split(substr($1, length("linux-source-") + 1), is, ".") }
		is[1] == want[1] && is[2] > want[2]' <<<"$1" | tail -n 1
}

# Most of the time the first suite has it, and the lists of the others are long
fetch()
{
	local suites sources chosen package version suite
	for suites in "${SUITES%% *}" "$SUITES"; do
		# shellcheck disable=SC2086	# a list of words
		step lists "asking for linux-source-$release in $suites" update_lists $suites
		sources=$(kernel_sources)
		chosen=$(choose "$sources")
		[ -z "$chosen" ] || break
	done
	[ -n "$chosen" ] || chosen=$(choose_any "$sources")
	[ -n "$chosen" ] ||
		die "linux-source-$release, or a newer one, is in none of $SUITES of $(mirrors | paste -sd ' ') (see build/log/lists.log); $(ksrc_hint)"
	read -r package version suite <<<"$chosen"
	step fetch "fetching $package $version from $suite" fetch_source $fetched "$package" "$version"
	echo "$tested" >$APT/wanted
}

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
	local version
	version=$(kernel_version "$1")
	[ -n "$version" ] || die "$src holds no kernel source"
	printf '%s\n' "$release" "$version" | sort -VC ||
		die "$src is Linux $version; what is needed is $release or newer"
}

# note: what there is to say about the base, nothing if it is the one that was tested
note()
{
	local version
	version=$(kernel_version $BASE)
	[ "$version" != "$tested" ] || return 0
	printf 'the base is Linux %s, tested was %s' "$version" "$tested"
	[ -n "${KSRC:-}" ] || case $version in
	"$release".*) printf ', which is no longer in %s' "$SUITES" ;;
	*) printf '; linux-source-%s is in none of %s' "$release" "$SUITES" ;;
	esac
	echo
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
# where the base was until 6.12
if [ -d build/stock/tree ]; then
	rm -rf $BASE
	mv build/stock/tree $BASE
	mv build/stock/base.id build/base.id
fi
if [ -z "${KSRC:-}" ] && { [ ! -f $fetched ] || [ "$(cat $APT/wanted 2>/dev/null)" != "$tested" ]; }; then
	fetch
fi
[ -e "$src" ] || die "there is no kernel source $src"
[ ! -d "$src" ] || check_version "$src"
id=$(base_id)
[ ! -d $BASE ] || [ "$id" != "$(cat build/base.id 2>/dev/null)" ] || exit 0
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
# all that was built of the other one: its objects may be newer than the sources of this one
find build -mindepth 1 -maxdepth 1 ! -name .lock ! -name log ! -name apt ! -name "${new#build/}" \
	-exec rm -rf {} +
mv "$new" "$BASE"
printf '%s\n' "$id" >build/base.id
note >build/base.note
say "base: Linux $(kernel_version "$BASE")"
[ ! -s build/base.note ] || say "note: $(cat build/base.note)"
