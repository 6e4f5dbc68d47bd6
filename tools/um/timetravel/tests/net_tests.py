#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Tests of umtt net with booted kernels, as TAP.

usage: net_tests.py --umtt FILE --kernel FILE --random FILE [--only PATTERN]

SECCOMP (auto) is how the kernels run user processes: off, on, auto.
"""
import argparse
import fnmatch
import hashlib
import os
import re
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import time

START = "1700000000000000000"
SECCOMP = os.environ.get("SECCOMP", "auto")
LIMIT = 60      # host seconds; what takes as long has failed

INIT = """#!/bin/busybox sh
B=/bin/busybox
$B mount -t proc none /proc
$B mount -t tmpfs none /run
$B ip addr add 10.0.0.{number}/24 dev eth0
$B ip link set eth0 up
{commands}
$B poweroff -f
"""


class Failure(Exception):
    pass


def same(what, got, want):
    if got != want:
        raise Failure(f"{what}: want {want!r}, got {got!r}")


def frames(path):
    """(interface, direction, ns, data) of each frame of a capture."""
    data = open(path, "rb").read()
    at, names, found = 0, [], []
    while at < len(data):
        kind, size = struct.unpack_from("=II", data, at)
        if kind == 1:
            names.append(re.search(rb"[a-z]+\.sock", data[at:at + size]).group().decode())
        if kind == 6:
            number, high, low, length = struct.unpack_from("=IIII", data, at + 8)
            options = at + 28 + (length + 3) // 4 * 4
            flags = struct.unpack_from("=HHI", data, options)
            found.append((names[number], "in" if flags[2] == 1 else "out", high << 32 | low,
                          data[at + 28:at + 28 + length]))
        at += size
    same("length of the capture", at, len(data))
    return found


class Lab:
    """Guests, their network and their controller, in a directory of the same name each time."""

    def __init__(self, options, work):
        self.options, self.dir, self.started = options, work, []
        shutil.rmtree(work, ignore_errors=True)
        os.mkdir(work)

    def path(self, name):
        return os.path.join(self.dir, name)

    def start(self, name, command, **kwargs):
        log = open(self.path(name + ".log"), "wb")
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                   start_new_session=True, **kwargs)
        self.started.append(process)
        return process

    def log(self, name):
        try:
            return open(self.path(name + ".log"), errors="replace").read()
        except FileNotFoundError:
            return ""

    def wait_for(self, path):
        end = time.monotonic() + LIMIT
        while not os.path.exists(path):
            if time.monotonic() > end:
                raise Failure(f"{path} does not appear")
            time.sleep(0.01)

    def serve(self, clients, *more):
        process = self.start("serve", [self.options.umtt, "serve", "--clients", str(clients),
                                       "--socket", self.path("clock"), "--start", START, *more])
        self.wait_for(self.path("clock"))
        return process

    def net(self, ports, *more):
        paths = [self.path(port + ".sock") for port in ports]
        process = self.start("net", [self.options.umtt, "net", "--clock", self.path("clock"),
                                     "--ports", ",".join(paths), "--capture",
                                     self.path("capture"), *more])
        for path in paths:
            self.wait_for(path)
        return process

    def guest(self, name, number, commands):
        init = self.path(name + ".init")
        with open(init, "w") as file:
            file.write(INIT.format(number=number, commands=commands))
        os.chmod(init, 0o700)
        os.mkdir(self.path(name))
        # a console that is a file cannot be waited for
        output = subprocess.Popen(["cat"], stdin=subprocess.PIPE,
                                  stdout=open(self.path(name + ".log"), "wb"))
        kernel = [self.options.kernel, "mem=64M", "umid=guest", f"uml_dir={self.path(name)}/",
                  "root=none", "rootfstype=hostfs", "rootflags=/", "ro", f"init={init}",
                  "con=null", "con0=null,fd:1", f"seccomp={SECCOMP}",
                  f"time-travel=ext:{number}:{self.path('clock')}",
                  # what ping itself does takes no time, so that the network's can be exact
                  "time-travel-syscall-cost=0",
                  f"virtio_uml.device={self.path(name)}.sock:1"]
        process = subprocess.Popen(["setarch", "-R", *kernel], stdin=subprocess.DEVNULL,
                                   stdout=output.stdin, stderr=output.stdin,
                                   start_new_session=True, cwd="/",
                                   env={"LD_PRELOAD": self.options.random})
        output.stdin.close()
        self.started += [process, output]
        process.output = output
        return process

    def ends(self, name, process, status=0):
        try:
            got = process.wait(LIMIT)
            if hasattr(process, "output"):
                process.output.wait(LIMIT)
        except subprocess.TimeoutExpired:
            raise Failure(f"{name} does not end: {self.log(name)[-600:]}")
        if got != status:
            said = "".join(f"\n{who}: {self.log(who)[-600:]}" for who in (name, "serve"))
            raise Failure(f"{name} ended with {got}, not {status}:{said}")

    def close(self):
        for process in self.started:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
        shutil.rmtree(self.dir)


def two(lab, commands, net=(), serve=()):
    """Two guests run commands; all must end well."""
    controller = lab.serve(3, *serve)
    network = lab.net("ab", *net)
    a, b = lab.guest("a", 1, commands[0]), lab.guest("b", 2, commands[1])
    lab.ends("a", a)
    lab.ends("b", b)
    lab.ends("net", network)
    lab.ends("serve", controller)
    same("what umtt net says", lab.log("net"), "")
    left = [name for name in os.listdir(lab.dir) if name.endswith(".sock")]
    same("sockets left", left, [])


PING = ("$B sleep 1; $B ping -c 3 10.0.0.2", "$B sleep 6")


def close(what, lab, want):
    """ping counts in us, and pays 256 ns for each of some looks at the clock."""
    times = re.findall(r"time=([0-9]+)\.([0-9]+) ms", lab.log("a"))
    times = [int(whole + part) for whole, part in times]
    if len(times) != len(want) or any(not 0 <= t - w <= 2 for t, w in zip(times, want)):
        raise Failure(f"{what}: want {want} us, got {times}")


def ping_shows_the_delay(lab):
    for delay, one, first in (("1ms", 2000, 4000), ("250us", 500, 1000),
                              ("123456ns", 246, 493), ("400ms", 800000, 1600000)):
        two(lab, PING, ("--delay", delay))
        close(f"times with a delay of {delay}", lab, [first, one, one])
        for name in os.listdir(lab.dir):
            path = lab.path(name)
            shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)


TRANSFER = ("$B sleep 1; $B nc 10.0.0.2 5000 <{data}; $B sleep 1",
            "$B nc -l -p 5000 >/run/got; $B md5sum /run/got")


def transfer(lab, **kwargs):
    data = bytes(range(256)) * 4000
    with open(lab.path("data"), "wb") as file:
        file.write(data)
    two(lab, [c.format(data=lab.path("data")) for c in TRANSFER], **kwargs)
    if hashlib.md5(data).hexdigest() not in lab.log("b"):
        raise Failure("what arrived is something else: " + lab.log("b")[-300:])


def a_transfer_arrives(lab):
    transfer(lab)


def a_transfer_arrives_without_the_page(lab):
    transfer(lab, net=("--no-page",), serve=("--no-page",))


def the_delay_is_that_of_each_frame(lab):
    transfer(lab, net=("--delay", "777us"))
    sent = {"a.sock": [], "b.sock": []}
    count = 0
    for port, way, ns, data in frames(lab.path("capture")):
        if way == "in":
            sent["b.sock" if port == "a.sock" else "a.sock"].append((ns, data))
        else:
            begin, was = sent[port].pop(0)
            same("delay", ns - begin, 777000)
            same("frame", data, was)
            count += 1
    if count < 500:
        raise Failure(f"{count} frames, want 500 or more")


def runs_are_the_same(lab, runs, **kwargs):
    sums = []
    for _ in range(runs):
        transfer(lab, **kwargs)
        sums.append(hashlib.md5(open(lab.path("capture"), "rb").read()).hexdigest())
        work = lab.dir
        lab.close()
        lab.__init__(lab.options, work)
    same("different captures", len(set(sums)), 1)


def ten_runs_are_the_same(lab):
    runs_are_the_same(lab, 10)


def runs_without_the_page_are_the_same(lab):
    runs_are_the_same(lab, 5, serve=("--no-page",))


def three_guests(lab):
    controller = lab.serve(4)
    network = lab.net("abc")
    quiet = "$B sleep 9; $B cat /proc/net/dev"
    guests = {"a": lab.guest("a", 1, "$B sleep 1; $B ping -c 2 10.0.0.3"),
              "b": lab.guest("b", 2, quiet), "c": lab.guest("c", 3, "$B sleep 9")}
    for name, guest in guests.items():
        lab.ends(name, guest)
    lab.ends("net", network)
    lab.ends("serve", controller)
    close("times", lab, [4000, 2000])
    # of two pings the third guest sees one question, who has that address
    same("frames that the third got", re.findall(r"eth0: +\d+ +(\d+)", lab.log("b")), ["1"])


def a_guest_that_is_killed_is_missed_by_nobody(lab):
    controller = lab.serve(3)
    network = lab.net("ab")
    a = lab.guest("a", 1, "$B sleep 1; $B ping -c 100 10.0.0.2 >/dev/null; echo done; $B sleep 1")
    b = lab.guest("b", 2, "$B sleep 30; echo here; $B sleep 1000000")
    end = time.monotonic() + LIMIT
    while "here" not in lab.log("b") and time.monotonic() < end:
        time.sleep(0.01)
    os.killpg(b.pid, signal.SIGKILL)
    lab.ends("b", b, -signal.SIGKILL)
    lab.ends("a", a)
    lab.ends("net", network)
    controller.wait(LIMIT)
    if "done" not in lab.log("a"):
        raise Failure("the other guest did not go on: " + lab.log("a")[-300:])


def net_alone(lab, *more, status):
    network = lab.start("net", [lab.options.umtt, "net", *more])
    lab.ends("net", network, status)
    # wrong usage has a second line, with a hint
    same("lines of " + " ".join(more), lab.log("net").count("\n"), 2 if status == 2 else 1)
    return lab.log("net")


def bad_calls_are_refused(lab):
    for more, word in ((["--clock", "x"], "--ports"), (["--ports", "x"], "--clock"),
                       (["--clock", "x", "--ports", "y", "--delay", "soon"], "soon"),
                       (["--clock", "x", "--ports", "y", "--delay", "-1ms"], "-1ms"),
                       (["--clock", "x", "--ports", "a,,b"], "empty"),
                       (["--clock", "x", "--ports", "y", "--id", "me"], "me"),
                       (["--clock", "x", "--ports", "y", "more"], "more"),
                       (["--clock"], "--clock"), (["--speed", "9"], "--speed")):
        if word not in net_alone(lab, *more, status=2):
            raise Failure(f"{more}: no word of {word!r}: {lab.log('net')}")


def what_cannot_be_done_is_told(lab):
    port, clock = lab.path("p.sock"), lab.path("clock")
    for more in (["--clock", clock, "--ports", port],                       # nobody there
                 ["--clock", clock, "--ports", lab.path("x" * 120)],        # too long
                 ["--clock", clock, "--ports", lab.path("no/p.sock")],
                 ["--clock", clock, "--ports", port, "--capture", lab.path("no/c")]):
        net_alone(lab, *more, status=1)
    same("sockets left", [n for n in os.listdir(lab.dir) if n.endswith(".sock")], [])


def sockets_are_private_and_not_taken(lab):
    lab.serve(9)
    port = lab.path("p.sock")
    stale = socket.socket(socket.AF_UNIX)
    stale.bind(port)
    stale.close()
    first = lab.start("first", [lab.options.umtt, "net", "--clock", lab.path("clock"),
                                "--ports", port, "--capture", lab.path("c")])
    lab.wait_for(lab.path("c"))
    mode = os.stat(port)
    same("mode of the socket", oct(stat.S_IMODE(mode.st_mode)), "0o600")
    net_alone(lab, "--clock", lab.path("clock"), "--ports", port, status=1)
    os.kill(first.pid, signal.SIGTERM)
    lab.ends("first", first)
    same("socket is left", os.path.exists(port), False)
    open(port, "w").close()
    net_alone(lab, "--clock", lab.path("clock"), "--ports", port, status=1)


def a_controller_that_ends_is_told(lab):
    controller = lab.serve(1)
    network = lab.net("a")
    controller.kill()
    lab.ends("net", network, 3)
    same("lines", lab.log("net").count("\n"), 1)


TESTS = [bad_calls_are_refused, what_cannot_be_done_is_told, sockets_are_private_and_not_taken,
         a_controller_that_ends_is_told, ping_shows_the_delay, a_transfer_arrives,
         a_transfer_arrives_without_the_page, the_delay_is_that_of_each_frame, three_guests,
         a_guest_that_is_killed_is_missed_by_nobody, ten_runs_are_the_same,
         runs_without_the_page_are_the_same]


def run(options, test, number, work):
    name = test.__name__.replace("_", " ")
    lab = Lab(options, work)
    try:
        test(lab)
        print(f"ok {number} - {name}", flush=True)
        return True
    except Failure as failure:
        text = str(failure).replace("\n", "\n# ")
        print(f"not ok {number} - {name}\n# {text}", flush=True)
        return False
    finally:
        lab.close()


def main():
    parser = argparse.ArgumentParser()
    for name in ("umtt", "kernel", "random"):
        parser.add_argument("--" + name, required=True, type=os.path.abspath)
    parser.add_argument("--only", default="*")
    options = parser.parse_args()
    chosen = [t for t in TESTS if fnmatch.fnmatch(t.__name__.replace("_", " "), options.only)]
    print(f"TAP version 13\n1..{len(chosen)}")
    above = tempfile.mkdtemp(prefix="net.")
    try:
        good = [run(options, test, i + 1, os.path.join(above, "lab"))
                for i, test in enumerate(chosen)]
    finally:
        shutil.rmtree(above)
    return 0 if good and all(good) else 1


sys.exit(main())
