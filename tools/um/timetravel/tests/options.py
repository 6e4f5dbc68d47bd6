#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What people type, and what they are told, as TAP."""

import json
import os
import re
import socket
import stat
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
# pylint: disable=wrong-import-position,wildcard-import,unused-wildcard-import
from umtt_tests import *

# A command line that is right, for each command
RIGHT = {
    "serve": ["--clients", "2"],
    "status": ["--json"],
    "pause": ["--socket", "x"],
    "resume": ["--json"],
    "step": ["--json"],
    "until": ["1s", "--json"],
    "broadcast": ["1"],
    "net": ["--clock", "a", "--ports", "b"],
    "conform": ["--socket", "x"],
    "trace": ["--by", "sim", "x"],
}
GUEST_RUN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../guest-run")
# An option with a value, for each
VALUE = {"serve": "--clients", "net": "--delay", "conform": "--dir", "trace": "--from"}


def umtt(*words, **options):
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.run([UMTT, *words], text=True, timeout=PATIENCE, check=False, **options)


def wrong(*words, said):
    """Refused as wrong usage: what is wrong in a line, and a hint."""
    run = umtt(*words)
    command = f"umtt {words[0]}" if words and words[0] in RIGHT else "umtt"
    lines = run.stderr.splitlines()
    assert run.returncode == 2, f"{words}: status {run.returncode}: {run.stderr}"
    assert not run.stdout and len(lines) == 2, f"{words}: {run.stdout}{run.stderr}"
    assert lines[0].startswith(command + ": ") and said in lines[0], f"{words}: {lines[0]}"
    assert f"{command} --help" in lines[1], f"{words}: {lines[1]}"


def commands():
    """The table of umtt --help."""
    run = umtt("--help")
    assert run.returncode == 0 and not run.stderr
    return re.findall(r"^  ([a-z]+) {2,}\S", run.stdout, re.M)


def one_program(_):
    """umtt --help is a table of all commands"""
    assert commands() == list(RIGHT), commands()
    run = umtt()
    assert run.returncode == 2 and not run.stdout
    assert re.findall(r"^  ([a-z]+) {2,}\S", run.stderr, re.M) == commands()


def explained(_):
    """--help, -h, -?, --usage and --version of each command, wherever they stand"""
    version = umtt("--version").stdout
    assert re.fullmatch(r"umtt [0-9.]+, protocol page version \d+\n", version), version
    for command, words in RIGHT.items():
        text = umtt(command, "--help").stdout
        assert text.startswith(f"Usage: umtt {command} [OPTION...]"), text
        assert "Exit status: 0 " in text and re.search(rf"^  .*umtt {command}", text, re.M), text
        for option in ("--help", "-h", "-?"):
            for line in ([option], [*words, option], [option, "--nonsense"]):
                run = umtt(command, *line)
                assert (run.returncode, run.stdout, run.stderr) == (0, text, ""), (command, line)
        run = umtt(command, *words, "--version")
        assert (run.returncode, run.stdout, run.stderr) == (0, version, ""), (command, run)
        run = umtt(command, *words, "--usage")
        assert run.returncode == 0 and run.stdout.startswith(f"Usage: umtt {command} "), run


