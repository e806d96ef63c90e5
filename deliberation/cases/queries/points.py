"""Contractors with their balance of a year, and one contractor's lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from deliberation.cases.models import Case, PointAppeal, PointEntry
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.people.models import Organisation, OrganisationKind, User
from deliberation.places import queries as places


@dataclass(frozen=True)
class Ledger:
    """A contractor's year: its lines, the first first, the balance, and the appeals by their line's id."""

    firm: Organisation
    year: int
    entries: Sequence[PointEntry]
    appeals: Mapping[int, PointAppeal]
    is_own: bool

    @property
    def balance(self) -> int:
        return sum(entry.points for entry in self.entries)


def balances(year: int) -> list[tuple[Organisation, int]]:
    """Every contractor that has lines in a year with their sum, the lowest first."""
    total = func.sum(PointEntry.points)
    rows = (
        select(Organisation, total)
        .join(PointEntry, PointEntry.contractor_id == Organisation.id)
        .where(PointEntry.year == year)
        .group_by(Organisation.id)
        .order_by(total, Organisation.name)
    )
    return [(row[0], int(row[1])) for row in db.session.execute(rows)]


def ledger(contractor_id: int, year: int) -> Sequence[PointEntry]:
    rows = select(PointEntry).where(PointEntry.contractor_id == contractor_id, PointEntry.year == year)
    return db.session.scalars(rows.order_by(PointEntry.id)).all()


def ledger_page(contractor_id: int, year: int, *, reader_id: int | None = None) -> Ledger:
    """``is_own`` when the reader is of the firm, and may appeal."""
    firm = db.session.get(Organisation, contractor_id)
    entries = ledger(contractor_id, year)
    if firm is None or not entries:
        raise NotFound()
    rows = select(PointAppeal).where(PointAppeal.entry_id.in_([entry.id for entry in entries]))
    appeals = {each.entry_id: each for each in db.session.scalars(rows)}
    return Ledger(firm, year, entries, appeals, is_own=is_of_firm(reader_id, contractor_id))


def point_entry(entry_id: int) -> PointEntry:
    found = db.session.get(PointEntry, entry_id)
    if found is None:
        raise NotFound()
    return found


def entry_of_appeal(appeal_id: int) -> PointEntry:
    rows = select(PointEntry).join(PointAppeal, PointAppeal.entry_id == PointEntry.id)
    found = db.session.scalar(rows.where(PointAppeal.id == appeal_id))
    if found is None:
        raise NotFound()
    return found


def firm_choices() -> list[tuple[int, str]]:
    """The firms that points may be taken off."""
    rows = select(Organisation.id, Organisation.name).where(Organisation.kind == OrganisationKind.firm)
    return [(row[0], row[1]) for row in db.session.execute(rows.order_by(Organisation.name))]


def is_of_firm(user_id: int | None, contractor_id: int) -> bool:
    rows = select(User.id).where(User.id == user_id, User.organisation_id == contractor_id)
    return user_id is not None and db.session.scalar(rows) is not None


def appeal_of(entry_id: int) -> PointAppeal | None:
    return db.session.scalar(select(PointAppeal).where(PointAppeal.entry_id == entry_id))


def scope_of_entry(entry: PointEntry) -> tuple[int, ...]:
    """The places of the case it was written for; none for a grant."""
    place_id = db.session.scalar(select(Case.place_id).where(Case.id == entry.case_id))
    return places.place(place_id).scope if place_id is not None else ()
