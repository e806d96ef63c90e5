"""What the pages of meetings are put together from; used by the views only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import segno
from flask import current_app, url_for
from flask_babel import gettext as _
from icalendar import Calendar, Event

from deliberation.committees import queries as committees
from deliberation.committees.models import Committee
from deliberation.committees.queries import SeatTotals
from deliberation.committees.rules import Charter
from deliberation.kernel.clock import SHANGHAI
from deliberation.kernel.errors import Refusal
from deliberation.kernel.i18n import say
from deliberation.matters import queries as matter_queries
from deliberation.matters.models import Matter
from deliberation.meetings import forms, queries, rules, service
from deliberation.meetings.models import AgendaItem, AgendaPaper, Meeting, MeetingSeries
from deliberation.meetings.queries.parts import can_enter
from deliberation.people import access
from deliberation.people import queries as people
from deliberation.people.access import Actor
from deliberation.people.models import User
from deliberation.places import queries as places
from deliberation.places.models import Place
from deliberation.settings import Settings


@dataclass(frozen=True)
class NoticePage:
    """Everything the notice page shows, and what this person may do on it."""

    meeting: Meeting
    place: Place
    committee: Committee
    charter: Charter
    totals: SeatTotals
    chair: User
    items: Sequence[AgendaItem]
    matters: dict[int, Matter]
    may_plan: bool
    may_change: bool
    may_enter: bool
    is_missed: bool
    ended_by_itself: bool
    may_close: bool
    is_chair: bool
    is_present: bool
    notice_refusal: Refusal | None
    minutes_total: int
    waiting: Sequence[Matter]
    registrations: queries.Registrations
    may_register: bool
    series: MeetingSeries | None
    promises: Sequence[queries.Promise]
    agreed: Sequence[queries.Promise]
    not_carried: dict[int, str]
    papers: dict[int, list[AgendaPaper]]


def notice_page(meeting_id: int, actor: Actor, *, now: datetime) -> NoticePage:
    meeting = queries.meeting(meeting_id)
    place, body = places.place(meeting.place_id), committees.committee(meeting.committee_id)
    agenda, charter = queries.items(meeting_id), queries.charter_of(meeting)
    may_plan = queries.may_convene(actor, body)
    offers_notice = may_plan and meeting.state is rules.MeetingState.planned
    locked = rules.refusal_to_change_agenda(state=meeting.state, locks_at=meeting.agenda_locks_at, now=now)
    return NoticePage(
        meeting=meeting,
        place=place,
        committee=body,
        charter=charter,
        totals=committees.seat_totals(body, charter),
        chair=people.user(meeting.chair_id),
        items=agenda,
        matters=matter_queries.matters_by_id(each.matter_id for each in agenda if each.matter_id is not None),
        may_plan=may_plan,
        may_change=may_plan and locked is None,
        may_enter=can_enter(meeting, now=now),
        is_missed=meeting.is_missed(now),
        ended_by_itself=meeting.state is rules.MeetingState.closed and queries.ended_by_itself(meeting_id),
        may_close=meeting.is_left_open(now) and _may_close(meeting, place, actor),
        is_chair=actor.user_id == meeting.chair_id,
        is_present=queries.is_present(meeting_id, actor.user_id),
        notice_refusal=service.notice_refusal(meeting, body, place, agenda, now=now) if offers_notice else None,
        minutes_total=sum(each.minutes for each in agenda),
        waiting=queries.matters_to_schedule(place) if may_plan and locked is None else [],
        registrations=queries.registrations(meeting, actor.user_id),
        may_register=_may_register(meeting, actor, now=now),
        series=queries.series(meeting.series_id) if meeting.series_id is not None else None,
        promises=queries.promises_of(queries.last_meeting(body.id, before=meeting.starts_at)),
        papers=queries.papers(meeting_id),
        not_carried=queries.not_carried(meeting_id),
        agreed=queries.promises_of(meeting if meeting.state is rules.MeetingState.closed else None),
    )


def _may_close(meeting: Meeting, place: Place, actor: Actor) -> bool:
    """Of a meeting that was left open: its chair, and the liaison for the chair."""
    return actor.user_id == meeting.chair_id or access.Role.liaison in actor.roles_in(place.scope)


def _may_register(meeting: Meeting, actor: Actor, *, now: datetime) -> bool:
    """Whether the page offers to sign up; a visitor is led to sign in first."""
    holds = actor.user_id is not None and actor.user_id in queries.seat_holders(meeting) | {meeting.chair_id}
    return (
        rules.refusal_to_register(state=meeting.state, starts_at=meeting.starts_at, now=now, holds_seat=holds) is None
    )


def changeable(meeting: Meeting) -> dict[str, Any]:
    """A meeting as the form that changes it shows it: the hour is Shanghai's, without a zone."""
    names = ("title", "venue", "planned_minutes", "chair_id", "capacity")
    at = meeting.starts_at.astimezone(SHANGHAI).replace(tzinfo=None)
    return {**{name: getattr(meeting, name) for name in names}, "starts_at": at}


def offer_chairs(form: forms.MeetingChangeForm, meeting: Meeting) -> None:
    chairs = queries.people_who_may_chair(places.place(meeting.place_id))
    form.chair_id.choices = [(user.id, f"{user.name} · {user.duty}".rstrip(" ·")) for user in chairs]


# Which entry of the form a refusal is about, so that it is said there and nothing typed is lost.
_ENTRIES = {
    "starts_in_the_past": "starts_at",
    "notice_too_late": "starts_at",
    "calendar_year_missing": "starts_at",
    "date_out_of_range": "starts_at",
    "lunch_too_long": "planned_minutes",
    "agenda_too_long": "planned_minutes",
    "not_a_chair": "chair_id",
}


