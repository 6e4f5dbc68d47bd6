#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Passes on what a guest asks of its own management console: mconsole.py DIR TALK

The guest's umid directory is in a directory guest.* of DIR. It writes a command to the
file TALK/ask, and gets TALK/answer: done, or error. Ends with the guest.
"""

import glob
import os
import socket
import struct
import sys
import time

MAGIC, VERSION = 0xcafebabe, 2
REPLY = struct.Struct("=III")


def socket_of(directory):
    """The path of the guest's console, when it is there"""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        found = glob.glob(f"{directory}/guest.*/guest/mconsole")
        if found:
            return found[0]
        time.sleep(0.05)
    sys.exit("the guest has no console")


def ask(sock, path, command):
    data = command.encode()
    sock.sendto(struct.pack("=III512s", MAGIC, VERSION, len(data), data), path)
    while True:
        answer = sock.recv(4096)
        error, more, _ = REPLY.unpack_from(answer)
        print(command, error, answer[REPLY.size:].rstrip(b"\0"), flush=True)
        if not more:
            return "error" if error else "done"


def main():
    directory, talk = sys.argv[1:]
    path = socket_of(directory)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    sock.bind(os.path.join(directory, "console"))
    sock.settimeout(60)
    while os.path.exists(path):
        question = os.path.join(talk, "ask")
        if not os.path.exists(question):
            time.sleep(0.01)
            continue
        with open(question, encoding="ascii") as f:
            command = f.read().strip()
        os.remove(question)
        answer = ask(sock, path, command)
        new = os.path.join(talk, "new-answer")
        with open(new, "w", encoding="ascii") as f:
            f.write(answer + "\n")
        os.rename(new, os.path.join(talk, "answer"))


main()
