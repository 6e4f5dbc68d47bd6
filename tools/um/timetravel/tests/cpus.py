#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Which CPUs of the host umtt and what it starts run on."""

import os
import subprocess

from umtt_tests import UMTT, main

ALLOWED = sorted(os.sched_getaffinity(0))


def serve(directory, *options):
    return subprocess.run([UMTT, "serve", "--logs", directory, *options], timeout=30, check=False,
                          stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def cpus_of_programs(directory, *options):
    run = serve(directory, "--clients", "2", *options, "--", "sh", "-c",
                "grep Cpus_allowed_list /proc/self/status # {socket}")
    assert run.returncode == 0, run.stderr
    logs = [os.path.join(directory, f"{number}.log") for number in (1, 2)]
    return [open(log, encoding="ascii").read().split()[1] for log in logs]


def programs_share_one(directory):
    """programs share one CPU"""
    first, second = cpus_of_programs(directory)
    assert first == second and int(first) in ALLOWED, (first, second)


def list_is_kept(directory):
    """the CPU is one of the list"""
    for cpu in ALLOWED:
        assert cpus_of_programs(directory, "--cpus", str(cpu)) == [str(cpu)] * 2
    everywhere = f"{ALLOWED[0]}-{ALLOWED[-1]},{ALLOWED[0]}"
    assert int(cpus_of_programs(directory, "--cpus", everywhere)[0]) in ALLOWED


def taskset_is_kept(directory):
    """what taskset allows is kept"""
    os.sched_setaffinity(0, ALLOWED[-1:])
    try:
        assert cpus_of_programs(directory) == [str(ALLOWED[-1])] * 2
        if len(ALLOWED) > 1:
            refused(directory, str(ALLOWED[0]), 1, "may run on none of them")
    finally:
        os.sched_setaffinity(0, ALLOWED)


def any_is_the_hosts_choice(directory):
    """any leaves the choice to the host"""
    everywhere = subprocess.check_output(["grep", "Cpus_allowed_list", "/proc/self/status"],
                                         text=True, timeout=30).split()[1]
    assert cpus_of_programs(directory, "--cpus", "any") == [everywhere] * 2


def refused(directory, value, status, why):
    run = serve(directory, "--cpus", value, "--", "true")
    assert run.returncode == status and why in run.stderr, (value, run.returncode, run.stderr)


def nonsense_is_refused(directory):
    """what is no list of CPUs is refused"""
    for value in "", "x", "-1", "0-", "3-1", "0,", ",0", "0 1", "1024", "0-99999999999999999999":
        refused(directory, value, 2, f"--cpus: '{value}' is no list of CPUs")
    refused(directory, "1023", 1, "may run on none of them")


if __name__ == "__main__":
    main([programs_share_one, list_is_kept, taskset_is_kept, any_is_the_hosts_choice,
          nonsense_is_refused])
