"""The register of a place in sums, and a draft that was read but not taken over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from deliberation.kernel.database import db
from deliberation.people.access import Actor, require
from deliberation.people.models import User
from deliberation.places import queries as places
from deliberation.places.models import Place
from deliberation.registry import rules
from deliberation.registry.models import OwnerSet, Part, RegisterDraft
from deliberation.registry.rules import PartKind


@dataclass(frozen=True)
class RegisterSums:
    """Parts, owner-sets with a part that is no parking space, their area in 0.01 ㎡, and voters with an account."""

    parts: int
    heads: int
    area: int
    linked: int


def place_to_keep(actor: Actor, code: str) -> Place:
    """The place, for those who keep its register."""
    place = places.place_by_code(code)
    require(actor, "register.keep", place.scope)
    return place


def sums(place_id: int) -> RegisterSums:
    standing = (Part.place_id == place_id, Part.ended_at.is_(None))
    counted = (*standing, Part.kind != PartKind.parking)
    parts = db.session.scalar(select(func.count()).where(*standing)) or 0
    figures = select(func.count(Part.owner_set_id.distinct()), func.coalesce(func.sum(Part.area), 0)).where(*counted)
    heads, area = db.session.execute(figures).one()
    linked = select(func.count()).where(
        OwnerSet.place_id == place_id, OwnerSet.ended_at.is_(None), OwnerSet.user_id.is_not(None)
    )
    return RegisterSums(parts, heads, int(area), db.session.scalar(linked) or 0)


def draft(place_id: int, user_id: int | None) -> RegisterDraft | None:
    rows = select(RegisterDraft).where(RegisterDraft.place_id == place_id, RegisterDraft.read_by_id == user_id)
    return db.session.scalar(rows)


@dataclass(frozen=True)
class Changes:
    """How a file differs from the register that stands: the labels of parts that are new, gone, and changed in what
    they count for (area, owner, delivery)."""

    new: list[str]
    gone: list[str]
    changed: list[str]


def changes(place_id: int, rows: list[dict[str, Any]]) -> Changes:
    """In one statement, however many parts there are."""
    standing = select(Part.label, Part.area, Part.is_delivered, OwnerSet.code).join(OwnerSet)
    standing = standing.where(Part.place_id == place_id, Part.ended_at.is_(None))
    now = {label: facts for label, *facts in db.session.execute(standing)}
    then = {row["label"]: [row["area"], row["is_delivered"], row["owner"]] for row in rows}
    return Changes(
        new=[label for label in then if label not in now],
        gone=[label for label in now if label not in then],
        changed=[label for label in then if label in now and now[label] != then[label]],
    )


def accounts_of_others(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows whose telephone belongs to an account under another name: taken over, that account would vote for them.

    In one statement, however many there are. Whose account it is, is not said.
    """
    accounts = select(User.us_phone_number, User.name).where(User.us_phone_number.is_not(None), User.active.is_(True))
    names = {rules.phone_of(phone): name for phone, name in db.session.execute(accounts) if phone}
    named = [row for row in rows if row["voter_name"] and row["phone"] in names]
    return [row for row in named if names[row["phone"]] != row["voter_name"]]


def zones_owned(place_id: int, user_id: int) -> list[str]:
    """The zones of the parts that this person casts the ballot for in the register as it stands; "" for none."""
    rows = select(Part.zone).join(OwnerSet, OwnerSet.id == Part.owner_set_id)
    standing = (OwnerSet.user_id == user_id, Part.place_id == place_id, Part.ended_at.is_(None))
    return list(db.session.scalars(rows.where(*standing).distinct()))
