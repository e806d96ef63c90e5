"""The owners' register of a place: exclusive parts with their areas, and the owner-sets behind them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.kernel.database import Model, UtcDateTime, enum_column
from deliberation.registry.rules import AreaSource, PartKind


class OwnerSet(Model):
    """Those who own a part together: one head, one ballot (R-11). ``code`` is what the file calls it.

    ``voter_name`` and ``phone`` are of the one who casts the ballot for all; ``user_id`` is that person's account, once
    there is one. The developer's unsold and undelivered parts belong to one set (``is_developer``).
    """

    __tablename__ = "owner_set"
    __table_args__ = (
        Index(
            "uq_owner_set_current",
            "place_id",
            "code",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    code: Mapped[str]
    names: Mapped[str]  # Everybody in the set, as the file has them: 周敏、李强.
    voter_name: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="", index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    is_developer: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Part(Model):
    """An exclusive part: a home, shop, office or parking space. ``area`` is in 0.01 ㎡; ``zone`` is what a vote of
    part of the place goes by (a building, a stair)."""

    __tablename__ = "part"
    __table_args__ = (
        Index(
            "uq_part_current",
            "place_id",
            "label",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    owner_set_id: Mapped[int] = mapped_column(ForeignKey("owner_set.id"), index=True)
    label: Mapped[str]
    zone: Mapped[str] = mapped_column(default="")
    kind: Mapped[PartKind] = mapped_column(enum_column(PartKind), default=PartKind.home)
    area: Mapped[int] = mapped_column(BigInteger)
    area_source: Mapped[AreaSource] = mapped_column(enum_column(AreaSource))
    is_delivered: Mapped[bool] = mapped_column(default=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RegisterDraft(Model):
    """A file that was read and not taken over yet: one for each person and place; its rows, checked, as plain JSON."""

    __tablename__ = "register_draft"
    __table_args__ = (UniqueConstraint("place_id", "read_by_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    read_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)
    file_name: Mapped[str]
    file_hash: Mapped[str]
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
