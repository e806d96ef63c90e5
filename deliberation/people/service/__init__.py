"""Accounts, roles and follows: the one place that writes them."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from flask_security import hash_password, verify_password
from passlib.totp import TOTP
from sqlalchemy import delete, select, update

from deliberation.audit import service as audit
from deliberation.kernel import live
from deliberation.kernel.database import after_commit, db
from deliberation.kernel.errors import NotAllowed
from deliberation.people import access, queries, rules
from deliberation.people.access import GRANTED, Actor, Role
from deliberation.people.masking import GONE
from deliberation.people.models import (
    CalendarDay,
    CalendarYear,
    Consent,
    Draft,
    Organisation,
    OrganisationKind,
    PlaceFollow,
    RoleAssignment,
    User,
)
from deliberation.people.rules import Purpose
from deliberation.people.service.kept import bring_back_desk_view as bring_back_desk_view
from deliberation.people.service.kept import change_desk_view as change_desk_view
from deliberation.people.service.kept import drop_desk_view as drop_desk_view
from deliberation.people.service.kept import drop_draft as drop_draft
from deliberation.people.service.kept import drop_old_drafts as drop_old_drafts
from deliberation.people.service.kept import drop_old_views as drop_old_views
from deliberation.people.service.kept import keep_desk_view as keep_desk_view
from deliberation.people.service.kept import keep_draft as keep_draft
from deliberation.places import queries as places

DISPLAY = frozenset({"display_mode", "theme", "locale", "elder_size"})


def create_user(
    *,
    name: str,
    now: datetime,
    email: str | None = None,
    phone: str | None = None,
    password: str | None = None,
    is_confirmed: bool = True,
    **details: Any,
) -> User:
    """A new account that may sign in; ``details`` are the model's plain columns (title, duty, home_place_id …).

    ``is_confirmed`` says whether the address is known to be the person's own.
    """
    user = User(
        name=name,
        email=rules.canonical_email(email) or email,
        us_phone_number=rules.canonical_phone(phone) or phone,
        password=hash_password(password) if password else None,
        fs_uniquifier=secrets.token_hex(32),
        confirmed_at=now if is_confirmed else None,
        create_datetime=now,
        **details,
    )
    db.session.add(user)
    db.session.flush()  # Callers need the id.
    return user


def open_account(
    actor: Actor,
    *,
    name: str,
    email: str,
    phone: str,
    title: str = "",
    duty: str = "",
    home_place_id: int | None = None,
    now: datetime,
) -> User:
    """An administrator opens an account for somebody, who then signs in by a one-time code."""
    access.require(actor, "people.administer", _scope_of(home_place_id))
    if not email and not phone:
        raise rules.AddressMissing()
    if queries.user_at(email) or queries.user_at(phone):
        raise rules.AddressTaken()
    details: dict[str, Any] = {"title": title, "duty": duty, "home_place_id": home_place_id}
    user = create_user(name=name, email=email or None, phone=phone or None, now=now, **details)
    audit.record("account.opened", {"user": user.id, "by": actor.user_id}, now=now)
    return user


def correct_account(
    actor: Actor,
    *,
    user_id: int,
    name: str,
    email: str,
    phone: str,
    duty: str,
    home_place_id: int | None,
    now: datetime,
) -> User:
    """An administrator mends what is wrong in an account, in every place where the person lives or holds an office.

    A new address is where the next code goes, so the person is signed out and an earlier code is void.
    """
    user = db.session.get_one(User, user_id, with_for_update=True)
    held = queries.current_roles([user_id])
    for place_id in {user.home_place_id, home_place_id, *(role.place_id for role in held)}:
        access.require(actor, "people.administer", _scope_of(place_id))
    if not email and not phone:
        raise rules.AddressMissing()
    if any(other and other.id != user_id for other in (queries.user_at(email), queries.user_at(phone))):
        raise rules.AddressTaken()
    before = (user.name, user.email, user.us_phone_number, user.duty, user.home_place_id)
    user.name, user.duty, user.home_place_id = name, duty, home_place_id
    user.email, user.us_phone_number = rules.canonical_email(email) or None, rules.canonical_phone(phone) or None
    after = (user.name, user.email, user.us_phone_number, user.duty, user.home_place_id)
    names = ("name", "email", "phone", "duty", "home_place")
    changed = [each for each, old, new in zip(names, before, after, strict=True) if old != new]
    if {"email", "phone"} & set(changed):
        user.code_key, user.code_attempts = TOTP.new().base32_key, 0
        user.fs_uniquifier = secrets.token_hex(32)
        after_commit(lambda: live.disconnect_person(user_id))
    audit.record("account.corrected", {"user": user_id, "by": actor.user_id, "changed": changed}, now=now)
    return user


def register(*, name: str, contact: str, home_place_id: int, locale: str, now: datetime) -> User:
    """Somebody joins by themselves and has agreed to the privacy notice; return the account of ``contact``.

    The address is proved by the first sign-in with a code. Until then registering again replaces name and place; an
    account that is already proved is left as it is, so that nobody learns from the answer whether there was one.
    """
    user = queries.user_at(contact)
    if user is not None and user.confirmed_at is not None:
        return user
    if user is None:
        email, phone = rules.canonical_email(contact), rules.canonical_phone(contact)
        user = create_user(name=name, email=email, phone=phone, is_confirmed=False, now=now)
    user.name, user.home_place_id, user.locale, user.consented_at = name, home_place_id, locale, now
    audit.record("account.registered", {"user": user.id, "place": home_place_id, "consent": "privacy"}, now=now)
    return user


def renew_code(user_id: int) -> User:
    """A fresh key for the next one-time code: an earlier code is void from now on."""
    user = db.session.get_one(User, user_id, with_for_update=True)
    user.code_key, user.code_attempts = TOTP.new().base32_key, 0
    return user


def count_wrong_attempt(user_id: int) -> None:
    """After ``rules.CODE_ATTEMPTS`` wrong tries the code that was sent is worth nothing any more."""
    db.session.execute(update(User).where(User.id == user_id).values(code_attempts=User.code_attempts + 1))


def use_code(user_id: int, *, now: datetime) -> None:
    """The code was right: it cannot be used again, and it proves the address. A newcomer follows their place."""
    user = db.session.get_one(User, user_id, with_for_update=True)
    user.code_key = None
    if user.confirmed_at is None:
        user.confirmed_at = now
        if user.home_place_id is not None:
            follow_place(user_id=user.id, place_id=user.home_place_id, now=now)


def change_password(user_id: int, *, current: str, new: str, signed_in_recently: bool, now: datetime) -> User:
    """Set a new password and end every session of the person; whoever has none must have signed in just now."""
    user = db.session.get_one(User, user_id, with_for_update=True)
    if user.password:
        if not verify_password(current, user.password):
            raise rules.PasswordWrong()
    elif not signed_in_recently:
        raise rules.SignInTooOld()
    user.password, user.fs_uniquifier = hash_password(new), secrets.token_hex(32)
    audit.record("account.password_changed", {"user": user.id}, now=now)
    after_commit(lambda: live.disconnect_person(user_id))
    return user


def set_display(user_id: int, choices: dict[str, object]) -> None:
    """How this person wants to see the pages: display_mode, theme, locale, elder_size; others are refused."""
    if not choices.keys() <= DISPLAY:
        raise NotAllowed()
    if choices:
        db.session.execute(update(User).where(User.id == user_id).values(**choices))


def set_active(actor: Actor, *, user_id: int, active: bool, now: datetime) -> User:
    """Close an account, or open it again. The last administrator's cannot be closed."""
    user = queries.user(user_id)
    access.require(actor, "people.administer", _scope_of(user.home_place_id))
    if not active:
        for held in queries.current_roles([user_id], role=Role.administrator):
            access.require(actor, "people.administer", _scope_of(held.place_id))
            _keep_one_administrator(held, _lock_other_administrators(held))
        db.session.execute(delete(Draft).where(Draft.user_id == user_id))
    user.active = active
    tag = "account.opened_again" if active else "account.closed"
    audit.record(tag, {"user": user_id, "by": actor.user_id}, now=now)
    after_commit(lambda: live.disconnect_person(user_id))
    return user


