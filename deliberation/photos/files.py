"""The files of pictures on disk, kept in step with the transaction that knows of them.

A picture is written into ``staged/`` while its row is written, moved up after the commit, removed after a rollback.
Should the process die in between, the sweep (photos.jobs) finishes either one: a staged file with a row is moved up,
one without is removed. Reading looks in both places, so that a committed picture is never missing meanwhile.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from deliberation.kernel.database import after_commit, db

STAGED = "staged"
PRIVATE = "private"
_PENDING = "staged_pictures"  # In the session's info: the staged files of the present transaction.


def folder_for(uploads: Path, *, is_private: bool) -> Path:
    """Where pictures lie: private ones beneath the others, where no public address leads."""
    return uploads / PRIVATE if is_private else uploads


def stage(folder: Path, files: dict[str, bytes]) -> None:
    """Write ``files`` (name → content) so that they stay exactly when the present transaction commits."""
    staged = folder / STAGED
    staged.mkdir(parents=True, exist_ok=True)
    pending: list[Path] = db.session().info.setdefault(_PENDING, [])
    for name, content in files.items():
        path = staged / name
        pending.append(path)
        _write_through(path, content)
    after_commit(lambda: _settle(folder, list(files)))


def _write_through(path: Path, content: bytes) -> None:
    """Written to the disk itself: after a power cut a committed row must not point to an empty file."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path, names: Iterable[str]) -> None:
    db.session().info.pop(_PENDING, None)
    for name in names:
        move_up(folder, name)


def move_up(folder: Path, name: str) -> None:
    """Move one staged file to where it stays; harmless when that has been done."""
    staged = folder / STAGED / name
    if staged.exists():
        staged.replace(folder / name)


@event.listens_for(Session, "after_soft_rollback")
def _remove_staged(session: Session, ended: SessionTransaction) -> None:
    if ended.nested:
        return  # Only a savepoint: the transaction itself may still commit.
    for path in session.info.pop(_PENDING, []):
        path.unlink(missing_ok=True)


def find(folder: Path, name: str) -> Path | None:
    """Where the file lies now; ``None`` when there is none."""
    for path in (folder / name, folder / STAGED / name):
        if path.is_file():
            return path
    return None


def remove(folder: Path, names: Iterable[str]) -> None:
    for name in names:
        (folder / name).unlink(missing_ok=True)
        (folder / STAGED / name).unlink(missing_ok=True)


def staged_before(folder: Path, oldest: float) -> list[str]:
    """The names of staged files that were written before ``oldest`` (seconds since the epoch)."""
    staged = folder / STAGED
    if not staged.is_dir():
        return []
    return sorted(path.name for path in staged.iterdir() if path.stat().st_mtime < oldest)
