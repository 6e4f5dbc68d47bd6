#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The manual as HTML: build/docs/html/time-travel.html, and no other of the kernel's books.
#
# Fails if Sphinx says anything about a page of ours. What the kernel's make htmldocs
# does, without what it writes into the source.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2153	# TREE is lib.sh's
tree=$top/$TREE
book=virt/uml

sphinx()
{
	(cd "$tree" && PYTHONDONTWRITEBYTECODE=1 srctree=$tree BUILDDIR=$top/build/docs \
		KERNELVERSION=$(kernel_version "$BASE") \
		/usr/bin/sphinx-build -q -E -b html -c Documentation -d "$top/build/docs/doctrees" \
		-D kerneldoc_srctree="$tree" \
		"Documentation/$book" "$top/build/docs/html")
}

lock
rm -rf build/docs
mkdir -p build/docs
cd "$top"
BASE=$top/$BASE
step docs "making the manual" sphinx
[ -f build/docs/html/time-travel.html ] || die "Sphinx made no time-travel.html (see build/log/docs.log)"
grep -E '/(time-travel|index)\.rst.*(WARNING|ERROR)' build/log/docs.log >&2 && die "Sphinx warns of pages of ours"
say "build/docs/html/time-travel.html"
