"""Opening a matter, moving it on, writing its timeline, and keeping who takes part."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, literal, select, update
from sqlalchemy.exc import IntegrityError

from deliberation.kernel.clock import shanghai
from deliberation.kernel.database import db, insert_missing
from deliberation.kernel.errors import NotFound
from deliberation.matters.models import (
    Interest,
    Matter,
    MatterCounter,
    MatterReader,
    Participation,
    ParticipationReason,
    Step,
    TimelineEntry,
)
from deliberation.people.access import Actor
from deliberation.people.models import User
from deliberation.places.models import Place


def open_matter(*, place: Place, title: str, now: datetime) -> Matter:
    """A new matter with the next number of its plate and year: "WTL-2026-031", "梧 2026-031".

    Buildings that bear the plate of the place above them count on with it, so that no two matters read the same.
    """
    year = shanghai(now).year
    serial = _next_serial(_bearer(place).id, year)
    matter = Matter(
        number=f"{place.code}-{year}-{serial:03d}",
        plate=f"{place.plate} {year}-{serial:03d}",
        place_id=place.id,
        title=title,
        opened_at=now,
        changed_at=now,
    )
    db.session.add(matter)
    db.session.flush()  # Callers need the id for their own rows.
    return matter


def _bearer(place: Place) -> Place:
    """The topmost place above that bears the same plate: there the numbers of all of them are counted."""
    while place.parent is not None and place.parent.plate == place.plate:
        place = place.parent
    return place


def _next_serial(place_id: int, year: int) -> int:
    """Count up in the database, so that two openings at once wait here and never share a number."""
    serial = _counted_up(place_id, year)
    if serial is not None:
        return serial
    try:
        with db.session.begin_nested():
            db.session.add(MatterCounter(place_id=place_id, year=year, last=1))
    except IntegrityError:  # Somebody else opened the first matter of the year at the same moment.
        return _counted_up(place_id, year) or 1
    return 1


def _counted_up(place_id: int, year: int) -> int | None:
    counted = update(MatterCounter).where(MatterCounter.place_id == place_id, MatterCounter.year == year)
    return db.session.scalar(counted.values(last=MatterCounter.last + 1).returning(MatterCounter.last))


def move(matter: Matter, *, step: Step, state: str, now: datetime) -> None:
    matter.step, matter.state, matter.changed_at = step, state, now


def hand_to(
    matter: Matter, *, name: str, task: str, due_at: datetime | None, now: datetime, holder_id: int | None = None
) -> None:
    """Say who holds the matter now (``name`` as the public reads it), what is to be done (a code), until when."""
    matter.holder_id, matter.holder_name, matter.holder_task = holder_id, name, task
    matter.holder_due_at, matter.changed_at = due_at, now


def close(matter: Matter, *, state: str, now: datetime) -> None:
    matter.state, matter.closed_at, matter.changed_at = state, now, now
    matter.holder_id, matter.holder_name, matter.holder_task, matter.holder_due_at = None, "", "", None


def reopen(matter: Matter, *, now: datetime) -> None:
    matter.closed_at, matter.changed_at = None, now


def add_entry(
    matter: Matter,
    code: str,
    *,
    now: datetime,
    actor: Actor | None = None,
    actor_name: str = "",
    step: Step | None = None,
    data: dict[str, Any] | None = None,
) -> TimelineEntry:
    """Write one line of the timeline; ``code`` is worded by ``matters.wording``. Data: plain JSON, public."""
    entry = TimelineEntry(
        matter_id=matter.id,
        step=step or matter.step,
        code=code,
        at=now,
        actor_id=actor.user_id if actor else None,
        actor_name=actor_name,
        data=data or {},
    )
    matter.changed_at = now
    db.session.add(entry)
    return entry


def add_participants(
    matter_id: int, user_ids: Iterable[int] | Select[Any], *, reason: ParticipationReason, now: datetime
) -> None:
    """Everyone in ``user_ids`` takes part for ``reason``; those who already do stay as they are. One statement.

    Where there are very many, ``user_ids`` is a statement that selects each of them.
    """
    people = user_ids if isinstance(user_ids, Select) else select(User.id).where(User.id.in_(set(user_ids)))
    (user_id,) = people.subquery("people").c
    since = literal(now, Participation.since.type)
    rows = select(literal(matter_id), user_id, literal(reason, Participation.reason.type), since).order_by(user_id)
    columns = ("matter_id", "user_id", "reason", "since")
    insert_missing(Participation, columns, rows, key=columns[:3])


def remove_participant(matter_id: int, user_id: int, *, reason: ParticipationReason) -> None:
    row = db.session.scalar(
        select(Participation).where(
            Participation.matter_id == matter_id, Participation.user_id == user_id, Participation.reason == reason
        )
    )
    if row is not None:
        db.session.delete(row)


def declare_interest(matter_id: int, *, user_id: int, reason: str, now: datetime) -> Interest:
    """R-40: from now on this person may not chair, count or handle the matter. Declaring twice keeps the first."""
    found = db.session.scalar(select(Interest).where(Interest.matter_id == matter_id, Interest.user_id == user_id))
    if found is None:
        found = Interest(matter_id=matter_id, user_id=user_id, reason=reason, declared_at=now)
        db.session.add(found)
    return found


def keep_private(matter: Matter, *, user_id: int | None, organisation_id: int | None) -> None:
    """From the first moment only the firm or the person, the liaison, the manager and the handler see it."""
    matter.is_private = True
    if user_id is not None or organisation_id is not None:
        own = MatterReader(matter_id=matter.id, user_id=user_id, organisation_id=organisation_id, reason="submitter")
        db.session.add(own)


def share_privacy(whole: Matter, part: Matter) -> None:
    """A part of a private matter is private to the same people; its handler comes to them."""
    if not whole.is_private:
        return
    part.is_private = True
    rows = select(MatterReader).where(MatterReader.matter_id == whole.id, MatterReader.reason == "submitter")
    for each in db.session.scalars(rows):
        own = {"user_id": each.user_id, "organisation_id": each.organisation_id, "reason": each.reason}
        db.session.add(MatterReader(matter_id=part.id, **own))


def let_handler_read(matter: Matter, user_ids: Iterable[int]) -> None:
    """Whoever handles a private matter may read it, and whoever did before may not any longer."""
    if not matter.is_private:
        return
    db.session.execute(
        delete(MatterReader).where(MatterReader.matter_id == matter.id, MatterReader.reason == "handler")
    )
    db.session.add_all(MatterReader(matter_id=matter.id, user_id=each, reason="handler") for each in set(user_ids))


def load_for_change(matter_id: int) -> Matter:
    """The matter, locked until the transaction ends."""
    matter = db.session.get(Matter, matter_id, with_for_update=True)
    if matter is None:
        raise NotFound()
    return matter
