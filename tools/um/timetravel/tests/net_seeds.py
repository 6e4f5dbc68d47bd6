#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Writes inputs for net_fuzz to begin with: what a kernel says to its network device.

usage: net_seeds.py DIR
"""
import os
import struct
import sys

BASE, USER = 0x1000000, 0x7000000      # as in net_guest.h
NEED_REPLY, MEMORY, SOCKET = 0x08, 0x40, 0x80


def say(request, payload=b"", flags=NEED_REPLY):
    return bytes([0, request, flags, len(payload)]) + payload


def memory(offset, data):
    return struct.pack(">BHB", 2, offset, len(data)) + data


def ring(index):
    at = BASE + USER + index * 12288
    return (say(8, struct.pack("=II", index, 8)) + say(10, struct.pack("=II", index, 0)) +
            say(9, struct.pack("=IIQQQQ", index, 0, at, at + 8192, at + 4096, 0)) +
            say(18, struct.pack("=II", index, 1)))


def give(index, flags, length):
    """One chain of one buffer in a ring."""
    at = index * 12288
    return (memory(at, struct.pack("=QIHH", BASE + 24576, length, flags, 0)) +
            memory(at + 4096, struct.pack("=HHH", 0, 1, 0)))


SETUP = (say(3) + say(1) + say(15) + say(16, struct.pack("=Q", 0x4228)) +
         say(21, flags=NEED_REPLY | SOCKET) +
         say(2, struct.pack("=Q", 1 << 32 | 1 << 30 | 1 << 5)) +
         say(24, struct.pack("=III", 0, 6, 0) + bytes(6)) +
         say(5, struct.pack("=IIQQQQ", 1, 0, BASE, 65536, BASE + USER, 0), NEED_REPLY | MEMORY) +
         ring(0) + ring(1))
SEND = give(1, 0, 72) + say(35, struct.pack("=II", 1, 0))
GET = give(0, 2, 1600) + bytes([3, 0, 60])
CALL = bytes([4, 5, 20]) + struct.pack("=IIIQ", 4, 5, 8, 0)

for name, seed in {"setup": SETUP, "send": SETUP + SEND, "get": SETUP + GET + CALL,
                   "both": SETUP + SEND + GET + CALL + SEND + say(11, bytes(8))}.items():
    with open(os.path.join(sys.argv[1], name), "wb") as out:
        out.write(seed)
