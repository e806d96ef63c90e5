"""The frozen roll as people may see it: in sums, line by line with names and doors masked, one's own in full (R-50)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, String, exists, func, select
from sqlalchemy import cast as sql_cast

from deliberation.committees.models import Seat
from deliberation.committees.rules import SeatKind
from deliberation.kernel.database import db
from deliberation.kernel.keyset import Page, in_order
from deliberation.people.masking import mask_door, mask_name, mask_names
from deliberation.people.models import User
from deliberation.places.models import Unit
from deliberation.registry.models import OwnerSet
from deliberation.registry.rules import AreaSource
from deliberation.votes.models import Ballot, RollEntry, RollPart, Vote, VoterMark
from deliberation.votes.queries.tallies import counts_parking
from deliberation.votes.rules import RollSource

PAGE_SIZE = 50


@dataclass(frozen=True)
class Block:
    """So many heads with so many parts and so much area, in 0.01 ㎡."""

    heads: int = 0
    parts: int = 0
    area: int = 0

    def __add__(self, other: Block) -> Block:
        return Block(self.heads + other.heads, self.parts + other.parts, self.area + other.area)


@dataclass(frozen=True)
class Composition:
    """How N and A of an owners' roll came about (R-11, R-12, R-14).

    ``owners`` are the owner-sets, ``developer`` the one block of unsold and undelivered parts, ``aside`` the parking
    spaces that do not count, with the heads who own nothing else. ``sources`` says where the area that counts comes
    from.
    """

    owners: Block
    developer: Block
    aside: Block
    sources: dict[str, Block]


@dataclass(frozen=True)
class RollLine:
    """A voter as the person who looks may see it. ``has_cast`` is ``None`` for whom it does not concern.

    ``area``, ``voter``, who casts for all in it, and ``parts``, each with its source, stand only in one's own line: the
    sums of a result could be taken apart again by the areas of everybody.
    """

    number: int
    who: str
    where: str
    part_count: int
    area: int | None
    weight: int
    chamber: str
    is_developer: bool
    is_own: bool
    has_cast: bool | None
    voter: str = ""
    parts: Sequence[RollPart] = ()


def composition(vote: Vote) -> Composition:
    """The sums of an owners' roll, in two statements."""
    parking = counts_parking(vote)
    heads = select(RollEntry.is_developer, RollEntry.weight, func.count()).where(RollEntry.vote_id == vote.id)
    by_voice: dict[tuple[bool, bool], int] = defaultdict(int)
    for is_developer, weight, number in db.session.execute(heads.group_by(RollEntry.is_developer, RollEntry.weight)):
        by_voice[is_developer, weight > 0] += number
    sums: dict[str, Block] = defaultdict(Block)
    sources: dict[str, Block] = defaultdict(Block)
    for is_developer, is_parking, source, parts, area in db.session.execute(_part_sums(vote)):
        block = Block(0, parts, int(area))
        if is_parking and not parking:
            sums["aside"] += block
            continue
        sums["developer" if is_developer else "owners"] += block
        sources[str(source)] += block
    return Composition(
        owners=sums["owners"] + Block(by_voice[False, True]),
        developer=sums["developer"] + Block(by_voice[True, True]),
        aside=sums["aside"] + Block(by_voice[False, False] + by_voice[True, False]),
        sources=dict(sources),
    )


def _part_sums(vote: Vote) -> Select[bool, bool, AreaSource, int, int]:
    by = (RollEntry.is_developer, RollPart.is_parking, RollPart.area_source)
    rows = select(*by, func.count(), func.sum(RollPart.area)).join(RollEntry, RollEntry.id == RollPart.roll_entry_id)
    return rows.where(RollPart.vote_id == vote.id).group_by(*by)


def seat_kinds(vote: Vote) -> dict[str, int]:
    """How many seats of each kind stand on a roll of seats; those of units by what the unit is: household, shop, …"""
    kind = func.coalesce(sql_cast(Unit.kind, String), sql_cast(Seat.kind, String))
    rows = select(kind, func.count()).select_from(RollEntry).join(Seat, Seat.id == RollEntry.seat_id)
    rows = rows.outerjoin(Unit, Unit.id == Seat.unit_id).where(RollEntry.vote_id == vote.id)
    return dict(db.session.execute(rows.group_by(kind).order_by(kind)).all())


def lines(
    vote: Vote, *, user_id: int | None, after: int | None, shows_cast: bool, is_waiting: bool = False
) -> Page[RollLine]:
    """A page of the roll in its order, in at most five statements; ``is_waiting`` leaves out who has cast."""
    rows = select(RollEntry).where(RollEntry.vote_id == vote.id)
    if shows_cast and is_waiting:
        rows = rows.where(~_cast(vote), RollEntry.weight > 0)
    page = in_order(rows, key=RollEntry.number, after=after, size=PAGE_SIZE)
    return Page(shown(vote, page.items, user_id=user_id, shows_cast=shows_cast), page.cursor)


