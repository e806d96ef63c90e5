"""What a meeting does with an accepted proposal. The meeting has checked the rights; it calls these in its own act.

Each changes the proposal and writes a leaf; a matter without a proposal (one that an office brought), or one whose vote
is already under way, is left alone. Doing it twice changes nothing.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from deliberation.audit import service as audit
from deliberation.kernel.clock import end_of_day, shanghai_date
from deliberation.kernel.database import db
from deliberation.matters import service as matters
from deliberation.matters.models import Matter, Step
from deliberation.people import queries as people
from deliberation.proposals import rules
from deliberation.proposals.models import Proposal
from deliberation.proposals.rules import ProposalState
from deliberation.proposals.service.common import check, office_name


def mark_scheduled(matter_id: int, *, meeting_title: str, starts_at: datetime, now: datetime) -> Proposal | None:
    """It stands on an agenda: whoever holds it sends the notice, three working days before (domain.md C4)."""
    matter = matters.load_for_change(matter_id)
    proposal = _change(matter, ProposalState.scheduled, "proposal.scheduled", now=now)
    if proposal is None:
        return None
    calendar = people.working_calendar()
    due_at = end_of_day(rules.notice_due(shanghai_date(starts_at), calendar=calendar))
    matters.move(matter, step=Step.meeting, state="scheduled", now=now)
    name, holder_id = matter.holder_name, matter.holder_id
    matters.hand_to(matter, name=name, task="send_notice", due_at=due_at, now=now, holder_id=holder_id)
    data = {"title": meeting_title, "starts_at": starts_at.isoformat()}
    matters.add_entry(matter, "proposal.scheduled", now=now, data=data)
    return proposal


def mark_unscheduled(matter_id: int, *, now: datetime) -> Proposal | None:
    """Put off, or its meeting was called off: it waits, accepted, for the next agenda, in the liaison's hands again."""
    matter = matters.load_for_change(matter_id)
    proposal = _change(matter, ProposalState.accepted, "proposal.unscheduled", now=now)
    if proposal is None:
        return None
    calendar = people.working_calendar()
    due_at = end_of_day(rules.scheduling_due(shanghai_date(now), calendar=calendar))
    liaison = people.user(proposal.screened_by_id) if proposal.screened_by_id else None
    name = office_name(liaison) if liaison else matter.holder_name
    holder_id = proposal.screened_by_id or matter.holder_id
    matters.move(matter, step=Step.proposal, state="accepted", now=now)
    matters.hand_to(matter, name=name, task="schedule", due_at=due_at, now=now, holder_id=holder_id)
    return proposal


def mark_deliberated(matter_id: int, *, now: datetime) -> Proposal | None:
    """It has been discussed; what follows (a vote, a case, a plain answer) the meeting writes in the matter."""
    return _change(matters.load_for_change(matter_id), ProposalState.deliberated, "proposal.deliberated", now=now)


def mark_closed(matter_id: int, *, now: datetime) -> Proposal | None:
    """Its matter has run its course."""
    return _change(matters.load_for_change(matter_id), ProposalState.closed, "proposal.closed", now=now)


def _change(matter: Matter, state: ProposalState, tag: str, *, now: datetime) -> Proposal | None:
    """The changed proposal; ``None`` when there is nothing to change."""
    proposal = db.session.scalar(select(Proposal).where(Proposal.matter_id == matter.id))
    if proposal is None or proposal.state is state:
        return None
    if state is ProposalState.accepted and proposal.state is not ProposalState.scheduled:
        return None
    if matter.step > Step.meeting and state is not ProposalState.closed:
        return None
    check(rules.refusal_to_put_on_agenda(state=proposal.state) if state is ProposalState.scheduled else None)
    check(rules.refusal_to_move(state=proposal.state, to=state))
    proposal.state = state
    audit.record(tag, {"matter": matter.number}, now=now)
    return proposal
