#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Who runs when: the same every time, and for many clients, as TAP."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
# pylint: disable=wrong-import-position,wildcard-import,unused-wildcard-import
from umtt_tests import *


def order(directory, name, clients, *options, serve=()):
    where = os.path.join(directory, name)
    os.mkdir(where)
    controller = Controller(where, *serve, clients=clients)
    try:
        lines = order_of(fakes(controller, "--count", str(clients), *options))
        controller.end()
        assert "umtt: at" not in controller.log(), controller.log()
    finally:
        controller.kill()
    return lines


def in_order(lines):
    """By time; at equal times nobody runs before somebody with a lower ID that wanted to."""
    runs = [tuple(map(int, line.split())) for line in lines.splitlines()]
    times = [at for at, _ in runs]
    assert times == sorted(times), "time went back"
    return runs


def same_every_time(directory):
    """64 clients run in the same order each time, with the page and without"""
    options = ("--random", "--steps", "40")
    first = order(directory, "1", 64, *options)
    assert len(first.splitlines()) == 64 * 40
    in_order(first)
    assert order(directory, "2", 64, *options) == first
    assert order(directory, "3", 64, *options, "--no-page") == first
    assert order(directory, "4", 64, *options, serve=("--no-page",)) == first


def ties(directory):
    """clients that want to run at the same times do so by their IDs"""
    runs = in_order(order(directory, "1", 20, "--steps", "10", "--first", "1000"))
    assert runs == [(100000 * step, 1000 + i) for step in range(1, 11) for i in range(20)]


def mixed(directory):
    """clients with the page and without are in one order"""
    options = ("--random", "--steps", "100", "--count", "5")
    reference = order(directory, "1", 10, "--random", "--steps", "100")
    controller = Controller(directory, clients=10)
    try:
        log = os.path.join(directory, "log")
        with open(log, "ab") as out:
            runs = [subprocess.Popen([FAKES, "--socket", controller.path, "--log", *options,
                                      *extra], stdout=out)
                    for extra in (("--first", "1"), ("--first", "6", "--no-page"))]
            assert [run.wait(PATIENCE) for run in runs] == [0, 0]
        controller.end()
        assert "umtt: at" not in controller.log(), controller.log()
        with open(log, encoding="ascii") as out:
            assert out.read() == reference
    finally:
        controller.kill()


def many(directory):
    """1024 clients, each of which takes less than 64 KiB"""
    controller = Controller(directory, clients=1024)
    try:
        def memory():
            with open(f"/proc/{controller.process.pid}/status", encoding="ascii") as status:
                return next(int(l.split()[1]) for l in status if l.startswith("VmRSS"))
        before = memory()
        run = fakes(controller, "--count", "1024", "--steps", "5", "--random")
        most = before
        end = time.monotonic() + PATIENCE
        while run.poll() is None and time.monotonic() < end:
            try:
                most = max(most, memory())
            except (StopIteration, FileNotFoundError):
                break
            time.sleep(0.01)
        lines = order_of(run)
        controller.end()
        assert len(in_order(lines)) == 5 * 1024
        assert len({line.split()[1] for line in lines.splitlines()}) == 1024
        # with a sanitizer, memory is not what it is
        if "umtt.san" not in BUILD:
            assert (most - before) < 64 * 1024, f"{most - before} KiB for 1024 clients"
    finally:
        controller.kill()


def no_slot(directory):
    """one client too many is told so, and the others do not notice"""
    controller = Controller(directory, "--slots", "2", clients=2)
    try:
        clients = [controller.connect() for _ in range(3)]
        clients[0].start(1)
        clients[1].start(2)
        clients[0].join()
        clients[2].start(3)
        clients[2].closed()
        controller.wait_for("no slot is left")
        clients[0].ask(REQUEST, 100)
        clients[0].ask(WAIT)
        clients[1].join()
        for client in clients:
            client.close()
        controller.end()
    finally:
        controller.kill()


def late(directory):
    """who joins late begins at its own zero, without the page, and moves nobody's time"""
    controller = Controller(directory)
    try:
        first = controller.connect()
        first.start(1)
        first.share()
        first.request_in_page(1000)
        first.send(WAIT)
        assert first.run() == 1000
        second = controller.connect()
        second.start(2)
        controller.wait_for_ids(2)
        # it is heard of before anybody has to give the processor away
        assert struct.unpack_from("=Q", first.page, 8)[0] <= 1000
        first.request_in_page(5000)
        first.send(WAIT)
        # the first one may have come that far unseen: the second begins at its next event
        assert first.run() == 5000
        first.request_in_page(100000)
        first.send(WAIT)
        fds = second.join()
        with mmap.mmap(fds[0], 4096) as page:
            assert struct.unpack_from("=I", page)[0] != 2
        for fd in fds:
            os.close(fd)
        assert second.ask(GET) == 0
        second.ask(REQUEST, 10000)
        second.ask(WAIT)
        assert second.run() == 10000
        assert struct.unpack_from("=Q", first.page, 16)[0] == 15000
        first.close()
        second.close()
        controller.end()
    finally:
        controller.kill()


def late_with_page(directory):
    """--late-page: who joins late gets the page, and time counts as in the page"""
    controller = Controller(directory, "--late-page")
    try:
        first = controller.connect()
        first.start(1)
        first.join()
        first.ask(REQUEST, 1000)
        first.ask(WAIT)
        assert first.run() == 1000
        second = controller.connect()
        second.start(2)
        controller.wait_for_ids(2)
        first.ask(REQUEST, 5000)
        first.ask(WAIT)
        assert first.run() == 5000
        first.ask(REQUEST, 6000)
        first.ask(WAIT)
        second.share()
        assert struct.unpack_from("=Q", second.page, 16)[0] == 5000
        second.request_in_page(7000)
        second.send(WAIT)
        assert first.run() == 6000
        first.ask(REQUEST, 9000)
        first.ask(WAIT)
        assert second.run() == 7000
        first.close()
        second.close()
        controller.end()
    finally:
        controller.kill()


main([same_every_time, ties, mixed, many, no_slot, late, late_with_page])
