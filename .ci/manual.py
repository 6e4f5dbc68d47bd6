#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Runs the commands of a page of the documentation, as TAP: manual.py PAGE [PATTERN]

What is in a "code-block:: console" is run in the current directory: each line that
begins with "$ " is a command, to end with status 0, and the lines after it are its
output, in which "..." is anything. A comment ".. needs: FILE" skips the next block where
there is no such file. A block is one test, and the blocks are run in their order.
"""

import fnmatch
import os
import re
import signal
import subprocess
import sys

LIMIT = 1800


def blocks(page):
    """(heading, what it needs, lines) of each block."""
    heading, needs, lines = "", None, page.read().splitlines()
    i = 0
    while i < len(lines):
        line = lines[i]
        if i and line and set(line) <= set("=-~") and len(line) >= len(lines[i - 1]) > 0:
            heading = lines[i - 1].strip()
        if line.startswith(".. needs:"):
            needs = line.split(":", 1)[1].strip()
        i += 1
        if line.strip() != ".. code-block:: console":
            continue
        block = []
        while i < len(lines) and (not lines[i].strip() or lines[i].startswith("   ")):
            block.append(lines[i][3:])
            i += 1
        yield heading, needs, [text for text in block if text.strip()]
        needs = None


def commands(block):
    """(command, the output that is wanted)."""
    found = []
    for line in block:
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def run(command):
    with subprocess.Popen(["bash", "-c", command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace",
                          start_new_session=True) as process:
        try:
            output, _ = process.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
            return output + f"\nnot done after {LIMIT} s", 1
    return output, process.returncode


def why_not(command, wanted):
    """What is wrong, or nothing."""
    output, status = run(command)
    pattern = "\n".join(re.escape(line).replace(r"\.\.\.", ".*") for line in wanted)
    if status:
        return f"status {status} of: {command}\n{output}"
    if wanted and not re.search("(?s)" + pattern, output):
        return "\n".join([f"output of: {command}", "want:", *wanted, "got:", output])
    return ""


def main():
    only = sys.argv[2] if len(sys.argv) > 2 else "*"
    seen = {}
    with open(sys.argv[1], encoding="utf-8") as page:
        for heading, needs, block in blocks(page):
            seen[heading] = seen.get(heading, 0) + 1
            name = f"manual: {heading}" + (f" {seen[heading]}" if seen[heading] > 1 else "")
            if not fnmatch.fnmatch(name, only):
                continue
            if needs and not os.path.exists(needs):
                print(f"ok - {name} # SKIP there is no {needs}", flush=True)
                continue
            print(f"{name} ...", file=sys.stderr)
            for command, wanted in commands(block):
                wrong = why_not(command, wanted)
                if wrong:
                    print(f"not ok - {name}")
                    print("\n".join("# " + line for line in wrong.splitlines()[-40:]), flush=True)
                    break
            else:
                print(f"ok - {name}", flush=True)


main()
