#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Talks to the management console of a guest, whose umid directory is in a guest.* of DIR

mconsole.py DIR TALK    passes on what the guest asks: it writes a command to the file
                        TALK/ask, and gets TALK/answer: done, or error
mconsole.py DIR --cad-after SECONDS
                        asks for the guest's uptime until it is more, then presses
                        Ctrl-Alt-Del

Ends with the guest.
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


def command(sock, path, text):
    """Have a command done: whether it failed, and what it said"""
    data = text.encode()
    said = b""
    sock.sendto(struct.pack("=III512s", MAGIC, VERSION, len(data), data), path)
    while True:
        answer = sock.recv(4096)
        error, more, _ = REPLY.unpack_from(answer)
        said += answer[REPLY.size:].rstrip(b"\0")
        if not more:
            print(text, error, said, flush=True)
            return error, said


def pass_on(sock, path, talk):
    """Until the guest is gone, do what it asks for"""
    while os.path.exists(path):
        question = os.path.join(talk, "ask")
        if not os.path.exists(question):
            time.sleep(0.01)
            continue
        with open(question, encoding="ascii") as f:
            text = f.read().strip()
        os.remove(question)
        error, _ = command(sock, path, text)
        new = os.path.join(talk, "new-answer")
        with open(new, "w", encoding="ascii") as f:
            f.write("error\n" if error else "done\n")
        os.rename(new, os.path.join(talk, "answer"))


def cad_after(sock, path, seconds):
    """Press Ctrl-Alt-Del when the guest has been up for so long"""
    while float(command(sock, path, "proc uptime")[1].split()[0]) < seconds:
        time.sleep(0.1)
    command(sock, path, "cad")


def main():
    path = socket_of(sys.argv[1])
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    sock.bind(os.path.join(sys.argv[1], "console"))
    sock.settimeout(60)
    if sys.argv[2] == "--cad-after":
        cad_after(sock, path, float(sys.argv[3]))
    else:
        pass_on(sock, path, sys.argv[2])


main()
