"""What a meeting does to the matters on its agenda: where they stand, who holds them, what their timelines say.

A matter whose vote is already under way (step 3 and beyond) is not moved back: the meeting only talks about it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from deliberation.kernel.clock import end_of_day, shanghai_date
from deliberation.kernel.working_days import add_working_days
from deliberation.matters import queries as matter_queries
from deliberation.matters import service as matters
from deliberation.matters.models import Matter, Step
from deliberation.meetings import queries, rules
from deliberation.meetings.models import AgendaItem, Meeting
from deliberation.people import queries as people
from deliberation.people.access import Actor, Role
from deliberation.people.models import User
from deliberation.places import queries as places
from deliberation.proposals import service as proposals


def office_name(user: User) -> str:
    """Staff act by name, with their duty: "沈岚 · 联络员"."""
    return f"{user.name} · {user.duty}" if user.duty else user.name


def _actor_name(actor: Actor | None) -> str:
    return office_name(people.user(actor.user_id)) if actor is not None and actor.user_id is not None else ""


def _is_ours(matter: Matter) -> bool:
    return matter.step <= Step.meeting and matter.closed_at is None


def _about(meeting: Meeting, **more: Any) -> dict[str, Any]:
    return {"meeting_id": meeting.id, "title": meeting.title, "starts_at": meeting.starts_at.isoformat(), **more}


def _entry(matter: Matter, code: str, *, actor: Actor | None, now: datetime, data: dict[str, Any]) -> None:
    matters.add_entry(matter, code, now=now, actor=actor, actor_name=_actor_name(actor), step=Step.meeting, data=data)


def schedule(matter_id: int, meeting: Meeting, *, now: datetime) -> Matter:
    """On the agenda: whoever planned the meeting holds the matter until the notice has to go out.

    The proposal is locked before the matter, here as in the proposals' own acts, so that two acts never cross.
    """
    proposals.mark_scheduled(matter_id, meeting_title=meeting.title, starts_at=meeting.starts_at, now=now)
    matter = matters.load_for_change(matter_id)
    planner = people.user(meeting.planned_by_id)
    last_day = rules.latest_notice_day(
        queries.day_of(meeting), queries.charter_of(meeting).notice, calendar=people.working_calendar()
    )
    matters.move(matter, step=Step.meeting, state="scheduled", now=now)
    matters.hand_to(
        matter,
        name=office_name(planner),
        task="send_notice" if meeting.noticed_at is None else "hold_meeting",
        due_at=end_of_day(last_day) if meeting.noticed_at is None else meeting.starts_at,
        now=now,
        holder_id=planner.id,
    )
    return matter


def notice(matter_id: int, meeting: Meeting, *, actor: Actor, now: datetime) -> None:
    """The notice is out: the chair holds the matter until the meeting begins."""
    matter = matters.load_for_change(matter_id)
    if not _is_ours(matter):
        return
    chair = people.user(meeting.chair_id)
    matters.move(matter, step=Step.meeting, state="noticed", now=now)
    matters.hand_to(
        matter, name=office_name(chair), task="hold_meeting", due_at=meeting.starts_at, now=now, holder_id=chair.id
    )
    about = _about(meeting, venue=meeting.venue, agenda_hash=meeting.agenda_hash)
    _entry(matter, "meeting.noticed", actor=actor, now=now, data=about)


def opened(matter_id: int, meeting: Meeting, *, now: datetime) -> None:
    """The meeting has begun: its chair holds the matter until the hour is over."""
    matter = matters.load_for_change(matter_id)
    if not _is_ours(matter) or matter.state not in ("scheduled", "noticed"):
        return
    chair = people.user(meeting.chair_id)
    due_at = now + timedelta(minutes=meeting.planned_minutes)
    matters.move(matter, step=Step.meeting, state="at_meeting", now=now)
    matters.hand_to(matter, name=office_name(chair), task="hold_meeting", due_at=due_at, now=now, holder_id=chair.id)


def begin(item: AgendaItem, *, now: datetime) -> None:
    if item.matter_id is None:
        return
    matter = matters.load_for_change(item.matter_id)
    if _is_ours(matter):
        matters.move(matter, step=Step.meeting, state="in_session", now=now)


def decided(item: AgendaItem, meeting: Meeting, *, not_carried: str, actor: Actor, now: datetime) -> None:
    """The room has agreed on a text: it stands in the timeline with who does what by which day, and the chair decides
    what comes next. ``not_carried`` is what the vote came to beside which this was agreed."""
    if item.matter_id is None:
        return
    steps = [
        {"text": each.text, "owner": each.owner_name, "due_on": each.due_on.isoformat()}
        for each in queries.agreed_steps(meeting.id)
        if each.item_id == item.id
    ]
    more = {"decision": item.decision, "motion_text": item.motion_text, "steps": steps}
    data = _about(meeting, **more, **({"not_carried": not_carried} if not_carried else {}))
    matter = _deliberated(item.matter_id, meeting, now=now)
    _entry(matter, "meeting.decided", actor=actor, now=now, data=data)


def discussed(item: AgendaItem, meeting: Meeting, *, actor: Actor | None, now: datetime) -> None:
    """The meeting ended with the matter discussed and no decision written down."""
    if item.matter_id is None:
        return
    matter = _deliberated(item.matter_id, meeting, now=now)
    if matter.closed_at is None:  # Also when its vote has taken it on: the room did talk about it.
        data = _about(meeting, motion_text=item.motion_text, is_put_to_vote=not _is_ours(matter))
        _entry(matter, "meeting.discussed", actor=actor, now=now, data=data)


def _deliberated(matter_id: int, meeting: Meeting, *, now: datetime) -> Matter:
    proposals.mark_deliberated(matter_id, now=now)
    matter = matters.load_for_change(matter_id)
    if _is_ours(matter):
        chair = people.user(meeting.chair_id)
        due_at = _days_to_decide(now)
        matters.move(matter, step=Step.meeting, state="deliberated", now=now)
        matters.hand_to(
            matter, name=office_name(chair), task="prepare_vote", due_at=due_at, now=now, holder_id=chair.id
        )
    return matter


def _days_to_decide(now: datetime) -> datetime:
    """What comes of a discussion is said within five working days, as an ordinary matter is answered (C4)."""
    return end_of_day(add_working_days(shanghai_date(now), 5, calendar=people.working_calendar()))


def give_back(matter_id: int, meeting: Meeting, *, code: str, reason: str, actor: Actor | None, now: datetime) -> None:
    """The matter waits for another meeting: put off, not reached, or the meeting was called off."""
    matter = take_off(matter_id, meeting, now=now)
    if _is_ours(matter):
        _entry(matter, code, actor=actor, now=now, data=_about(meeting, reason=reason))


def call_back(matter_id: int, *, now: datetime) -> None:
    """A vote that decided nothing is behind it: the matter is the meeting's again, to be put off. Else nothing."""
    matter = matters.load_for_change(matter_id)
    if matter.step == Step.vote and matter.closed_at is None:
        matters.move(matter, step=Step.meeting, state="in_session", now=now)


def take_off(matter_id: int, meeting: Meeting, *, now: datetime) -> Matter:
    """Off the agenda: the matter is accepted as before, and the liaison brings it onto another one."""
    if _is_ours(matter_queries.matter(matter_id)):
        proposals.mark_unscheduled(matter_id, now=now)
    matter = matters.load_for_change(matter_id)
    if _is_ours(matter):
        liaison = _liaison(matter, meeting)
        matters.move(matter, step=Step.proposal, state="accepted", now=now)
        matters.hand_to(
            matter,
            name=office_name(liaison),
            task="schedule",
            due_at=_days_to_decide(now),
            now=now,
            holder_id=liaison.id,
        )
    return matter


def _liaison(matter: Matter, meeting: Meeting) -> User:
    """The nearest liaison of the matter's place, else whoever planned the meeting."""
    nearest = people.holders_of_role(Role.liaison, places.place(matter.place_id).scope)
    return nearest[0] if nearest else people.user(meeting.planned_by_id)