def keep_an_administrator(user_id: int) -> None:
    """Raise ``LastAdministrator`` when nobody else could administer once this person is gone."""
    for held in queries.current_roles([user_id], role=Role.administrator):
        _keep_one_administrator(held, _lock_other_administrators(held))


def set_consent(actor: Actor, *, purpose: Purpose, given: bool, now: datetime) -> None:
    """Give a separate consent, or take it back (R-53); doing the same again changes nothing."""
    access.require(actor, "account.manage")
    user = db.session.get_one(User, actor.user_id, with_for_update=True)  # Two presses at once are one.
    if queries.has_consented(user.id, purpose) is given:
        return
    if given:
        db.session.add(Consent(user_id=user.id, purpose=purpose, given_at=now))
    else:
        standing = update(Consent).where(
            Consent.user_id == user.id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
        )
        db.session.execute(standing.values(withdrawn_at=now))
    tag = "consent.given" if given else "consent.withdrawn"
    audit.record(tag, {"user": user.id, "purpose": purpose}, now=now)


def forget_person(user: User, *, keeps_name: bool, now: datetime) -> None:
    """Make a tombstone of an account: nobody signs in to it, and nothing of the person is left but perhaps the name."""
    if not keeps_name:
        user.name, user.title, user.duty = GONE, "", ""
    user.email = user.us_phone_number = user.password = user.code_key = None
    user.organisation_id = user.home_place_id = None
    user.active, user.fs_uniquifier = False, secrets.token_hex(32)
    user.erased_at = now
    after_commit(lambda: live.disconnect_person(user.id))


def show_identity(actor: Actor, *, user_id: int, scope: tuple[int, ...], reason: str, now: datetime) -> User:
    """The person's real name and addresses, for whoever needs them in the place of ``scope``; every look is a leaf.

    The caller answers for the person having to do with that place (C5: every view logged).
    """
    access.require(actor, "person.see_identity", scope)
    user = queries.user(user_id)
    data = {"user": user_id, "by": actor.user_id, "place": scope[-1] if scope else None, "reason": reason}
    audit.record("identity.viewed", data, now=now)
    return user


