"""Reporting back to everyone, asking whether it is really fixed, and acting on what they say."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from deliberation.audit import service as audit
from deliberation.cases import service as cases
from deliberation.cases.models import Case, Reply
from deliberation.cases.queries import office_name
from deliberation.cases.rules import LIMITS, CaseState, ReplyKind
from deliberation.feedback import composing, queries, rules
from deliberation.feedback.models import LookBack, LookBackAddressee, LookBackAnswer, OutcomeNotice
from deliberation.feedback.rules import Answer
from deliberation.kernel.clock import SHANGHAI, end_of_day, shanghai_date
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound, Refusal
from deliberation.kernel.working_days import CalendarYearMissing, roll_forward
from deliberation.matters import service as matters
from deliberation.matters.models import Matter, Step
from deliberation.meetings.models import AgreedStep
from deliberation.notifications import service as notifications
from deliberation.people import queries as people
from deliberation.people.access import Actor, require
from deliberation.places import queries as places
from deliberation.places.models import Place
from deliberation.votes.models import Vote

HOUR_OF_ASKING = 9
AT_ONCE = 5000  # Rows of one statement.


def _refuse(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise refusal


# Notices


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
    due_at = end_of_day(shanghai_date(now) + timedelta(days=LIMITS["outcome_notice"].value))
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
    _refuse(rules.refusal_of_summary(summary))
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
    fields = composing.compose(notice, matter, place, issuer=_issuer(actor, place), now=now)
    _refuse(rules.refusal_to_issue(fields, is_issued=False))
    told = queries.recipients_of_notice(matter, place)
    notice.fields, notice.issued_at, notice.recipients = fields, now, len(told)
    notice.on_paper = queries.seats_on_paper(notice.vote_id)
    data = {**fields, "notice": notice.id, "path": f"/feedback/notices/{notice.id}", "sms": "first_line"}
    notifications.tell(told, "outcome.notice", key=f"outcome:{notice.id}", now=now, matter_id=matter.id, data=data)
    _write_down(notice, matter, actor=actor, issuer=_issuer(actor, place), now=now)
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


def issue_if_due(notice_id: int, *, now: datetime) -> None:
    """For the job: issue unless another scheduler or the liaison has."""
    notice = db.session.get(OutcomeNotice, notice_id, with_for_update={"skip_locked": True}, populate_existing=True)
    if notice is not None and notice.issued_at is None:
        issue_notice(None, notice_id, now=now)


# Look-backs


def schedule_look_backs(case: Case, reply: Reply, now: datetime) -> list[LookBack]:
    """Thirty and ninety days after the reply, on working days (R-04)."""
    planned = []
    for days, nominal in rules.nominal_look_back_days(shanghai_date(now)).items():
        due_on = _working_day(nominal)
        look_back = LookBack(
            case_id=case.id,
            matter_id=case.matter_id,
            round=case.times_reopened + 1,
            days=days,
            due_on=due_on,
            due_at=datetime(due_on.year, due_on.month, due_on.day, HOUR_OF_ASKING, tzinfo=SHANGHAI),
        )
        db.session.add(look_back)
        planned.append(look_back)
    db.session.flush()
    return planned


def _working_day(nominal: Any) -> Any:
    """Rolled forward (R-04); the day itself in a year whose calendar nobody has entered yet."""
    try:
        return roll_forward(nominal, calendar=people.working_calendar())
    except CalendarYearMissing:
        return nominal


def ask_look_back(look_back: LookBack, now: datetime) -> None:
    """Ask everyone who took part whether it is fixed; earlier look-backs of the round take no more answers."""
    case = db.session.get_one(Case, look_back.case_id)
    matter = matters.load_for_change(look_back.matter_id)
    asked = queries.people_of(matter.id)
    look_back.asked_at, look_back.asked = now, len(asked)
    look_back.answer_by = end_of_day(shanghai_date(now) + timedelta(days=rules.DAYS_TO_ANSWER))
    for earlier in queries.look_backs(case.id, look_back.round):
        if earlier.days < look_back.days and earlier.cancelled_at is None:
            earlier.cancelled_at = now
    rows = [{"look_back_id": look_back.id, "user_id": user_id} for user_id in sorted(asked)]
    for start in range(0, len(rows), AT_ONCE):
        db.session.execute(insert(LookBackAddressee), rows[start : start + AT_ONCE])
    cases.begin_look_back(case, due_at=look_back.answer_by, now=now)
    until = look_back.answer_by.isoformat()
    facts = {"look_back": look_back.id, "days": look_back.days, "until": until}
    matters.add_entry(matter, "look_back.asked", now=now, data={**facts, "asked": look_back.asked})
    path = f"/feedback/look-backs/{look_back.id}"
    notifications.tell(
        asked,
        "look_back.asked",
        key=f"look_back:{look_back.id}",
        now=now,
        matter_id=matter.id,
        data={**facts, "path": path},
    )
    audit.record("look_back.asked", {**facts, "matter": matter.id, "asked": look_back.asked}, now=now)


def send_next_due(now: datetime) -> bool:
    """Ask one look-back that has fallen due; False when there is none.

    When several of a round have fallen due in the meantime, only the latest is asked. Another scheduler passes over
    the row that is locked here, and finds it asked afterwards.
    """
    due = (
        db.select(LookBack)
        .where(LookBack.asked_at.is_(None), LookBack.cancelled_at.is_(None), LookBack.due_at <= now)
        .order_by(LookBack.due_at.desc(), LookBack.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    look_back = db.session.scalar(due)
    if look_back is None:
        return False
    case = db.session.get_one(Case, look_back.case_id, with_for_update=True, populate_existing=True)
    is_current = look_back.round == case.times_reopened + 1
    if is_current and case.state in (CaseState.replied, CaseState.look_back):
        ask_look_back(look_back, now)
    else:
        look_back.cancelled_at = now
    return True


def answer_look_back(
    *, look_back_id: int, user_id: int, answer: Answer, reason: str, by_link: bool, now: datetime
) -> LookBackAnswer:
    """Record what one person says. "No" and "it came back" reopen the case at once, in this transaction.

    Signed in, a person may change the answer while the look-back is open; a link works once.
    """
    look_back = db.session.get(LookBack, look_back_id, with_for_update=True, populate_existing=True)
    if look_back is None:
        raise NotFound()
    given = queries.answer_of(look_back_id, user_id)
    _refuse(
        rules.refusal_to_answer(
            is_asked=queries.was_asked(look_back_id, user_id),
            is_open=queries.is_open(look_back),
            answer=answer,
            reason=reason,
            by_link=by_link,
            has_answered=given is not None,
        )
    )
    if given is None:
        given = LookBackAnswer(look_back_id=look_back_id, user_id=user_id)
        db.session.add(given)
    given.answer, given.reason, given.at = answer, reason.strip(), now
    leaf = {"look_back": look_back_id, "user": user_id, "answer": str(answer)}
    audit.record("look_back.answered", leaf, now=now)
    if rules.reopens(answer):
        _reopen(look_back, reason=given.reason, now=now)
    return given


def _reopen(look_back: LookBack, *, reason: str, now: datetime) -> None:
    """The case is handled again; nothing of this round is asked or answered any more."""
    for each in queries.look_backs(look_back.case_id, look_back.round):
        each.cancelled_at = each.cancelled_at or now
    cases.reopen(db.session.get_one(Case, look_back.case_id), reason=reason, now=now)


def end_look_back(look_back_id: int, *, now: datetime) -> None:
    """The time to answer is over: publish the tally; after the round's last one the liaison may close."""
    look_back = db.session.get(LookBack, look_back_id, with_for_update={"skip_locked": True}, populate_existing=True)
    if look_back is None or look_back.ended_at is not None or look_back.cancelled_at is not None:
        return
    look_back.ended_at = now
    matter = matters.load_for_change(look_back.matter_id)
    tally = rules.public_tally(queries.counts(look_back.id), asked=look_back.asked)
    data = {"look_back": look_back.id, "days": look_back.days, "tally": tally}
    matters.add_entry(matter, "look_back.ended", now=now, data=data)
    leaf = {"look_back": look_back.id, "answers": {str(k): n for k, n in queries.counts(look_back.id).items()}}
    audit.record("look_back.ended", leaf, now=now)
    later = [each for each in queries.look_backs(look_back.case_id, look_back.round) if each.days > look_back.days]
    waiting = [each for each in later if each.asked_at is None and each.cancelled_at is None]
    if waiting:
        cases.hand_to_liaison(matter, task="look_back", due_at=waiting[0].due_at, now=now)
    else:
        cases.end_look_back(db.session.get_one(Case, look_back.case_id), now=now)
