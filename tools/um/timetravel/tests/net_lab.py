# SPDX-License-Identifier: GPL-2.0
"""Guests, their network and their controller, for tests of umtt net.

SECCOMP (auto) is how the kernels run user processes: off, on, auto.
"""
import os
import shutil
import signal
import subprocess
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

    def net(self, ports, *more, **kwargs):
        paths = [self.path(port + ".sock") for port in ports]
        process = self.start("net", [self.options.umtt, "net", "--clock", self.path("clock"),
                                     "--ports", ",".join(paths), "--capture",
                                     self.path("capture"), *more], **kwargs)
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
        # a controller's keeper may be removing its socket, too
        end = time.monotonic() + LIMIT
        while os.path.exists(self.dir) and time.monotonic() < end:
            shutil.rmtree(self.dir, ignore_errors=True)
