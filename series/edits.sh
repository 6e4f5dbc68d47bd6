# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2153	# BASE, TREE and STATE are lib.sh's
# What sync.sh last put into build/tree, and what was edited there since. Sourced.
#
# build/sync/manifest has a line for each of our files and edits:
#     SOURCE-SUM TREE-SUM KIND NAME
# KIND is `file` (NAME is copied) or `patch` (NAME.patch edits the base's NAME);
# the sums are of what the repository held and of what was put into the tree.
# build/sync/stamp is as old as the last look at the tree: what is no newer is
# the base's, ours, or named in build/sync/edited.
# build/sync/base.list names the base's files.

# shellcheck disable=SC2034	# used by those who source this
declare -A m_src=() m_tree=() m_kind=()

read_manifest()
{
	local src tree kind name
	[ -f "$STATE/manifest" ] || return 0
	while read -r src tree kind name; do
		m_src[$name]=$src m_tree[$name]=$tree m_kind[$name]=$kind
	done <"$STATE/manifest"
}

write_manifest()
{
	local name
	for name in "${!m_kind[@]}"; do
		printf '%s %s %s %s\n' "${m_src[$name]}" "${m_tree[$name]}" \
			"${m_kind[$name]}" "$name"
	done | sort -k4 >"$STATE/manifest.new"
	mv "$STATE/manifest.new" "$STATE/manifest"
}

# sums DIR ARRAY: checksums of the files of DIR that are named on standard input
sums()
{
	local -n sums_out=$2
	local sum name
	while read -r sum name; do
		sums_out["$name"]=$sum
	done < <(cd "$1" && xargs -d '\n' -r sha256sum -- 2>/dev/null)
}

sum_of() { [ ! -f "$1" ] || sha256sum <"$1" | cut -d' ' -f1; }

# Left behind by editors, patch and builds: nobody's source
not_junk()
{
	grep -vE '(~|\.orig|\.rej|\.sw[a-p]|\.o|\.a|\.pyc|\.cmd|\.bak)$|(^|/)(#[^/]*#|\.#[^/]*|__pycache__|\.mypy_cache|\.git|\.kunit|\.config|tags|TAGS|cscope\.[^/]*|\.checkpatch-camelcase\.[^/]*|4913)(/|$)' || true
}

# Names under build/tree that changed after it was made, edited or put there by us
tree_touched()
{
	(cd "$TREE" && find . -type f -cnewer "../../$STATE/stamp" -printf '%P\n') | not_junk
}

# Edits in build/tree, one a line: M NAME (changed), A NAME (new), D NAME (ours, deleted)
tree_edits()
{
	(
		declare -A now=() base=()
		[ -f "$STATE/stamp" ] || exit 0
		read_manifest
		touched=$({ tree_touched; printf '%s\n' "${!m_kind[@]}"; cat "$STATE/edited"; } |
			sed '/^$/d' | sort -u)
		sums "$TREE" now <<<"$touched"
		sums "$BASE" base <<<"$touched"
		while read -r name; do
			[ -n "$name" ] || continue
			put=${m_tree[$name]:-${base[$name]:-}}
			[ "${now[$name]:-}" != "$put" ] || continue
			if [ -z "${now[$name]:-}" ]; then
				echo "D $name"
			elif [ -z "$put" ]; then
				echo "A $name"
			else
				echo "M $name"
			fi
		done <<<"$touched"
	)
}

# The same, and remembered, so that the next look is only at what changed after this one
tree_edits_remembered()
{
	local edits
	touch -d '1 second ago' "$STATE/stamp.new"
	edits=$(tree_edits)
	cut -c3- <<<"$edits" >"$STATE/edited"
	mv "$STATE/stamp.new" "$STATE/stamp"
	[ -z "$edits" ] || printf '%s\n' "$edits"
}