def show_neighbour(actor: Actor, *, user_id: int, reason: str, now: datetime) -> User:
    """``show_identity`` in the first place of the person's own, home or followed, where ``actor`` may look."""
    for place in queries.places_of(user_id):
        if actor.may("person.see_identity", place.scope):
            return show_identity(actor, user_id=user_id, scope=place.scope, reason=reason, now=now)
    raise NotAllowed()


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


def appoint(actor: Actor, *, user_id: int, role: Role, place_id: int | None, now: datetime) -> RoleAssignment:
    """An administrator of the place grants ``role`` there; everywhere only an administrator of everywhere may."""
    access.require(actor, "people.administer", _scope_of(place_id))
    if role not in GRANTED:
        raise NotAllowed()
    queries.user(user_id)
    assignment = grant_role(user_id=user_id, role=role, place_id=place_id, now=now, granted_by_id=actor.user_id)
    after_commit(lambda: live.disconnect_person(user_id))
    return assignment


def dismiss(actor: Actor, *, assignment_id: int, now: datetime) -> RoleAssignment:
    """End a role now; it stays on record. Ending it twice changes nothing."""
    held = queries.role_assignment(assignment_id)
    access.require(actor, "people.administer", _scope_of(held.place_id))
    others = _lock_other_administrators(held) if held.role is Role.administrator else []
    db.session.refresh(held, with_for_update=True)
    if held.ended_at is not None:
        return held
    if held.role is Role.administrator:
        _keep_one_administrator(held, others)
    end_role(held, now=now, ended_by_id=actor.user_id or 0)
    after_commit(lambda: live.disconnect_person(held.user_id))
    return held


def end_role(assignment: RoleAssignment, *, now: datetime, ended_by_id: int) -> None:
    assignment.ended_at = now
    data = {"user": assignment.user_id, "role": assignment.role, "place": assignment.place_id, "by": ended_by_id}
    audit.record("role.ended", data, now=now)


def _lock_other_administrators(ending: RoleAssignment) -> list[RoleAssignment]:
    """Every other person's, locked in one order, so that two administrators cannot end each other at once."""
    rows = (
        select(RoleAssignment)
        .join(User, User.id == RoleAssignment.user_id)
        .where(RoleAssignment.role == Role.administrator, RoleAssignment.ended_at.is_(None), User.active)
        .order_by(RoleAssignment.id)
        .with_for_update(of=RoleAssignment)
        .execution_options(populate_existing=True)
    )
    return [row for row in db.session.scalars(rows) if row.user_id != ending.user_id]


def _keep_one_administrator(ending: RoleAssignment, others: list[RoleAssignment]) -> None:
    refusal = rules.refusal_to_end_administrator(place_id=ending.place_id, others=[other.place_id for other in others])
    if refusal:
        raise refusal


def _scope_of(place_id: int | None) -> tuple[int, ...]:
    """No place means everywhere: nothing stands above it, so only a role held everywhere reaches it."""
    return places.place(place_id).scope if place_id is not None else ()


def enter_year(actor: Actor, *, year: int, text: str, now: datetime) -> int:
    """Enter a year's holidays and make-up days in full (R-05), replacing what stood there; return how many."""
    access.require(actor, "calendar.administer", ())
    entries = rules.parse_calendar(text, year=year)
    db.session.execute(delete(CalendarDay).where(CalendarDay.day.between(f"{year}-01-01", f"{year}-12-31")))
    db.session.add_all(CalendarDay(day=e.day.isoformat(), is_working=e.is_working, note=e.note) for e in entries)
    db.session.merge(CalendarYear(year=year, entered_at=now, details={"by": actor.user_id, "days": len(entries)}))
    days = {entry.day.isoformat(): entry.is_working for entry in entries}
    audit.record("calendar.entered", {"year": year, "days": days, "by": actor.user_id}, now=now)
    return len(entries)


def follow_place(*, user_id: int, place_id: int, now: datetime) -> None:
    """Follow once; following again changes nothing."""
    rows = select(PlaceFollow.id).where(PlaceFollow.user_id == user_id, PlaceFollow.place_id == place_id)
    if db.session.scalar(rows) is None:
        db.session.add(PlaceFollow(user_id=user_id, place_id=place_id, since=now))


def settle(user_id: int, *, place_id: int, now: datetime) -> None:
    """Somebody comes to a place: it is their home where they had none, and they follow it."""
    user = db.session.get_one(User, user_id, with_for_update=True)
    if user.home_place_id is None:
        user.home_place_id = place_id
    follow_place(user_id=user_id, place_id=place_id, now=now)


def unfollow_place(*, user_id: int, place_id: int) -> None:
    row = db.session.scalar(select(PlaceFollow).where(PlaceFollow.user_id == user_id, PlaceFollow.place_id == place_id))
    if row is not None:
        db.session.delete(row)
