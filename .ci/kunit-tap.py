#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""TAP from what kunit.py wrote: kunit-tap.py MODE JSON LOG [KERNEL CONFIGURATION]"""

import json
import sys

mode, results, log, *rest = sys.argv[1:]
kernel, configuration = rest or ("build/kunit/linux", "")
where = f"{mode}, {configuration}" if configuration else mode


def cases(group, path=()):
    for case in group.get("test_cases", []):
        yield (*path, case["name"]), case["status"]
    for sub in group.get("sub_groups", []):
        yield from cases(sub, (*path, sub["name"]))


def said_about(name):
    """The lines of the log that lead to the line '[FAILED] name'."""
    said = []
    with open(log, errors="replace") as lines:
        for line in lines:
            line = line.rstrip()
            if line.endswith(("[FAILED] " + name, "[CRASHED] " + name)):
                return said[-30:]
            if "[PASSED]" in line or "[SKIPPED]" in line:
                said = []
            else:
                said.append(line)
    return ["(nothing)"]


option = {"off": "", "basic": "time-travel"}.get(mode, "time-travel=" + mode)
with open(results) as f:
    everything = json.load(f)
for path, status in cases(everything):
    name = f"{'.'.join(path)} ({where})"
    if status == "SKIP":
        print(f"ok - {name} # SKIP")
    elif status == "PASS":
        print(f"ok - {name}")
    else:
        print(f"not ok - {name}")
        for line in said_about(path[-1]):
            print("# " + line)
        print(f"# log: {log}")
        print(f"# alone: {kernel} {option} kunit.enable=1 mem=1G console=tty "
              f"kunit_shutdown=halt kunit.filter_glob={'.'.join(path)}")
