#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""refuse.py CALL[,CALL]... COMMAND...: runs a command whose system calls of that name
fail with EPERM, as on a host that does not allow them.
"""

import ctypes
import errno
import os
import struct
import sys

# From the host's headers, as x86-64 numbers them
NUMBERS = {"ptrace": 101, "seccomp": 317}
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
BPF_LOAD_WORD, BPF_JUMP_EQUAL, BPF_RETURN = 0x20, 0x15, 0x06
SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO = 0x7FFF0000, 0x00050000


def instruction(code, value, if_true=0, if_false=0):
    return struct.pack("<HBBI", code, if_true, if_false, value)


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def refuse(names):
    # the number is the first word of what a filter sees
    code = instruction(BPF_LOAD_WORD, 0)
    for name in names:
        code += instruction(BPF_JUMP_EQUAL, NUMBERS[name], 0, 1)
        code += instruction(BPF_RETURN, SECCOMP_RET_ERRNO | errno.EPERM)
    code += instruction(BPF_RETURN, SECCOMP_RET_ALLOW)
    libc = ctypes.CDLL(None, use_errno=True)
    program = Program(len(code) // 8, code)
    if (libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or
            libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program))):
        sys.exit(f"refuse.py: prctl: {os.strerror(ctypes.get_errno())}")


refuse(sys.argv[1].split(","))
os.execvp(sys.argv[2], sys.argv[2:])
