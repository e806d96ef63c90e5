"""Reporting back to everyone, asking whether it is really fixed, and acting on what they say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, literal, select

from deliberation.audit import service as audit
from deliberation.cases import service as cases
from deliberation.cases.models import Case, Reply
from deliberation.cases.rules import CaseState
from deliberation.feedback import queries, rules
from deliberation.feedback.models import LookBack, LookBackAddressee, LookBackAnswer
from deliberation.feedback.rules import Answer, Rating
from deliberation.feedback.service import terms
from deliberation.feedback.service.closing import reopen_after, settle_round
from deliberation.feedback.service.ground import refuse
from deliberation.feedback.service.visits import want_visit
from deliberation.kernel.clock import SHANGHAI, end_of_day, shanghai_date
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.kernel.working_days import CalendarYearMissing, roll_forward
from deliberation.matters import service as matters
from deliberation.notifications import service as notifications
from deliberation.people import queries as people

HOUR_OF_ASKING = 9


def schedule_look_backs(case: Case, reply: Reply, now: datetime) -> list[LookBack]:
    """As many days after the reply as the place wants for this kind of matter, on working days (R-04)."""
    today, planned = shanghai_date(now), []
    plan = queries.plan_of_matter(matters.load_for_change(case.matter_id), today=today)
    for days, nominal in rules.nominal_days(today, plan).items():
        due_on = _working_day(nominal)
        look_back = LookBack(
            case_id=case.id,
            matter_id=case.matter_id,
            round=case.times_reopened + 1,
            days=days,
            days_to_answer=plan.days_to_answer,
            asks_visit=plan.asks_visit,
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
    look_back.asked_at, look_back.asked = now, queries.number_of(asked)
    look_back.answer_by = end_of_day(shanghai_date(now) + timedelta(days=look_back.days_to_answer))
    for earlier in queries.look_backs(case.id, look_back.round):
        if earlier.days < look_back.days and earlier.cancelled_at is None:
            earlier.cancelled_at = now
    rows = select(literal(look_back.id), asked.subquery("asked").c.user_id)
    db.session.execute(insert(LookBackAddressee).from_select(["look_back_id", "user_id"], rows))
    terms.count_asked(case.id, look_back.round)
    if look_back.asks_visit:
        want_visit(look_back, now=now)
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
    about = {"case": case.id, "round": look_back.round, "matter": matter.id}
    audit.record("look_back.asked", {**facts, **about, "asked": look_back.asked}, now=now)


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
    *,
    look_back_id: int,
    user_id: int,
    answer: Answer,
    reason: str,
    by_link: bool,
    now: datetime,
    rating: Rating | None = None,
    photo_id: int | None = None,
) -> LookBackAnswer:
    """Record what one person says. "No" and "it came back" reopen the case at once, in this transaction.

    Signed in, a person may change the answer while the look-back is open; a link works once. A rating is asked for and
    never needed; one that was given stays until another is.
    """
    look_back = db.session.get(LookBack, look_back_id, with_for_update=True, populate_existing=True)
    if look_back is None:
        raise NotFound()
    given = _may_answer(look_back, user_id, answer=answer, reason=reason, by_link=by_link)
    given.answer, given.reason, given.at = answer, reason.strip(), now
    given.photo_id = photo_id if photo_id is not None else given.photo_id
    _rate(look_back, given, rating)
    _write_down(look_back, given, now=now)
    if rules.reopens(answer):
        reopen_after(look_back, reason=given.reason, now=now)
    return given


def _may_answer(look_back: LookBack, user_id: int, *, answer: Answer, reason: str, by_link: bool) -> LookBackAnswer:
    """The person's row, where they may answer or answer anew; a new one where they have not answered yet."""
    given = queries.answer_of(look_back.id, user_id)
    refuse(
        rules.refusal_to_answer(
            is_asked=queries.was_asked(look_back.id, user_id),
            is_open=queries.is_open(look_back),
            is_in_hand_again=queries.is_in_hand_again(look_back),
            answer=answer,
            reason=reason,
            by_link=by_link,
            has_answered=given is not None,
        )
    )
    if given is None:
        given = LookBackAnswer(look_back_id=look_back.id, user_id=user_id)
        db.session.add(given)
    return given


def _write_down(look_back: LookBack, given: LookBackAnswer, *, now: datetime) -> None:
    leaf = {
        "look_back": look_back.id,
        "case": look_back.case_id,
        "round": look_back.round,
        "user": given.user_id,
        "answer": str(given.answer),
        "rating": str(given.rating) if given.rating else None,
    }
    audit.record("look_back.answered", leaf, now=now)


def _rate(look_back: LookBack, given: LookBackAnswer, rating: Rating | None) -> None:
    if rating is None:
        return
    before = queries.rating_of(look_back.case_id, look_back.round, given.user_id)
    given.rating = rating
    terms.count_rating(look_back.case_id, look_back.round, before=before, after=rating)


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
    settle_round(look_back, now=now)
