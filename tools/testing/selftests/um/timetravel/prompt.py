#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""A shell at its prompt, on a terminal: prompt.py KERNEL MODE SECCOMP

Prints how much simulated time passes in a second of the host's while nobody presses a key,
how much CPU time of the host that takes, in ms, and what a command then says.
"""

import os
import pty
import select
import signal
import sys
import tempfile
import time


def boot(kernel, mode, seccomp, directory):
    """(pid, terminal) of a guest whose first program is a shell."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(kernel, [kernel, "mem=64M", "quiet", "root=none", "rootfstype=hostfs",
                          "rootflags=/", "ro", "con=null", "con0=fd:0,fd:1", "umid=guest",
                          f"uml_dir={directory}/", "init=/bin/sh", f"seccomp={seccomp}",
                          f"time-travel={mode}", "time-travel-pace=1000"])
    return pid, terminal


def read_until(terminal, text):
    said = b""
    end = time.monotonic() + 60
    while text not in said:
        if not select.select([terminal], [], [], max(0, end - time.monotonic()))[0]:
            sys.exit(f"want {text}, the guest said: {said}")
        try:
            said += os.read(terminal, 4096)
        except OSError:
            break
    return said.decode(errors="replace")


def ask(terminal, command):
    os.write(terminal, command.encode() + b"; echo do''ne\n")
    said = read_until(terminal, b"\r\ndone\r\n").split("\r\ndone\r\n")[0]
    # a prompt may come before it
    return said.splitlines()[-1].rsplit("# ", 1)[-1]


def cpu_ms(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        user, system = stat.read().split()[13:15]
    return (int(user) + int(system)) * 1000 // os.sysconf("SC_CLK_TCK")


def watch(pid, terminal):
    read_until(terminal, b"# ")
    begin = float(ask(terminal, "mount -t proc none /proc; cut -d' ' -f1 /proc/uptime"))
    host, cpu = time.monotonic(), cpu_ms(pid)
    time.sleep(2)
    cpu = cpu_ms(pid) - cpu
    end = float(ask(terminal, "cut -d' ' -f1 /proc/uptime"))
    host = time.monotonic() - host
    print("simulated", int((end - begin) / host))
    print("cpu", int(cpu / host))
    # what is on its way to expire does not wait for the user
    host = time.monotonic()
    print("slept", ask(terminal, "sleep 86400 && echo well"))
    print("host", int(1000 * (time.monotonic() - host)))
    os.write(terminal, b"busybox poweroff -f\n")
    read_until(terminal, b"Power down")


def main():
    kernel, mode, seccomp = sys.argv[1:]
    # who waits too long for us ends the guest, too
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory() as directory:
        pid, terminal = boot(kernel, mode, seccomp, directory)
        try:
            watch(pid, terminal)
        finally:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


main()
