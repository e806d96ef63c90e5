"""``deliberation …`` without its loading time: a process that has loaded the program forks, and the fork runs it.

To load the program takes three seconds of a processor, to fork it none; a suite starts it fifty times. What runs is
the command itself, with an environment, a folder and files of its own, in a process group that can be killed.
``python -m tests.support.loaded`` is the process that has loaded it; it ends with whoever started it.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from functools import cache
from typing import IO, Any

from tests.support.services import ROOT

LARGEST = 1 << 20  # Bytes of one order.
NUMBER = struct.Struct("!i")  # A process id, and later an exit status.


class Started:
    """A run of the program, with the part of ``subprocess.Popen`` that a test needs."""

    def __init__(self, pid: int, ends: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._ends = ends

    def poll(self) -> int | None:
        """Its exit status once it has ended, negative when a signal ended it."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; ``subprocess.TimeoutExpired`` when that takes longer than ``timeout`` seconds."""
        if self.returncode is None:
            self._ends.settimeout(timeout)
            try:
                told = self._ends.recv(NUMBER.size)
            except (BlockingIOError, TimeoutError):
                raise subprocess.TimeoutExpired("deliberation", timeout or 0) from None
            self._ends.close()
            (self.returncode,) = NUMBER.unpack(told)
        return self.returncode


class Loaded:
    """The process that has loaded the program."""

    def __init__(self) -> None:
        self._orders, theirs = socket.socketpair()
        self._lock = threading.Lock()
        command = [sys.executable, "-m", __name__, str(theirs.fileno())]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()], start_new_session=True
        )
        theirs.close()

    def start(self, arguments: list[str], *, environment: dict[str, str], output: IO[Any], errors: IO[Any]) -> Started:
        ends, theirs = socket.socketpair()
        order = json.dumps({"arguments": arguments, "environment": environment}).encode()
        with self._lock:
            socket.send_fds(self._orders, [order], [theirs.fileno(), output.fileno(), errors.fileno()])
            theirs.close()
            (pid,) = NUMBER.unpack(ends.recv(NUMBER.size))
        return Started(pid, ends)


@cache
def program() -> Loaded:
    """The one of this process, loaded when it is first asked for."""
    return Loaded()


# ------------------------------------------------------------------------------------------- in the process itself


def main(orders: socket.socket) -> None:
    """Fork for each order; a fork returns from here by running the program."""
    _load()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # Nobody waits for the keepers.
    while True:
        order, files, *_rest = socket.recv_fds(orders, LARGEST, 3)
        if not order:
            return
        if os.fork() == 0:
            orders.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _keep(json.loads(order), *files)
        for file in files:
            os.close(file)


def _load() -> None:
    """Everything that serving will import; no application is made, for each run makes its own."""
    import gunicorn.app.base
    import gunicorn.workers.gthread  # noqa: F401

    from deliberation import app, cli, serving  # noqa: F401
    from deliberation.kernel import scheduling  # noqa: F401
    from tests.support import applications

    applications.keep_templates()
    for part in ("models", "views", "sockets", "jobs", "reactions"):
        app._rooms(part)
    gc.collect()
    gc.freeze()


def _keep(order: dict[str, Any], ends: int, output: int, errors: int) -> None:
    """Start the program, tell its process id, and at its end its exit status; a test that has gone is told nothing."""
    pid = os.fork()
    if pid == 0:
        os.close(ends)
        _become(order, output, errors)
    os.close(output)
    os.close(errors)
    with socket.socket(fileno=ends) as told:
        told.sendall(NUMBER.pack(pid))
        _pid, status = os.waitpid(pid, 0)
        told.sendall(NUMBER.pack(os.waitstatus_to_exitcode(status)))
    os._exit(0)


def _become(order: dict[str, Any], output: int, errors: int) -> None:
    from deliberation.cli import main as deliberation

    os.setsid()
    for file, place in ((output, 1), (errors, 2)):
        os.dup2(file, place)
        os.close(file)
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = ["deliberation", *order["arguments"]]
    deliberation()


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
