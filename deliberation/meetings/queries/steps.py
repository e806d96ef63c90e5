"""What the room agreed to be done, by whom and by which day."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.meetings.models import AgreedStep, Meeting
from deliberation.meetings.queries.agenda import Json
from deliberation.people import queries as people
from deliberation.people.access import Role
from deliberation.people.models import Organisation
from deliberation.places import queries as places

OFFICES = (Role.liaison, Role.park_manager, Role.handler, Role.association, Role.residents_committee)


def agreed_step(step_id: int) -> AgreedStep:
    found = db.session.get(AgreedStep, step_id)
    if found is None:
        raise NotFound()
    return found


def agreed_steps(meeting_id: int) -> Sequence[AgreedStep]:
    """The steps that stand, in the order in which they were agreed."""
    rows = select(AgreedStep).where(AgreedStep.meeting_id == meeting_id, AgreedStep.dropped_at.is_(None))
    return db.session.scalars(rows.order_by(AgreedStep.id)).all()


def steps_part(meeting: Meeting) -> list[Json]:
    return [
        {
            "id": each.id,
            "item_id": each.item_id,
            "text": each.text,
            "owner": each.owner_name,
            "due_on": each.due_on.isoformat(),
        }
        for each in agreed_steps(meeting.id)
    ]


def owners_to_choose(meeting: Meeting) -> list[Json]:
    """The offices of the place and the units, for the chair to choose who does something."""
    scope = places.place(meeting.place_id).scope
    offices = {user.id: user for role in OFFICES for user in people.holders_of_role(role, scope)}
    units = db.session.scalars(select(Organisation).order_by(Organisation.name)).all()
    return [
        *({"owner_id": user.id, "name": f"{user.name} · {user.duty}".rstrip(" ·")} for user in offices.values()),
        *({"owner_unit_id": unit.id, "name": unit.name} for unit in units),
    ]
