"""How a round of looking back ends: done again, or nobody said no and the liaison may close."""

from __future__ import annotations

from datetime import datetime

from deliberation.cases import service as cases
from deliberation.cases.models import Case
from deliberation.feedback import queries
from deliberation.feedback.models import LookBack
from deliberation.kernel.database import db
from deliberation.matters import service as matters


def reopen_after(look_back: LookBack, *, reason: str, now: datetime) -> None:
    """The case is handled again; nothing of this round is asked, answered or looked at any more."""
    for each in queries.look_backs(look_back.case_id, look_back.round):
        each.cancelled_at = each.cancelled_at or now
    for visit in queries.open_visits(look_back.case_id):
        visit.cancelled_at, visit.next_reminder_at = now, None
    cases.reopen(db.session.get_one(Case, look_back.case_id), reason=reason, now=now)


def settle_round(look_back: LookBack, *, now: datetime) -> None:
    """Its time is over: on to the next one, or after the last one, and what visits it asked for, to the closing."""
    later = [each for each in queries.look_backs(look_back.case_id, look_back.round) if each.days > look_back.days]
    waiting = [each for each in later if each.asked_at is None and each.cancelled_at is None]
    matter = matters.load_for_change(look_back.matter_id)
    if waiting:
        cases.hand_to_liaison(matter, task="look_back", due_at=waiting[0].due_at, now=now)
        return
    missing = queries.open_visits(look_back.case_id)
    if missing:
        cases.hand_to_liaison(matter, task="send_visitor", due_at=missing[0].due_at, now=now)
        return
    cases.end_look_back(db.session.get_one(Case, look_back.case_id), now=now)