def say_beside(form: forms.MeetingForm | forms.MeetingChangeForm, refusal: Refusal) -> None:
    """The refusal's sentence beside the entry it is about; whatever is about none is raised on."""
    name = _ENTRIES.get(refusal.code)
    if name is None:
        raise refusal
    form[name].errors = [say(refusal)]


def item_form(page: NoticePage) -> forms.ItemForm:
    """The form of a new item; its list is the matters that wait for a meeting."""
    form = forms.ItemForm()
    form.matter_id.choices = [
        (0, _("不选，另写标题")),
        *((each.id, f"{each.plate} {each.title}") for each in page.waiting),
    ]
    return form


def explain_missing(form: forms.ItemForm) -> None:
    if not form.matter_id.data and not form.title.data:
        form.title.errors = [*form.title.errors, _("请选一件已受理的提案，或写一个标题。")]


def offer_committees(form: forms.MeetingForm | forms.SeriesForm, actor: Actor) -> None:
    """The committees this person may plan for, and everybody who may chair in one of their places."""
    bodies = committees.all_committees()
    by_id = places.places_by_id(body.place_id for body in bodies)
    own = [body for body in bodies if queries.may_convene(actor, body)]
    chairs = {user.id: user for body in own for user in queries.people_who_may_chair(by_id[body.place_id])}
    form.committee_id.choices = [(body.id, body.name) for body in own]
    form.chair_id.choices = [(user.id, f"{user.name} · {user.duty}".rstrip(" ·")) for user in chairs.values()]
    if form.chair_id.data is None:
        form.chair_id.data = actor.user_id


def require_screen(actor: Actor, meeting: Meeting, *, key: str) -> None:
    """The big screen opens for whoever may chair in the place, and by its signed link without an account."""
    if not rules.screen_key_valid(meeting.check_in_secret, key, meeting_id=meeting.id):
        access.require(actor, "meeting.chair", places.place(meeting.place_id).scope)


def public_address(path: str) -> str:
    settings: Settings = current_app.extensions["settings"]
    return f"{settings.public_url}{path}"


def ends_at(meeting: Meeting) -> datetime:
    return meeting.starts_at + timedelta(minutes=meeting.planned_minutes)


def as_webcal(address: str) -> str:
    """The address by which a telephone hands it to its calendar."""
    return f"webcal://{address.split('://', 1)[-1]}"


def check_in_code_json(meeting: Meeting, *, now: datetime) -> dict[str, Any]:
    """The code of this half minute, its picture, and where it leads."""
    code = rules.check_in_code(meeting.check_in_secret, meeting_id=meeting.id, at=now)
    path = url_for("meetings.check_in", meeting_id=meeting.id)
    picture = segno.make(public_address(f"{path}?code={code}"), error="m", micro=False)
    image = picture.svg_data_uri(border=0, scale=8, dark="#0b1b1c", light="#ffffff", encode_minimal=False)
    return {
        "code": code,
        "image": image,
        "address": public_address(path).split("://", 1)[-1],
        "seconds": rules.CODE_SECONDS - int(now.timestamp()) % rules.CODE_SECONDS,
    }


def door_json(meeting: Meeting, actor: Actor) -> dict[str, Any]:
    """The list at the door, with real names: every seat, and who is there without one."""
    helpers = queries.helper_ids(meeting.id)
    return {
        "seats": [{**line, "is_helper": line["user_id"] in helpers} for line in _seat_roll_json(meeting)],
        "others": [
            {
                "attendance_id": each.attendance_id,
                "user_id": each.user_id,
                "name": each.name,
                "unit": each.unit,
                "mode": each.mode,
                "is_helper": each.is_helper,
            }
            for each in queries.others_present(meeting)
        ],
        "may_name_helpers": actor.user_id == meeting.chair_id,
    }


def _seat_roll_json(meeting: Meeting) -> list[dict[str, Any]]:
    return [
        {
            "seat_id": line.seat_id,
            "user_id": line.user_id,
            "name": line.name,
            "label": line.label,
            "is_voting": line.is_voting,
            "is_present": line.checked_in_at is not None,
            "attendance_id": line.attendance_id,
            "mode": line.mode,
        }
        for line in queries.seat_roll(meeting)
    ]


def calendar_file(meetings: Sequence[Meeting], *, now: datetime) -> bytes:
    """Meetings as an RFC 5545 file, their instants in UTC.

    ``SEQUENCE`` goes up with each change people were told of, so that a calendar takes the newest; a meeting that was
    called off stays in it as cancelled.
    """
    calendar = Calendar()
    for name, value in (("version", "2.0"), ("prodid", "-//Five Steps//Meetings//ZH"), ("method", "PUBLISH")):
        calendar.add(name, value)
    for meeting in meetings:
        calendar.add_component(_event(meeting, now=now))
    return calendar.to_ical()


def _event(meeting: Meeting, *, now: datetime) -> Event:
    is_off = meeting.state is rules.MeetingState.cancelled
    address = public_address(url_for("meetings.show", meeting_id=meeting.id))
    event = Event()
    event.add("uid", f"meeting-{meeting.id}@{urlsplit(address).netloc}")
    event.add("sequence", meeting.notice_sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", meeting.starts_at.astimezone(UTC))
    event.add("dtend", ends_at(meeting).astimezone(UTC))
    event.add("summary", meeting.title)
    event.add("location", meeting.venue)
    event.add("url", address)
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    return event
