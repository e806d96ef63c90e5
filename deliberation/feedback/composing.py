"""Putting a notice together: its nine parts, from the vote or the reply, the case, the holder and the place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from deliberation.cases import queries as cases
from deliberation.cases.models import Case, Reply
from deliberation.cases.rules import CaseState, ReplyKind
from deliberation.cases.service import liaison_of
from deliberation.feedback import queries
from deliberation.feedback.models import OutcomeNotice
from deliberation.feedback.results import is_plain, lacks
from deliberation.feedback.wording import part
from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.database import db
from deliberation.matters.models import Matter
from deliberation.meetings import queries as meetings
from deliberation.meetings.models import AgreedStep
from deliberation.people import queries as people
from deliberation.people.access import Actor
from deliberation.places.models import Place
from deliberation.votes.models import Vote
from deliberation.votes.rules import Outcome, RuleKind

TITLE, WORDS = 24, 30  # Characters of a title and of a reply in the summary, which has eighty.
MOST_TESTS = 2  # As many as a sentence names.


def _short(text: str, most: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def texts_for_vote(vote: Vote, matter: Matter) -> dict[str, Any]:
    """The reason and the one-line summary of a vote's notice, as a draft the liaison may change."""
    facts, codes = _facts(vote), _codes(vote)
    return {
        "reason": part(f"reason.{codes['reason']}", **facts),
        "summary": part(f"summary.{codes['summary']}", title=_short(matter.title, TITLE), **facts),
    }


def _codes(vote: Vote) -> dict[str, str]:
    """Which sentences fit: those of for and against only where there was nothing else on the ballot."""
    result, outcome = vote.result or {}, str(vote.outcome)
    codes = {"reason": outcome, "summary": outcome, "decided": outcome}
    if vote.outcome is Outcome.advisory:
        return {**codes, "summary": "leading"} if result["winners"] else codes
    if vote.rule_kind is RuleKind.consensus and vote.outcome in (Outcome.passed, Outcome.failed_approval):
        is_agreed = vote.outcome is Outcome.passed
        return {**codes, "reason": "agreed"} if is_agreed else {**codes, "reason": "objected", "summary": "objected"}
    if vote.outcome is Outcome.passed and result["options"]:
        return dict.fromkeys(codes, "chosen")
    if vote.outcome is Outcome.tie or is_plain(result):
        return codes
    if vote.outcome is Outcome.failed_approval:
        short = "none" if result["options"] else "short"
        return {**codes, "reason": short, "summary": short}
    return {**codes, "reason": "few", "summary": "few"} if vote.outcome is Outcome.no_quorum else codes


def _facts(vote: Vote) -> dict[str, Any]:
    result: Mapping[str, Any] = vote.result or {}
    names = ("for", "against", "abstain", "cast", "members", "needed", "ballots_needed")
    failed = lacks(result)
    clause = vote.charter_clause or vote.title
    missing = failed[0]["missing"] if failed else 0
    return {
        **{name: result[name] for name in names},
        "missing": missing,
        "lacks": failed[:MOST_TESTS],
        "clause": clause,
        "winners": _named(vote) if len(result["winners"]) == 1 else result["winners"],
    }


def texts_for_step(step: AgreedStep, matter: Matter) -> dict[str, Any]:
    """The same for what a meeting settled without a vote."""
    facts = {"who": step.owner_name, "due_on": step.due_on}
    return {
        "reason": part("reason.step", meeting=meetings.meeting(step.meeting_id).title),
        "summary": part("summary.step", title=_short(matter.title, TITLE), **facts),
    }


def texts_for_reply(reply: Reply, matter: Matter) -> dict[str, Any]:
    """The same for a reply; kind D gives its own reason, in the handler's words."""
    text = part("reason.D", text=reply.text) if reply.kind is ReplyKind.D else part(f"reason.{reply.kind}")
    title = _short(matter.title, TITLE)
    facts = {"promised_on": reply.promised_on} if reply.promised_on else {"text": _short(reply.text, WORDS)}
    return {"reason": text, "summary": part(f"summary.{reply.kind}", title=title, **facts)}


def compose(notice: OutcomeNotice, matter: Matter, place: Place, *, issuer: str, now: datetime) -> dict[str, Any]:
    """All nine parts as they stand now; what is not known is ``None`` and keeps the notice from going out."""
    return {
        "asked": {"number": matter.number, "title": matter.title, "opened_at": matter.opened_at.isoformat()},
        **_of_origin(notice),
        "who": _who(matter),
        "next_feedback": _next_feedback(notice, matter),
        "contact": _contact(place),
        "issuer": part("issuer", name=issuer, issued_on=shanghai_date(now)) if issuer else None,
        "reason": notice.fields.get("reason"),
        "summary": notice.fields.get("summary"),
    }


