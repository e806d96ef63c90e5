"""Freezing the roll: written in the database from one of four sources, summed up and hashed (R-11, R-13, R-14)."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, func, insert, literal, select, true

from deliberation.committees import queries as committees
from deliberation.committees.models import Seat
from deliberation.kernel.database import db
from deliberation.kernel.working_days import day_in_shanghai
from deliberation.meetings import queries as meetings
from deliberation.people.models import User
from deliberation.registry import service as registry
from deliberation.registry.models import OwnerSet, Part
from deliberation.registry.rules import PartKind
from deliberation.votes.models import RollEntry, RollPart, Vote
from deliberation.votes.queries import roll_lines, tallies
from deliberation.votes.record.roll import hashes_of, roll_hash
from deliberation.votes.rules import RollSource

ENTRY = (
    "vote_id",
    "number",
    "seat_id",
    "owner_set_id",
    "user_id",
    "label",
    "is_developer",
    "area",
    "weight",
    "chamber",
)
PART = ("vote_id", "roll_entry_id", "label", "area", "area_source", "is_parking", "is_delivered", "chamber")


def freeze_roll(vote: Vote) -> None:
    """Write the roll of a vote that is about to be published. One statement an entry table, however many voters."""
    if vote.roll_source is RollSource.units:
        registry.link_voters(vote.place_id)
    db.session.execute(insert(RollEntry).from_select(ENTRY, _entries(vote)))
    if vote.roll_source is RollSource.units:
        db.session.execute(insert(RollPart).from_select(PART, _parts(vote)))
    sums = select(func.count(), func.sum(RollEntry.area), func.sum(RollEntry.weight))
    has_voice = and_(RollEntry.vote_id == vote.id, RollEntry.weight > 0)
    heads, area, weight = db.session.execute(sums.where(has_voice)).one()
    vote.seats_total, vote.area_total, vote.weight_total = heads, int(area or 0), int(weight or 0)
    vote.roll_secret = secret = secrets.token_bytes(32)
    vote.roll_hash = roll_hash(hashes_of(roll_lines.lines(vote), secret))


def _entries(vote: Vote) -> Select[Any]:
    sources = {
        RollSource.seats: _seats,
        RollSource.units: _owners,
        RollSource.members: _members,
        RollSource.attendance: _present,
    }
    return sources[vote.roll_source](vote)


def _seats(vote: Vote) -> Select[Any]:
    chamber = cast(Seat.kind, Seat.label.type) if vote.chambers_by == "kind" else literal("")
    sits = committees.acting_user(day_in_shanghai(vote.opens_at))
    columns = _columns(vote, order=Seat.id, seat=Seat.id, user=sits, label=Seat.label, chamber=chamber)
    return columns.where(Seat.committee_id == vote.committee_id, Seat.is_voting.is_(True), committees.is_current())


def _members(vote: Vote) -> Select[Any]:
    columns = _columns(vote, order=User.id, user=User.id, label=User.name)
    return columns.where(User.home_place_id == vote.place_id, User.active.is_(True), User.confirmed_at.is_not(None))


def _present(vote: Vote) -> Select[Any]:
    here = meetings.present_user_ids(vote.meeting_id) if vote.meeting_id is not None else frozenset()
    return _columns(vote, order=User.id, user=User.id, label=User.name).where(User.id.in_(sorted(here)))


def _columns(
    vote: Vote, *, order: Any, label: Any, user: Any, seat: Any = None, chamber: Any = None, owner_set: Any = None,
    is_developer: Any = None, area: Any = None, weight: Any = None,
) -> Select[Any]:  # fmt: skip
    """The columns of ``ENTRY``; what a source does not know is nothing, and one voter weighs one."""
    none, zero, one = cast(None, RollEntry.seat_id.type), cast(0, BigInteger), literal(1)
    given = {
        "seat": seat, "owner_set": owner_set, "user": user, "label": label,
        "developer": is_developer if is_developer is not None else literal(False),
        "area": area if area is not None else zero, "weight": weight if weight is not None else one,
        "chamber": chamber if chamber is not None else literal(""),
    }  # fmt: skip
    number = func.row_number().over(order_by=order)
    return select(literal(vote.id), number, *(none if each is None else each for each in given.values()))


def in_scope(vote: Vote) -> ColumnElement[bool]:
    """The parts a vote is about: of its place as they stand, and of its zones where it names some (R-21)."""
    zones = Part.zone.in_(vote.roll_scope) if vote.roll_scope else true()
    return and_(Part.place_id == vote.place_id, Part.ended_at.is_(None), zones)


def _counts(vote: Vote) -> ColumnElement[bool]:
    return true() if tallies.counts_parking(vote) else Part.kind != PartKind.parking


def _owners(vote: Vote) -> Select[Any]:
    """Each owner-set once (R-11). One whose parts do not count has no voice, but stands there for the other count."""
    area = cast(func.sum(case((_counts(vote), Part.area), else_=0)), BigInteger)
    weight = func.max(case((_counts(vote), 1), else_=0))
    columns = _columns(
        vote, order=(OwnerSet.is_developer, OwnerSet.code), owner_set=OwnerSet.id, user=OwnerSet.user_id,
        label=OwnerSet.code, is_developer=OwnerSet.is_developer, area=area, weight=weight,
    )  # fmt: skip
    rows = columns.join(Part, Part.owner_set_id == OwnerSet.id).where(in_scope(vote))
    return rows.group_by(OwnerSet.id, OwnerSet.user_id, OwnerSet.code, OwnerSet.is_developer)


def _parts(vote: Vote) -> Select[Any]:
    is_parking = case((Part.kind == PartKind.parking, True), else_=False)
    chamber = Part.zone if vote.chambers_by == "zone" else literal("")
    columns = (
        literal(vote.id), RollEntry.id, Part.label, Part.area, Part.area_source, is_parking, Part.is_delivered, chamber,
    )  # fmt: skip
    on_roll = and_(RollEntry.owner_set_id == Part.owner_set_id, RollEntry.vote_id == vote.id)
    return select(*columns).join_from(Part, RollEntry, on_roll).where(in_scope(vote)).order_by(Part.id)
