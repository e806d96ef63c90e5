"""What a body agreed on, and what has become of it: the first thing of the next meeting (R-47)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from deliberation.committees.models import Committee
from deliberation.kernel.database import db
from deliberation.matters import queries as matters
from deliberation.matters.models import Matter, Step
from deliberation.meetings.models import AgendaItem, AgreedStep, Meeting, MeetingSeries
from deliberation.meetings.queries.series import series_of
from deliberation.meetings.queries.steps import agreed_steps
from deliberation.meetings.rules import ItemState, MeetingState

SHOWN = 5


@dataclass(frozen=True)
class Promise:
    """What was agreed on, word for word: a decision, or a step with its owner and day.

    Its matter says who holds it until when, or that it is closed. It is open while nobody has been given it to do.
    """

    item: AgendaItem
    text: str
    matter: Matter | None
    step: AgreedStep | None

    @property
    def owner(self) -> str:
        return self.step.owner_name if self.step is not None else ""

    @property
    def due_on(self) -> date | None:
        return self.step.due_on if self.step is not None else None

    @property
    def is_open(self) -> bool:
        """A decision is taken up by any case of its matter, another step only by a case of its own."""
        if self.matter is not None and self.matter.closed_at is not None:
            return False
        is_decision = self.text == self.item.decision
        if is_decision and self.matter is not None and self.matter.step >= Step.action:
            return False
        if self.step is None:
            return self.matter is not None  # A report that was agreed on, without a matter or a day, promises nothing.
        return self.step.taken_up_at is None


@dataclass(frozen=True)
class BodyPart:
    """A body's series, its next meetings, and what its last one agreed on."""

    series: Sequence[MeetingSeries]
    coming: Sequence[Meeting]
    last: Meeting | None
    promises: Sequence[Promise]


def last_meeting(committee_id: int, *, before: datetime) -> Meeting | None:
    """The latest meeting of a body that was held before then."""
    rows = select(Meeting).where(
        Meeting.committee_id == committee_id, Meeting.state == MeetingState.closed, Meeting.starts_at < before
    )
    return db.session.scalar(rows.order_by(Meeting.starts_at.desc(), Meeting.id.desc()).limit(1))


def promises_of(meeting: Meeting | None) -> Sequence[Promise]:
    """What was written down as decided and as agreed steps, in the order of the agenda; three statements.

    A decision that was written down with its owner and day is one promise.
    """
    if meeting is None:
        return []
    rows = select(AgendaItem).where(AgendaItem.meeting_id == meeting.id, AgendaItem.state == ItemState.decided)
    items = db.session.scalars(rows.order_by(AgendaItem.position, AgendaItem.id)).all()
    by_id = matters.matters_by_id(each.matter_id for each in items if each.matter_id is not None)
    steps = agreed_steps(meeting.id)
    return [promise for item in items for promise in _of_item(item, by_id.get(item.matter_id or 0), steps)]


def _of_item(item: AgendaItem, matter: Matter | None, steps: Sequence[AgreedStep]) -> list[Promise]:
    own = [step for step in steps if step.item_id == item.id]
    found = [Promise(item, step.text, matter, step) for step in own]
    if item.decision and not any(step.text == item.decision for step in own):
        found.insert(0, Promise(item, item.decision, matter, None))
    return found


def on_body(body: Committee, *, now: datetime) -> BodyPart:
    rows = select(Meeting).where(
        Meeting.committee_id == body.id,
        Meeting.state.in_((MeetingState.planned, MeetingState.noticed, MeetingState.open, MeetingState.recess)),
    )
    last = last_meeting(body.id, before=now)
    return BodyPart(
        series=series_of([body.id]),
        coming=db.session.scalars(rows.order_by(Meeting.starts_at, Meeting.id).limit(SHOWN)).all(),
        last=last,
        promises=promises_of(last),
    )
