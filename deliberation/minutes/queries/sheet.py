"""The whole text of minutes as plain JSON: the facts of the log with names as everybody reads them, and what was typed.

What is published is this and nothing else: a person who holds no office is masked here (R-50), so no page, file or
hash of it ever knows more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from deliberation.audit.service import canonical_json
from deliberation.cases.queries import office_name
from deliberation.committees import queries as committees
from deliberation.committees.queries import SeatLine
from deliberation.kernel.working_days import day_in_shanghai
from deliberation.matters import queries as matters
from deliberation.matters.models import Matter
from deliberation.meetings import queries as meetings
from deliberation.meetings.models import Meeting
from deliberation.minutes.models import Minutes
from deliberation.minutes.rules import LogLine, drafted
from deliberation.people import queries as people
from deliberation.people.masking import mask_name
from deliberation.people.models import User
from deliberation.votes import queries as votes
from deliberation.votes.models import Vote

Json = dict[str, Any]
Names = Mapping[int, User]
WRITTEN = ("passages", "version", "reason")  # What is not a fact of the log.


def sheet(minutes: Minutes) -> Json:
    """The text as it stands. Once a version is out, its facts stay as they were: a correction alters words."""
    if minutes.content is not None:
        facts = {name: value for name, value in minutes.content.items() if name not in WRITTEN}
    else:
        facts = _facts(minutes)
    written = {key: text for key, text in sorted(minutes.passages.items()) if text}
    return {**facts, "version": minutes.version, "reason": minutes.reason, "passages": written}


def text_hash(text: Json) -> str:
    """SHA-256 of the text's canonical JSON as hexadecimal: what anybody works out from the published file."""
    return hashlib.sha256(canonical_json(text)).hexdigest()


def _facts(minutes: Minutes) -> Json:
    meeting = meetings.meeting(minutes.meeting_id)
    log = [LogLine(each.kind, each.at.isoformat(), each.data) for each in meetings.events(meeting.id)]
    known = drafted(log)
    names = people.users_by_id([minutes.recorder_id, *_user_ids(known)])
    body = committees.committee(meeting.committee_id)
    decided = votes.announced_by_item(each["id"] for each in known["items"])
    agenda = {each["id"]: each["matter_id"] for each in known["items"]}
    about = matters.matters_by_id(matter_id for matter_id in agenda.values() if matter_id is not None)
    return {
        "meeting": meeting.id,
        "title": meeting.title,
        "body": body.name,
        "venue": meeting.venue,
        "clause": body.charter_clause,
        "charter_version": meeting.charter_version,
        "agenda_hash": meeting.agenda_hash,
        **{name: known[name] for name in ("starts_at", "opened_at", "closed_at", "pauses", "opening")},
        **({"by_itself": True} if known["by_itself"] else {}),
        "chair": office_name(names[known["chair"]]),
        "recorder": office_name(names[minutes.recorder_id]),
        "attendance": _attendance(meeting, known["present"]),
        "promises": _promises(meeting),
        "items": [
            _item(each, names, about.get(each["matter_id"]), decided.get(each["id"], [])) for each in known["items"]
        ],
    }


def _user_ids(known: Json) -> Iterable[int | None]:
    yield known["chair"]
    for item in known["items"]:
        yield item["stand_in"]
        yield from (each["user"] for each in item["interests"])
        for motion in item["motions"]:
            yield from (motion["mover"], motion["seconder"])


def _attendance(meeting: Meeting, present: list[Json]) -> Json:
    """Each seat by name where the body is small enough to show them, and figures for everybody (R-50)."""
    totals = meetings.totals_of(meeting)
    by_user = {each["user"]: each for each in present if each["user"] is not None}
    by_seat = {each["seat"]: each for each in present if each["seat"] is not None}
    lines = committees.seat_lines(meeting.committee_id, on=day_in_shanghai(meeting.starts_at))
    seats = [_seat(line, by_seat.get(line.id) or by_user.get(line.user_id)) for line in lines]
    seated = {line.user_id for line in lines} | {None}
    return {
        "people": len(present),
        "in_room": sum(each["mode"] == "in_room" for each in present),
        "remote": sum(each["mode"] == "remote" for each in present),
        "assisted": sum(each["is_assisted"] for each in present),
        "without_account": sum(each["user"] is None for each in present),
        "without_seat": sum(each["user"] not in seated for each in present)
        + sum(each["user"] is None and each["seat"] is None for each in present),
        "voting_seats": totals.voting,
        "needed": totals.to_open,
        "voting_present": sum(seat["is_voting"] and seat["how"] != "absent" for seat in seats),
        "seats": seats if committees.shows_each_seat(totals) else [],
    }


