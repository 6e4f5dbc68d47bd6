#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Does the series take out again what it brought? series-grows.py REPOSITORY

A step may add to a line that an earlier one brought: then all words of it come back in
the same place. And it may do what its message says: a file that is named there is not
looked at. Prints the lines for which that is not so.
"""

import re
import subprocess
import sys


def git(*args):
    return subprocess.run(["git", *args], cwd=sys.argv[1], stdout=subprocess.PIPE,
                          encoding="utf-8", errors="replace", check=True).stdout


def hunks(commit):
    """(file, first removed line, removed lines, added lines) of each hunk."""
    name = removed = added = first = None
    for line in git("diff", "-U0", "--no-renames", f"{commit}^", commit).splitlines():
        if line.startswith(("diff ", "@@")):
            if removed:
                yield name, first, removed, added
            removed, added = [], []
        if line.startswith("--- "):
            name = line[len("--- a/"):]
        elif line.startswith("@@"):
            first = int(re.match(r"@@ -(\d+)", line).group(1))
        elif line.startswith("-"):
            removed.append(line[1:])
        elif line.startswith("+") and not line.startswith("+++ "):
            added.append(line[1:])
    if removed:
        yield name, first, removed, added


def words(lines):
    return re.findall(r"\w+", " ".join(lines))


bad = 0
base = git("rev-parse", "base").strip()
for commit in git("rev-list", "--reverse", "base..series").split():
    message = git("log", "-1", "--format=%B", commit)
    for name, first, removed, added in hunks(commit):
        if name.rsplit("/", 1)[-1] in message:
            continue
        blame = git("blame", "-l", "-s", "-L", f"{first},+{len(removed)}", f"{commit}^", "--", name)
        for origin, line in zip(blame.splitlines(), removed):
            if origin.split()[0].lstrip("^") in base:
                continue
            missing = set(words([line])) - set(words(added))
            if missing or (not added and line.strip()):
                subject = git("log", "-1", "--format=%s", commit).strip()
                print(f"'{subject}' takes out of {name} what an earlier step brought: {line.strip()}")
                bad = 1
sys.exit(bad)
