"""Minutes are begun, written, handed in, confirmed, published and corrected. Each function is one act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from deliberation.audit import service as audit
from deliberation.cases.clocks import day_before, limit, morning, working_days_even_so
from deliberation.cases.queries import office_name
from deliberation.cases.rules import next_reminder
from deliberation.committees import queries as committees
from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.database import db
from deliberation.kernel.errors import Refusal
from deliberation.kernel.working_days import A_DAY
from deliberation.matters import queries as matter_queries
from deliberation.matters import service as matters
from deliberation.matters.models import Step
from deliberation.meetings import queries as meetings
from deliberation.meetings.models import Meeting
from deliberation.meetings.rules import MeetingState
from deliberation.minutes import queries, rules
from deliberation.minutes.models import Minutes, MinutesVersion
from deliberation.minutes.rules import MinutesState, Settled
from deliberation.notifications import service as notifications
from deliberation.people import queries as people
from deliberation.people.access import Actor, Role, require
from deliberation.places import queries as places
from deliberation.places.models import Place


def _refuse(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise refusal


def begin_minutes(meeting: Meeting, *, now: datetime) -> Minutes:
    """The draft of a meeting that has just ended. Whoever called the meeting records it, until the chair says who."""
    draft_due_at, publish_due_at = _due(meeting, now=now)
    minutes = Minutes(
        meeting_id=meeting.id,
        place_id=meeting.place_id,
        chair_id=meeting.chair_id,
        recorder_id=meeting.planned_by_id,
        begun_at=now,
        changed_at=now,
        draft_due_at=draft_due_at,
        publish_due_at=publish_due_at,
    )
    _set_reminder(minutes, after=now)
    db.session.add(minutes)
    db.session.flush()
    return minutes


def _due(meeting: Meeting, *, now: datetime) -> tuple[datetime, datetime]:
    """Until when they are written, and published (C4): by the deadline table, or sooner by the charter."""
    scope, own = places.place(meeting.place_id).scope, meetings.charter_of(meeting).minutes_working_days
    publish = min(limit("minutes_publish", scope, now), working_days_even_so(shanghai_date(now), own))
    return min(limit("minutes_draft", scope, now), publish), publish


def begin_later(actor: Actor, *, meeting_id: int, now: datetime) -> Minutes:
    """For a meeting that ended before minutes were kept here: the same draft, with days from now."""
    meeting = meetings.meeting(meeting_id)
    require(actor, "minutes.write", places.place(meeting.place_id).scope)
    if meeting.state is not MeetingState.closed:
        raise rules.MinutesNotThere()
    return queries.minutes_of_meeting(meeting_id) or begin_minutes(meeting, now=now)


def _lock(actor: Actor, meeting_id: int, action: str) -> tuple[Minutes, Place, dict[str, bool]]:
    """The minutes held until the transaction ends, and which of the two people this is."""
    found = queries.minutes(meeting_id)
    minutes = db.session.get_one(Minutes, found.id, with_for_update=True, populate_existing=True)
    place = places.place(minutes.place_id)
    require(actor, action, place.scope)
    own = {"is_recorder": minutes.recorder_id == actor.user_id, "is_chair": minutes.chair_id == actor.user_id}
    return minutes, place, own


def name_recorder(actor: Actor, *, meeting_id: int, user_id: int, now: datetime) -> Minutes:
    """The chair says who records; whoever has begun hands over what is written."""
    minutes, _place, own = _lock(actor, meeting_id, "minutes.name_recorder")
    if not own["is_chair"]:
        raise rules.NotTheMinutesChair()
    if user_id not in {user.id for user in queries.recorders_to_choose(meetings.meeting(meeting_id))}:
        raise rules.RecorderUnfit()
    if minutes.state is MinutesState.confirmed:
        raise rules.MinutesNotThere()
    if minutes.recorder_id != user_id:
        minutes.recorder_id = user_id
        audit.record("minutes.recorder_named", {"meeting": meeting_id, "user": user_id, "by": actor.user_id}, now=now)
        if minutes.state is not MinutesState.published:
            _tell(minutes, "minutes.write", {user_id: "recorder"}, key=f"write:{user_id}:{minutes.version}", now=now)
    return minutes


def write_passages(
    actor: Actor, *, meeting_id: int, typed: Mapping[str, str], bases: Mapping[str, str], now: datetime
) -> tuple[Minutes, list[str]]:
    """Keep what was typed; ``bases`` are the digests of what the editor began with (rules.digest_of).

    Passages that only one of two editors changed are joined. Of one that both changed nothing is overwritten: its key
    is in the list that is returned, and the editor decides with both texts in view.
    """
    minutes, _place, own = _lock(actor, meeting_id, "minutes.write")
    _refuse(rules.refusal_to_write(state=minutes.state, **own))
    known = set(rules.passage_keys(item.id for item in meetings.items(meeting_id)))
    if set(typed) - known:
        raise rules.PassageUnknown()
    passages, clashes = dict(minutes.passages), []
    for key, text in typed.items():
        settled = rules.settle(base=bases.get(key, ""), typed=text, stored=passages.get(key, ""))
        if settled is Settled.taken:
            passages[key] = text
        elif settled is Settled.clash:
            clashes.append(key)
    if passages != minutes.passages:
        minutes.passages, minutes.changed_at, minutes.changed_by_id = passages, now, actor.user_id
    return minutes, clashes


def hand_in(actor: Actor, *, meeting_id: int, now: datetime) -> Minutes:
    """The recorder is done: the chair reads it, and is told."""
    minutes, _place, own = _lock(actor, meeting_id, "minutes.write")
    _refuse(rules.refusal_to_hand_in(state=minutes.state, **own))
    minutes.state, minutes.returned_reason = MinutesState.handed_in, ""
    key = f"confirm:{minutes.version}:{now.isoformat()}"
    _tell(minutes, "minutes.confirm", {minutes.chair_id: "chair"}, key=key, now=now)
    return minutes


def confirm(actor: Actor, *, meeting_id: int, seen: str, now: datetime) -> Minutes:
    """The chair, and nobody else, stands for the text that was read; from now on nobody alters it."""
    minutes, _place, own = _lock(actor, meeting_id, "minutes.confirm")
    text = queries.sheet(minutes)
    published = queries.newest_version(minutes.id)
    differs = published is None or published.content["passages"] != text["passages"]
    _refuse(
        rules.refusal_to_confirm(
            state=minutes.state, is_chair=own["is_chair"], seen=seen, current=queries.text_hash(text), differs=differs
        )
    )
    minutes.state, minutes.content, minutes.confirmed_at = MinutesState.confirmed, text, now
    minutes.returned_reason = ""
    leaf = {"meeting": meeting_id, "version": minutes.version, "text_sha256": queries.text_hash(text)}
    audit.record("minutes.confirmed", {**leaf, "by": actor.user_id}, now=now)
    if minutes.recorder_id != minutes.chair_id:
        reasons = {minutes.recorder_id: "recorder"}
        _tell(minutes, "minutes.publish", reasons, key=f"publish:{minutes.version}:{now.isoformat()}", now=now)
    return minutes


def give_back(actor: Actor, *, meeting_id: int, reason: str, now: datetime) -> Minutes:
    """The chair wants something altered, and says what; also after confirming, until it is published."""
    minutes, _place, own = _lock(actor, meeting_id, "minutes.confirm")
    if not own["is_chair"]:
        raise rules.NotTheMinutesChair()
    if minutes.state is MinutesState.published:
        raise rules.MinutesNotThere()
    _refuse(rules.refusal_to_move_minutes(minutes.state, MinutesState.draft))
    minutes.state, minutes.returned_reason, minutes.confirmed_at = MinutesState.draft, reason, None
    if minutes.version == 1:
        minutes.content = None  # A correction keeps the facts of the version it corrects.
    key = f"returned:{minutes.version}:{now.isoformat()}"
    _tell(minutes, "minutes.returned", {minutes.recorder_id: "recorder"}, key=key, now=now, wanted=reason)
    return minutes


def publish(actor: Actor, *, meeting_id: int, now: datetime) -> MinutesVersion:
    """Everybody reads it from now on; its hash stands in the audit log, and each matter's timeline leads to it."""
    minutes, _place, own = _lock(actor, meeting_id, "minutes.publish")
    _refuse(rules.refusal_to_publish(state=minutes.state, **own))
    if minutes.content is None or minutes.confirmed_at is None:
        raise rules.MinutesNotThere()
    version = MinutesVersion(
        minutes_id=minutes.id,
        version=minutes.version,
        content=minutes.content,
        content_hash=queries.text_hash(minutes.content),
        confirmed_at=minutes.confirmed_at,
        published_at=now,
        published_by_id=actor.user_id,
    )
    db.session.add(version)
    db.session.flush()
    minutes.state, minutes.next_reminder_at = MinutesState.published, None
    leaf = {"meeting": meeting_id, "version": version.version, "text_sha256": version.content_hash}
    audit.record("minutes.published", {**leaf, "by": actor.user_id}, now=now)
    _write_down(minutes, version, actor=actor, now=now)
    key = f"published:{version.version}"
    _tell(minutes, "minutes.published", _readers(minutes), key=key, now=now, version=version.version)
    return version


