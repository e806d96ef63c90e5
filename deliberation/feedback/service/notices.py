"""Reporting back to everyone who took part: drafted, put in plainer words, issued."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from deliberation.audit import service as audit
from deliberation.cases import service as cases
from deliberation.cases.clocks import limit
from deliberation.cases.models import Case, Reply
from deliberation.cases.queries import office_name
from deliberation.cases.rules import CaseState, ReplyKind
from deliberation.feedback import composing, queries, rules
from deliberation.feedback.models import OutcomeNotice
from deliberation.feedback.service.ground import refuse
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.matters import queries as matter_queries
from deliberation.matters import service as matters
from deliberation.matters.models import Matter, Step
from deliberation.meetings.models import AgreedStep
from deliberation.notifications import service as notifications
from deliberation.people import queries as people
from deliberation.people.access import Actor, require
from deliberation.places import queries as places
from deliberation.places.models import Place
from deliberation.votes.models import Vote


def draft_notice_for_vote(vote: Vote, now: datetime) -> OutcomeNotice:
    """What everyone is to be told of a vote's result, within three days (C4), whatever the result."""
    matter = matters.load_for_change(vote.matter_id)
    return _draft(matter, composing.texts_for_vote(vote, matter), vote_id=vote.id, now=now)


def draft_notice_for_step(step: AgreedStep, now: datetime) -> OutcomeNotice:
    """What everyone is to be told of a decision that a meeting took without a vote, within three days (C4)."""
    matter = matters.load_for_change(step.matter_id or 0)
    return _draft(matter, composing.texts_for_step(step, matter), step_id=step.id, now=now)


def draft_notice_for_reply(case: Case, reply: Reply, now: datetime) -> OutcomeNotice:
    """What everyone is to be told of a reply, within three days (C4); what an older reply drafted is out of date."""
    older = select(Reply.id).where(Reply.case_id == case.id, Reply.id != reply.id)
    db.session.execute(
        delete(OutcomeNotice).where(OutcomeNotice.reply_id.in_(older), OutcomeNotice.issued_at.is_(None))
    )
    matter = matters.load_for_change(case.matter_id)
    return _draft(matter, composing.texts_for_reply(reply, matter), reply_id=reply.id, now=now)


def _draft(matter: Matter, texts: dict[str, Any], *, now: datetime, **origin: int) -> OutcomeNotice:
    due_at = limit("outcome_notice", places.place(matter.place_id).scope, now)
    notice = OutcomeNotice(matter_id=matter.id, fields=texts, due_at=due_at, created_at=now, **origin)
    db.session.add(notice)
    db.session.flush()  # Callers need the id.
    return notice


def change_texts(actor: Actor, notice_id: int, *, reason: str, summary: str, now: datetime) -> OutcomeNotice:
    """The liaison puts reason and summary in plainer words, as long as nothing has been sent."""
    notice, _matter, place = _lock(notice_id)
    require(actor, "feedback.send", place.scope)
    if notice.issued_at is not None:
        raise rules.NoticeIssued()
    refuse(rules.refusal_of_summary(summary))
    notice.fields = {**notice.fields, "reason": {"text": reason}, "summary": {"text": summary}}
    return notice


def _lock(notice_id: int) -> tuple[OutcomeNotice, Matter, Place]:
    notice = db.session.get(OutcomeNotice, notice_id, with_for_update=True, populate_existing=True)
    if notice is None:
        raise NotFound()
    matter = matters.load_for_change(notice.matter_id)
    return notice, matter, places.place(matter.place_id)


def issue_notice(actor: Actor | None, notice_id: int, *, now: datetime) -> OutcomeNotice:
    """Tell everyone who took part, once each; ``actor`` ``None`` is the job that lets no notice fall overdue."""
    notice, matter, place = _lock(notice_id)
    if actor is not None:
        require(actor, "feedback.send", place.scope)
    if notice.issued_at is not None:
        raise rules.NoticeIssued()
    _pass_on(notice, matter, now=now)
    issuer = _issuer(actor, place)
    fields = composing.compose(notice, matter, place, issuer=issuer, now=now)
    refuse(rules.refusal_to_issue(fields, is_issued=False))
    told = queries.recipients_of_notice(matter, place)
    notice.fields, notice.issued_at = fields, now
    notice.on_paper = queries.seats_on_paper(notice.vote_id)
    data = {**fields, "notice": notice.id, "path": f"/feedback/notices/{notice.id}", "sms": "first_line"}
    key = f"outcome:{notice.id}"
    notice.recipients = notifications.tell(told, "outcome.notice", key=key, now=now, matter_id=matter.id, data=data)
    _write_down(notice, matter, actor=actor, issuer=issuer, now=now)
    return notice


def _issuer(actor: Actor | None, place: Place) -> str:
    if actor is not None and actor.user_id is not None:
        return office_name(people.user(actor.user_id))
    _liaison_id, name = cases.liaison_of(place)
    return name


def _write_down(notice: OutcomeNotice, matter: Matter, *, actor: Actor | None, issuer: str, now: datetime) -> None:
    shown = {
        "notice": notice.id,
        "recipients": notice.recipients,
        "on_paper": notice.on_paper,
        "summary": notice.fields["summary"],
    }
    matters.add_entry(matter, "outcome.issued", now=now, actor=actor, actor_name=issuer, step=Step.feedback, data=shown)
    digest = hashlib.sha256(audit.canonical_json(notice.fields)).hexdigest()
    leaf = {"notice": notice.id, "matter": matter.id, "recipients": notice.recipients, "fields_sha256": digest}
    audit.record("outcome.issued", leaf, now=now)


def _pass_on(notice: OutcomeNotice, matter: Matter, *, now: datetime) -> None:
    """After a final reply the liaison's next task is to look back, or to close where there is nothing to look at."""
    if notice.reply_id is None:
        return
    reply = db.session.get_one(Reply, notice.reply_id)
    case = db.session.get_one(Case, reply.case_id)
    if case.state is not CaseState.replied or case.replied_at != reply.replied_at:
        return  # It has gone on since; the notice changes nothing of that.
    matters.move(matter, step=Step.feedback, state="notified", now=now)
    if reply.kind is ReplyKind.D:
        cases.end_look_back(case, now=now)
        return
    waiting = [each for each in queries.look_backs(case.id, case.times_reopened + 1) if each.asked_at is None]
    cases.hand_to_liaison(matter, task="look_back", due_at=waiting[0].due_at if waiting else None, now=now)


def tell_everyone(case: Case, kind: str, *, key: str, data: dict[str, Any], now: datetime) -> None:
    """Everyone who took part hears of something short of an answer: a pause, or more time (R-07)."""
    shown = {**data, "path": f"/matters/{matter_queries.matter(case.matter_id).number}"}
    told = queries.people_of(case.matter_id)
    notifications.tell(told, kind, key=f"{kind}:{case.id}:{key}", now=now, matter_id=case.matter_id, data=shown)


def issue_if_due(notice_id: int, *, now: datetime) -> None:
    """For the job: issue unless another scheduler or the liaison has."""
    notice = db.session.get(OutcomeNotice, notice_id, with_for_update={"skip_locked": True}, populate_existing=True)
    if notice is not None and notice.issued_at is None:
        issue_notice(None, notice_id, now=now)
