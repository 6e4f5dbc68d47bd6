#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Brings edits made in build/tree back to the repository.
#
# Holds afterwards: sync.sh would make build/tree as it is now. An edited file of
# ours is copied back, an edited file of the base becomes NAME.patch, a new file is
# ours, a file of ours that was deleted is deleted. What changed in the repository
# since it was put into the tree is not overwritten without FORCE=1.

# shellcheck source=series/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=series/edits.sh
. series/edits.sh

# What lies at these paths here is not the kernel's
not_kernel()
{
	case $1 in
	README.md | .gitattributes | .ci/* | series/* | build/*) return 0 ;;
	esac
	return 1
}

# unchanged NAME FILE: FILE is as it was when it was put into the tree
unchanged()
{
	local now
	now=$(sum_of "$2")
	[ "${FORCE:-}" != 1 ] || return 0
	[ "$now" != "${m_src[$1]:-}" ] || return 0
	# saved already, or not there yet
	[ -n "$now" ] || [ -n "${m_src[$1]:-}" ] || return 0
	say "error: $2 was changed both here and in $TREE; 'make save FORCE=1' takes the tree's, 'rm $TREE/$1' the repository's"
	return 1
}

# With the directories that held nothing else
remove()
{
	rm -f "$1"
	rmdir -p --ignore-fail-on-non-empty "$(dirname "$1")" 2>/dev/null || true
}

save_file()
{
	unchanged "$1" "$1" || return 1
	mkdir -p "$(dirname "$1")"
	cp --preserve=mode "$TREE/$1" "$1"
	say "$1"
	m_src[$1]=$(sum_of "$1") m_tree[$1]=${m_src[$1]} m_kind[$1]=file
}

save_patch()
{
	local patch=$1.patch
	unchanged "$1" "$patch" || return 1
	if cmp -s "$BASE/$1" "$TREE/$1"; then
		remove "$patch"
		say "$patch: removed, nothing is left of it"
		unset "m_src[$1]" "m_tree[$1]" "m_kind[$1]"
		return 0
	fi
	mkdir -p "$(dirname "$patch")"
	diff -u --label "a/$1" --label "b/$1" "$BASE/$1" "$TREE/$1" >"$patch.new" || [ $? = 1 ]
	mv "$patch.new" "$patch"
	say "$patch"
	m_src[$1]=$(sum_of "$patch") m_tree[$1]=$(sum_of "$TREE/$1") m_kind[$1]=patch
}

save_deletion()
{
	if [ "${m_kind[$1]}" = patch ]; then
		say "$1: files of the base cannot be deleted; 'make tree' puts it back"
		return 0
	fi
	unchanged "$1" "$1" || return 1
	remove "$1"
	say "$1: deleted"
	unset "m_src[$1]" "m_tree[$1]" "m_kind[$1]"
}

lock
[ -f "$STATE/stamp" ] || die "there is no $TREE yet: 'make tree' makes it"
read_manifest
edits=$(tree_edits)
[ -n "$edits" ] || { say "nothing to save: $TREE holds no edits"; exit 0; }
failed=0
while read -r what name; do
	if not_kernel "$name"; then
		say "$name: left out, this path is not the kernel's here"
	elif [ "$what" = D ]; then
		save_deletion "$name" || failed=1
	elif [ "${m_kind[$name]:-}" = patch ] ||
		{ [ -z "${m_kind[$name]:-}" ] && [ "$what" = M ]; }; then
		save_patch "$name" || failed=1
	else
		save_file "$name" || failed=1
	fi
done <<<"$edits"
write_manifest
exit $failed
