#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""kill -9 at any time: survivors go on or end, nothing is left behind, as TAP."""

import contextlib
import glob
import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
# pylint: disable=wrong-import-position,wildcard-import,unused-wildcard-import
from umtt_tests import *

CLIENTS = int(os.environ.get("CLIENT_DEATHS", "200"))
CONTROLLERS = int(os.environ.get("CONTROLLER_DEATHS", "50"))
SEED = int(os.environ.get("SEED", "1"))
STEPS = 200


def one_fake(controller, number, *options):
    return subprocess.Popen([FAKES, "--socket", controller.path, "--log", "--first", str(number),
                             "--steps", str(STEPS), "--random", *options],
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                            start_new_session=True)


def kill(process):
    """With the clients that it has forked."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def clients_die(directory):
    """clients killed at random points: the others do not notice"""
    numbers = random.Random(SEED)
    expected = {}
    for round_ in range(CLIENTS):
        controller = Controller(directory)
        # it runs until the others have joined
        gate = controller.connect()
        gate.start(9)
        gate.join()
        page = () if round_ % 2 else ("--no-page",)
        runs = {n: one_fake(controller, n, *page) for n in range(1, 5)}
        try:
            victim = numbers.randint(1, 4)
            if numbers.random() < 0.2:
                time.sleep(numbers.random() * 0.01)
                kill(runs[victim])
            controller.wait_for_ids(*(n for n in runs if n != victim))
            gate.close()
            time.sleep(numbers.random() * 0.05)
            kill(runs[victim])
            for number, run in runs.items():
                out, _ = run.communicate(timeout=PATIENCE)
                if number == victim:
                    continue
                assert run.returncode == 0, f"round {round_}: {controller.log()}"
                assert len(out.splitlines()) == STEPS
                # its life is the same in each round, whoever dies
                assert expected.setdefault(number, out) == out, f"round {round_}"
            controller.end()
        finally:
            for run in runs.values():
                kill(run)
                run.wait(PATIENCE)
            controller.kill()


def living(directory):
    """Processes that start() or what it started has started."""
    found = []
    for name in glob.glob("/proc/[0-9]*/environ"):
        try:
            with open(name, "rb") as file:
                if f"UMTT_TEST={directory}\0".encode() in file.read():
                    found.append(int(name.split("/")[2]))
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            pass
    return found


def nothing_left(directory):
    end = time.monotonic() + PATIENCE
    while True:
        left = living(directory) + sorted(set(os.listdir(directory)) - {"umtt.err", "logs", "tmp"}) + \
            os.listdir(os.path.join(directory, "tmp"))
        if not left:
            return
        if time.monotonic() > end:
            for process in living(directory):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            raise AssertionError(f"left behind: {left}")
        time.sleep(0.01)


def start(directory, *command, clients=3, options=(), under=()):
    """A controller that starts its clients; all its files are below directory."""
    os.makedirs(os.path.join(directory, "tmp"), exist_ok=True)
    with open(os.path.join(directory, "umtt.err"), "wb") as log:
        return subprocess.Popen(
            [*under, UMTT, "serve", "--clients", str(clients), "--logs", os.path.join(directory, "logs"),
             "--timeout", str(PATIENCE), *options, "--", *command],
            stderr=log, start_new_session=True,
            env={**os.environ, "TMPDIR": "/tmp", "UMTT_TEST": directory})


def controllers_die(directory):
    """controllers killed at random points: nothing is left of what they started"""
    numbers = random.Random(SEED)
    os.mkdir(os.path.join(directory, "tmp"))
    path = os.path.join(directory, "clock")
    # a program that starts others, some of which leave its group
    script = os.path.join(directory, "logs", "client.sh")
    os.mkdir(os.path.join(directory, "logs"))
    with open(script, "w", encoding="ascii") as file:
        file.write("#!/bin/sh\nsetsid sleep 1001 &\nsh -c 'sleep 1001; :' &\n"
                   "(setsid sleep 1001 &)\n"
                   f"exec {FAKES} --socket $1 --first $2 --steps 100000\n")
    os.chmod(script, 0o755)
    for _ in range(CONTROLLERS):
        process = start(directory, script, "{socket}", "{id}", options=("--socket", path))
        time.sleep(numbers.random() * 0.08)
        process.kill()
        process.wait(PATIENCE)
        nothing_left(directory)


DAEMONS = """#!/bin/sh
# its own group; its own session; a child of nobody; a child of nobody, its own session
daemon() { touch "$logs/$1.$name"; exec sleep 1001; }
name=$1 logs=$2
daemon child &
setsid sh -c 'touch "$1"; sleep 1001; :' sh "$logs/session.$name" &
(daemon orphan &)
(setsid sh -c 'touch "$1"; sleep 1001; :' sh "$logs/daemon.$name" &)
daemon self
"""


def daemons(directory, under):
    """(a controller, its keeper), which have started programs that get away if they can"""
    os.mkdir(directory)
    os.mkdir(os.path.join(directory, "logs"))
    for path in (directory, os.path.join(directory, "logs")):
        os.chmod(path, 0o777)
    script = os.path.join(directory, "logs", "daemons.sh")
    with open(script, "w", encoding="ascii") as file:
        file.write(DAEMONS)
    os.chmod(script, 0o755)
    process = start(directory, script, "{id}", os.path.dirname(script), "{socket}", clients=2,
                    under=under)
    want = {f"{kind}.{number}" for number in (1, 2)
            for kind in ("child", "session", "orphan", "daemon", "self")}
    wait_until(lambda: want <= set(os.listdir(os.path.dirname(script))) or
               process.poll() is not None, "daemons")
    assert process.poll() is None, "it has ended"
    return process, keeper_of(process)


def keeper_of(process):
    """The process that looks after the programs."""
    def find():
        with open(f"/proc/{process.pid}/task/{process.pid}/children", encoding="ascii") as file:
            children = file.read().split()
        for child in children:
            with open(f"/proc/{child}/comm", encoding="ascii") as file:
                if file.read() == "umtt-keeper\n":
                    return int(child)
        return 0
    return wait_until(find, "keeper")


# Without a PID namespace, as where the host allows none
NO_NAMESPACE = ("unshare", "-Ur", "sh", "-c",
                "echo 0 >/proc/sys/user/max_pid_namespaces && exec \"$@\"", "sh")


def kill_all_ways(directory, under, contained):
    """Kills a controller, its group, its keeper and both; nothing is left."""
    os.chmod(directory, 0o755)

    def both(process, keeper):
        # one is not to see the end of the other
        os.kill(keeper, signal.SIGSTOP)
        process.kill()
        os.kill(keeper, signal.SIGKILL)

    ways = {"controller": lambda process, keeper: process.kill(),
            "group": lambda process, keeper: os.killpg(process.pid, signal.SIGKILL)}
    if contained:
        ways.update(keeper=lambda process, keeper: os.kill(keeper, signal.SIGKILL), both=both)
    for name, way in ways.items():
        where = os.path.join(directory, name)
        process, keeper = daemons(where, under)
        try:
            assert len(living(where)) >= 10
            way(process, keeper)
            assert process.wait(PATIENCE) == (4 if name == "keeper" else -signal.SIGKILL), name
            nothing_left(where)
        finally:
            process.kill()
            process.wait(PATIENCE)


def nothing_gets_away(directory):
    """whoever is killed, nothing is left of daemons"""
    kill_all_ways(directory, (), True)


def nothing_gets_away_from_users(directory):
    """whoever is killed, nothing is left of daemons of a user who is not root"""
    kill_all_ways(directory, () if os.geteuid() else
                  ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"), True)


def nothing_gets_away_without(directory):
    """the controller is killed where there are no namespaces: nothing is left of daemons"""
    kill_all_ways(directory, NO_NAMESPACE, False)


def own_proc(directory):
    """programs see their own PIDs in /proc, and the directory they were started in"""
    seen = "test \"$(cat /proc/$$/comm)\" = sh && readlink /proc/self/cwd # {socket}"
    for number, under in enumerate(((), NO_NAMESPACE)):
        where = os.path.join(directory, str(number))
        os.mkdir(where)
        process = start(where, "sh", "-c", seen, clients=1, under=under)
        assert process.wait(PATIENCE) == 0
        with open(os.path.join(where, "logs", "1.log"), encoding="utf-8") as file:
            assert file.read() == os.getcwd() + "\n"


def log_size(directory, number):
    try:
        return os.path.getsize(os.path.join(directory, "logs", f"{number}.log"))
    except FileNotFoundError:
        return 0


def keeper_dies(directory):
    """the process that looks after the programs is killed: they die, and it is said"""
    os.mkdir(os.path.join(directory, "tmp"))
    process = start(directory, FAKES, "--socket", "{socket}", "--first", "{id}", "--steps",
                    "100000000", "--log")
    # each of them runs
    wait_until(lambda: all(log_size(directory, number) for number in (1, 2, 3)), "output")
    os.kill(keeper_of(process), signal.SIGKILL)
    assert process.wait(PATIENCE) == 4
    with open(os.path.join(directory, "umtt.err"), encoding="utf-8") as file:
        said = file.read()
    assert "the process that looks after the programs is gone" in said, said
    nothing_left(directory)


def status_of(directory, *command, options=(), clients=2):
    """(status, standard error) of a controller that starts this."""
    process = start(directory, *command, options=options, clients=clients)
    status = process.wait(PATIENCE)
    with open(os.path.join(directory, "umtt.err"), encoding="utf-8") as file:
        return status, file.read()


def statuses(directory):
    """the exit status tells what happened"""
    fake = (FAKES, "--socket", "{socket}", "--first", "{id}", "--steps")
    assert status_of(directory, *fake, "100")[0] == 0
    status, said = status_of(directory, "sh", "-c", "exit {id}")
    assert status == 4 and "program 2 ended with status 2" in said, said
    assert "logs/2.log" in said
    # it has left the clock, and then it fails
    status, said = status_of(directory, "sh", "-c", " ".join(fake) + " 10; sleep 0.2; exit 3")
    assert status == 4 and "program 2 ended with status 3" in said, said
    status, said = status_of(directory, "sh", "-c", "kill -9 $$ # {socket}")
    assert status == 4 and "killed by signal 9 (Killed)" in said, said
    status, said = status_of(directory, "/no/such/program")
    assert status == 4 and "cannot run /no/such/program: No such file" in said, said
    status, said = status_of(directory, *fake, "1000000", options=("--end", "1s"))
    assert status == 0, said
    status, said = status_of(directory, *fake, "1000000", options=("--limit", "1s"))
    assert status == 5 and "1.000000000 s of simulated time are over" in said, said
    status, said = status_of(directory, "sh", "-c", "sleep 1000 # {socket}", options=("--timeout", "100ms"))
    assert status == 6 and "0 of 2 clients have joined" in said, said
    status, said = status_of(directory, "sh", "-c", "test {id} = 1 || exec " + " ".join(fake) +
                             " 100000000", options=("--on-death", "fail", "--limit", "100s"))
    # the first one ended well, and without ever joining: the other one goes on
    assert status == 5, said


def asleep(directory):
    """everybody asleep for ever: a table, and a status of its own"""
    controller = Controller(directory, "--asleep", "50ms", clients=2)
    try:
        clients = [controller.connect() for _ in range(2)]
        for number, client in enumerate(clients):
            client.start(7 + number)
        for client in clients:
            client.join()
            client.ask(REQUEST, 1000 if client == clients[0] else NEVER)
            client.ask(WAIT)
        assert clients[0].run() == 1000
        clients[0].ask(REQUEST, NEVER)
        clients[0].ask(WAIT)
        controller.end(3)
        lines = controller.log().splitlines()
        assert any("everybody sleeps for ever" in line for line in lines), lines
        rows = [line.split() for line in lines if " never " in line]
        assert [(row[1], row[2], row[5]) for row in rows] == \
            [("1", "7", "0.000001000"), ("2", "8", "0.000000000")], rows
    finally:
        controller.kill()


def input_while_asleep(directory):
    """who sleeps for ever may be woken from outside"""
    controller = Controller(directory, "--asleep", "never")
    try:
        client = controller.connect()
        client.start(1)
        client.share()
        client.request_in_page(NEVER)
        client.send(WAIT)
        # nobody looks at the page now, and says so
        wait_until(lambda: not struct.unpack_from("=I", client.page, 4096)[0] & 1 and
                   not struct.unpack_from("=H", client.page, 24)[0], "rest")
        client.ask(REQUEST, 0)
        assert client.run() == 0
        client.close()
        controller.end()
    finally:
        controller.kill()


def on_death(directory):
    """the death of a client: drop, fail, pause"""
    for what, status in (("drop", 0), ("fail", 4), ("pause", 0)):
        where = os.path.join(directory, what)
        os.mkdir(where)
        controller = Controller(where, "--on-death", what, clients=2)
        try:
            clients = [controller.connect() for _ in range(2)]
            for number, client in enumerate(clients):
                client.start(1 + number)
            for client in clients:
                client.join()
                client.ask(REQUEST, 1000)
                client.ask(WAIT)
            clients[0].expect(RUN)
            clients[1].close()
            controller.wait_for("died while waiting")
            if what == "fail":
                controller.end(status)
                continue
            clients[0].close()
            if what == "pause":
                controller.wait_for("died while RUN was on its way")
                assert "paused" in controller.command("status").stdout
                controller.command("resume")
            controller.end(status)
        finally:
            controller.kill()


def patience(directory):
    """who does not give the processor back is named, once"""
    controller = Controller(directory, "--patience", "100ms", clients=1)
    try:
        silent = controller.connect()
        client = controller.connect()
        client.start(5)
        client.join()
        controller.wait_for("client 1 (ID 5, process")
        controller.wait_for("of host time and not given the processor back")
        controller.wait_for("has connected and not said START")
        # when another one is named, the same time has gone by once more
        another = controller.connect()
        wait_until(lambda: controller.log().count("has connected and not said START") == 2, "line")
        assert len(controller.log().splitlines()) == 4, controller.log()
        silent.close()
        another.close()
        client.close()
        controller.end()
    finally:
        controller.kill()


def missing(directory):
    """who has not joined is named: how many, and which where the IDs are known"""
    controller = Controller(directory, "--patience", "100ms", clients=2)
    try:
        client = controller.connect()
        client.start(1)
        controller.wait_for("1 of 2 clients have joined after")
        assert "missing" not in controller.log()
        assert controller.log().count("have joined") == 1
    finally:
        controller.kill()

    started = os.path.join(directory, "started")
    os.mkdir(started)
    script = f"test {{id}} = 2 && exec sleep 1001; exec {FAKES} --socket {{socket}} --first {{id}}"
    process = start(started, "sh", "-c", script, options=("--patience", "100ms"))
    try:
        log = os.path.join(started, "umtt.err")
        def named():
            with open(log, encoding="utf-8") as file:
                return "2 of 3 clients have joined" in (text := file.read()) and text

        assert "(missing: ID 2)" in wait_until(named, "line about who is missing")
    finally:
        process.terminate()
        process.wait(PATIENCE)


def orphans(directory):
    """clients of a controller that was killed find out at once"""
    controller = Controller(directory, clients=2)
    run = fakes(controller, "--count", "2", "--steps", "100000000")
    controller.wait_for_ids(1, 2)
    controller.process.kill()
    controller.process.wait(PATIENCE)
    out, _ = run.communicate(timeout=PATIENCE)
    assert run.returncode == 1 and "client" in out[-300:]


main([clients_die, controllers_die, keeper_dies, nothing_gets_away,
      nothing_gets_away_from_users, nothing_gets_away_without, own_proc, statuses, asleep,
      input_while_asleep, on_death, patience, missing, orphans])