def sections():
    """Options of each section of the manual page."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../umtt.1")
    with open(path, encoding="utf-8") as file:
        text = file.read().replace("\\-", "-")
    for section in text.split("\n.SH ")[1:]:
        options = re.findall(r"^\.TP\n.*?(--[a-z-]+)", section, re.M)
        yield section.splitlines()[0], set(options)


def manual(_):
    """the manual page has the options of --help, command by command, and no others"""
    page = dict(sections())
    common = page["COMMON OPTIONS"]
    for command in commands():
        shown = set(re.findall(r"^  (?:-., )?(--[a-z-]+)", umtt(command, "--help").stdout, re.M))
        if command.upper() in page:
            assert shown == page[command.upper()] | common, \
                f"{command}: {shown ^ (page[command.upper()] | common)}"
        else:
            # what they share is a sentence
            assert shown == {"--socket", "--json"} | common, f"{command}: {shown}"


def fits(_):
    """no line of --help is wider than what it stands in"""
    for command in RIGHT:
        for line in umtt(command, "--help").stdout.splitlines():
            assert len(line) <= 88, f"{command}: {line}"


def all_alike(_):
    """errors of all commands are alike"""
    wrong("--nonsense", said="'--nonsense'")
    wrong("nonsense", said="'nonsense'")
    for command, words in RIGHT.items():
        wrong(command, "--nonsense", said="'--nonsense'")
        wrong(command, *words, "--nonsense", said="'--nonsense'")
        wrong(command, *words, "one-more", said="'one-more'" if command != "trace" else "one-more")
        option = VALUE.get(command, "--socket")
        wrong(command, option, said=f"'{option}'")
        wrong(command, "--help=yes", said="'--help'")


def values(_):
    """a value that is wrong is named, and what is right"""
    for option, value, right in [
            ("clients", "0", "1 to 65534"), ("clients", "65535", "1 to 65534"),
            ("slots", "many", "1 to 65534"), ("start", "soon", "2030-01-31T12:00:00"),
            ("end", "-1s", "90s"), ("limit", "5 parsecs", "90s"), ("timeout", "", "90s"),
            ("pace", "0", "above 0"), ("on-death", "cry", "drop, fail and pause"),
            ("asleep", "ever", "90s"), ("cpus", "0-", "0,2-3"), ("patience", "x", "90s")]:
        wrong("serve", f"--{option}={value}", said=f"--{option}: '{value}' is no ")
        wrong("serve", f"--{option}={value}", said=right)
    wrong("serve", "--slots", "1", "--clients", "2", said="2 clients do not fit into 1 slots")
    wrong("until", said="time")
    wrong("until", "soon", said="'soon'")
    wrong("until", "1s", "2s", said="'2s'")
    wrong("broadcast", "0x10000000000000000", said="64-bit number")
    wrong("net", "--ports", "a", said="--clock")
    wrong("net", "--clock", "a", said="--ports")
    for ports in ("", ",", "a,", ",a", "a,,b"):
        wrong("net", "--clock", "a", "--ports", ports, said="empty name")
    wrong("net", "--clock", "a", "--ports", ",".join("a" * 5000), said="are the most")
    wrong("net", "--delay", "2d", said="1d")
    wrong("conform", said="--exec")
    wrong("conform", "--exec", "a", "--socket", "b", said="one of")
    wrong("conform", "--socket", "a", "--dir", "/none", said="/none: No such file")
    wrong("conform", "--list", "--dir", "x" * 600, said="600 bytes")
    for patience in ("0", "5x", "99999999999", "-1"):
        wrong("conform", "--patience", patience, said=f"'{patience}'")
    wrong("trace", said="FILE")
    wrong("trace", "--by", "luck", "x", said="sim and host")
    wrong("trace", "--from", "2s", "--to", "1s", "x", said="--to")


def short_patience(directory):
    """a patience that would keep a CPU busy is refused, none at all is not"""
    for patience in ("4ns", "1us", "999us"):
        wrong("serve", "--patience", patience, said="1ms")
    for patience in ("0", "0s", "1ms"):
        run = umtt("serve", "--patience", patience, "--logs", directory, "--", "true")
        assert run.returncode == 0, run.stderr


def words_of_programs(directory):
    """options after the program's name are the program's"""
    log = os.path.join(directory, "1.log")
    for dashes in ([], ["--"]):
        run = umtt("serve", "--logs", directory, "--", "echo", *dashes, "--clients", "--help",
                   "{id}", "# {socket}")
        assert run.returncode == 0, run.stderr
        with open(log, encoding="utf-8") as file:
            assert file.read().startswith(" ".join([*dashes, "--clients --help 1 # /"]))
    wrong("serve", "true", "--", "true", said="'true' is no option; a program comes after --")


# --- umtt serve and what it starts

def said_by_program(directory, *words, **options):
    run = umtt("serve", "--logs", directory, "--", *words, **options)
    assert run.returncode == 0, run.stderr
    with open(os.path.join(directory, "1.log"), encoding="utf-8") as log:
        return log.read().splitlines()


def script(directory, name, text):
    path = os.path.join(directory, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\n" + text)
    os.chmod(path, 0o755)
    return path


def clock_in_environment(directory):
    """a script that uses UMTT_SOCKET gets nothing but that, however it is started"""
    path = script(directory, "ours", 'echo "$# $1 $UMTT_ID"; echo "$UMTT_SOCKET"\n')
    with_path = {**os.environ, "PATH": f"{directory}:{os.environ['PATH']}"}
    for words in ([path], ["ours"], ["sh", path], ["timeout", "60", "ours"]):
        first, second = said_by_program(directory, *words, "date", env=with_path)
        assert first == "1 date 1", f"{words}: {first}"
        assert second.startswith("/"), f"{words}: {second}"


def guest_run_options(directory):
    """guest-run explains itself, and names what is wrong with its options"""
    run = subprocess.run([GUEST_RUN, "--help"], stdout=subprocess.PIPE, text=True, check=True,
                         timeout=PATIENCE)
    assert run.stdout.startswith("usage: guest-run [OPTION]...")
    assert run.stdout == subprocess.run([GUEST_RUN, "--quiet", "-h"], stdout=subprocess.PIPE,
                                        text=True, check=True, timeout=PATIENCE).stdout
    for words, said in ((["--nonsense"], "--nonsense"), (["--mem"], "--mem needs a value"),
                        (["--mem", "much"], "'much'"), (["--timeout", "soon"], "'soon'"),
                        (["--quiet=yes"], "--quiet takes no value"),
                        (["--seccomp", "maybe"], "'maybe'"),
                        (["--time-travel", ""], "--time-travel"),
                        (["--time-travel", "a b"], "--time-travel"),
                        (["--kernel", directory], directory)):
        run = subprocess.run([GUEST_RUN, *words, "true"] if words != ["--mem"] else
                             [GUEST_RUN, *words], stderr=subprocess.PIPE, text=True,
                             check=False, timeout=PATIENCE)
        assert run.returncode == 2 and len(run.stderr.splitlines()) == 1, f"{words}: {run}"
        assert run.stderr.startswith("guest-run: ") and said in run.stderr, f"{words}: {run}"
    run = subprocess.run([GUEST_RUN, "true"], stderr=subprocess.PIPE, text=True, check=False,
                         timeout=PATIENCE, env={**os.environ, "UMTT_SOCKET": "/a b"})
    assert run.returncode == 2 and run.stderr.startswith("guest-run: UMTT_SOCKET: '/a b'"), run


def guest_run_has_a_clock(directory):
    """umtt serve -- guest-run COMMAND boots a guest on that clock, or on the one it names"""
    kernel = script(directory, "kernel", "echo; echo \"$@\"\n")
    log = os.path.join(directory, "kernel.log")
    # what the shell would make of the pattern below
    with open(os.path.join(directory, "foo=1"), "w", encoding="ascii"):
        pass
    words = [GUEST_RUN, "--kernel", kernel, "--log", log, "--append", "foo=* bar=?\nbaz", "date"]
    for options, mode in (([], r"=ext:1:/\S+/clock"), (["--time-travel", "inf-cpu"], "=inf-cpu"),
                          (["--time-travel=basic"], "")):
        umtt("serve", "--logs", directory, "--", words[0], *options, *words[1:], cwd=directory)
        with open(log, encoding="utf-8") as file:
            text = file.read()
        assert re.search(rf" time-travel{mode} foo=\* bar=\? baz -- ", text), text


def clock_of_kernels(directory):
    """what does not use it gets the arguments of a kernel, before its own --"""
    path = script(directory, "other", 'for word; do echo "$word"; done\n')
    ours = script(directory, "ours", ": $UMTT_SOCKET\n")
    words = said_by_program(directory, path, "mem=64M", "--", ours)
    assert words[0] == "mem=64M" and words[-2:] == ["--", ours], words
    assert [word.split("=")[0] for word in words[1:-2]] == ["umid", "uml_dir", "time-travel"]
    with_socket = said_by_program(directory, path, "{id}", "{socket}")
    assert len(with_socket) == 2 and with_socket[0] == "1", with_socket


def logs_are_written(directory):
    """where a log cannot be written, nothing is started"""
    mark = os.path.join(directory, "mark")
    file = os.path.join(directory, "file")
    with open(file, "w", encoding="ascii"):
        pass
    full = os.path.join(directory, "full")
    os.makedirs(os.path.join(full, "2.log"))
    pipe = os.path.join(directory, "pipe")
    os.mkdir(pipe)
    os.mkfifo(os.path.join(pipe, "2.log"))
    with open(os.path.join(pipe, "1.log"), "w", encoding="ascii") as log:
        log.write("of the last run")
    for logs, said in (("/proc", "/proc/1.log"), (file, "1.log"), (full, "2.log"),
                       (pipe, "2.log"), (os.path.join(directory, "no/dir"), "no/dir"),
                       (os.path.join(directory, *["x" * 200] * 2), "x"),
                       ("./" * 260, "512 bytes")):
        run = umtt("serve", "--clients", "2", "--logs", logs, "--", "touch", mark, "# {socket}")
        assert run.returncode == 1, f"{logs}: status {run.returncode}: {run.stderr}"
        lines = run.stderr.splitlines()
        assert len(lines) == 1 and "--logs" in lines[0] and said in lines[0], run.stderr
        assert not os.path.exists(mark), logs
    with open(os.path.join(pipe, "1.log"), encoding="ascii") as log:
        assert log.read() == "of the last run"
    assert stat.S_ISFIFO(os.stat(os.path.join(pipe, "2.log")).st_mode)


# --- numbers that are large

def large_ids(directory):
    """IDs up to the largest are the same in status and its JSON"""
    ids = (2**53 + 1, 2**63 - 1, 2**63, 2**64 - 2)
    controller = Controller(directory, clients=len(ids) + 1)
    clients = []
    try:
        for number in ids:
            clients.append(controller.connect())
            clients[-1].start(number)
        want = {2**53 + 1: 2**53 + 1, 2**63 - 1: 2**63 - 1, 2**63: str(2**63),
                2**64 - 2: str(2**64 - 2)}
        controller.wait_for_ids(*want.values())
        shown = controller.command("status").stdout
        for number in ids:
            assert re.search(rf"^ +\d+ +{number} ", shown, re.M), f"no {number} in: {shown}"
    finally:
        controller.kill()
        for client in clients:
            client.close()


def large_values(directory):
    """a broadcast of any 64 bits arrives as it was typed"""
    controller = Controller(directory)
    client = controller.connect()
    try:
        client.start(1)
        client.join()
        for value in (0, 2**63 - 1, 2**63, 2**64 - 1):
            run = controller.command("broadcast", str(value))
            assert run.returncode == 0, run.stdout
            message = client.expect(BROADCAST)
            client.send(ACK, 0, message[1])
            assert message[2] == value, f"want {value}, got {message[2]}"
        for value, good in (('"9223372036854775809"', True), ('"0x10"', True), ("-1", True),
                            ('"-1"', False), ('"18446744073709551616"', False), ('""', False),
                            ("null", False), ("[1]", False), ("1.5", False)):
            answer = ask(controller, f'{{"command":"broadcast","value":{value}}}')
            assert answer["ok"] == good, f"{value}: {answer}"
            if good:
                message = client.expect(BROADCAST)
                client.send(ACK, 0, message[1])
                assert message[2] == int(json.loads(value), 0) if value[0] == '"' else \
                    message[2] == 2**64 - 1, message
    finally:
        controller.kill()
        client.close()


def ask(controller, line):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as control:
        control.settimeout(PATIENCE)
        control.connect(controller.path + ".ctl")
        control.sendall(line.encode() + b"\n")
        with control.makefile() as lines:
            return json.loads(lines.readline())


main([one_program, explained, manual, fits, all_alike, values, short_patience,
      words_of_programs, clock_in_environment, guest_run_options, guest_run_has_a_clock,
      clock_of_kernels, logs_are_written, large_ids, large_values])
