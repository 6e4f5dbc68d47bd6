#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Python's ways to wait end when they should: waits.py [NAME]...

TT_LATE in the environment is how late they may be, in ns.
"""

import asyncio
import os
import queue
import select
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time

LATE = int(os.environ.get("TT_LATE", "1000000")) / 1e9
failures = []


class Takes:
    """What is done inside takes so many seconds, on every clock.

    The kernel lets poll() and its like be late by a thousandth, 0.1 s at most.
    """

    CLOCKS = (time.monotonic, time.time, time.perf_counter)

    def __init__(self, what, seconds):
        self.what = what
        self.seconds = seconds

    def __enter__(self):
        self.begin = [clock() for clock in self.CLOCKS]

    def __exit__(self, kind, value, trace):
        for clock, begin in zip(self.CLOCKS, self.begin):
            took = clock() - begin
            # time.time() has 200 ns or so in a float of today
            if not self.seconds - 1e-6 <= took <= self.seconds * 1.001 + LATE:
                failures.append(f"{self.what}: want {self.seconds} s to {LATE} s more, "
                                f"got {took:.9f} s by {clock.__name__}()")


def same(what, got, want):
    if got != want:
        failures.append(f"{what}: want {want!r}, got {got!r}")


def time_sleep():
    for seconds in (0.001, 0.25, 1, 3600, 86400):
        with Takes(f"time.sleep({seconds})", seconds):
            time.sleep(seconds)


def thread_timer():
    fired = []
    with Takes("threading.Timer(1800)", 1800):
        timer = threading.Timer(1800, fired.append, (1,))
        timer.start()
        timer.join()
    same("calls of the timer", fired, [1])


def thread_event():
    event = threading.Event()
    with Takes("Event.wait(90)", 90):
        same("Event.wait(90)", event.wait(90), False)
    with Takes("Event.wait(900), set after 60 s", 60):
        threading.Timer(60, event.set).start()
        same("Event.wait(900)", event.wait(900), True)


def thread_condition():
    condition = threading.Condition()
    with Takes("Condition.wait(12.5)", 12.5), condition:
        same("Condition.wait(12.5)", condition.wait(12.5), False)
    with Takes("Lock.acquire(timeout=7)", 7):
        lock = threading.Lock()
        lock.acquire()
        same("Lock.acquire(timeout=7)", lock.acquire(timeout=7), False)


def queue_get():
    items = queue.Queue()
    with Takes("queue.get(timeout=600)", 600):
        try:
            items.get(timeout=600)
            failures.append("queue.get() got something")
        except queue.Empty:
            pass
    with Takes("queue.get(), put after 5 s", 5):
        threading.Timer(5, items.put, (42,)).start()
        same("queue.get()", items.get(timeout=600), 42)


def selector():
    a, b = socket.socketpair()
    with selectors.DefaultSelector() as sel:
        sel.register(a, selectors.EVENT_READ)
        with Takes("selector.select(30)", 30):
            same("selector.select(30)", sel.select(30), [])
        with Takes("selector.select(30), sent after 3 s", 3):
            threading.Timer(3, b.send, (b"x",)).start()
            same("selector.select(30)", len(sel.select(30)), 1)
    with Takes("select.select(1.5)", 1.5):
        select.select([b], [], [], 1.5)


def socket_timeout():
    server = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(server.getsockname())
    peer, _ = server.accept()
    for what, sock, call in (("recv", client, lambda: client.recv(1)),
                             ("accept", server, server.accept)):
        sock.settimeout(45)
        with Takes(f"socket.{what}() with a timeout of 45 s", 45):
            try:
                call()
                failures.append(f"socket.{what}() returned")
            except TimeoutError:
                pass
    with Takes("socket.recv(), sent after 10 s", 10):
        threading.Timer(10, peer.send, (b"x",)).start()
        same("socket.recv()", client.recv(1), b"x")


def subprocess_timeout():
    with Takes("subprocess.run(timeout=20)", 20):
        try:
            subprocess.run(["sleep", "1000"], timeout=20)
            failures.append("subprocess.run() returned")
        except subprocess.TimeoutExpired:
            pass
    with Takes("Popen.wait()", 10):
        child = subprocess.Popen(["sleep", "10"])
        child.wait()
    same("its status", child.returncode, 0)


def signal_itimer():
    hits = []
    signal.signal(signal.SIGALRM, lambda *_: hits.append(time.monotonic()))
    with Takes("10 alarms, 0.1 s each", 1):
        signal.setitimer(signal.ITIMER_REAL, 0.1, 0.1)
        while len(hits) < 10:
            signal.pause()
        signal.setitimer(signal.ITIMER_REAL, 0)


def asyncio_waits():
    async def both():
        await asyncio.gather(asyncio.sleep(5), asyncio.sleep(8))
        try:
            await asyncio.wait_for(asyncio.Event().wait(), 100)
        except asyncio.TimeoutError:
            pass

    with Takes("asyncio: 5 s beside 8 s, then a timeout of 100 s", 108):
        asyncio.run(both())


TESTS = [time_sleep, thread_timer, thread_event, thread_condition, queue_get, selector,
         socket_timeout, subprocess_timeout, signal_itimer, asyncio_waits]

# timers are exact from the first tick on
time.sleep(0.05)
for test in TESTS:
    if len(sys.argv) == 1 or test.__name__ in sys.argv[1:]:
        test()
for failure in failures:
    print(failure)
sys.exit(1 if failures else 0)
