"""What doors and pages read about people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select

from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.kernel.working_days import WorkingCalendar
from deliberation.people.access import VISITOR, Actor, Grant, Role
from deliberation.people.models import CalendarDay, CalendarYear, Organisation, PlaceFollow, RoleAssignment, User


def actor(user_id: int | None) -> Actor:
    """The person with the roles held at this moment; a visitor when unknown or no longer active."""
    user = db.session.get(User, user_id) if user_id is not None else None
    if user is None or not user.active:
        return VISITOR
    rows = select(RoleAssignment.role, RoleAssignment.place_id).where(
        RoleAssignment.user_id == user.id, RoleAssignment.ended_at.is_(None)
    )
    grants = frozenset(Grant(role, place_id) for role, place_id in db.session.execute(rows))
    return Actor(user_id=user.id, name=user.name, grants=grants)


def user(user_id: int) -> User:
    found = db.session.get(User, user_id)
    if found is None:
        raise NotFound()
    return found


def users_by_id(ids: Iterable[int | None]) -> dict[int, User]:
    wanted = {each for each in ids if each is not None}
    return {row.id: row for row in db.session.scalars(select(User).where(User.id.in_(wanted)))}


def organisations_by_id(ids: Iterable[int | None]) -> dict[int, Organisation]:
    wanted = {each for each in ids if each is not None}
    return {row.id: row for row in db.session.scalars(select(Organisation).where(Organisation.id.in_(wanted)))}


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
