"""What a handler of the quarter does in the pace that was drawn: contact, progress, notices, promises, answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from deliberation.cases import queries
from deliberation.cases import service as cases
from deliberation.cases.models import StagedNotice
from deliberation.cases.rules import CaseState, ObjectState
from deliberation.kernel.database import db
from tests.support.quarter.stories import TOWED, B, C, Story
from tests.support.quarter.town import Quarter

HANDLED = (CaseState.assigned, CaseState.contacted, CaseState.in_progress)
TERM = 7  # Days from one notice to the next.


def plan_handling(quarter: Quarter, story: Story, *, now: datetime) -> None:
    """What the handler does from now on, in the pace that was drawn; a second time everything goes quickly."""
    case, _handler = quarter.case(story)
    is_again = case.times_reopened > 0
    contact_after = 1 if is_again else story.contact_after
    reply_after = 4 if is_again else story.reply_after
    if contact_after is not None:
        quarter.after(now, contact_after, lambda at: _contact(quarter, story, at))
    if reply_after is None:
        return
    if story.notices and not is_again:
        quarter.after(now, 1, lambda at: _put_up(quarter, story, at))
        return
    if story.number % 3 == 0:
        quarter.after(now, max(1, reply_after - 2), lambda at: _progress(quarter, story, at))
    quarter.after(now, reply_after, lambda at: _reply(quarter, story, at))
    if is_again or story.is_private:
        return  # What is private the supervisor does not get to see.
    if story.pauses:
        quarter.after(now, 1, lambda at: _pause(quarter, story, at))
    if story.extends_after is not None:
        quarter.after(now, story.extends_after, lambda at: _extend(quarter, story, at))


def _contact(quarter: Quarter, story: Story, now: datetime) -> None:
    case, handler = quarter.case(story)
    if case.state is CaseState.assigned:
        cases.record_contact(handler, case.id, note="", now=now)


def _progress(quarter: Quarter, story: Story, now: datetime) -> None:
    case, handler = quarter.case(story)
    if case.state in (CaseState.assigned, CaseState.contacted):
        cases.add_progress(handler, case.id, text="看过现场，已经安排。", now=now)


def _extend(quarter: Quarter, story: Story, now: datetime) -> None:
    case, _handler = quarter.case(story)
    if case.state in HANDLED and case.extended_at is None:
        cases.extend(quarter.supervisor, case.id, working_days=5, reason="等材料到货", now=now)


def _pause(quarter: Quarter, story: Story, now: datetime) -> None:
    case, _handler = quarter.case(story)
    if case.state in HANDLED and case.paused_at is None:
        until = now.date() + timedelta(days=14)
        cases.pause(quarter.supervisor, case.id, reason="等专家来看过", until=until, now=now)


def _reply(quarter: Quarter, story: Story, now: datetime) -> None:
    """B and C promise a day and come again on it; E10 puts it off once, as its supply slips."""
    case, handler = quarter.case(story)
    if case.state not in HANDLED:
        return
    if queries.has_open_parts(case.id):
        quarter.after(now, 1, lambda at: _reply(quarter, story, at))
        return
    kind = story.kind.replies[min(story.replied, len(story.kind.replies) - 1)]
    story.replied += 1
    promised = now.date() + timedelta(days=10) if kind in (B, C) else None
    given: dict[str, Any] = {"kind": kind, "text": "做了这些，结果是这样。", "promised_on": promised}
    cases.reply(handler, case.id, slip_reason="设备晚到" if case.promised_on else "", now=now, **given)
    if promised is not None:
        quarter.on(promised, lambda at: _reply(quarter, story, at))


# The three notices (E6)


def _put_up(quarter: Quarter, story: Story, now: datetime) -> None:
    case, handler = quarter.case(story)
    found = cases.add_object(handler, case.id, label=f"沪A·{story.number:05d}", spot="转角坡道", now=now)
    _post(quarter, story, found.id, now)


def _post(quarter: Quarter, story: Story, object_id: int, now: datetime) -> None:
    """The next notice, or the end of it: its owner has moved the car, or it is towed."""
    _case, handler = quarter.case(story)
    posted = db.session.scalar(select(func.count()).where(StagedNotice.object_id == object_id)) or 0
    if posted == min(story.notices, TOWED - 1):
        outcome = ObjectState.towed if story.notices == TOWED else ObjectState.moved
        cases.settle_object(handler, object_id, outcome=outcome, note="", now=now)
        _reply(quarter, story, now)
        return
    cases.post_notice(
        handler, object_id, stage=posted + 1, basis="上海市道路交通管理条例", remedy="请把车挪走",
        due_on=now.date() + timedelta(days=TERM), photo_id=quarter.photo_id, now=now,
    )  # fmt: skip
    quarter.after(now, TERM + 1, lambda at: _post(quarter, story, object_id, at))
