#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Where a controller listens, and who may come, as TAP."""

import os
import select
import socket
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
# pylint: disable=wrong-import-position,wildcard-import,unused-wildcard-import
from umtt_tests import *


def refused(directory, path, *words, status=1):
    """A controller that cannot begin there says so in one line."""
    run = subprocess.run([UMTT, "serve", "--socket", path], stderr=subprocess.PIPE, text=True,
                         timeout=PATIENCE, check=False, cwd=directory)
    assert run.returncode == status, f"status {run.returncode}: {run.stderr}"
    assert len(run.stderr.splitlines()) == 1, run.stderr
    for word in words:
        assert word in run.stderr, f"no '{word}' in: {run.stderr}"


def private(directory):
    """the sockets are the user's alone, and gone at the end"""
    controller = Controller(directory)
    try:
        for name in (controller.path, controller.path + ".ctl"):
            assert os.stat(name).st_mode & 0o7777 == 0o600
        controller.serves(controller.connect())
        assert sorted(os.listdir(directory)) == ["umtt.err"]
    finally:
        controller.kill()


def live(directory):
    """a live controller's socket is not taken over"""
    controller = Controller(directory)
    try:
        refused(directory, controller.path, controller.path, "a controller is alive",
                str(controller.process.pid))
        controller.serves(controller.connect())
    finally:
        controller.kill()


def foreign(directory):
    """another program's socket is not taken over"""
    path = os.path.join(directory, "other")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
        other.bind(path)
        other.listen(1)
        refused(directory, path, path, "a controller is alive")
        # nor was it connected to: there are controllers that do not survive that
        other.setblocking(False)
        try:
            other.accept()
            raise AssertionError("it was connected to")
        except BlockingIOError:
            pass
    assert os.path.exists(path) and not os.path.exists(path + ".lock")


def foreign_relative(directory):
    """another program's socket is not taken over by another name of it"""
    path = os.path.join(directory, "other")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
        other.bind(path)
        other.listen(1)
        refused(directory, "other", "a controller is alive")


def stale(directory):
    """a socket that nobody listens at is replaced"""
    for name in ("clock", "clock.ctl"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as old:
            old.bind(os.path.join(directory, name))
    controller = Controller(directory)
    try:
        controller.serves(controller.connect())
    finally:
        controller.kill()


def killed(directory):
    """a controller that is killed leaves no socket behind"""
    controller = Controller(directory)
    controller.process.kill()
    controller.process.wait(PATIENCE)
    wait_until(lambda: os.listdir(directory) == ["umtt.err"], "end of its sockets")


def first_line(file):
    """Of who has said nothing so far."""
    assert select.select([file], [], [], PATIENCE)[0], "it says nothing"
    return file.readline()


def race(directory):
    """of ten controllers at once, one has the place, and says so"""
    path = os.path.join(directory, "clock")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as old:
        old.bind(path)
    runs = [subprocess.Popen([UMTT, "serve", "--socket", path], stderr=subprocess.PIPE, text=True)
            for _ in range(10)]
    try:
        alive = []
        for run in runs:
            line = first_line(run.stderr)
            if "waits for" in line:
                alive.append(run)
            else:
                assert "a controller is alive" in line, line
        assert len(alive) == 1
        client = Client(path)
        client.start(1)
        client.join()
        client.close()
        assert alive[0].wait(PATIENCE) == 0
    finally:
        for run in runs:
            run.kill()
            run.wait(PATIENCE)
            run.stderr.close()


def no_socket(directory):
    """a file is left alone"""
    path = os.path.join(directory, "file")
    with open(path, "w", encoding="ascii") as file:
        file.write("precious")
    refused(directory, path, "exists and is no socket")
    with open(path, encoding="ascii") as file:
        assert file.read() == "precious"


def link(directory):
    """a link is not followed"""
    path = os.path.join(directory, "link")
    os.symlink(os.path.join(directory, "nowhere"), path)
    refused(directory, path, "exists and is no socket")
    os.symlink(os.path.join(directory, "victim"), os.path.join(directory, "x.lock"))
    refused(directory, os.path.join(directory, "x"), "x.lock")
    assert not os.path.exists(os.path.join(directory, "victim"))


def too_long(directory):
    """a path that is too long is said to be"""
    refused(directory, "x" * 200, "a path has 1 to 103 bytes", "has 200")
    refused(directory, "x" * 104, "a path has 1 to 103 bytes", "has 104")
    refused(directory, "", "a path has 1 to 103 bytes", "has 0")


def directories(directory):
    """a directory that is not private enough, or not there, is named"""
    open_to_all = os.path.join(directory, "open")
    os.mkdir(open_to_all)
    os.chmod(open_to_all, 0o777)
    refused(directory, os.path.join(open_to_all, "clock"), open_to_all, "0777", "chmod")
    assert not os.listdir(open_to_all)
    refused(directory, os.path.join(directory, "no", "clock"), "No such file or directory")


def other_user(directory):
    """another user is refused"""
    if os.geteuid():
        raise Skip("only root can be another user")
    os.chmod(directory, 0o755)
    controller = Controller(directory)
    try:
        # even if somebody opens the door
        os.chmod(controller.path, 0o666)
        code = ("import os, socket, sys; os.setuid(65534);"
                "s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]);"
                "s.send(b'x' * 16); sys.exit(s.recv(1) != b'')")
        run = subprocess.run([sys.executable, "-c", code, controller.path], timeout=PATIENCE,
                             stderr=subprocess.PIPE, text=True, check=False)
        # it was closed, with or without what was sent being read
        assert run.returncode == 0 or "ConnectionReset" in run.stderr or \
            "BrokenPipe" in run.stderr, run.stderr
        controller.wait_for("of user 65534 is refused")
        controller.serves(controller.connect())
    finally:
        controller.kill()


main([private, live, foreign, foreign_relative, stale, killed, race, no_socket, link, too_long,
      directories, other_user])
