#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The rooms of umtt: rooms.py DIRECTORY. Says which include goes upwards or in a circle,
and what has grown too long. With --dot, the picture for graphviz instead."""

import pathlib
import re
import sys

# what each room may know
BELOW = {
    "lib": set(),
    "sim": {"lib"},
    "net": {"lib"},
    "trace": {"lib", "sim"},
    "serve": {"lib", "sim"},
    "conform": {"lib"},
    "commands": {"lib", "sim", "net", "trace", "serve", "conform"},
}
FILE_MAX, FUNCTION_MAX = 400, 60


def room(name):
    return name.split("/")[0] if "/" in name else "commands"


def includes(top):
    found = {}
    for file in sorted(top.rglob("*.[ch]")):
        name = str(file.relative_to(top))
        if not name.startswith("tests/"):
            found[name] = [h for h in re.findall(r'#include "([^"]+)"', file.read_text())
                           if (top / h).exists()]
    return found


def upwards(found):
    for name, headers in found.items():
        for header in headers:
            if room(header) not in BELOW[room(name)] | {room(name)}:
                yield f"{name} includes {header}: {room(name)} does not know {room(header)}"


def circles(found):
    done, path = set(), []

    def visit(name):
        if name in path:
            yield "a circle of includes: " + " ".join(path[path.index(name):] + [name])
        elif name not in done:
            path.append(name)
            for header in found.get(name, []):
                yield from visit(header)
            path.pop()
            done.add(name)

    for name in found:
        yield from visit(name)


def too_long(top):
    for file in sorted(top.rglob("*.[ch]")):
        lines = file.read_text().splitlines()
        if len(lines) > FILE_MAX:
            yield f"{file.relative_to(top)} has {len(lines)} lines; {FILE_MAX} are the most"
        begin = 0
        for number, line in enumerate(lines):
            if line == "{":
                begin = number
            elif line == "}" and begin and number - begin > FUNCTION_MAX:
                yield f"{file.relative_to(top)}:{begin}: a function of {number - begin} lines; " \
                      f"{FUNCTION_MAX} are the most"


def dot(found):
    arrows = {(room(name), room(header)) for name in found for header in found[name]
              if room(name) != room(header)}
    print("digraph rooms { rankdir=BT;",
          *(f'"{a}" -> "{b}";' for a, b in sorted(arrows)), "}", sep="\n")


def main():
    top = pathlib.Path(sys.argv[-1])
    found = includes(top)
    if "--dot" in sys.argv:
        dot(found)
    else:
        print(*upwards(found), *circles(found), *too_long(top), sep="\n", end="")


main()
