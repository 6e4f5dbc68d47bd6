# SPDX-License-Identifier: GPL-2.0
#
# Runs KUnit tests on the simulated time of User-Mode Linux: parses --time-travel, and
# reads the kernel's time from its output.

import os
import re
import sys
from typing import Iterable, Iterator, List, NoReturn, Optional

import kunit_config

CONFIG_PATH = 'tools/testing/kunit/configs/time_travel.config'
CONFIG_OPTION = 'UML_TIME_TRAVEL_SUPPORT'
MODES = ('inf-cpu', 'basic')

# printk() puts the time before each line.
TIMESTAMP = re.compile(r'\[ *([0-9]+\.[0-9]{6})\]')
# Messages of the time-travel code, including a rejected command line.
MESSAGE = re.compile(r'(?:\[[^]]*\] ?)*(time-travel.*)')


def _refuse(mode: str, why: str) -> NoReturn:
	sys.exit(f'kunit.py: --time-travel={mode}: {why}')


def parse_mode(mode: str, arch: str, qemu_config: Optional[str]) -> str:
	"""Returns the mode in the kernel's syntax, or exits with one line that names the error."""
	if arch != 'um' or qemu_config:
		_refuse(mode, 'only --arch=um has simulated time, not ' + (qemu_config or arch))
	if mode in MODES:
		return mode
	name, _, rest = mode.partition(':')
	number, _, path = rest.rpartition(':')
	if name != 'ext' or not path:
		_refuse(mode, 'no such mode, there are inf-cpu (the default), basic and ext:[ID:]SOCKET')
	# main() changes to the top directory before the kernel runs.
	return ':'.join(['ext'] + ([number] if number else []) + [os.path.abspath(path)])


def kernel_args(mode: str) -> List[str]:
	"""Returns the kernel's arguments."""
	return [
		'time-travel=' + mode,
		# Clock parses the timestamps.
		'printk.time=1',
		# Also boots where ptrace is not allowed. KUnit runs no untrusted user space.
		'seccomp=auto',
	]


def kconfig() -> List[str]:
	"""Returns the options that the kernel needs, as of CONFIG_PATH."""
	return [str(entry) for entry in kunit_config.parse_file(CONFIG_PATH).as_entries()]


def check_built(kconfig_path: str) -> None:
	"""Exits with one line if the kernel was built without simulated time."""
	if not os.path.exists(kconfig_path):
		return
	wanted = kunit_config.parse_from_string(f'CONFIG_{CONFIG_OPTION}=y')
	if not wanted.is_subset_of(kunit_config.parse_file(kconfig_path)):
		sys.exit(f'kunit.py: {kconfig_path} has no CONFIG_{CONFIG_OPTION}: '
			 'build the kernel with "kunit.py build --time-travel"')


def timeout_message(timeout: int, simulated: float) -> str:
	return (f'The tests did not end within {timeout}s of host time (--timeout). '
		f'It was {simulated:.3f}s in simulated time by then')


class Clock:
	"""The simulated time of a kernel, taken from the timestamps of its output.

	This also works for a kernel that crashed or was killed, up to its last line.

	Attributes:
	seconds : float - the timestamp of the last line
	messages : List[str] - the messages of the time-travel code
	"""
	def __init__(self) -> None:
		self.seconds = 0.0
		self.messages: List[str] = []

	def watch(self, lines: Iterable[str]) -> Iterator[str]:
		"""Yields all lines, and records the timestamp of the last one."""
		for line in lines:
			match = TIMESTAMP.match(line)
			if match:
				self.seconds = float(match.group(1))
			said = MESSAGE.match(line)
			if said:
				self.messages.append(said.group(1))
			yield line