def _of_origin(notice: OutcomeNotice) -> dict[str, Any]:
    if notice.vote_id is not None:
        return _of_vote(notice.vote_id)
    return _of_step(notice.step_id) if notice.step_id is not None else _of_reply(notice.reply_id)


def _of_step(step_id: int) -> dict[str, Any]:
    """The figures are who was there, for a decision nobody asked a vote on."""
    step = meetings.agreed_step(step_id)
    meeting = meetings.meeting(step.meeting_id)
    there = meetings.standing_at_opening(meeting.id)
    return {
        "decided": part("decided.step", text=step.text, who=step.owner_name, due_on=step.due_on),
        "figures": {"kind": "meeting", "title": meeting.title, "people": there["people"] if there else 0},
    }


def _of_vote(vote_id: int) -> dict[str, Any]:
    vote = db.session.get_one(Vote, vote_id)
    return {
        "decided": part(f"decided.{_codes(vote)['decided']}", text=vote.text, winners=_named(vote)),
        "figures": {"kind": "vote", "result": vote.result, "labels": _labels(vote)} if vote.result else None,
    }


def _labels(vote: Vote) -> dict[str, str]:
    return {option["code"]: option["label"] for option in vote.options}


def _named(vote: Vote) -> list[str]:
    """The options that were chosen, with their words."""
    labels = _labels(vote)
    return [code if labels[code] == code else f"{code} {labels[code]}" for code in (vote.result or {})["winners"]]


def _of_reply(reply_id: int | None) -> dict[str, Any]:
    reply = db.session.get_one(Reply, reply_id)
    who = cases.office_name(people.user(reply.replied_by_id))
    return {
        "decided": part("decided.reply", who=who, text=reply.text),
        "figures": {"kind": "reply", "reply": str(reply.kind)},
    }


def _who(matter: Matter) -> dict[str, Any] | None:
    if not matter.holder_name:
        return None
    if matter.holder_due_at is None:
        return part("who.undated", who=matter.holder_name, task=matter.holder_task)
    return part("who.by", who=matter.holder_name, task=matter.holder_task, due_at=matter.holder_due_at)


def _next_feedback(notice: OutcomeNotice, matter: Matter) -> dict[str, Any] | None:
    case = cases.case_of_matter(matter.id)
    if case is not None and case.state in (CaseState.replied, CaseState.look_back):
        return _after_reply(case)
    due_at = case.due_at if case is not None and case.due_at is not None else matter.holder_due_at
    return part("next.by", due_at=due_at) if due_at is not None else None


def _after_reply(case: Case) -> dict[str, Any]:
    waiting = [
        each
        for each in queries.look_backs(case.id, case.times_reopened + 1)
        if each.asked_at is None and each.cancelled_at is None
    ]
    return part("next.look_back", due_on=waiting[0].due_on) if waiting else part("next.last")


def _contact(place: Place) -> dict[str, Any] | None:
    _liaison_id, liaison = liaison_of(place)
    name = place.contact_name or liaison
    if place.contact_phone and place.contact_hours:
        return part("contact.full", name=name, phone=place.contact_phone, hours=place.contact_hours)
    if place.contact_phone:
        return part("contact.phone", name=name, phone=place.contact_phone)
    return part("contact.name", name=name) if name else None


def notice_page(notice_id: int, actor: Actor, *, now: datetime) -> queries.NoticePage:
    """What the notice's page shows; a draft is put together as it would go out this minute."""
    notice = queries.notice(notice_id)
    matter = db.session.get_one(Matter, notice.matter_id)
    place = db.session.get_one(Place, matter.place_id)
    told = queries.recipients_of_notice(matter, place)
    is_issued = notice.issued_at is not None
    issuer = cases.office_name(people.user(actor.user_id)) if actor.user_id is not None else ""
    return queries.NoticePage(
        notice=notice,
        matter=matter,
        place=place,
        fields=notice.fields if is_issued else compose(notice, matter, place, issuer=issuer, now=now),
        recipients=notice.recipients if is_issued else queries.number_of(told),
        on_paper=notice.on_paper if is_issued else queries.seats_on_paper(notice.vote_id),
        may_send=actor.may("feedback.send", place.scope),
        own_reason=queries.reason_of(told, actor.user_id),
    )
