# SPDX-License-Identifier: GPL-2.0
"""What the tests in Python share: controllers, clients, TAP.

A test is a function that raises AssertionError. Its first line of documentation is its
name.
"""

import array
import fnmatch
import json
import mmap
import os
import resource
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import traceback

(ACK, START, REQUEST, WAIT, GET, UPDATE, RUN, FREE_UNTIL, GET_TOD,
 BROADCAST, LEAVE) = range(11)
NEVER = 2**63 - 1
NO_ID = 2**64 - 1
MSG = struct.Struct("=IIQ")

BUILD = os.environ.get("OUTPUT", os.path.join(os.path.dirname(__file__), ".."))
UMTT = os.environ.get("UMTT", os.path.join(BUILD, "umtt"))
FAKES = os.path.join(BUILD, "tests/fakes")
# Nothing here takes long: what is not done by then hangs
PATIENCE = 60
# So many of those make the longest test
TEST_LIMIT = 30 * PATIENCE


def wait_until(condition, what):
    """Until condition() is true; returns what it is."""
    end = time.monotonic() + PATIENCE
    while True:
        result = condition()
        if result:
            return result
        assert time.monotonic() < end, f"no {what}"
        time.sleep(0.005)


class Skip(Exception):
    """What a test needs is not there."""


class Controller:
    """A umtt serve of our own."""

    def __init__(self, directory, *options, clients=1, wait=True, descriptors=None):
        self.path = os.path.join(directory, "clock")
        self.log_path = os.path.join(directory, "umtt.err")
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                [UMTT, "serve", "--socket", self.path, "--clients", str(clients),
                 "--timeout", str(PATIENCE), *options], stderr=log, stdout=log,
                preexec_fn=descriptors and (lambda: resource.setrlimit(
                    resource.RLIMIT_NOFILE, (descriptors, descriptors))))
        if wait:
            self.wait_for("waits for")

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            return log.read()

    def wait_for(self, text):
        """Until it has said so."""
        end = time.monotonic() + PATIENCE
        while text not in self.log():
            assert self.process.poll() is None, f"umtt ended: {self.log()}"
            assert time.monotonic() < end, f"no '{text}' in: {self.log()}"
            time.sleep(0.005)

    def command(self, *words):
        return subprocess.run([UMTT, words[0], "--socket", self.path, *words[1:]],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=PATIENCE, check=False)

    def wait_for_ids(self, *ids):
        """Until these have said START."""
        end = time.monotonic() + PATIENCE
        while True:
            clients = json.loads(self.command("status", "--json").stdout)["clients"]
            if set(ids) <= {client["id"] for client in clients}:
                return
            assert time.monotonic() < end, f"want {ids}, got {clients}"
            time.sleep(0.002)

    def end(self, status=0):
        """Waits until it ends, as it should by itself."""
        try:
            got = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired as error:
            raise AssertionError(f"umtt does not end: {self.log()}") from error
        assert got == status, f"exit status: want {status}, got {got}: {self.log()}"

    def serves(self, client):
        """One client, which lives until the end."""
        client.start(1)
        client.join()
        client.close()
        self.end()

    def kill(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(PATIENCE)

    def connect(self):
        return Client(self.path)

    def control(self):
        return Control(self.path)

    def descriptors(self):
        """How many it has open."""
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def wait_until_quiet(self):
        """Until it waits for others; who has something to do all the time never does."""
        def quiet():
            for _ in range(50):
                with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
                    if file.read().rsplit(")", 1)[1].split()[0] != "S":
                        return False
            return True
        wait_until(quiet, "rest")


class Client:
    """A client that says whatever it is told to."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(path)
        self.seq = 0
        self.slot = 0
        self.page = None
        self.unread = b""

    def send(self, op, value=0, seq=None):
        if seq is None:
            self.seq += 1
            seq = self.seq
        self.socket.sendall(MSG.pack(op, seq, value))

    def receive(self):
        """The next message, or None at the end."""
        while len(self.unread) < MSG.size:
            try:
                data = self.socket.recv(MSG.size - len(self.unread))
            except ConnectionResetError:
                data = b""
            if not data:
                return None
            self.unread += data
        message, self.unread = MSG.unpack(self.unread[:MSG.size]), self.unread[MSG.size:]
        return message

    def expect(self, op):
        """The next message, which says this; FREE_UNTIL may come before it."""
        while True:
            message = self.receive()
            if message and message[0] == FREE_UNTIL != op:
                self.send(ACK, 0, message[1])
                continue
            assert message and message[0] == op, f"want op {op}, got {message}"
            return message

    def ask(self, op, value=0):
        self.send(op, value)
        message = self.expect(ACK)
        assert message[1] == self.seq
        return message[2]

    def start(self, number):
        self.send(START, number)

    def join(self):
        """The answer to START; returns descriptors that came."""
        data, ancillary, _, _ = self.socket.recvmsg(MSG.size, socket.CMSG_SPACE(64))
        fds = array.array("i")
        for level, kind, content in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                fds.frombytes(content)
        op, _, self.slot = MSG.unpack(data)
        assert op == ACK
        return list(fds)

    def share(self):
        """Joins, and uses the page."""
        fds = self.join()
        self.page = mmap.mmap(fds[0], os.fstat(fds[0]).st_size)
        for fd in fds:
            os.close(fd)
        self.poke(4096 + 128 * self.slot, "=I", 1)

    def poke(self, offset, kind, value):
        struct.pack_into(kind, self.page, offset, value)

    def request_in_page(self, value, slot=None):
        offset = 4096 + 128 * (self.slot if slot is None else slot)
        self.poke(offset + 8, "=Q", value)
        self.poke(offset + 4, "=I", 1)

    def run(self):
        """Waits for RUN; returns its time."""
        message = self.expect(RUN)
        if not self.page:
            self.send(ACK, 0, message[1])
        return message[2]

    def closed(self):
        """The controller has hung up, whatever it said before."""
        end = time.monotonic() + PATIENCE
        while self.receive():
            assert time.monotonic() < end, "it is not hung up on"

    def close(self):
        if self.page:
            self.page.close()
        self.socket.close()


class Control:
    """Somebody who gives commands."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(path + ".ctl")
        self.file = self.socket.makefile("r")

    def send(self, command, **arguments):
        self.socket.sendall(json.dumps({"command": command, **arguments}).encode() + b"\n")

    def answer(self):
        return json.loads(self.file.readline())

    def ask(self, command, **arguments):
        self.send(command, **arguments)
        return self.answer()

    def fileno(self):
        return self.socket.fileno()

    def close(self):
        self.file.close()
        self.socket.close()


def fakes(controller, *options):
    """Well-behaved clients, which write the order in which they ran."""
    return subprocess.Popen([FAKES, "--socket", controller.path, "--log", *options],
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def order_of(process):
    out, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, f"a client that did no wrong was hurt: {out[-500:]}"
    return out


def too_long(_signal, _frame):
    raise TimeoutError(f"not done after {TEST_LIMIT} s")


def main(tests):
    """Runs the tests, or those that match the arguments; status 1 if one failed."""
    patterns = sys.argv[1:] or ["*"]
    chosen = [t for t in tests
              if any(fnmatch.fnmatch(t.__name__, p) or t.__doc__.splitlines()[0] == p
                     for p in patterns)]
    if not chosen:
        sys.exit(f"no test is called {' or '.join(patterns)}")
    signal.signal(signal.SIGALRM, too_long)
    print("TAP version 13", f"1..{len(chosen)}", sep="\n")
    failed = 0
    for number, test in enumerate(chosen, 1):
        directory = tempfile.mkdtemp(prefix="umtt-test.")
        begin = time.monotonic()
        signal.alarm(TEST_LIMIT)
        try:
            test(directory)
            result, why = "ok", []
        except Skip as why_not:
            result, why = "ok", [f"SKIP {why_not}"]
        except Exception:  # pylint: disable=broad-except
            result, why = "not ok", traceback.format_exc().splitlines()
            failed += 1
        signal.alarm(0)
        took = int(1000 * (time.monotonic() - begin))
        skipped = why.pop() if result == "ok" and why else f"{took} ms"
        print(f"{result} {number} - {test.__doc__.splitlines()[0]} # {skipped}")
        for line in why:
            print("#", line)
        sys.stdout.flush()
        shutil.rmtree(directory, ignore_errors=True)
    sys.exit(1 if failed else 0)