def _write_down(minutes: Minutes, version: MinutesVersion, *, actor: Actor, now: datetime) -> None:
    meeting = meetings.meeting(minutes.meeting_id)
    data = {"meeting_id": meeting.id, "title": meeting.title, "version": version.version}
    name = office_name(people.user(actor.user_id)) if actor.user_id is not None else ""
    for matter in matter_queries.matters_by_id(meetings.agenda_matter_ids(meeting.id)).values():
        matters.add_entry(
            matter, "minutes.published", now=now, actor=actor, actor_name=name, step=Step.meeting, data=data
        )


def _readers(minutes: Minutes) -> dict[int, str]:
    """Who sits in the body, and who was there."""
    meeting = meetings.meeting(minutes.meeting_id)
    there = dict.fromkeys(sorted(meetings.user_ids_ever_present(meeting.id)), "attendee")
    members = committees.members(meeting.committee_id, on=meetings.day_of(meeting))
    return {**there, **dict.fromkeys(sorted(members), "member")}


def correct(actor: Actor, *, meeting_id: int, reason: str, now: datetime) -> Minutes:
    """Begin the next version; the one that is out stays readable, and stays the one that holds until then."""
    minutes, _place, own = _lock(actor, meeting_id, "minutes.correct")
    _refuse(rules.refusal_to_correct(state=minutes.state, reason=reason, **own))
    minutes.state, minutes.version, minutes.reason = MinutesState.draft, minutes.version + 1, reason.strip()
    minutes.confirmed_at, minutes.changed_at, minutes.changed_by_id = None, now, actor.user_id
    minutes.draft_due_at, minutes.publish_due_at = _due(meetings.meeting(meeting_id), now=now)
    minutes.begun_at = now
    _set_reminder(minutes, after=now)
    return minutes


