"""What doors and pages read about people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select

from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.kernel.keyset import Page, newest_first
from deliberation.kernel.working_days import CalendarYearMissing, WorkingCalendar
from deliberation.people import rules
from deliberation.people.access import VISITOR, Actor, Grant, Role
from deliberation.people.models import (
    CalendarDay,
    CalendarYear,
    Consent,
    DeskView,
    Draft,
    Organisation,
    PlaceFollow,
    RoleAssignment,
    User,
)
from deliberation.people.rules import Purpose
from deliberation.places.models import Place

# Active people with each role they hold, or with none; the second is asked for every ballot and put together once.
ACTORS = (
    select(User.id, User.name, RoleAssignment.role, RoleAssignment.place_id)
    .outerjoin(RoleAssignment, and_(RoleAssignment.user_id == User.id, RoleAssignment.ended_at.is_(None)))
    .where(User.active)
)
ACTORS_AT = ACTORS.with_only_columns(User.fs_uniquifier, *ACTORS.selected_columns).where(
    User.fs_uniquifier.in_(bindparam("keys", expanding=True))
)
FIRST_YEAR, LAST_YEAR = 2004, 2100  # Between which years the calendar page looks.


def actor(user_id: int | None) -> Actor:
    """The person with the roles held at this moment; a visitor when unknown or no longer active."""
    if user_id is None:
        return VISITOR
    return _actors(db.session.execute(ACTORS.where(User.id == user_id))).get(user_id, VISITOR)


def user_id_at(key: str) -> int | None:
    """Whose session has this key (kernel.web.session_key), if they are still active."""
    return db.session.scalar(select(User.id).where(User.fs_uniquifier == key, User.active))


def actors_at(keys: Collection[str]) -> dict[str, Actor]:
    """``actor`` for the sessions with these keys (kernel.web.session_key), in one statement; visitors are not there."""
    rows = list(db.session.connection().execute(ACTORS_AT, {"keys": list(keys)}))
    found = _actors(row[1:] for row in rows)
    return {key: found[user_id] for key, user_id, *_more in rows}


def _actors(rows: Iterable[Sequence[Any]]) -> dict[int, Actor]:
    found: dict[int, Actor] = {}
    for user_id, name, role, place_id in rows:
        held = {Grant(role, place_id)} if role is not None else set()
        grants = found[user_id].grants if user_id in found else frozenset()
        found[user_id] = Actor(user_id, name, grants | held)
    return found


def user(user_id: int) -> User:
    found = db.session.get(User, user_id)
    if found is None:
        raise NotFound()
    return found


def user_at(address: str | None) -> User | None:
    """The account that signs in with this phone number or email address."""
    phone = rules.canonical_phone(address)
    if phone is not None:
        return db.session.scalar(select(User).where(User.us_phone_number == phone))
    email = rules.canonical_email(address)
    return db.session.scalar(select(User).where(User.email == email)) if email is not None else None


def users_at(addresses: Iterable[str]) -> dict[str, User]:
    """The accounts of many phone numbers and email addresses, written as people.rules has them, by address."""
    wanted = set(addresses)
    rows = select(User).where(or_(User.us_phone_number.in_(wanted), User.email.in_(wanted)))
    found = db.session.scalars(rows).all()
    return {address: user for user in found for address in (user.us_phone_number, user.email) if address in wanted}


def people(*, words: str = "", before: int | None = None) -> Page[User]:
    """Accounts, the newest first; ``words`` is a part of the name, or of an address."""
    rows = select(User)
    if words:
        like = [User.name, User.email, User.us_phone_number]
        rows = rows.where(or_(*(column.contains(words, autoescape=True) for column in like)))
    return newest_first(rows, key=User.id, before=before)


def current_roles(user_ids: Iterable[int], *, role: Role | None = None) -> Sequence[RoleAssignment]:
    """The roles these people hold now, oldest first."""
    rows = select(RoleAssignment).where(RoleAssignment.user_id.in_(list(user_ids)), RoleAssignment.ended_at.is_(None))
    if role is not None:
        rows = rows.where(RoleAssignment.role == role)
    return db.session.scalars(rows.order_by(RoleAssignment.id)).all()


def role_assignment(assignment_id: int) -> RoleAssignment:
    found = db.session.get(RoleAssignment, assignment_id)
    if found is None:
        raise NotFound()
    return found


def followed_places(user_id: int) -> Sequence[Place]:
    rows = select(Place).join(PlaceFollow, PlaceFollow.place_id == Place.id).where(PlaceFollow.user_id == user_id)
    return db.session.scalars(rows.order_by(Place.path)).all()


def places_of(user_id: int) -> Sequence[Place]:
    """The person's home place and the places they follow."""
    home = select(User.home_place_id).where(User.id == user_id)
    followed = select(PlaceFollow.place_id).where(PlaceFollow.user_id == user_id)
    rows = select(Place).where(Place.id.in_(home) | Place.id.in_(followed))
    return db.session.scalars(rows.order_by(Place.path)).all()


