#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""kill -9 of booted guests that write to disks, and of their controller, as TAP.

KERNEL names a kernel, whose guests survive their controller. CLIENT_DEATHS guests and
CONTROLLER_DEATHS controllers die, at points in host time that SEED chooses. SECCOMP (auto) is how they run
user processes: off, on, auto.
"""

import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
# pylint: disable=wrong-import-position,wildcard-import,unused-wildcard-import
from umtt_tests import *

KERNEL = os.path.realpath(os.environ["KERNEL"])
CLIENTS = int(os.environ.get("CLIENT_DEATHS", "200"))
CONTROLLERS = int(os.environ.get("CONTROLLER_DEATHS", "50"))
SEED = int(os.environ.get("SEED", "1"))
SECCOMP = os.environ.get("SECCOMP", "auto")
BUSYBOX = shutil.which("busybox")
GUESTS = 4
FILES = 10
CONTENT = "all of it\n" * 5000
STATUS_LOST = 4

INIT = f"""#!{BUSYBOX} sh
b() {{ {BUSYBOX} "$@"; }}
b mount -t proc none /proc
b mount -t ext4 /dev/ubda /mnt
for i in {' '.join(map(str, range(FILES)))}; do
	b cp $umtt_dir/content /mnt/$i
	b sync
	echo "$(b cut -d' ' -f1 /proc/uptime) wrote $i"
	b sleep 0.01
done
b umount /mnt
b poweroff -f
"""


class Guest:
    """A guest that writes to its disk, and says so."""

    def __init__(self, directory, number, socket_path):
        self.number = number
        self.disk = os.path.join(directory, f"disk{number}")
        self.log = os.path.join(directory, f"{number}.log")
        shutil.copy(os.path.join(directory, "disk"), self.disk)
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [KERNEL, "mem=48M", "root=none", "rootfstype=hostfs", "rootflags=/", "ro",
                 f"init={directory}/init", f"umtt_dir={directory}", f"ubda={self.disk}",
                 "con=null", "con0=null,fd:1", "quiet", f"seccomp={SECCOMP}", f"umid={number}",
                 f"uml_dir={directory}/uml{number}/",
                 f"time-travel=ext:{number}:{socket_path}"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)

    def kill(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def wait(self):
        return self.process.wait(PATIENCE)

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def wrote(self):
        """The lines that it has written to their end."""
        return [line for line in self.said().split("\n")[:-1] if " wrote " in line]

    def check_disk(self):
        """What was said to be synced is there, and nothing is wrong with the rest."""
        replay = subprocess.run(["e2fsck", "-p", self.disk], capture_output=True, check=False,
                                timeout=PATIENCE)
        check = subprocess.run(["e2fsck", "-fn", self.disk], capture_output=True, check=False,
                                timeout=PATIENCE)
        assert replay.returncode in (0, 1) and check.returncode == 0, \
            f"guest {self.number}: {replay.stdout} {check.stdout}"
        with tempfile.TemporaryDirectory() as files:
            subprocess.run(["debugfs", "-R", f"rdump / {files}", self.disk], capture_output=True,
                           check=True, timeout=PATIENCE)
            for line in self.wrote():
                with open(os.path.join(files, line.split()[-1]), encoding="ascii") as file:
                    assert file.read() == CONTENT, f"guest {self.number}, synced: {line}"


def prepare(directory):
    for name, content in (("init", INIT), ("content", CONTENT)):
        with open(os.path.join(directory, name), "w", encoding="ascii") as file:
            file.write(content)
    os.chmod(os.path.join(directory, "init"), 0o755)
    subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", os.path.join(directory, "disk"), "8M"], check=True,
                   stdout=subprocess.DEVNULL, timeout=PATIENCE)


def start_all(directory, page):
    """(controller, a client that runs until it is closed, guests that wait for that)"""
    controller = Controller(directory, *(() if page else ("--no-page",)))
    gate = controller.connect()
    gate.start(0)
    gate.join()
    return controller, gate, [Guest(directory, n, controller.path) for n in range(1, GUESTS + 1)]


def end_all(controller, guests):
    for guest in guests:
        guest.kill()
        guest.wait()
    controller.kill()


def undisturbed(directory, page):
    """(what each guest writes, host seconds that it takes) if nobody is killed."""
    controller, gate, guests = start_all(directory, page)
    try:
        controller.wait_for_ids(*(guest.number for guest in guests))
        begin = time.monotonic()
        gate.close()
        statuses = [guest.wait() for guest in guests]
        took = time.monotonic() - begin
        assert statuses == [0] * GUESTS, [guest.said() for guest in guests]
        controller.end()
        for guest in guests:
            assert len(guest.wrote()) == FILES, guest.said()
            guest.check_disk()
        return [guest.wrote() for guest in guests], took
    finally:
        end_all(controller, guests)


def guests_die(directory):
    """guests killed at random points: the others do not notice, no disk is hurt"""
    numbers = random.Random(SEED)
    prepare(directory)
    told = {page: undisturbed(directory, page) for page in (False, True)}
    for round_ in range((CLIENTS + GUESTS - 2) // (GUESTS - 1)):
        page = bool(round_ % 2)
        lines, took = told[page]
        survivor = numbers.randrange(GUESTS)
        controller, gate, guests = start_all(directory, page)
        try:
            victims = [guest for n, guest in enumerate(guests) if n != survivor]
            if round_ % 5 == 0:
                # while it joins
                time.sleep(numbers.random() * 0.1)
                victims[0].kill()
            controller.wait_for_ids(survivor + 1)
            begin = time.monotonic()
            gate.close()
            for moment, guest in zip(sorted(numbers.random() * took for _ in victims), victims):
                time.sleep(max(0, begin + moment - time.monotonic()))
                guest.kill()
            assert guests[survivor].wait() == 0, guests[survivor].said()
            assert guests[survivor].wrote() == lines[survivor], f"round {round_}"
            for guest in guests:
                guest.wait()
                guest.check_disk()
        finally:
            end_all(controller, guests)


def controllers_die(directory):
    """controllers killed at random points: guests end in good order, no disk is hurt"""
    numbers = random.Random(SEED)
    prepare(directory)
    _, took = undisturbed(directory, True)
    for round_ in range(CONTROLLERS):
        controller, gate, guests = start_all(directory, bool(round_ % 2))
        try:
            if round_ % 5:
                controller.wait_for_ids(*(guest.number for guest in guests))
            gate.close()
            time.sleep(numbers.random() * took)
            controller.process.kill()
            for guest in guests:
                status = guest.wait()
                # over before, lost in the middle, and never begun
                assert status in (0, STATUS_LOST, 1), f"round {round_}: {status}: {guest.said()}"
                assert (status == 0) == ("time-travel" not in guest.said()), guest.said()
                guest.check_disk()
        finally:
            end_all(controller, guests)
        left = sorted(name for name in os.listdir(directory) if name.startswith("uml") and
                      os.listdir(os.path.join(directory, name)))
        assert not left, f"left behind: {left}"


main([guests_die, controllers_die])
