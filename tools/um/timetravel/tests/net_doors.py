# SPDX-License-Identifier: GPL-2.0
"""Tests of umtt net: how it is called, where it listens, and who comes in."""
import os
import resource
import signal
import socket
import stat
import struct
import subprocess
import time

from net_lab import Failure, LIMIT, same


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


def call(path):
    """Connect, and say nothing."""
    caller = socket.socket(socket.AF_UNIX)
    caller.settimeout(LIMIT)
    caller.connect(path)
    return caller


def share_memory(caller):
    """What makes a guest of who has connected; returns what it is answered."""
    memory = os.memfd_create("guest")
    os.ftruncate(memory, 4096)
    table = struct.pack("=IIQQQQ", 1, 0, 0, 4096, 0, 0)
    socket.send_fds(caller, [struct.pack("=III", 5, 9, len(table)) + table], [memory])
    os.close(memory)
    return caller.recv(20, socket.MSG_WAITALL)


def has_a_network(lab):
    """A guest comes to port a, finds its device there, and goes."""
    lab.ends("a", lab.guest("a", 1, "$B grep -q eth0: /proc/net/dev && echo linked; $B sleep 1"))
    if "linked" not in lab.log("a"):
        raise Failure("the guest has no network: " + lab.log("a")[-600:])


def says(lab, *said):
    """As many lines as words, each with its word."""
    log = lab.log("net").splitlines()
    same("lines of umtt net", len(log), len(said))
    for line, word in zip(log, said):
        if word not in line:
            raise Failure(f"no word of {word!r}: {line}")


def comes_and_goes(lab, controller, network, *said):
    """A guest on port a does all that it should, and so do all when it has ended."""
    has_a_network(lab)
    lab.ends("net", network)
    lab.ends("serve", controller)
    says(lab, *said)


def a_mere_connection_is_no_guest(lab):
    """While it all runs, as another network's guest sees to."""
    lab.serve(3)
    network = lab.net("a")
    lab.start("other", [lab.options.umtt, "net", "--clock", lab.path("clock"), "--id", "9",
                                "--ports", lab.path("b.sock")])
    lab.wait_for(lab.path("b.sock"))
    b = lab.guest("b", 2, "echo here; while :; do $B sleep 1; done")
    end = time.monotonic() + LIMIT
    while "here" not in lab.log("b"):
        if time.monotonic() > end:
            raise Failure("the other guest does not boot: " + lab.log("b")[-300:])
        time.sleep(0.01)
    call(lab.path("a.sock")).close()
    has_a_network(lab)
    lab.ends("net", network)
    os.killpg(b.pid, signal.SIGKILL)
    says(lab)


def who_says_nothing_keeps_nobody_out(lab):
    controller, network = lab.serve(2), lab.net("a")
    with call(lab.path("a.sock")), call(lab.path("a.sock")):
        comes_and_goes(lab, controller, network)


def nonsense_keeps_nobody_out(lab):
    controller, network = lab.serve(2), lab.net("a")
    with call(lab.path("a.sock")) as caller:
        caller.send(b"\xff" * 12)
        same("what comes back", caller.recv(1), b"")
    comes_and_goes(lab, controller, network, "has flags 0xffffffff")


def a_second_guest_is_turned_away(lab):
    lab.serve(2)
    lab.net("a")
    done = struct.pack("=IIIQ", 5, 5, 8, 0)
    with call(lab.path("a.sock")) as second, call(lab.path("a.sock")) as first:
        same("answer to the first", share_memory(first), done)
        same("answer to the second", share_memory(second), done)
        same("the second is told", second.recv(1), b"")
        first.send(struct.pack("=III", 1, 1, 0))
        same("features in an answer to the first", len(first.recv(20, socket.MSG_WAITALL)), 20)
    # with the first gone another one can come
    with call(lab.path("a.sock")) as third:
        same("answer to the third", share_memory(third), done)
        third.send(struct.pack("=III", 1, 1, 0))
        same("features in an answer to the third", len(third.recv(20, socket.MSG_WAITALL)), 20)
    says(lab, "a second guest was turned away")


def a_second_switch_is_refused(lab):
    controller, network = lab.serve(2), lab.net("a")
    for _ in range(2):
        second = lab.start("second", [lab.options.umtt, "net", "--clock", lab.path("clock"),
                                      "--ports", lab.path("a.sock")])
        lab.ends("second", second, 1)
        same("lines of the second", lab.log("second").count("\n"), 1)
    comes_and_goes(lab, controller, network)


def of_ten_switches_at_once_one_has_the_port(lab):
    lab.serve(99)
    port = lab.path("p.sock")
    for turn in range(3):
        stale = socket.socket(socket.AF_UNIX)
        stale.bind(port)
        stale.close()
        runs = [lab.start(f"net{i}", [lab.options.umtt, "net", "--clock", lab.path("clock"),
                                      "--ports", port]) for i in range(10)]
        end = time.monotonic() + LIMIT
        while sum(run.poll() is None for run in runs) > 1:
            if time.monotonic() > end:
                raise Failure("more than one has the port")
            time.sleep(0.01)
        left = [run for run in runs if run.poll() is None]
        same(f"who is left in turn {turn}", len(left), 1)
        for number, run in enumerate(runs):
            if run not in left:
                lab.ends(f"net{number}", run, 1)
        call(port).close()
        left[0].terminate()
        lab.ends("the one that is left", left[0])
        same("files left", [n for n in os.listdir(lab.dir) if "sock" in n], [])


def who_finds_no_descriptor_waits(lab):
    ports = "abcdefghijklmnopqrst"
    few = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
    lab.serve(2)
    network = lab.net(ports, preexec_fn=few)
    callers = [call(lab.path(port + ".sock")) for port in ports]
    end = time.monotonic() + LIMIT
    while not lab.log("net"):
        if time.monotonic() > end:
            raise Failure("nothing is said")
        time.sleep(0.01)
    # each that leaves lets another one in, which is not said again
    for caller in callers:
        caller.close()
    has_a_network(lab)
    # nobody is left but the network, which the controller does not wait for
    lab.ends("net", network, 3)
    says(lab, "waits until others have left", "the controller is gone")


def a_controller_that_ends_is_told(lab):
    controller = lab.serve(2)
    network = lab.net("a")
    end = time.monotonic() + LIMIT
    while b"1 of 2 clients have joined" not in subprocess.check_output(
            [lab.options.umtt, "status", "--socket", lab.path("clock")]):
        if time.monotonic() > end:
            raise Failure("the network does not join")
        time.sleep(0.01)
    controller.kill()
    lab.ends("net", network, 3)
    same("lines", lab.log("net").count("\n"), 1)


TESTS = [bad_calls_are_refused, what_cannot_be_done_is_told, sockets_are_private_and_not_taken,
         of_ten_switches_at_once_one_has_the_port, a_second_switch_is_refused,
         a_second_guest_is_turned_away, a_mere_connection_is_no_guest,
         who_says_nothing_keeps_nobody_out, nonsense_keeps_nobody_out,
         who_finds_no_descriptor_waits, a_controller_that_ends_is_told]