def users_by_id(ids: Iterable[int | None]) -> dict[int, User]:
    wanted = {each for each in ids if each is not None}
    return {row.id: row for row in db.session.scalars(select(User).where(User.id.in_(wanted)))}


def organisations_by_id(ids: Iterable[int | None]) -> dict[int, Organisation]:
    wanted = {each for each in ids if each is not None}
    return {row.id: row for row in db.session.scalars(select(Organisation).where(Organisation.id.in_(wanted)))}


def count_at_home(place_id: int) -> int:
    """How many confirmed accounts are at home in this place."""
    rows = select(func.count()).where(User.home_place_id == place_id, User.active.is_(True))
    return db.session.scalar(rows.where(User.confirmed_at.is_not(None))) or 0


def holders_of_role(role: Role, scope: Iterable[int]) -> Sequence[User]:
    """Who holds ``role`` in a place or above it, the nearest place first."""
    above = list(scope)
    rows = db.session.execute(
        select(User, RoleAssignment.place_id)
        .join(RoleAssignment, RoleAssignment.user_id == User.id)
        .where(RoleAssignment.role == role, RoleAssignment.ended_at.is_(None), User.active)
        .where(RoleAssignment.place_id.in_(above) | RoleAssignment.place_id.is_(None))
        .order_by(User.id)
    ).all()
    nearest = {place_id: -rank for rank, place_id in enumerate(above)}
    found = {row.User.id: row.User for row in sorted(rows, key=lambda row: nearest.get(row.place_id, 1))}
    return list(found.values())


def followers_of_place(scope: Iterable[int]) -> frozenset[int]:
    """Who follows the place or one above it."""
    rows = select(PlaceFollow.user_id).where(PlaceFollow.place_id.in_(list(scope)))
    return frozenset(db.session.scalars(rows))


def follows_place(user_id: int, place_id: int) -> bool:
    rows = select(PlaceFollow.id).where(PlaceFollow.user_id == user_id, PlaceFollow.place_id == place_id)
    return db.session.scalar(rows) is not None


def working_calendar() -> WorkingCalendar:
    """The statutory calendar with what the administrator entered on top (R-05)."""
    days = db.session.execute(select(CalendarDay.day, CalendarDay.is_working))
    years = db.session.scalars(select(CalendarYear.year))
    return WorkingCalendar(
        overrides={date.fromisoformat(day): is_working for day, is_working in days}, entered_years=frozenset(years)
    )


def calendar_years() -> dict[int, str]:
    """The years deadlines can be counted in: "built_in" or "entered"."""
    built_in, years = WorkingCalendar(), {}
    for year in range(FIRST_YEAR, LAST_YEAR):
        try:
            built_in.is_working_day(date(year, 1, 1))
        except CalendarYearMissing:
            break
        years[year] = "built_in"
    return years | dict.fromkeys(db.session.scalars(select(CalendarYear.year)), "entered")


def calendar_text(year: int) -> str:
    """The entered days of a year, as ``rules.parse_calendar`` reads them."""
    rows = select(CalendarDay).where(CalendarDay.day.between(f"{year}-01-01", f"{year}-12-31"))
    days = db.session.scalars(rows.order_by(CalendarDay.day))
    words = {True: "班", False: "休"}  # not translated: the two words of the calendar's format
    return "\n".join(f"{row.day} {words[row.is_working]} {row.note}".rstrip() for row in days)


def consents(user_id: int) -> dict[Purpose, Consent | None]:
    """The last word of this person on each purpose; ``None`` where they were never asked."""
    rows = db.session.scalars(select(Consent).where(Consent.user_id == user_id).order_by(Consent.id))
    return {**dict.fromkeys(Purpose), **{row.purpose: row for row in rows}}


def has_consented(user_id: int, purpose: Purpose) -> bool:
    """Whether the person agrees at this moment."""
    rows = select(Consent.id).where(Consent.user_id == user_id, Consent.purpose == purpose)
    return db.session.scalar(rows.where(Consent.withdrawn_at.is_(None)).limit(1)) is not None


def drafts(user_id: int, keys: Iterable[str]) -> Sequence[Draft]:
    """This person's own drafts of the forms called ``keys``."""
    return db.session.scalars(select(Draft).where(Draft.user_id == user_id, Draft.key.in_(list(keys)))).all()


def desk_views(user_id: int) -> Sequence[DeskView]:
    """The ways of looking at the desk that this person has kept, in the order of their names; also what was dropped."""
    return db.session.scalars(select(DeskView).where(DeskView.user_id == user_id).order_by(DeskView.name)).all()
