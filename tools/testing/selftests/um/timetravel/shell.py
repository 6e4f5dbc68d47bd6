#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""An interactive shell of guest-run on a terminal: shell.py GUEST-RUN [OPTION]...

Prints what was found. Keys are sent when the guest has said what shows that it waits.
"""

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

PATIENCE = 60
STATUS = 7


def start(command):
    """(pid, terminal) of it, on a terminal of 24 by 80"""
    pid, terminal = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        os.environ.update(SHELL="/bin/bash", TERM="dumb", HOME="/")
        os.execv(command[0], command)
    return pid, terminal


class Shell:
    def __init__(self, terminal):
        self.terminal = terminal
        self.said = b""

    def wait_for(self, text):
        """What was said before it, which is taken."""
        end = time.monotonic() + PATIENCE
        while text not in self.said:
            if not select.select([self.terminal], [], [], max(0, end - time.monotonic()))[0]:
                sys.exit(f"want {text}, the guest said: {self.said}")
            try:
                self.said += os.read(self.terminal, 4096)
            except OSError:
                sys.exit(f"want {text}, the guest ended and said: {self.said}")
        before, self.said = self.said.split(text, 1)
        return before.decode(errors="replace")

    def type(self, keys):
        os.write(self.terminal, keys)


def use(shell):
    # what is typed is echoed: so that this is not taken for an answer, quotes are in it
    shell.wait_for(b"# ")
    shell.type(b"PS1=rea''dy=\n")
    shell.wait_for(b"ready=")
    shell.type(b"echo be''gin; tty; stty size; grep -o 'time-travel-pace=[0-9]*' /proc/cmdline; "
               b"echo en''d\n")
    shell.wait_for(b"begin\r\n")
    tty, size, pace = shell.wait_for(b"end\r\n").split("\r\n")[:3]
    print(f"terminal {tty} of {size}")
    print(pace)
    shell.wait_for(b"ready=")
    shell.type(b"sh -c 'echo wai''ts; read x'\n")
    shell.wait_for(b"waits\r\n")
    shell.type(b"\x03")
    shell.wait_for(b"ready=")
    shell.type(b"echo sta''tus=$?=\n")
    shell.wait_for(b"status=")
    print("interrupted", shell.wait_for(b"=\r\n"))
    shell.wait_for(b"ready=")
    shell.type(b"sh -c 'echo wai''ts; read x; echo got $x=='\n")
    shell.wait_for(b"waits\r\n")
    shell.type(b"\x1a")
    shell.wait_for(b"Stopped")
    shell.wait_for(b"ready=")
    shell.type(b"fg\nthis\n")
    shell.wait_for(b"got this==\r\n")
    print("stopped and continued")
    shell.type(f"exit {STATUS}\n".encode())


def main():
    pid, terminal = start(sys.argv[1:])
    before = termios.tcgetattr(terminal)
    shell = Shell(terminal)
    use(shell)
    status = None
    # its settings can be read as long as it is open
    end = time.monotonic() + PATIENCE
    while status is None and time.monotonic() < end:
        if select.select([terminal], [], [], 0.01)[0]:
            try:
                shell.said += os.read(terminal, 4096)
            except OSError:
                pass
        ended, code = os.waitpid(pid, os.WNOHANG)
        status = os.waitstatus_to_exitcode(code) if ended else None
    print("status", status)
    if termios.tcgetattr(terminal) == before:
        print("terminal restored")


main()
