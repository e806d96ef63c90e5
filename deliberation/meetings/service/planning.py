"""Planning a meeting, calling it, and calling it off."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from deliberation.audit import service as audit
from deliberation.audit.service import canonical_json
from deliberation.committees import queries as committees
from deliberation.committees import service as committee_service
from deliberation.committees.models import Committee
from deliberation.kernel import working_days
from deliberation.kernel.clock import end_of_day
from deliberation.kernel.database import db
from deliberation.kernel.errors import N_, Refusal
from deliberation.matters import queries as matter_queries
from deliberation.meetings import queries, rules
from deliberation.meetings.models import AgendaItem, Meeting
from deliberation.meetings.rules import MeetingState
from deliberation.meetings.service import passage, registration, requests
from deliberation.meetings.service.chair import require_convener
from deliberation.meetings.service.log import load_for_change, note
from deliberation.notifications import service as notifications
from deliberation.people import queries as people
from deliberation.people.access import Actor
from deliberation.places.models import Place

# a lunch session begins with the last promises and ends with who does what by when.
FIRST = (N_("上次说好的事，办得怎样"), 5, 10)
LAST = (N_("下一步：谁做、哪天做"), 10, 10_000)


def plan_meeting(
    actor: Actor,
    *,
    committee_id: int,
    title: str,
    venue: str,
    starts_at: datetime,
    planned_minutes: int,
    chair_id: int,
    now: datetime,
    capacity: int | None = None,
    with_frame: bool = True,
) -> Meeting:
    """A planned meeting with an empty agenda, or with the first and last item of R-47 when ``with_frame``.

    Refused when the hour is past, when a midday meeting takes more than an hour, when there is no longer time for the
    notice, or when ``chair_id`` may not chair in the place.
    """
    body = committees.committee(committee_id)
    place = require_convener(actor, body)
    _check_hour(body, starts_at=starts_at, planned_minutes=planned_minutes, now=now)
    check_chair(place, chair_id)
    return make_meeting(
        body, title=title, venue=venue, starts_at=starts_at, planned_minutes=planned_minutes, chair_id=chair_id,
        planned_by_id=actor.user_id, capacity=capacity, now=now, with_frame=with_frame,
    )  # fmt: skip


def make_meeting(
    body: Committee,
    *,
    title: str,
    venue: str,
    starts_at: datetime,
    planned_minutes: int,
    chair_id: int,
    planned_by_id: int | None,
    capacity: int | None,
    now: datetime,
    with_frame: bool = True,
) -> Meeting:
    """The plain act, for a person who may or for a series; what waits for such a meeting goes onto its agenda."""
    meeting = Meeting(
        place_id=body.place_id,
        committee_id=body.id,
        charter_version=body.charter_version,
        title=title,
        venue=venue,
        starts_at=starts_at,
        planned_minutes=planned_minutes,
        chair_id=chair_id,
        planned_by_id=planned_by_id,
        capacity=capacity,
        created_at=now,
        agenda_locks_at=_agenda_locks_at(starts_at),
        check_in_secret=secrets.token_bytes(32),
    )
    db.session.add(meeting)
    db.session.flush()
    if with_frame:
        _add_frame(meeting)
    note(meeting, "meeting.planned", actor=None, now=now, parts=("meeting", "items"), data={"by": planned_by_id})
    requests.take_up_waiting(meeting, now=now)
    return meeting


def set_hour(meeting: Meeting, *, starts_at: datetime) -> None:
    """Another hour, with the moment the agenda locks and the reminders that follow from it."""
    meeting.starts_at, meeting.agenda_locks_at = starts_at, _agenda_locks_at(starts_at)
    meeting.day_reminded_at = meeting.hour_reminded_at = None


def _check_hour(body: Committee, *, starts_at: datetime, planned_minutes: int, now: datetime) -> None:
    if starts_at <= now:
        raise rules.StartsInThePast()
    check_length(body, starts_at=starts_at, planned_minutes=planned_minutes)
    refusal = rules.refusal_to_notify(
        starts_at=starts_at,
        now=now,
        notice=committees.charter_of(body).notice,
        calendar=people.working_calendar(),
    )
    if refusal:
        raise refusal


def check_length(body: Committee, *, starts_at: datetime, planned_minutes: int) -> None:
    """R-47: a meeting over midday takes an hour at most."""
    is_lunch = rules.is_lunch_session(committee_kind=body.kind, starts_at=starts_at)
    refusal = rules.refusal_of_minutes(is_lunch_session=is_lunch, planned=planned_minutes, items=[])
    if refusal:
        raise refusal


def check_chair(place: Place, chair_id: int) -> None:
    if chair_id not in {user.id for user in queries.people_who_may_chair(place)}:
        raise rules.NotAChair(name=people.user(chair_id).name)


def _agenda_locks_at(starts_at: datetime) -> datetime:
    """The end of the last day that leaves one whole working day before the meeting."""
    day = working_days.day_in_shanghai(starts_at)
    return end_of_day(working_days.latest_notice_working_date(day, 1, calendar=people.working_calendar()))


def _add_frame(meeting: Meeting) -> None:
    for title, minutes, position in (FIRST, LAST):
        db.session.add(AgendaItem(meeting_id=meeting.id, position=position, title=title, minutes=minutes))


def post_notice(actor: Actor, *, meeting_id: int, now: datetime) -> Meeting:
    """Call the meeting: the items become those of the notice, everybody is told, the matters wait for the chair."""
    meeting = load_for_change(meeting_id)
    body = queries.body_of(meeting)
    place = require_convener(actor, body)
    agenda = queries.items(meeting.id)
    refusal = notice_refusal(meeting, body, place, agenda, now=now)
    if refusal:
        raise refusal
    meeting.state, meeting.noticed_at, meeting.charter_version = MeetingState.noticed, now, body.charter_version
    for item in agenda:
        item.in_notice = True
    meeting.agenda_hash = agenda_hash(meeting, agenda)
    leaf = {"meeting": meeting.id, "agenda": meeting.agenda_hash, "by": actor.user_id}
    audit.record("meeting.noticed", leaf, now=now)
    _tell_everybody(meeting, place, "meeting.notice", now=now)
    for matter_id in queries.agenda_matter_ids(meeting.id):
        passage.notice(matter_id, meeting, actor=actor, now=now)
    note(meeting, "meeting.noticed", actor=actor, now=now, parts=("meeting", "items"))
    return meeting


def notice_refusal(
    meeting: Meeting, body: Committee, place: Place, agenda: Sequence[AgendaItem], *, now: datetime
) -> Refusal | None:
    """Why the notice cannot go out as things stand: the page says it before the button is pressed."""
    is_lunch = rules.is_lunch_session(committee_kind=body.kind, starts_at=meeting.starts_at)
    minutes = [item.minutes for item in agenda]
    return (
        rules.refusal_to_move_meeting(meeting.state, MeetingState.noticed)
        or rules.refusal_to_notify(
            starts_at=meeting.starts_at,
            now=now,
            notice=committees.charter_of(body).notice,
            calendar=people.working_calendar(),
        )
        or (None if any(item.matter_id is not None for item in agenda) else rules.AgendaEmpty())
        or rules.refusal_of_notice(
            venue=meeting.venue,
            contact=place.contact_name,
            phone=place.contact_phone,
            rule_kind=body.rule_kind,
            clause=body.charter_clause,
            has_motion=any(item.motion_text for item in agenda),
        )
        or rules.refusal_of_minutes(is_lunch_session=is_lunch, planned=meeting.planned_minutes, items=minutes)
    )


def agenda_hash(meeting: Meeting, agenda: Sequence[AgendaItem]) -> str:
    """SHA-256 over what the notice says: the hour, the place and every item with its text, as hexadecimal."""
    told = {
        "meeting": meeting.id,
        "starts_at": meeting.starts_at.isoformat(),
        "venue": meeting.venue,
        "items": [{"id": i.id, "title": i.title, "motion": i.motion_text, "minutes": i.minutes} for i in agenda],
    }
    papers = queries.paper_hashes(meeting.id)
    return hashlib.sha256(canonical_json({**told, "papers": list(papers)} if papers else told)).hexdigest()


def cancel_meeting(actor: Actor, *, meeting_id: int, reason: str, now: datetime) -> Meeting:
    """Call the meeting off: whoever was told of it is told why, and its matters wait for another one."""
    meeting = load_for_change(meeting_id)
    place = require_convener(actor, queries.body_of(meeting))
    refusal = rules.refusal_to_move_meeting(meeting.state, MeetingState.cancelled)
    if refusal:
        raise refusal
    if meeting.state is MeetingState.noticed:
        meeting.notice_sequence += 1
        meeting.ended_reason = reason
        _tell_everybody(meeting, place, "meeting.cancelled", now=now)
    call_off(meeting, actor=actor, reason=reason, now=now)
    return meeting


def call_off(meeting: Meeting, *, actor: Actor, reason: str, now: datetime) -> None:
    """The plain act: its matters wait for another meeting."""
    meeting.state, meeting.ended_reason, meeting.closed_at = MeetingState.cancelled, reason, now
    audit.record("meeting.cancelled", {"meeting": meeting.id, "by": actor.user_id}, now=now)
    for matter_id in queries.agenda_matter_ids(meeting.id):
        passage.give_back(matter_id, meeting, code="meeting.cancelled", reason=reason, actor=actor, now=now)
    for item in queries.items(meeting.id):
        requests.settle(item, was_heard=False, now=now)
    note(meeting, "meeting.cancelled", actor=actor, now=now, parts=("meeting", "items"), data={"reason": reason})


def change_meeting(
    actor: Actor,
    *,
    meeting_id: int,
    title: str,
    venue: str,
    starts_at: datetime,
    planned_minutes: int,
    chair_id: int,
    capacity: int | None = None,
    now: datetime,
) -> Meeting:
    """Another hour, place, length, chair or number of places. Once people were told, they are told again.

    A new hour has to leave the charter's notice from now on (domain.md C3: a change is a new notice with a new clock).
    """
    meeting = load_for_change(meeting_id)
    body = queries.body_of(meeting)
    place = require_convener(actor, body)
    if meeting.state not in (MeetingState.planned, MeetingState.noticed):
        raise rules.MeetingNotThere()
    check_chair(place, chair_id)
    if starts_at != meeting.starts_at:
        _check_hour(body, starts_at=starts_at, planned_minutes=planned_minutes, now=now)
    else:
        check_length(body, starts_at=starts_at, planned_minutes=planned_minutes)
    agenda = queries.items(meeting.id)
    refusal = rules.refusal_of_minutes(
        is_lunch_session=False, planned=planned_minutes, items=[item.minutes for item in agenda]
    )
    if refusal:
        raise refusal
    before = (meeting.title, meeting.venue, meeting.starts_at, meeting.planned_minutes, meeting.chair_id)
    if starts_at != meeting.starts_at:
        days = (queries.day_of(meeting), working_days.day_in_shanghai(starts_at))
        committee_service.move_one_day_stand_ins(body.id, from_day=days[0], to_day=days[1])
        set_hour(meeting, starts_at=starts_at)
    meeting.title, meeting.venue = title, venue
    meeting.planned_minutes, meeting.chair_id = planned_minutes, chair_id
    registration.change_capacity(actor, meeting, capacity=capacity, now=now)
    if before != (title, venue, starts_at, planned_minutes, chair_id):
        _announce_change(actor, meeting, place, agenda, before=before, now=now)
    return meeting


def _announce_change(
    actor: Actor, meeting: Meeting, place: Place, agenda: Sequence[AgendaItem], *, before: Any, now: datetime
) -> None:
    meeting.agenda_hash = agenda_hash(meeting, agenda) if meeting.noticed_at is not None else ""
    leaf = {"meeting": meeting.id, "agenda": meeting.agenda_hash, "sequence": meeting.notice_sequence + 1}
    audit.record("meeting.changed", {**leaf, "by": actor.user_id}, now=now)
    if meeting.state is MeetingState.noticed:
        meeting.notice_sequence += 1
        was = {"was_venue": before[1], "was_starts_at": before[2].isoformat()}
        _tell_everybody(meeting, place, "meeting.changed", now=now, more=was)
        for matter_id in queries.agenda_matter_ids(meeting.id):
            passage.notice(matter_id, meeting, actor=actor, now=now)
    note(meeting, "meeting.changed", actor=actor, now=now, parts=("meeting",), data={"venue": meeting.venue})


def _tell_everybody(
    meeting: Meeting, place: Place, kind: str, *, now: datetime, more: Mapping[str, Any] | None = None
) -> None:
    agenda = queries.items(meeting.id)
    by_id = matter_queries.matters_by_id(item.matter_id for item in agenda if item.matter_id is not None)
    participants: dict[int, str] = {}
    for matter_id in by_id:
        for user_id, reasons in matter_queries.participants(matter_id).items():
            participants.setdefault(user_id, reasons[0])
    for user_id in queries.registered_user_ids(meeting.id):
        participants.setdefault(user_id, "registered")
    recipients = rules.notice_recipients(
        seat_holders=sorted(committees.members(meeting.committee_id, on=queries.day_of(meeting))),
        participants=participants,
        followers=sorted(people.followers_of_place(place.scope)),
        chair_id=meeting.chair_id,
    )
    items = [
        {
            "title": item.title,
            "motion_text": item.motion_text,
            "minutes": item.minutes,
            "plate": by_id[item.matter_id].plate if item.matter_id in by_id else "",
        }
        for item in agenda
    ]
    data = {
        "path": f"/meetings/{meeting.id}",
        "meeting_id": meeting.id,
        "title": meeting.title,
        "venue": meeting.venue,
        "starts_at": meeting.starts_at.isoformat(),
        "planned_minutes": meeting.planned_minutes,
        "committee": committees.committee(meeting.committee_id).name,
        "chair": people.user(meeting.chair_id).name,
        "reason": meeting.ended_reason,
        "items": items,
        **(more or {}),
    }
    key = f"{kind}:{meeting.id}:{meeting.notice_sequence}"
    notifications.tell(recipients, kind, key=key, now=now, data=data, place_id=meeting.place_id)
