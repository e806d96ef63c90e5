"""The real thing on a free port: ``deliberation serve`` in a process of its own, which a test may kill and restart."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO, Any

from tests.support import loaded
from tests.support.services import ROOT, free_port

COMMAND = Path(sys.executable).parent / "deliberation"
# What a server of a test takes over from the machine; everything else it reads is given to it by name.
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ")
DATABASE = "deliberation.db"  # Where a server without DATABASE_URL keeps everything, in its data folder.
PATIENCE = 60  # Seconds: two cores are shared with browsers.


class LiveServer:
    """A server with its own data folder, and by default its own SQLite file in it; it keeps its port when restarted."""

    def __init__(self, data: Path, *, is_loaded: bool = True, **environment: str) -> None:
        """Prepare a server; variables given as keywords (``DATABASE_URL=…``) override the defaults of a test.

        Unless it ``is_loaded`` already (tests/support/loaded.py) the installed command is started from nothing.
        """
        data.mkdir(parents=True, exist_ok=True)
        self.is_loaded = is_loaded
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {name: os.environ[name] for name in INHERITED if name in os.environ} | {
            "DELIBERATION_ENV": "test",
            "DELIBERATION_DATA": str(data),
            "SECRET_KEY": "a-secret-that-only-this-test-run-knows-0123456789",
            "SECURITY_PASSWORD_SALT": "a-salt-that-only-this-test-run-knows",
            "PUBLIC_URL": self.url,
            "WEB_CONCURRENCY": "1",
            **environment,
        }
        self.log = data / "server.log"
        self.process: subprocess.Popen[bytes] | loaded.Started | None = None

    def command(self, *arguments: str) -> str:
        """Run ``deliberation …`` with this server's settings and return what it printed."""
        with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
            status = self._run(*arguments, output=output, errors=errors).wait()
            for file in (output, errors):
                file.seek(0)
            if status != 0:
                raise RuntimeError(f"deliberation {' '.join(arguments)} ended with {status}:\n{errors.read()}")
            return output.read()

    def _run(self, *arguments: str, output: IO[Any], errors: IO[Any]) -> subprocess.Popen[bytes] | loaded.Started:
        """Start the command in a process group of its own: ``kill()`` then reaches the workers too."""
        if self.is_loaded:
            return loaded.program().start([*arguments], environment=self.environment, output=output, errors=errors)
        return subprocess.Popen(
            [COMMAND, *arguments], cwd=ROOT, env=self.environment, stdout=output, stderr=errors, start_new_session=True
        )

    def take_over(self, migrated: Path) -> None:
        """Begin with a copy of an empty SQLite database that has been migrated already, which takes no time."""
        shutil.copyfile(migrated, self.data / DATABASE)

    def start(self) -> LiveServer:
        """Serve, and return once ``/healthz`` answers."""
        if self.process is not None:
            raise RuntimeError("the server is running already")
        with self.log.open("ab") as output:
            self.process = self._run("serve", "--port", str(self.port), output=output, errors=output)
        self._wait_until_healthy()
        return self

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                self.process = None
                raise RuntimeError(f"the server ended before it answered:\n{self.log.read_text()}")
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.02)
        self.kill()
        raise RuntimeError(f"no answer on {self.url}/healthz after {PATIENCE} seconds:\n{self.log.read_text()}")

    def kill(self) -> None:
        """Pull it down with SIGKILL, workers and all, as a power cut would; ``start()`` brings it back."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """End it in order; harmless when it is not running."""
        self._signal(signal.SIGTERM)

    def _signal(self, number: signal.Signals) -> None:
        if self.process is None:
            return
        process, self.process = self.process, None
        if process.poll() is None:
            os.killpg(process.pid, number)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)


def migrated_database(tables: Path, into: Path) -> None:
    """Make ``into`` what the command for it makes of ``tables``, an SQLite database that has today's tables already."""
    with tempfile.TemporaryDirectory() as data:
        server = LiveServer(Path(data))
        server.take_over(tables)
        server.command("migrate")
        shutil.move(server.data / DATABASE, into)
