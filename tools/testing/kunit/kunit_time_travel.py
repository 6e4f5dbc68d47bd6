# SPDX-License-Identifier: GPL-2.0
#
# Running KUnit tests on the simulated time of User-Mode Linux: what the option
# --time-travel means, and what time it was in the kernel when it ended.

import os
import re
import sys
from typing import Iterable, Iterator, List, NoReturn, Optional

import kunit_config

CONFIG_PATH = 'tools/testing/kunit/configs/time_travel.config'
CONFIG_OPTION = 'UML_TIME_TRAVEL_SUPPORT'
MODES = ('inf-cpu', 'basic')

# The time of the kernel, which is put before each line that it prints.
TIMESTAMP = re.compile(r'\[ *([0-9]+\.[0-9]{6})\]')
# What it says about time, and what it says if it refuses the option.
MESSAGE = re.compile(r'(?:\[[^]]*\] ?)*(time-travel.*)')


def _refuse(mode: str, why: str) -> NoReturn:
	sys.exit(f'kunit.py: --time-travel={mode}: {why}')


def parse_mode(mode: str, arch: str, qemu_config: Optional[str]) -> str:
	"""Returns the mode as the kernel wants it, or exits with one line that says what is wrong."""
	if arch != 'um' or qemu_config:
		_refuse(mode, 'only --arch=um has simulated time, not ' + (qemu_config or arch))
	if mode in MODES:
		return mode
	name, _, rest = mode.partition(':')
	number, _, path = rest.rpartition(':')
	if name != 'ext' or not path:
		_refuse(mode, 'no such mode, there are inf-cpu (the default), basic and ext:[ID:]SOCKET')
	# We are about to change the directory.
	return ':'.join(['ext'] + ([number] if number else []) + [os.path.abspath(path)])


def kernel_args(mode: str) -> List[str]:
	"""Returns the kernel's arguments, those of Clock included."""
	return ['time-travel=' + mode, 'printk.time=1']


def kconfig() -> List[str]:
	"""Returns what a kernel has to be configured with."""
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
	"""The simulated time of a kernel, learnt from the timestamps of what it prints.

	That is the clock of the kernel itself, so it is right also for a kernel that crashed or
	was killed, up to the last line that it printed.

	Attributes:
	seconds : float - the time of the last line
	messages : List[str] - what the kernel said about time
	"""
	def __init__(self) -> None:
		self.seconds = 0.0
		self.messages: List[str] = []

	def watch(self, lines: Iterable[str]) -> Iterator[str]:
		"""Yields all lines, and keeps the time of the last one that was read."""
		for line in lines:
			match = TIMESTAMP.match(line)
			if match:
				self.seconds = float(match.group(1))
			said = MESSAGE.match(line)
			if said:
				self.messages.append(said.group(1))
			yield line
