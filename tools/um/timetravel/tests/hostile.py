#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Clients that break the rules or have bad luck, against a real controller, as TAP.

In each case two witnesses, IDs 1 and 2, run beside the offender. Their times and their
order are to be as they are alone, and one line is to say who did what.
"""

import os
import random
import re
import select
import socket
import struct
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
# pylint: disable=wrong-import-position,wildcard-import,unused-wildcard-import
from umtt_tests import *

STEPS = "300"


def witnesses(controller, *options):
    return fakes(controller, "--count", "2", "--random", "--steps", STEPS, *options)


def alone(directory):
    """The order of the witnesses when nobody else is there, computed once."""
    if not alone.order:
        os.mkdir(os.path.join(directory, "alone"))
        controller = Controller(os.path.join(directory, "alone"), clients=2)
        alone.order = order_of(witnesses(controller))
        controller.end()
        assert len(alone.order.splitlines()) == 2 * int(STEPS)
    return alone.order


alone.order = ""


def offence(directory, offend, *, said=None, options=(), witness=(), joins=True, status=0):
    """Runs one: offend(client) is called when it has said START, if it joins.

    The witnesses wait for it: it is there from the beginning.
    """
    order = alone(directory)
    controller = Controller(directory, *options, clients=3 if joins else 2)
    try:
        offender = controller.connect()
        if joins:
            offender.start(3)
        run = witnesses(controller, *witness)
        offend(offender)
        got = order_of(run)
        # who waits, and for nothing, is not waited for
        controller.end(status)
        offender.close()
    finally:
        controller.kill()
    assert got == order, "the others' order or times changed"
    lines = [l for l in controller.log().splitlines() if l.startswith("umtt: at ")]
    if said is None:
        assert not lines, f"nothing was to be said: {lines}"
    else:
        assert len(lines) == 1 and re.search(said, lines[0]), \
            f"want one line with '{said}', got: {lines}"


# --- who does not become a client

def silent(directory):
    """connected and silent"""
    offence(directory, lambda c: None, joins=False)


def connect_and_close(directory):
    """connected and closed, again and again"""
    def offend(client):
        client.close()
        for _ in range(300):
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
                try:
                    s.connect(os.path.join(directory, "clock"))
                except OSError:
                    # the others are done
                    break
    offence(directory, offend, joins=False)


def three_bytes(directory):
    """3 bytes instead of 16"""
    def offend(client):
        client.socket.sendall(b"abc")
        client.close()
    offence(directory, offend, joins=False,
            said=r"not a client yet, is gone within a message: 3 bytes of 16 came")


def three_bytes_and_silence(directory):
    """3 bytes, and then silence"""
    offence(directory, lambda c: c.socket.sendall(b"abc"), joins=False)


def not_start(directory):
    """GET before START"""
    def offend(client):
        client.send(GET)
        client.closed()
    offence(directory, offend, joins=False, said=r"with GET .*the first message is to be START")


def noise(directory):
    """4096 bytes of noise"""
    def offend(client):
        numbers = random.Random(1)
        client.socket.sendall(struct.pack("=I", GET) + numbers.randbytes(4092))
        client.closed()
    offence(directory, offend, joins=False, said=r"broke the rules")


def unknown_before_start(directory):
    """an unknown op before START is answered"""
    def offend(client):
        assert client.ask(4711, 1) == 0
    offence(directory, offend, joins=False)


def flood_of_connections(directory):
    """500 connections that say nothing"""
    def offend(client):
        path = client.socket.getpeername()
        try:
            for _ in range(500):
                offend.others.append(Client(path))
        except OSError:
            # the others are done
            pass
    offend.others = []
    offence(directory, offend, joins=False)
    for other in offend.others:
        other.close()


# --- who breaks the rules as a client

def refused(first, said):
    """A client that joins, does this, and is dropped for it."""
    def test(directory):
        def offend(client):
            client.join()
            first(client)
            client.closed()
        offence(directory, offend, said=said)
    return test


def second_start(directory):
    """two STARTs"""
    refused(lambda c: c.start(4), r"client 3 \(ID 3, process \d+\) .*START comes once")(directory)


def start_twice_at_once(directory):
    """two STARTs, the second before the first is answered"""
    def offend(client):
        client.start(4)
        client.closed()
    # without it, two have to do: the third has been there
    offence(directory, offend, said=r"START comes once")


def wrong_seq(directory):
    """an ACK of nothing"""
    refused(lambda c: c.send(ACK, 0, 99), r"sent ACK seq 99 time 0, and no answer is due")(directory)


def wrong_seq_for_run(directory):
    """an ACK of RUN with a wrong seq"""
    def offend(client):
        client.join()
        client.ask(REQUEST, 100)
        client.ask(WAIT)
        message = client.expect(RUN)
        client.send(ACK, 0, message[1] + 1)
        client.closed()
    offence(directory, offend, said=r"which answers nothing; seq \d+ is due")


def wait_before_ack(directory):
    """WAIT before RUN is answered"""
    def offend(client):
        client.join()
        client.ask(REQUEST, 100)
        client.ask(WAIT)
        client.expect(RUN)
        client.send(WAIT)
        client.closed()
    offence(directory, offend, said=r"with WAIT .*RUN is to be answered first")


# --- who does what has no sense, but hurts nobody

def bystander(client):
    """Lives on, asleep: with nothing to ask for, it may be left behind."""
    client.ask(WAIT)


def says_run(directory):
    """RUN from a client"""
    def offend(client):
        client.join()
        for _ in range(100):
            assert client.ask(RUN, 5) == 0
        bystander(client)
    offence(directory, offend, said=r"sent RUN .*only a controller says so")


def unknown_op(directory):
    """an unknown op is answered with 0"""
    def offend(client):
        client.join()
        assert client.ask(4711, 5) == 0
        bystander(client)
    offence(directory, offend)


def wait_without_request(directory):
    """WAIT without REQUEST"""
    def offend(client):
        client.join()
        bystander(client)
    offence(directory, offend)


def waits_twice(directory):
    """WAIT while it waits"""
    def offend(client):
        client.join()
        bystander(client)
        bystander(client)
    offence(directory, offend, said=r"sent WAIT .*while waiting: only the client that runs")


def updates_while_waiting(directory):
    """UPDATE while it waits"""
    def offend(client):
        client.join()
        bystander(client)
        client.ask(UPDATE, NEVER)
    offence(directory, offend, said=r"sent UPDATE .*only the client that runs")


def updates_too_far(directory):
    """UPDATE to the end of time"""
    def offend(client):
        client.join()
        client.ask(UPDATE, NEVER)
        client.ask(UPDATE, 2**64 - 1)
        bystander(client)
    offence(directory, offend, said=r"its UPDATE is \d+ ns, later than it may be: \d+$")


def flood_of_updates(directory):
    """a thousand UPDATEs out of reach"""
    def offend(client):
        client.join()
        for i in range(1000):
            client.ask(UPDATE, NEVER - i)
        bystander(client)
    offence(directory, offend, said=r"later than it may be")


def request_in_the_past(directory):
    """requests in the past, from who waits"""
    def offend(client):
        client.join()
        bystander(client)
        runs = 0
        # in the middle of others' lives: each is run, with the time it asked for
        for _ in range(20):
            try:
                client.send(REQUEST, 0)
                while (message := client.receive()) and message[0] != RUN:
                    pass
            except (BrokenPipeError, ConnectionResetError):
                message = None
            if not message:
                # the others' lives are over, and it waits for nothing: so is all
                break
            client.send(ACK, 0, message[1])
            runs += 1
            client.ask(WAIT)
        assert runs
    # whether time has passed by then is for the host to say
    order = alone(directory)
    controller = Controller(directory, clients=3)
    try:
        client = controller.connect()
        client.start(3)
        run = witnesses(controller)
        offend(client)
        assert order_of(run) == order
        client.close()
        controller.end()
    finally:
        controller.kill()


def never_reads(directory):
    """a flood of GETs, and the answers are never read"""
    def offend(client):
        client.join()
        client.socket.settimeout(0.2)
        blob = b"".join(MSG.pack(GET, i, 0) for i in range(1000))
        end = time.monotonic() + PATIENCE
        try:
            while time.monotonic() < end:
                client.socket.sendall(blob)
        except OSError:
            return
        raise AssertionError("it may say what it likes")
    offence(directory, offend, said=r"does not read what it is told: 1024 messages wait; dropped")


def flood_of_requests(directory):
    """ten thousand REQUESTs, ever earlier, while others run"""
    def offend(client):
        client.join()
        bystander(client)
        for i in range(10000):
            client.send(REQUEST, 10**15 - i)
            op, seq, _ = client.receive()
            if op == RUN:
                # the others are done, and the last request is not answered yet
                client.send(ACK, 0, seq)
                client.expect(ACK)
                bystander(client)
                break
        client.run()
        bystander(client)
    offence(directory, offend, witness=("--no-page",))


def flood_of_broadcasts(directory):
    """BROADCAST before the one before is answered"""
    def offend(client):
        client.join()
        bystander(client)
        for _ in range(100):
            client.send(BROADCAST, 7)
        client.closed()
    order = alone(directory)
    controller = Controller(directory, clients=3)
    try:
        client = controller.connect()
        client.start(3)
        run = witnesses(controller)
        try:
            offend(client)
        except OSError:
            pass
        assert order_of(run) == order
        client.close()
        controller.end()
    finally:
        controller.kill()


def no_answer_to_broadcast(directory):
    """a BROADCAST is not answered, and its sender waits only for the living"""
    controller = Controller(directory, clients=3)
    try:
        clients = [controller.connect() for _ in range(3)]
        for number, client in enumerate(clients, 1):
            client.start(number)
        for client in clients:
            client.join()
            client.ask(REQUEST, 100)
            client.ask(WAIT)
        assert clients[0].run() == 100
        clients[0].send(BROADCAST, 0xabcd)
        assert clients[1].expect(BROADCAST)[2] == 0xabcd
        clients[1].send(ACK, 0, 1)
        clients[2].expect(BROADCAST)
        clients[2].close()
        assert clients[0].expect(ACK)[1] == clients[0].seq
        for client in clients:
            client.close()
        controller.end()
    finally:
        controller.kill()


# --- who dies, at each point of the exchange

def dies(at, page):
    """Dies after so many steps of its life; returns whether there are more."""
    def offend(client):
        def life():
            yield
            if page:
                client.share()
            else:
                client.join()
            yield
            for turn in range(1, 4):
                if page:
                    client.request_in_page(turn * 100000)
                    yield
                    client.send(WAIT)
                else:
                    client.send(REQUEST, turn * 100000)
                    yield
                    client.expect(ACK)
                    yield
                    client.send(WAIT)
                    yield
                    client.expect(ACK)
                yield
                message = client.expect(RUN)
                yield
                if not page:
                    client.send(ACK, 0, message[1])
                    yield
                client.socket.sendall(b"x" * 5)
                yield
                # it went on in the meantime: not a message that anybody knows
                client.socket.sendall(b"x" * 11)
                client.expect(ACK)
        for step, _ in enumerate(life()):
            if step == at:
                break
        else:
            offend.over = True
        client.close()
    offend.over = False
    return offend


def die_everywhere(directory, page):
    order = alone(directory)
    at, over = 0, False
    while not over:
        controller = Controller(directory, clients=3)
        try:
            offender = controller.connect()
            offender.start(3)
            run = witnesses(controller)
            offend = dies(at, page)
            offend(offender)
            over = offend.over
            assert order_of(run) == order, f"step {at}: the others' order changed"
            controller.end()
            lines = [l for l in controller.log().splitlines() if l.startswith("umtt: at ")]
            assert len(lines) <= 1, lines
        finally:
            controller.kill()
        at += 1
    assert at > 12


def dies_without_page(directory):
    """death at each point of the exchange, without the page"""
    die_everywhere(directory, False)


def dies_with_page(directory):
    """death at each point of the exchange, with the page"""
    die_everywhere(directory, True)


# --- garbage in the page

def garbage(directory, write, said=None):
    """The offender writes while it runs, then waits; a witness runs without the page,
    the other cannot be told from the controller by what they believe."""
    def offend(client):
        client.share()
        write(client)
        client.send(WAIT)
    offence(directory, offend, said=said, witness=("--no-page",))


def page_running_id(directory):
    """running_id out of range in the page"""
    garbage(directory, lambda c: c.poke(24, "=H", 0xffff))


def page_time_ahead(directory):
    """a later current_time than it may write"""
    garbage(directory, lambda c: c.poke(16, "=Q", 10**18),
            said=r"what stands in the page is 10{18} ns, later than it may be: \d+$")


def page_time_back(directory):
    """current_time set back"""
    def write(client):
        client.request_in_page(100)
        client.send(WAIT)
        client.run()
        client.poke(16, "=Q", 0)
    garbage(directory, write)


def page_header(directory):
    """a header of garbage"""
    def write(client):
        client.page[0:4096] = random.Random(2).randbytes(4096)
        client.poke(16, "=Q", 0)
    garbage(directory, write)


def page_other_slots(directory):
    """slots of nobody full of garbage"""
    def write(client):
        start = 4096 + 128 * 4
        client.page[start:] = random.Random(3).randbytes(len(client.page) - start)
    garbage(directory, write)


def page_slots_of_others(directory):
    """capabilities and requests in the slots of clients that do not use the page"""
    def write(client):
        for slot in (0, 1, 2):
            client.request_in_page(1, slot)
    garbage(directory, write)


def page_cannot_shrink(directory):
    """the page cannot be made shorter"""
    def offend(client):
        fds = client.join()
        for size in (0, 4096, 1 << 30):
            try:
                os.ftruncate(fds[0], size)
                raise AssertionError("it was resized")
            except PermissionError:
                pass
        for fd in fds:
            os.close(fd)
        bystander(client)
    offence(directory, offend)


def deaf(directory):
    """who shuts its ears and goes on talking is dropped: it cannot be told anything"""
    def offend(client):
        client.join()
        client.socket.shutdown(socket.SHUT_RD)
        client.send(GET)
        # nothing more can be sent either
        wait_until(lambda: refuses(client.socket), "end")
    offence(directory, offend, said=r"client 3 .*cannot be told anything: Broken pipe; dropped")


def refuses(connection):
    """Nobody is at the other end any more."""
    try:
        connection.send(MSG.pack(GET, 0, 0))
        return False
    except (BrokenPipeError, ConnectionResetError):
        return True


# --- broadcasts

def dozes(controller):
    """A client that has joined, and does not read."""
    client = controller.connect()
    client.start(3)
    client.join()
    client.ask(WAIT)
    return client


def answers_all(client):
    """Answers whatever it is told until the end."""
    while True:
        message = client.receive()
        if not message:
            return
        try:
            client.send(ACK, 0, message[1])
        except OSError:
            return


def reads_broadcasts(client, count):
    """It wakes up, and answers what it was told; returns that."""
    got = []
    for _ in range(count):
        _, seq, value = client.expect(BROADCAST)
        client.send(ACK, 0, seq)
        got.append(value)
    return got


class Pipeline:
    """Broadcasts of 0 to count - 1, none of which waits for the answer of the one before."""

    def __init__(self, controller, count):
        self.peer = controller.control()
        self.count = count
        self.answers = []
        self.threads = [threading.Thread(target=work, daemon=True)
                        for work in (self.send, self.receive)]
        for thread in self.threads:
            thread.start()

    def send(self):
        for value in range(self.count):
            self.peer.send("broadcast", value=value)

    def receive(self):
        for _ in range(self.count):
            self.answers.append(self.peer.answer())

    def stuck(self):
        """Waits until no more is done, as somebody owes answers to so many."""
        wait_until(lambda: len(self.answers) >= OWED_MAX, "answers")

    def finish(self):
        """All have been answered."""
        for thread in self.threads:
            thread.join(PATIENCE)
        assert len(self.answers) == self.count and all(a["ok"] for a in self.answers)


# Of serve/peer.c
OWED_MAX = 1024


def many_broadcasts(directory):
    """broadcasts faster than a client reads: they wait, and nothing is lost"""
    controller = Controller(directory, "--asleep", "never")
    try:
        client = dozes(controller)
        other = controller.control()
        pipeline = Pipeline(controller, 3000)
        pipeline.stuck()
        # other commands do not wait, other broadcasts do
        assert other.ask("status")["clients"][0]["id"] == 3
        others = [controller.control() for _ in range(20)]
        for number, another in enumerate(others):
            another.send("broadcast", value=5000 + number)
        assert other.ask("status")["ok"]
        assert not select.select(others, [], [], 0)[0] and len(pipeline.answers) == OWED_MAX
        got = reads_broadcasts(client, 3020)
        assert [value for value in got if value < 5000] == list(range(3000))
        assert sorted(value for value in got if value >= 5000) == list(range(5000, 5020))
        pipeline.finish()
        for another in others:
            assert another.answer()["ok"]
        assert "umtt: at" not in controller.log(), controller.log()
        client.close()
    finally:
        controller.kill()


def broadcasts_to_who_never_reads(directory):
    """broadcasts wait for who never reads; it is named, and lives; when it goes, they go on"""
    controller = Controller(directory, "--asleep", "never", "--patience", "50ms", clients=2)
    try:
        client, witness = [controller.connect() for _ in range(2)]
        client.start(3)
        witness.start(4)
        client.join()
        client.ask(WAIT)
        # it runs, so that it is not over when the other one goes
        witness.join()
        answers = threading.Thread(target=answers_all, args=(witness,), daemon=True)
        answers.start()
        pipeline = Pipeline(controller, 3000)
        controller.wait_for("messages; broadcasts wait for it")
        assert len(controller.control().ask("status")["clients"]) == 2
        client.close()
        pipeline.finish()
        said = [line for line in controller.log().splitlines() if "(ID 3," in line]
        assert len(said) == 2 and "broadcasts wait for it" in said[0], said
        witness.socket.shutdown(socket.SHUT_RDWR)
        answers.join(PATIENCE)
    finally:
        controller.kill()


def broadcasts_of_passers_by(directory):
    """clients that come, broadcast and go: who has not read that yet does not die of it"""
    controller = Controller(directory, "--asleep", "never")
    many = 1400
    try:
        client = dozes(controller)
        peer = controller.control()
        before = None
        for number in range(many):
            passer_by = controller.connect()
            passer_by.start(100 + number)
            # the next one is there before the one before goes: it is not over yet
            wait_until(lambda: any(client["id"] == 100 + number
                                   for client in peer.ask("status")["clients"]), "START")
            if before:
                before.close()
            passer_by.join()
            passer_by.send(BROADCAST, number)
            passer_by.send(GET)
            passer_by.expect(ACK)
            before = passer_by
        assert reads_broadcasts(client, many) == list(range(many))
        assert "dropped" not in controller.log(), controller.log()
        client.close()
        before.close()
    finally:
        controller.kill()


def half_closed(directory):
    """who closes one direction after its commands is answered"""
    controller = Controller(directory)
    try:
        client = controller.connect()
        client.start(3)
        client.join()
        peer, other = controller.control(), controller.control()
        peer.send("pause")
        peer.send("status")
        peer.socket.shutdown(socket.SHUT_WR)
        assert other.ask("status")["state"] == "pausing"
        client.ask(WAIT)
        assert peer.answer()["ok"] and "clients" in peer.answer()
        client.close()
    finally:
        controller.kill()


def long_line(directory):
    """a command that does not end is refused, with the reason"""
    controller = Controller(directory)
    try:
        peer, other = controller.control(), controller.control()
        peer.socket.sendall(b"x" * 1024)
        answer = peer.answer()
        assert not answer["ok"] and "1023 bytes" in answer["error"], answer
        assert peer.file.readline() == ""
        # the longest one is not too long
        other.socket.sendall(b'{"command": "status"}'.ljust(1023) + b"\n")
        assert other.answer()["ok"]
    finally:
        controller.kill()


# --- when the host has no more descriptors

FEW = 40


def fill(controller):
    """Connections for commands, until the controller has no descriptor left."""
    peers = []
    while controller.descriptors() < FEW:
        peers.append(controller.control())
        assert peers[-1].ask("status")["ok"]
    return peers


def lives(controller, client):
    """A client that was let in ends its life, and the controller with it."""
    client.join()
    client.close()
    controller.end()
    assert controller.log().count("Too many open files") == 1, controller.log()


def full_of_commands(directory):
    """no descriptor for those who give commands: they wait until another one leaves"""
    controller = Controller(directory, descriptors=FEW)
    try:
        peers = fill(controller)
        late = [controller.control() for _ in range(10)]
        controller.wait_for("Too many open files")
        controller.wait_until_quiet()
        for peer in late:
            peer.send("status")
        for gone, peer in zip(peers, late):
            gone.close()
            assert peer.answer()["ok"]
        for peer in peers + late:
            peer.close()
        client = controller.connect()
        client.start(1)
        lives(controller, client)
    finally:
        controller.kill()


def full_for_clients(directory):
    """no descriptor for a client: it waits until one who gives commands leaves"""
    controller = Controller(directory, descriptors=FEW)
    try:
        peers = fill(controller)
        client = controller.connect()
        client.start(1)
        controller.wait_for("Too many open files")
        controller.wait_until_quiet()
        peers.pop().close()
        lives(controller, client)
    finally:
        controller.kill()


def full_of_clients(directory):
    """no descriptor for those who give commands: they wait until a client leaves"""
    controller = Controller(directory, descriptors=FEW)
    try:
        silent_ones = []
        while controller.descriptors() < FEW:
            silent_ones.append(controller.connect())
            # it is accepted, and known
            assert silent_ones[-1].ask(4711) == 0
        peer = controller.control()
        peer.send("status")
        controller.wait_for("Too many open files")
        controller.wait_until_quiet()
        client = silent_ones.pop()
        silent_ones.pop().close()
        assert peer.answer()["ok"]
        controller.serves(client)
    finally:
        controller.kill()


main([silent, connect_and_close, three_bytes, three_bytes_and_silence, not_start, noise,
      unknown_before_start, flood_of_connections, second_start, start_twice_at_once,
      wrong_seq, wrong_seq_for_run, wait_before_ack, says_run, unknown_op,
      wait_without_request, waits_twice, updates_while_waiting, updates_too_far,
      flood_of_updates, request_in_the_past, never_reads, flood_of_requests,
      flood_of_broadcasts, no_answer_to_broadcast, dies_without_page, dies_with_page,
      page_running_id, page_time_ahead, page_time_back, page_header, page_other_slots,
      page_slots_of_others, page_cannot_shrink, full_of_commands, full_for_clients,
      full_of_clients, deaf, many_broadcasts, broadcasts_to_who_never_reads,
      broadcasts_of_passers_by, half_closed, long_line])
