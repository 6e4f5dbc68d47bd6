#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Takes mail on a port of this host, and keeps it: smtp-sink.py DIR

Writes the port to DIR/port. Each mail is DIR/N.mail, numbered as they came. Ends when its
standard input does.
"""

import os
import sys

from aiosmtpd.controller import Controller

directory = sys.argv[1]


class Keep:
    count = 0

    async def handle_DATA(self, _server, _session, envelope):
        self.count += 1
        with open(os.path.join(directory, f"{self.count:04}.mail"), "wb") as f:
            f.write(envelope.content)
        return "250 kept"


class AnyPort(Controller):
    """Port 0, and the port that came of it."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


controller = AnyPort(Keep(), hostname="127.0.0.1", port=0)
controller.start()
with open(os.path.join(directory, "port.new"), "w", encoding="ascii") as f:
    f.write(str(controller.port))
os.rename(os.path.join(directory, "port.new"), os.path.join(directory, "port"))
sys.stdin.read()
controller.stop()