def own_lines(vote: Vote, user_id: int | None) -> list[RollLine]:
    """Every line of the roll that names this person, with its parts; one without a voice among them."""
    if user_id is None:
        return []
    rows = select(RollEntry).where(RollEntry.vote_id == vote.id, RollEntry.user_id == user_id)
    entries = db.session.scalars(rows.order_by(RollEntry.number)).all()
    return shown(vote, entries, user_id=user_id)


def _cast(vote: Vote) -> ColumnElement[bool]:
    if vote.is_secret:
        return exists().where(VoterMark.roll_entry_id == RollEntry.id)
    return exists().where(Ballot.roll_entry_id == RollEntry.id, Ballot.superseded_at.is_(None))


def shown(vote: Vote, entries: Sequence[RollEntry], *, user_id: int | None, shows_cast: bool = False) -> list[RollLine]:
    """These entries as the person of ``user_id`` may see them, in at most three statements."""
    ids = [entry.id for entry in entries]
    parts, behind = _parts(vote, ids), _behind(vote, ids)
    marked = select(RollEntry.id).where(RollEntry.id.in_(ids), _cast(vote))
    cast = set(db.session.scalars(marked)) if shows_cast else set()
    return [
        _line(
            entry,
            behind.get(entry.id, _Behind()),
            parts.get(entry.id, []),
            is_own=user_id is not None and entry.user_id == user_id,
            has_cast=entry.id in cast if shows_cast and entry.weight > 0 else None,
        )
        for entry in entries
    ]


def _line(
    entry: RollEntry, behind: _Behind, parts: Sequence[RollPart], *, is_own: bool, has_cast: bool | None
) -> RollLine:
    return RollLine(
        number=entry.number,
        who=_who(entry, behind, is_own=is_own),
        where=_where(parts, is_own=is_own),
        part_count=len(parts),
        area=entry.area if is_own else None,
        weight=entry.weight,
        chamber=entry.chamber,
        is_developer=entry.is_developer,
        is_own=is_own,
        has_cast=has_cast,
        voter=behind.voter if is_own else "",
        parts=parts if is_own else (),
    )


def _parts(vote: Vote, entry_ids: Sequence[int]) -> dict[int, list[RollPart]]:
    if vote.roll_source is not RollSource.units:
        return {}
    found: dict[int, list[RollPart]] = defaultdict(list)
    rows = select(RollPart).where(RollPart.vote_id == vote.id, RollPart.roll_entry_id.in_(entry_ids))
    for part in db.session.scalars(rows.order_by(RollPart.id)):
        found[part.roll_entry_id].append(part)
    return found


@dataclass(frozen=True)
class _Behind:
    """Who stands behind an entry: the owners of a set and who casts for them, or the holder of a seat of a kind."""

    names: str = ""
    voter: str = ""
    kind: SeatKind | None = None


def _behind(vote: Vote, entry_ids: Sequence[int]) -> dict[int, _Behind]:
    if vote.roll_source is RollSource.units:
        owners = select(RollEntry.id, OwnerSet.names, OwnerSet.voter_name)
        owners = owners.join(OwnerSet, OwnerSet.id == RollEntry.owner_set_id).where(RollEntry.id.in_(entry_ids))
        return {entry_id: _Behind(names, voter) for entry_id, names, voter in db.session.execute(owners)}
    if vote.roll_source is not RollSource.seats:
        return {}
    seats = select(RollEntry.id, User.name, Seat.kind).join(Seat, Seat.id == RollEntry.seat_id)
    seats = seats.outerjoin(User, User.id == RollEntry.user_id).where(RollEntry.id.in_(entry_ids))
    return {entry_id: _Behind(name or "", kind=kind) for entry_id, name, kind in db.session.execute(seats)}


def _who(entry: RollEntry, behind: _Behind, *, is_own: bool) -> str:
    """In one's own line everything; otherwise names as 张* and doors to the stair. A developer is no person."""
    if behind.kind is SeatKind.unit:
        return entry.label if is_own else mask_door(entry.label)
    if behind.kind is not None:
        return " · ".join(each for each in (entry.label, mask_name(behind.names)) if each)
    if entry.owner_set_id is not None:
        return behind.names if is_own or entry.is_developer else mask_names(behind.names)
    return entry.label if is_own else mask_name(entry.label)


def _where(parts: Sequence[RollPart], *, is_own: bool) -> str:
    labels = [part.label if is_own else mask_door(part.label) for part in parts]
    return "、".join(dict.fromkeys(label for label in labels if label))
