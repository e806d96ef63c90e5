"""Accounts, roles and follows. Passwords and codes are Flask-Security's."""

from __future__ import annotations

import secrets
from datetime import datetime

from flask_security import hash_password
from sqlalchemy import select

from deliberation.audit import service as audit
from deliberation.kernel.database import db
from deliberation.people.access import Role
from deliberation.people.models import Organisation, OrganisationKind, PlaceFollow, RoleAssignment, User


def create_user(
    *,
    name: str,
    now: datetime,
    email: str | None = None,
    phone: str | None = None,
    password: str | None = None,
    **details: object,
) -> User:
    """A new account that may sign in; ``details`` are the model's plain columns (title, duty, home_place_id …)."""
    user = User(
        name=name,
        email=email,
        us_phone_number=phone,
        password=hash_password(password) if password else None,
        fs_uniquifier=secrets.token_hex(32),
        confirmed_at=now,
        create_datetime=now,
        **details,
    )
    db.session.add(user)
    db.session.flush()  # Callers need the id.
    return user


def create_organisation(*, name: str, kind: OrganisationKind) -> Organisation:
    organisation = Organisation(name=name, kind=kind)
    db.session.add(organisation)
    db.session.flush()
    return organisation


def grant_role(
    *, user_id: int, role: Role, place_id: int | None, now: datetime, granted_by_id: int | None = None
) -> RoleAssignment:
    """Grant ``role``; granting what is already held changes nothing."""
    held = db.session.scalar(
        select(RoleAssignment).where(
            RoleAssignment.user_id == user_id,
            RoleAssignment.role == role,
            RoleAssignment.place_id == place_id,
            RoleAssignment.ended_at.is_(None),
        )
    )
    if held is not None:
        return held
    assignment = RoleAssignment(
        user_id=user_id, role=role, place_id=place_id, granted_at=now, granted_by_id=granted_by_id
    )
    db.session.add(assignment)
    audit.record("role.granted", {"user": user_id, "role": role, "place": place_id, "by": granted_by_id}, now=now)
    return assignment


def end_role(assignment: RoleAssignment, *, now: datetime, ended_by_id: int) -> None:
    assignment.ended_at = now
    data = {"user": assignment.user_id, "role": assignment.role, "place": assignment.place_id, "by": ended_by_id}
    audit.record("role.ended", data, now=now)


def follow_place(*, user_id: int, place_id: int, now: datetime) -> None:
    """Follow once; following again changes nothing."""
    rows = select(PlaceFollow.id).where(PlaceFollow.user_id == user_id, PlaceFollow.place_id == place_id)
    if db.session.scalar(rows) is None:
        db.session.add(PlaceFollow(user_id=user_id, place_id=place_id, since=now))


def unfollow_place(*, user_id: int, place_id: int) -> None:
    row = db.session.scalar(select(PlaceFollow).where(PlaceFollow.user_id == user_id, PlaceFollow.place_id == place_id))
    if row is not None:
        db.session.delete(row)