# Reminding


def remind_next(now: datetime) -> bool:
    """Remind of one whose moment has come, and set the next moment; False when there is none."""
    minutes = queries.due_to_remind(now)
    if minutes is None:
        return False
    _remind(minutes, now)
    _set_reminder(minutes, after=now)
    return True


def _set_reminder(minutes: Minutes, *, after: datetime) -> None:
    """The first reminder after ``after``, as for every deadline (C4): 75 %, a working day before, daily when late."""
    due_at = minutes.publish_due_at
    minutes.next_reminder_at = next_reminder(
        started_at=minutes.begun_at,
        due_at=due_at,
        day_before=day_before(due_at),
        morning_after=morning(shanghai_date(due_at) + A_DAY),
        after=after,
    ).at


def _remind(minutes: Minutes, now: datetime) -> None:
    """The recorder and the chair; once it is late the supervisors hear it too, every morning."""
    reasons = {minutes.recorder_id: "recorder", minutes.chair_id: "chair"}
    if now <= minutes.publish_due_at:
        key = f"due_soon:{minutes.version}:{shanghai_date(now).isoformat()}"
        _tell(minutes, "minutes.due_soon", reasons, key=key, now=now)
        return
    scope = places.place(minutes.place_id).scope
    supervisors = {user.id: "supervisor" for user in people.holders_of_role(Role.supervisor, scope)}
    key = f"overdue:{minutes.version}:{shanghai_date(now).isoformat()}"
    _tell(minutes, "minutes.overdue", {**supervisors, **reasons}, key=key, now=now)


def _tell(minutes: Minutes, kind: str, reasons: Mapping[int, str], *, key: str, now: datetime, **more: Any) -> None:
    meeting = meetings.meeting(minutes.meeting_id)
    data = {
        "path": f"/meetings/{meeting.id}/minutes",
        "title": meeting.title,
        "state": str(minutes.state),
        "due_at": minutes.publish_due_at.isoformat(),
        "draft_due_at": minutes.draft_due_at.isoformat(),
        **more,
    }
    notifications.tell(reasons, kind, key=f"minutes:{minutes.id}:{key}", now=now, data=data)
