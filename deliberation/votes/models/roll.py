"""The roll of a vote: who has a voice, with what weight; frozen and hashed when the vote is published (R-11, R-13)."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.kernel.database import Model, enum_column
from deliberation.registry.rules import AreaSource


class RollEntry(Model):
    """One voter: a seat, an owner-set (one head however many parts), a member or somebody who was present.

    ``number`` is its place in the roll, from 1, as printed on paper. ``user_id`` is the person who casts its ballot;
    none when nobody has an account, who then votes on paper. ``area`` is in 0.01 ㎡, over the parts that count under
    the vote's parking rule. ``chamber`` is the group whose own majority the rule may ask for; owners have it by part.
    """

    __tablename__ = "roll_entry"
    __table_args__ = (
        UniqueConstraint("vote_id", "number"),
        UniqueConstraint("vote_id", "seat_id"),
        Index("ix_roll_entry_voter", "vote_id", "user_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"))
    number: Mapped[int]
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id"))
    owner_set_id: Mapped[int | None] = mapped_column(ForeignKey("owner_set.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    label: Mapped[str]
    is_developer: Mapped[bool] = mapped_column(default=False)
    area: Mapped[int] = mapped_column(BigInteger, default=0)
    weight: Mapped[int] = mapped_column(default=1)
    chamber: Mapped[str] = mapped_column(default="")


class RollPart(Model):
    """An exclusive part behind an owner-set's entry, as the register had it when the roll was frozen (R-12, R-14)."""

    __tablename__ = "roll_part"
    __table_args__ = (
        Index("ix_roll_part_vote", "vote_id", "roll_entry_id"),
        Index("ix_roll_part_space", "vote_id", sqlite_where=text("is_parking"), postgresql_where=text("is_parking")),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"))
    roll_entry_id: Mapped[int] = mapped_column(ForeignKey("roll_entry.id"))
    label: Mapped[str]
    area: Mapped[int] = mapped_column(BigInteger)
    area_source: Mapped[AreaSource] = mapped_column(enum_column(AreaSource))
    is_parking: Mapped[bool] = mapped_column(default=False)
    is_delivered: Mapped[bool] = mapped_column(default=True)
    chamber: Mapped[str] = mapped_column(default="")
