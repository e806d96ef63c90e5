"""Requests for more time: what waits for the supervisor, and what became of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from deliberation.cases.models import Assignment, Case, ExtensionRequest
from deliberation.cases.queries.cases import office_name
from deliberation.cases.rules import ExtensionState
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.people.queries import users_by_id


@dataclass(frozen=True)
class ExtensionLine:
    """A request with names; ``is_own`` is the reader's."""

    row: ExtensionRequest
    is_lead: bool
    name: str
    decided_by: str
    is_own: bool

    @property
    def is_open(self) -> bool:
        return self.row.state is ExtensionState.open


def extension_request(request_id: int) -> ExtensionRequest:
    found = db.session.get(ExtensionRequest, request_id)
    if found is None:
        raise NotFound()
    return found


def open_extensions(case_id: int) -> Sequence[ExtensionRequest]:
    """What waits to be decided, the oldest first."""
    rows = select(ExtensionRequest).where(ExtensionRequest.case_id == case_id)
    waiting = rows.where(ExtensionRequest.state == ExtensionState.open).order_by(ExtensionRequest.id)
    return db.session.scalars(waiting).all()


def is_extended(case: Case, asked: Assignment) -> bool:
    """Whether this part has been given more time: of a lead its round of the case, of an assistant ever."""
    if asked.is_lead:
        return case.extended_at is not None
    granted = (ExtensionRequest.assignment_id == asked.id, ExtensionRequest.state == ExtensionState.granted)
    return db.session.scalar(select(ExtensionRequest.id).where(*granted).limit(1)) is not None


def extension_lines(case_id: int, parts: Sequence[Assignment], *, reader_id: int | None) -> list[ExtensionLine]:
    """Every request of the case, the newest first; two statements."""
    asked = select(ExtensionRequest).where(ExtensionRequest.case_id == case_id).order_by(ExtensionRequest.id.desc())
    rows = db.session.scalars(asked).all()
    leads = {part.id for part in parts if part.is_lead}
    people = users_by_id(each for row in rows for each in (row.asked_by_id, row.decided_by_id) if each is not None)
    return [
        ExtensionLine(
            row,
            row.assignment_id in leads,
            office_name(people.get(row.asked_by_id)),
            office_name(people.get(row.decided_by_id)) if row.decided_by_id else "",
            row.asked_by_id == reader_id,
        )
        for row in rows
    ]
