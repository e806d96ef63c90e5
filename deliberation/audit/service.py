"""Recording acts in the log, and giving recorded leaves their place."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Integer, bindparam, func, select, update

from deliberation.audit import queries
from deliberation.audit.merkle import CompactRange, leaf_hash, root_nodes
from deliberation.audit.models import AuditHead, AuditLeaf, AuditNode
from deliberation.kernel.database import db, insert_all

LEAVES_AT_ONCE = 1000
# The tables themselves: no session holds the rows that these write, however many they are.
LEAF, NODE = (model.metadata.tables[model.__tablename__] for model in (AuditLeaf, AuditNode))
IDS: BindParameter[Any] = bindparam("ids", expanding=True)
FIRST: BindParameter[int] = bindparam("first", type_=Integer)
NUMBERED = select(LEAF.c.id, func.row_number().over(order_by=LEAF.c.id).label("number")).where(LEAF.c.id.in_(IDS))
IN_ORDER = NUMBERED.subquery("in_order")
PLACE = update(LEAF).where(LEAF.c.id == IN_ORDER.c.id).values(position=FIRST + IN_ORDER.c.number - 1)


def record(tag: str, data: dict[str, Any], *, now: datetime) -> bytes:
    """Write one leaf in the caller's transaction and return its hash, which is the receipt.

    ``data`` is plain JSON without floats and without personal data beyond ids. The leaf has no place in the log yet,
    so two acts at the same moment never wait for each other here.
    """
    leaf = _leaf(tag, data, now)
    db.session.add(AuditLeaf(**leaf))
    return bytes(leaf["leaf_hash"])


def record_all(tag: str, acts: Sequence[tuple[dict[str, Any], datetime]]) -> list[bytes]:
    """``record`` for many acts of one kind, each with its instant, in one statement; their hashes in that order."""
    leaves = [_leaf(tag, data, at) for data, at in acts]
    insert_all(LEAF, leaves)
    return [leaf["leaf_hash"] for leaf in leaves]


def _leaf(tag: str, data: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The row of a leaf. The salt keeps strangers from guessing what it says: its hash and tag are public, and who said
    what at which instant could be tried out."""
    salt = secrets.token_hex(16)
    canonical = canonical_json({"tag": tag, "at": at.isoformat(timespec="milliseconds"), "salt": salt, **data})
    return {"tag": tag, "data": canonical, "leaf_hash": leaf_hash(canonical), "recorded_at": at}


def canonical_json(data: dict[str, Any]) -> bytes:
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def place_leaves(*, now: datetime, limit: int = LEAVES_AT_ONCE) -> int:
    """Give up to ``limit`` recorded leaves their place, in the order of their ids; return how many.

    Reads the right edge of the log, O(log n) stored nodes, and writes what the new leaves complete. Whoever holds the
    head's row places leaves; a second sequencer waits for it and finds them placed. A leaf whose transaction commits
    late, behind a larger id, simply gets a later place: the order is the log's own, the instant stands in the leaf.
    """
    head = _lock_head(now)
    waiting = select(AuditLeaf.id, AuditLeaf.leaf_hash).where(AuditLeaf.position.is_(None))
    leaves = db.session.execute(waiting.order_by(AuditLeaf.id).limit(limit)).all()
    if not leaves:
        return 0
    log, first = _edge(head.size), head.size
    created = [node for leaf in leaves for node in log.append(leaf.leaf_hash)]
    _store(created)
    db.session.connection().execute(PLACE, {"ids": [leaf.id for leaf in leaves], "first": first})
    head.size, head.root, head.at = log.size, log.root(), now
    return len(leaves)


def _lock_head(now: datetime) -> AuditHead:
    """The head's row, locked. The very first sequencer makes it; another at that moment fails, and tries again."""
    head = db.session.get(AuditHead, 1, with_for_update=True, populate_existing=True)
    if head is None:
        head = AuditHead(id=1, size=0, root=CompactRange().root(), at=now)
        db.session.add(head)
        db.session.flush()
    return head


def _edge(size: int) -> CompactRange:
    """The log as it stands, from its stored right edge alone."""
    addresses = root_nodes(size)
    stored = queries.nodes(addresses)
    return CompactRange(size, [stored[address] for address in addresses])


def _store(created: Sequence[tuple[tuple[int, int], bytes]]) -> None:
    rows = [{"level": level, "index": index, "hash": digest} for (level, index), digest in created]
    insert_all(NODE, rows)