def _seat(line: SeatLine, there: Json | None) -> Json:
    """``how`` is "in_room", "remote" or "absent"; somebody without a phone was checked in by the door."""
    return {
        "label": line.label,
        "name": line.name,
        "is_voting": line.is_voting,
        "stands_in_for": line.stands_in_for,
        "how": there["mode"] if there is not None else "absent",
        "is_assisted": there is not None and there["is_assisted"],
        "left_at": there["left_at"] if there is not None else None,
    }


def _promises(meeting: Meeting) -> list[Json]:
    """R-47: what the last meeting of the body agreed on, and where it stood when these minutes were confirmed."""
    last = meetings.last_meeting(meeting.committee_id, before=meeting.starts_at)
    return [
        {
            "meeting": last.title if last is not None else "",
            "text": each.text,
            "owner": each.owner,
            "due_on": each.due_on.isoformat() if each.due_on is not None else None,
            "plate": each.matter.plate if each.matter is not None else "",
            "state": each.matter.state if each.matter is not None else "",
            "is_open": each.is_open,
        }
        for each in meetings.promises_of(last)
    ]


def _item(known: Json, names: Names, matter: Matter | None, decided: Sequence[Vote]) -> Json:
    shown = ("id", "title", "motion_text", "in_notice", "state", "started_at", "ended_at", "decision", "spoke")
    interests = [{"name": mask_name(names[each["user"]].name), "reason": each["reason"]} for each in known["interests"]]
    return {
        **{name: known[name] for name in shown},
        "number": matter.number if matter is not None else "",
        "plate": matter.plate if matter is not None else "",
        "stand_in": office_name(names[known["stand_in"]]) if known["stand_in"] is not None else "",
        "debate_closed_by": known["debate_closed_by"],
        **({"not_carried": known["not_carried"]} if known["not_carried"] else {}),
        "interests": interests,
        "motions": [_motion(each, known["motions"], names) for each in known["motions"]],
        "tallies": [{**each, "result": _figures(each["result"])} for each in known["tallies"]],
        "votes": [_vote(each) for each in decided],
        "questions": known["questions"],
        "pulses": known["pulses"],
        "steps": known["steps"],
    }


def _motion(known: Json, all_of_item: list[Json], names: Names) -> Json:
    """An amendment comes with the words it was written for, so that its change can be marked."""
    base = ""
    parent = next((each for each in all_of_item if each["id"] == known["parent_id"]), None)
    if parent is not None and len(parent["versions"]) >= known["base_version"]:
        base = parent["versions"][known["base_version"] - 1]
    shown = ("id", "kind", "number", "source", "state", "text", "decided_by", "reason")
    return {
        **{name: known[name] for name in shown},
        "base": base,
        "mover": mask_name(names[known["mover"]].name) if known["mover"] is not None else "",
        "seconder": mask_name(names[known["seconder"]].name) if known["seconder"] is not None else "",
        "first_text": known["versions"][0] if known["versions"] else known["text"],
    }


def _figures(result: Json | None) -> Json:
    """Of a show of hands: the four figures, how many it took, and whether it held."""
    names = ("for", "against", "abstain", "voters", "needed", "holds")
    return {name: (result or {}).get(name) for name in names}


def _vote(vote: Vote) -> Json:
    return {
        "id": vote.id,
        "title": vote.title,
        "text": vote.text,
        "clause": vote.charter_clause,
        "is_secret": vote.is_secret,
        "options": vote.options,
        "opened_at": vote.opened_at.isoformat() if vote.opened_at is not None else None,
        "closed_at": vote.closed_at.isoformat() if vote.closed_at is not None else None,
        "present": vote.present_at_close or vote.present_at_open,
        "outcome": str(vote.outcome),
        "result": vote.result,
    }
