"""The steps: each makes its part of the place and notes down what it made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from deliberation.audit import service as audit
from deliberation.committees import rules as bodies
from deliberation.committees import service as committees
from deliberation.committees.models import Committee
from deliberation.committees.rules import CommitteeKind, SeatKind
from deliberation.kernel.database import db
from deliberation.people.access import Actor, require
from deliberation.places import queries as places
from deliberation.places import service as place_service
from deliberation.places.models import Place, PlaceKind, UnitKind
from deliberation.setup import queries, rules
from deliberation.setup.models import Setup, SetupStep
from deliberation.setup.rules import StepKind, UnitLine


def start(actor: Actor, *, now: datetime) -> Setup:
    require(actor, "setup.run")
    begun = Setup(started_by_id=actor.user_id, started_at=now)
    db.session.add(begun)
    db.session.flush()
    return begun


def locked(actor: Actor, setup_id: int) -> Setup:
    """The setup, so that two windows do not do one step twice."""
    found = queries.setup(actor, setup_id)
    db.session.refresh(found, with_for_update=True)
    return found


def begin_step(actor: Actor, setup_id: int, step: StepKind) -> Setup:
    found = locked(actor, setup_id)
    done = queries.steps([found.id])[found.id]
    refusal = rules.refusal_to_do(step, done=done, is_over=found.is_over)
    if refusal is not None:
        raise refusal
    return found


def note(actor: Actor, found: Setup, step: StepKind, made: dict[str, list[int]], *, now: datetime) -> SetupStep:
    """Write down that a step is done; what an invitation step made before is kept beside the new."""
    row = queries.steps([found.id])[found.id].get(step)
    if row is None:
        row = SetupStep(setup_id=found.id, kind=step, made={}, done_by_id=actor.user_id, done_at=now)
        db.session.add(row)
    row.made = {name: [*row.made.get(name, []), *ids] for name, ids in made.items()}
    db.session.flush()
    data = {"setup": found.id, "place": found.place_id, "step": step, "made": made, "by": actor.user_id}
    audit.record("setup.step_done", data, now=now)
    return row


def make_place(
    actor: Actor, *, setup_id: int, kind: PlaceKind, parent_id: int | None, now: datetime, **details: str
) -> Place:
    """The place itself, found by its administrators alone for now.

    ``details`` are its code, its plate and the texts of places.service.DETAILS.
    """
    found = begin_step(actor, setup_id, StepKind.place)
    parent = places.place(parent_id) if parent_id else None
    require(actor, "places.administer", parent.scope if parent else ())
    place = place_service.create_place(kind=kind, parent=parent, **details)
    place_service.hide_place(place, since=now)
    found.place_id = place.id
    note(actor, found, StepKind.place, {"places": [place.id]}, now=now)
    return place


def make_buildings(actor: Actor, *, setup_id: int, names: Sequence[str], now: datetime) -> list[Place]:
    found = begin_step(actor, setup_id, StepKind.buildings)
    place = places.place(found.place_id or 0)
    codes = rules.building_codes(place.code, count=len(names), taken=places.codes_taken())
    made = [
        place_service.create_place(code=code, name=name, plate=place.plate, kind=PlaceKind.building, parent=place)
        for code, name in zip(codes, names, strict=True)
    ]
    note(actor, found, StepKind.buildings, {"places": [each.id for each in made]}, now=now)
    return made


def make_units(actor: Actor, *, setup_id: int, lines: Sequence[UnitLine], now: datetime) -> int:
    """The units of a file that has been read; those of no building belong to the place itself."""
    found = begin_step(actor, setup_id, StepKind.units)
    place = places.place(found.place_id or 0)
    by_name = {each.name: each for each in queries.buildings(place.id)}
    made = [
        place_service.create_unit(place=by_name.get(line.building, place), kind=UnitKind(line.kind), label=line.label)
        for line in lines
    ]
    note(actor, found, StepKind.units, {"units": [unit.id for unit in made]}, now=now)
    return len(made)


def make_committee(
    actor: Actor,
    *,
    setup_id: int,
    kind: CommitteeKind,
    name: str,
    venue: str,
    core: str,
    members: str,
    advisers: str,
    now: datetime,
) -> Committee:
    """A body under the charter of its kind, with its 1 (``core``), its N and its X; lists as pasted, a seat a line."""
    found = begin_step(actor, setup_id, StepKind.committee)
    template = bodies.TEMPLATES[kind]
    given: dict[str, Any] = {"place_id": found.place_id, "kind": kind, "name": name, "venue": venue}
    body = committees.set_up_committee(actor, **given, charter=template.charter, now=now)
    seats = []
    member_kind = SeatKind.unit if template.seat_kind is SeatKind.unit else SeatKind.member
    for seat_kind, text, field in (
        (SeatKind.core, core, "core"),
        (member_kind, members, "members"),
        (SeatKind.adviser, advisers, "advisers"),
    ):
        try:
            seats += committees.open_seats(actor, committee_id=body.id, kind=seat_kind, text=text, now=now)
        except bodies.Unfit as refusal:
            refusal.field = field
            raise
    note(actor, found, StepKind.committee, {"committees": [body.id], "seats": [seat.id for seat in seats]}, now=now)
    return body


def accept_charter(actor: Actor, *, setup_id: int, now: datetime) -> None:
    """The charter has been read and stands as it is now; it can be changed at any time, and keeps its versions."""
    found = begin_step(actor, setup_id, StepKind.charter)
    note(actor, found, StepKind.charter, {}, now=now)


def pass_over(actor: Actor, *, setup_id: int, step: StepKind, now: datetime) -> None:
    """This place has no buildings, its units come later, or nobody is asked in by a link."""
    found = begin_step(actor, setup_id, step)
    note(actor, found, step, {}, now=now)
    if step is StepKind.invitations:
        open_place(actor, places.place(found.place_id or 0), now=now)


def open_place(actor: Actor, place: Place, *, now: datetime) -> None:
    """Everybody finds it from now on."""
    if place_service.open_place(place):
        audit.record("place.opened", {"place": place.id, "by": actor.user_id}, now=now)


def finish(actor: Actor, *, setup_id: int, now: datetime) -> Setup:
    found = locked(actor, setup_id)
    if found.is_over:
        raise rules.SetupOver()
    if StepKind.place not in queries.steps([found.id])[found.id]:
        raise rules.NothingToUndo()
    found.finished_at = now
    open_place(actor, places.place(found.place_id or 0), now=now)
    audit.record("setup.finished", {"setup": found.id, "place": found.place_id, "by": actor.user_id}, now=now)
    return found
