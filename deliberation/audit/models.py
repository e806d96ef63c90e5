"""The append-only log: leaves, and the hashes of its perfect subtrees."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.audit import append_only
from deliberation.audit import migrating as migrating  # Alembic's autogenerate asks it.
from deliberation.kernel.database import Model, UtcDateTime


class AuditLeaf(Model):
    """One decision-relevant act, written without a place in the act's own transaction.

    The sequencer gives it its ``position`` a moment later. ``data`` is the canonical JSON that was hashed;
    ``tag`` names the act ("ballot.cast").
    """

    __tablename__ = "audit_leaf"
    __table_args__ = (Index("ix_audit_leaf_unplaced", "position", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    tag: Mapped[str] = mapped_column(index=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    position: Mapped[int | None] = mapped_column(unique=True)


class AuditNode(Model):
    """The hash of the perfect subtree number ``index`` at ``level`` (level 0 is a leaf)."""

    __tablename__ = "audit_node"
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditHead(Model):
    """The one row the sequencer locks: how many leaves have their place, and the root over them."""

    __tablename__ = "audit_head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(default=0)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


append_only.fence(AuditLeaf, AuditNode)
