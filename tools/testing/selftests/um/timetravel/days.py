#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Days of what a small server does: days.py DAYS DIRECTORY

Jobs of a cron, timers, files written to a disk and read again, and traffic on the loopback
device, all at once. Each knows when it has to run, and that it ran as often as it should.
"""

import asyncio
import hashlib
import os
import random
import subprocess
import sys
import threading
import time

# How late may something be, s: fractions are what Python computes, which takes time
# in basic, and the slack of timers
LATE = float(os.environ.get("TT_LATE", "0")) / 1e9 or 0.1


class Log:
    """What went wrong, and how often what was done"""

    def __init__(self):
        self.wrong = []
        self.done = {}

    def on_time(self, what, want):
        late = time.monotonic() - want
        if not 0 <= late < LATE:
            self.wrong.append(f"{what}: {late} s late")
        self.done[what] = self.done.get(what, 0) + 1

    def check(self, what, good):
        if not good:
            self.wrong.append(what)


def times(days, seconds):
    """How often something happens that does so each so many seconds"""
    return int(days * 86400 / seconds)


def every(log, what, seconds, begin, days, work):
    """work() each so many seconds, by a clock and not by the work before it"""
    for n in range(1, times(days, seconds) + 1):
        due = begin + n * seconds
        time.sleep(max(0, due - time.monotonic()))
        log.on_time(what, due)
        work()


def cron(log, directory):
    """A program that looks at the time and leaves a line"""
    before = time.time()
    line = subprocess.run(["date", "+%s"], stdout=subprocess.PIPE, check=True).stdout
    log.check("date is not now", before - 1 <= int(line) <= time.time())
    with open(os.path.join(directory, "cron"), "ab") as f:
        f.write(line)


def disk(log, directory):
    """A file is written, and one that was written before is read again"""
    name = os.path.join(directory, f"file{random.randrange(16)}")
    if os.path.exists(name):
        with open(name, "rb") as f:
            digest, data = f.read(32), f.read()
        log.check(f"{name} is not as it was written", hashlib.sha256(data).digest() == digest)
    data = random.randbytes(random.randrange(1 << 18))
    with open(name, "wb") as f:
        f.write(hashlib.sha256(data).digest() + data)
        f.flush()
        os.fsync(f.fileno())


async def echo(reader, writer):
    while data := await reader.read(1 << 16):
        writer.write(data)
        await writer.drain()
    writer.close()


async def network(log, begin, days):
    """Connections to ourselves, with a timeout that must not come"""
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    for n in range(1, times(days, 600) + 1):
        due = begin + n * 600
        await asyncio.sleep(max(0, due - time.monotonic()))
        log.on_time("network", due)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        data = random.randbytes(1 << 15)
        writer.write(data)
        writer.write_eof()
        log.check("what came back is another",
                  await asyncio.wait_for(reader.read(-1), 60) == data)
        writer.close()
    server.close()


async def timers(log, begin, days):
    """A timer that starts the next, each minute"""
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    shift = loop.time() - time.monotonic()

    def start(n):
        loop.call_at(begin + n * 60 + shift, expired, n)

    def expired(n):
        log.on_time("timers", begin + n * 60)
        if n < times(days, 60):
            start(n + 1)
        else:
            over.set_result(None)

    start(1)
    await asyncio.gather(over, network(log, begin, days))


def main():
    days, directory = float(sys.argv[1]), sys.argv[2]
    log = Log()
    wall = time.time() - time.monotonic()
    begin = time.monotonic() + 1
    workers = [threading.Thread(target=every, args=args) for args in (
        (log, "cron", 600, begin, days, lambda: cron(log, directory)),
        (log, "disk", 900, begin, days, lambda: disk(log, directory)),
    )]
    for worker in workers:
        worker.start()
    asyncio.run(timers(log, begin, days))
    for worker in workers:
        worker.join()

    log.check("the wall clock went another way than the monotonic one",
              abs(time.time() - time.monotonic() - wall) < 0.001)
    for what, seconds in (("cron", 600), ("disk", 900), ("network", 600), ("timers", 60)):
        want = times(days, seconds)
        log.check(f"{what}: {log.done.get(what)} times, want {want}",
                  log.done.get(what) == want)
    for line in log.wrong[:10]:
        print(line)
    print(", ".join(f"{what} {often}" for what, often in sorted(log.done.items())))
    sys.exit(bool(log.wrong))


main()
