#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Brings build/tree up to date: the base, our files, our edits.
#
# Holds afterwards: each of our files lies in build/tree at its own path, and each
# NAME.patch is applied to the base's NAME, unless the tree's NAME was edited there;
# such an edit is kept, and told. Either everything is brought over or, with a message,
# nothing. Files that did not change keep their time, so that little is built again.

# shellcheck source=series/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=series/edits.sh
. series/edits.sh

# What belongs to the kernel. At the top those are patches only: the rest is the project's,
# or what its user has written there, such as the logs and traces of umtt.
ours()
{
	find . -mindepth 1 \( -path ./.git -o -path ./build -o -path ./series -o -path ./.ci \
		-o -path ./umtt-logs \) -prune \
		-o -type f \( -path './*/*' -o -name '*.patch' \) -printf '%P\n' | not_junk
}

list_files() { (cd "$1" && find . ! -type d -printf '%P\n') | LC_ALL=C sort; }

copy_base()
{
	rm -rf "$TREE.new" "$STATE"
	cp -a --reflink=auto "$BASE" "$TREE.new"
	mkdir -p "$STATE"
	mv "$TREE.new" "$TREE"
	sleep 0.02
	list_files "$BASE" >"$STATE/base.list"
	cp build/base.id "$STATE/"
	: >"$STATE/edited"
	touch "$STATE/stamp"
}

# apply_patch NAME: $STATE/new/NAME becomes the base's NAME with NAME.patch
apply_patch()
{
	local name=$1 new=$STATE/new/$1 log=$STATE/patch.log hunk line
	[ -f "$BASE/$name" ] || { failed "$name.patch edits a file that the base does not have"; return; }
	grep -qxE "\\+\\+\\+ b/$name([[:space:]].*)?" "$name.patch" ||
		{ failed "$name.patch has no line '+++ b/$name'"; return; }
	mkdir -p "$(dirname "$new")"
	if LC_ALL=C patch --batch --forward --fuzz=0 --reject-file=- --no-backup-if-mismatch -o "$new" \
		"$BASE/$name" "$name.patch" >"$log" 2>&1; then
		chmod --reference="$BASE/$name" "$new"
		return
	fi
	line=
	while read -r hunk; do
		line="$line, hunk $hunk ($(grep '^@@' "$name.patch" | sed -n "${hunk}p" |
			sed 's/^\(@@[^@]*@@\).*/\1/'))"
	done < <(sed -n 's/^Hunk #\([0-9]*\) \(FAILED\|ignored\).*/\1/p' "$log")
	[ -n "$line" ] || line=": $(grep -m 1 -E '^patch: |\*\*\*\*' "$log" || tail -n 1 "$log")"
	failed "$name.patch does not apply to Linux $(kernel_version "$BASE")${line/#, /: }"
}

errors=0
failed() { say "error: $1"; errors=$((errors + 1)); }

conflict()
{
	failed "$1 was changed both here and in $TREE. Take the tree's: 'make save FORCE=1'; take the repository's: 'rm $TREE/$1', then make again"
}

declare -A src=() have=() base=() kind=()
puts=() removes=()

# plan NAME: what is to be done about it. Rows of the manifest are set as if it were done.
plan()
{
	local name=$1 s=${src[$1]} h=${have[$1]:-} put want=
	put=${m_tree[$name]-${base[$name]:-}}
	if [ "$s" = "${m_src[$name]:-}" ] && [ "${kind[$name]}" = "${m_kind[$name]}" ]; then
		# nothing new here; a base file that is gone can only be put back
		[ -z "$h" ] && [ "${kind[$name]}" = patch ] || return 0
	fi
	if [ "${kind[$name]}" = patch ]; then
		apply_patch "$name"
		want=$(sum_of "$STATE/new/$name")
	else
		want=$s
	fi
	m_src["$name"]=$s m_tree["$name"]=$want m_kind["$name"]=${kind[$name]}
	[ "$h" != "$want" ] || return 0
	if [ -z "$h" ] || [ "$h" = "$put" ]; then
		puts+=("$name")
	else
		conflict "$name"
	fi
}

# plan_removal NAME: it was ours, and is no longer
plan_removal()
{
	local name=$1 h=${have[$1]:-}
	if [ -z "$h" ] || [ "$h" = "${m_tree[$name]}" ] || [ "$h" = "${base[$name]:-}" ]; then
		removes+=("$name")
	else
		conflict "$name"
	fi
	unset "m_src[$name]" "m_tree[$name]" "m_kind[$name]"
}

put()
{
	mkdir -p "$(dirname "$TREE/$1")"
	if [ "${kind[$1]}" = patch ]; then
		cp --remove-destination --preserve=mode "$STATE/new/$1" "$TREE/$1"
	else
		cp --remove-destination --preserve=mode "$1" "$TREE/$1"
	fi
}

unput()
{
	if [ -f "$BASE/$1" ]; then
		cp --remove-destination --preserve=mode "$BASE/$1" "$TREE/$1"
	else
		rm -f "$TREE/$1"
		rmdir -p --ignore-fail-on-non-empty "$(dirname "$TREE/$1")" 2>/dev/null || true
	fi
}

# Files of the base that are gone from the tree, which our format has no way to say
put_back()
{
	local name gone=()
	while read -r name; do
		[ -z "${m_kind[$name]:-}" ] || continue
		mkdir -p "$(dirname "$TREE/$name")"
		cp -d --preserve=mode "$BASE/$name" "$TREE/$name"
		gone+=("$name")
	done < <(list_files "$TREE" | LC_ALL=C comm -23 "$STATE/base.list" -)
	[ ${#gone[@]} = 0 ] ||
		say "note: ${#gone[@]} files of the base were deleted in $TREE, which cannot be kept; put back: ${gone[*]:0:5}"
}

tell_edits()
{
	local edits more=''
	mapfile -t edits < <(tree_edits_remembered | cut -c3-)
	[ ${#edits[@]} -le 10 ] || more=" and $((${#edits[@]} - 10)) more"
	[ ${#edits[@]} = 0 ] ||
		say "note: edits in $TREE are not saved yet ('make save'): ${edits[*]:0:10}$more"
}

lock
if [ ! -d "$TREE" ] || ! cmp -s build/base.id "$STATE/base.id"; then
	step tree "making $TREE" copy_base
fi
rm -rf "$STATE/new"
read_manifest
files=$(ours)
declare -A here=()
sums . here <<<"$files"
for file in "${!here[@]}"; do
	name=${file%.patch}
	[ -z "${kind[$name]:-}" ] || die "both $name and $name.patch are there"
	src[$name]=${here[$file]}
	kind[$name]='file'
	[ "$name" = "$file" ] || kind[$name]='patch'
done
names=$(printf '%s\n' "${!kind[@]}" "${!m_kind[@]}" | sed '/^$/d' | sort -u)
sums "$TREE" have <<<"$names"
sums "$BASE" base <<<"$names"

for name in $names; do
	if [ -n "${kind[$name]:-}" ]; then
		plan "$name"
	else
		plan_removal "$name"
	fi
done
if [ $errors != 0 ]; then
	[ ! -s build/base.note ] || say "error: $(cat build/base.note); $(ksrc_hint)"
	exit 1
fi

for name in "${puts[@]}"; do put "$name"; done
for name in "${removes[@]}"; do unput "$name"; done
write_manifest
put_back
[ $((${#puts[@]} + ${#removes[@]})) = 0 ] ||
	say "$TREE: ${#puts[@]} files brought up to date, ${#removes[@]} taken out"
tell_edits
