"""What anybody may read of the log: its head, recent leaves, and proofs from O(log n) stored nodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select

from deliberation.audit import merkle
from deliberation.audit.models import AuditHead, AuditLeaf, AuditNode
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.kernel.keyset import Page, newest_first


@dataclass(frozen=True)
class Head:
    """``size`` leaves have their place; ``root`` is the hash over them; ``at`` when the last one got its place."""

    size: int
    root: bytes
    at: datetime | None


@dataclass(frozen=True)
class Proof:
    """That ``leaf_hash`` is entry ``index`` (from 0) of the log of ``size`` entries under ``root``; of one ``head``."""

    leaf_hash: bytes
    index: int
    size: int
    root: bytes
    path: list[bytes]
    head: Head


@dataclass(frozen=True)
class Consistency:
    """That the log of ``second`` entries begins with the log of ``first`` entries."""

    first: int
    second: int
    first_root: bytes
    second_root: bytes
    path: list[bytes]


def head() -> Head:
    """The newest head; an empty log before the sequencer ran for the first time."""
    row = db.session.get(AuditHead, 1, populate_existing=True)
    return Head(row.size, row.root, row.at) if row else Head(0, merkle.EMPTY_ROOT, None)


def leaf(leaf_hash: bytes) -> AuditLeaf:
    """The recorded leaf of this hash, placed or not; the earliest when one act was recorded twice."""
    rows = select(AuditLeaf).where(AuditLeaf.leaf_hash == leaf_hash).order_by(AuditLeaf.id).limit(1)
    found = db.session.scalar(rows)
    if found is None:
        raise NotFound()
    return found


def leaves(*, before: int | None = None) -> Page[AuditLeaf]:
    """What was recorded, the newest first."""
    return newest_first(select(AuditLeaf), key=AuditLeaf.id, before=before)


def nodes(addresses: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """The stored hashes at ``addresses``, in one statement; none for the empty log.

    One look-up by key for each address: SQLite reads the whole table for ``(level, index) IN (…)``.
    """
    if not addresses:
        return {}
    wanted = or_(*(and_(AuditNode.level == level, AuditNode.index == index) for level, index in addresses))
    rows = db.session.execute(select(AuditNode.level, AuditNode.index, AuditNode.hash).where(wanted))
    return {(level, index): digest for level, index, digest in rows}


def proof(leaf_hash: bytes) -> Proof | None:
    """The inclusion proof under the newest head; ``None`` while the leaf waits for its place."""
    found, newest = leaf(leaf_hash), head()
    if found.position is None or found.position >= newest.size:
        return None
    stored = nodes(merkle.inclusion_nodes(found.position, newest.size))
    path = merkle.inclusion_path(found.position, newest.size, lambda level, index: stored[level, index])
    return Proof(leaf_hash, found.position, newest.size, newest.root, path, newest)


def consistency(first: int, second: int | None = None) -> Consistency:
    """That the log of ``second`` entries (the newest by default) begins with the log of ``first`` entries.

    ``NotFound`` for sizes that the log never had.
    """
    newest = head().size
    second = newest if second is None else second
    if not 0 < first <= second <= newest:
        raise NotFound()
    wanted = {*merkle.consistency_nodes(first, second), *merkle.root_nodes(first), *merkle.root_nodes(second)}
    stored = nodes(sorted(wanted))

    def get(level: int, index: int) -> bytes:
        return stored[level, index]

    path = merkle.consistency_path(first, second, get)
    return Consistency(first, second, merkle.root_of(first, get), merkle.root_of(second, get), path)
