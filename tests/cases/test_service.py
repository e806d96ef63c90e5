"""A case from the resolution to its closing, on both databases."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from deliberation.audit.models import AuditLeaf
from deliberation.cases import jobs, queries, rules, service
from deliberation.cases.rules import CaseFilter, CaseState, ReplyKind
from deliberation.kernel.clock import SHANGHAI, shanghai_date
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed
from deliberation.matters import queries as matter_queries
from deliberation.matters import service as matters
from deliberation.matters.models import Step
from deliberation.notifications.models import Message
from deliberation.people.access import Role
from deliberation.votes.rules import VoteState
from tests.support import cycle, make
from tests.support.cycle import SETTLED, World


def world(**of: object) -> World:
    with transaction():
        return cycle.settled(**of)  # type: ignore[arg-type]


def codes(made: World) -> list[str]:
    return [entry.code for entry in matter_queries.timeline(made.hall.matter.id)]


def told(kind: str) -> list[tuple[int, str]]:
    rows = db.session.execute(select(Message.user_id, Message.reason).where(Message.kind == kind).order_by(Message.id))
    return [(user_id, reason) for user_id, reason in rows]


def test_a_passed_resolution_becomes_a_case_with_a_clock_in_working_days(app: Flask) -> None:
    made = world()
    case, matter = made.case, made.hall.matter
    assert (case.state, case.level, case.handler_id) == (CaseState.assigned, 1, made.handler.user_id)
    assert shanghai_date(case.contact_due_at or SETTLED) == date(2026, 3, 4)
    assert shanghai_date(case.due_at or SETTLED) == date(2026, 3, 24), "fifteen working days after March 3"
    assert case.first_due_at == case.due_at
    assert (matter.step, matter.state) == (Step.action, "assigned")
    assert (matter.holder_id, matter.holder_name, matter.holder_task) == (
        made.handler.user_id,
        "钱工 · 道路设施科",
        "contact",
    )
    assert told("case.assigned") == [(made.handler.user_id, "handler")]
    assert "case.assigned" in codes(made)


def test_a_failed_resolution_opens_no_case(app: Flask) -> None:
    made = world(in_favour=1, against=4)
    assert queries.case_of_matter(made.hall.matter.id) is None
    assert made.hall.matter.holder_task == "decide_next"


def test_outside_approval_comes_before_the_clock(app: Flask) -> None:
    made = world(needs_approval=True)
    case, matter = made.case, made.hall.matter
    assert (case.state, case.due_at, case.assigned_at) == (CaseState.external_approval_pending, None, None)
    assert (matter.state, matter.holder_task) == ("external_approval_pending", "obtain_approval")
    assert matter.holder_id == made.hall.liaison.user_id
    assert matter.holder_due_at is not None
    assert made.hall.vote.state is VoteState.external_approval_pending
    assert told("case.assigned") == []
    with pytest.raises(rules.WrongCaseState), transaction():
        made.reply(now=SETTLED)
    later = SETTLED + timedelta(days=9)
    with transaction():
        service.record_approval(
            made.hall.liaison, case.id, reference="沪公交 2026-12", published_on=date(2026, 3, 12), now=later
        )
    assert (made.case.state, made.hall.vote.state) == (CaseState.assigned, VoteState.effective)
    assert shanghai_date(made.case.due_at or SETTLED) == date(2026, 4, 2)
    assert told("case.assigned") == [(made.handler.user_id, "handler")]
    assert codes(made)[-3:] == ["case.approval_pending", "case.approved", "case.assigned"]


def test_a_resolution_without_a_handler_waits_for_the_liaison_to_choose(app: Flask) -> None:
    made = world(has_handler=False)
    matter = made.hall.matter
    assert queries.case_of_matter(matter.id) is None
    assert (matter.holder_id, matter.holder_task) == (made.hall.liaison.user_id, "dispatch")
    lines = queries.desk_lines(made.hall.liaison, now=SETTLED)
    assert [(line.task, line.url) for line in lines] == [("dispatch", f"/cases/dispatch?matter={matter.number}")]
    with transaction():
        case = service.dispatch(
            made.hall.liaison,
            matter_id=matter.id,
            handler_id=made.handler.user_id or 0,
            lead_unit_id=None,
            task="画好单行标线",
            limit="ordinary",
            now=SETTLED,
        )
    assert (case.vote_id, case.state) == (made.hall.vote.id, CaseState.assigned)


def test_a_handler_with_an_interest_is_never_given_the_case(app: Flask) -> None:
    with transaction():
        made = cycle.settled(needs_approval=True)
        matters.declare_interest(
            made.hall.matter.id, user_id=made.handler.user_id or 0, reason="我的店在北口", now=SETTLED
        )
        service.record_approval(
            made.hall.liaison, made.case.id, reference="沪公交 1", published_on=date(2026, 3, 3), now=SETTLED
        )
    with pytest.raises(rules.HandlerHasInterest), transaction():
        service.record_contact(made.handler, made.case.id, note="", now=SETTLED)
    with pytest.raises(rules.HandlerHasInterest), transaction():
        made.reply(now=SETTLED)


def test_only_the_handler_handles_only_the_offices_do_the_rest(app: Flask) -> None:
    made = world()
    with transaction():
        other = make.actor(make.person(name="方工", roles=[Role.handler], place=made.hall.place))
        elsewhere = make.actor(make.person(name="苏姐", roles=[Role.liaison], place=make.place()))
    with pytest.raises(rules.NotTheHandler), transaction():
        service.reply(other, made.case.id, kind=ReplyKind.A, text="我来答复", now=SETTLED)
    with pytest.raises(NotAllowed), transaction():
        service.close_case(made.handler, made.case.id, now=SETTLED)
    with pytest.raises(NotAllowed), transaction():
        service.close_case(elsewhere, made.case.id, now=SETTLED)
    with pytest.raises(NotAllowed), transaction():
        service.extend(made.handler, made.case.id, working_days=5, reason="等材料到货", now=SETTLED)
    assert made.case.state is CaseState.assigned


def test_contact_progress_and_answer_are_each_on_the_timeline_and_in_the_log(app: Flask) -> None:
    made = world()
    with transaction():
        service.record_contact(made.handler, made.case.id, note="打过电话", now=SETTLED)
        assert made.hall.matter.holder_task == "handle"
        service.add_progress(made.handler, made.case.id, text="量了路宽", stage="before", measure="3.9 米", now=SETTLED)
        made.reply(now=SETTLED + timedelta(days=3))
    matter = made.hall.matter
    assert made.case.state is CaseState.replied
    assert (matter.state, matter.holder_id, matter.holder_task) == ("replied", made.hall.liaison.user_id, "notify")
    assert codes(made)[-3:] == ["case.contacted", "case.progress", "case.replied"]
    tags = set(db.session.scalars(select(AuditLeaf.tag).where(AuditLeaf.tag.like("case.%"))))
    assert {"case.opened", "case.assigned", "case.contacted", "case.progress", "case.replied"} <= tags


def test_a_promise_leaves_the_case_with_the_handler_until_its_day(app: Flask) -> None:
    made = world()
    with transaction():
        made.reply(ReplyKind.B, now=SETTLED)
    case, matter = made.case, made.hall.matter
    assert (case.state, case.promised_on) == (CaseState.in_progress, date(2026, 4, 2))
    assert (matter.holder_id, matter.holder_task) == (made.handler.user_id, "follow_up")
    assert shanghai_date(matter.holder_due_at or SETTLED) == date(2026, 4, 2)
    with transaction():
        made.reply(now=SETTLED + timedelta(days=20))
    assert made.case.state is CaseState.replied


def test_an_extension_keeps_the_first_date_visible_and_happens_once(app: Flask) -> None:
    made = world()
    with transaction():
        service.extend(made.supervisor, made.case.id, working_days=5, reason="等标线材料到货", now=SETTLED)
    case = made.case
    assert shanghai_date(case.first_due_at or SETTLED) == date(2026, 3, 24)
    assert shanghai_date(case.due_at or SETTLED) == date(2026, 3, 31)
    with pytest.raises(rules.ExtendedAlready), transaction():
        service.extend(made.supervisor, made.case.id, working_days=5, reason="还要再等几天", now=SETTLED)


def test_reopening_starts_again_and_the_second_time_one_level_higher(app: Flask) -> None:
    made = world()
    at = SETTLED
    for times, level in ((1, 1), (2, 2)):
        with transaction():
            made.reply(now=at)
            at += timedelta(days=30)
            service.reopen(made.case, reason="晚上还是有车逆行", now=at)
        case, matter = made.case, made.hall.matter
        assert (case.times_reopened, case.level, case.state) == (times, level, CaseState.assigned)
        assert (matter.step, matter.state, matter.holder_task) == (Step.action, "reopened", "recheck")
        assert case.due_at is not None
        assert case.due_at > at
    offices = {made.handler.user_id, made.supervisor.user_id, made.hall.liaison.user_id}
    assert {user_id for user_id, _reason in told("case.reopened")} == offices
    assert len(told("case.reopened")) == 6


def test_the_liaison_closes_after_the_look_back(app: Flask) -> None:
    made = world()
    with transaction():
        made.reply(now=SETTLED)
    with pytest.raises(rules.LookBackStillOpen), transaction():
        service.close_case(made.hall.liaison, made.case.id, now=SETTLED)
    with transaction():
        service.end_look_back(made.case, now=SETTLED)
    assert [line.task for line in queries.desk_lines(made.hall.liaison, now=SETTLED)] == ["close_case"]
    with transaction():
        service.close_case(made.hall.liaison, made.case.id, now=SETTLED)
    matter = made.hall.matter
    assert (made.case.state, matter.state, matter.holder_name) == (CaseState.closed, "closed", "")
    assert matter.closed_at == SETTLED


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def test_reminders_come_once_each_and_daily_to_the_offices_when_late(app: Flask) -> None:
    made = world()
    jobs.remind(at(date(2026, 3, 10)))
    assert told("case.due_soon") == []
    for _scheduler in range(2):
        jobs.remind(at(date(2026, 3, 19), 15))
    assert told("case.due_soon") == [(made.handler.user_id, "handler")]
    jobs.remind(at(date(2026, 3, 23)))
    assert len(told("case.due_soon")) == 2
    jobs.remind(at(date(2026, 3, 24), 18))
    assert told("case.overdue") == []
    for day in (25, 25, 26):
        jobs.remind(at(date(2026, 3, day), 10))
    offices = {made.handler.user_id, made.supervisor.user_id, made.hall.liaison.user_id}
    assert len(told("case.overdue")) == 2 * len(offices)
    assert {user_id for user_id, _reason in told("case.overdue")} == offices
    assert [line.task for line in queries.desk_lines(made.supervisor, now=at(date(2026, 3, 26)))] == ["press_handler"]
    with transaction():
        made.reply(now=at(date(2026, 3, 26), 11))
    jobs.remind(at(date(2026, 3, 30)))
    assert len(told("case.overdue")) == 2 * len(offices)


def test_a_matter_without_a_vote_is_dispatched_once_to_somebody_fit(app: Flask) -> None:
    with transaction():
        place = make.place()
        liaison = make.actor(make.person(name="沈岚", roles=[Role.liaison], place=place))
        handler = make.person(name="钱工", roles=[Role.handler], place=place)
        stranger = make.person(name="路人")
        matter = make.matter(place=place)

    def dispatch(handler_id: int) -> None:
        with transaction():
            service.dispatch(
                liaison,
                matter_id=matter.id,
                handler_id=handler_id,
                lead_unit_id=None,
                task="换掉坏灯",
                limit="hard",
                now=SETTLED,
            )

    with pytest.raises(rules.DecisionOpen):
        dispatch(handler.id)
    with transaction():
        matters.move(matters.load_for_change(matter.id), step=Step.proposal, state="accepted", now=SETTLED)
    with pytest.raises(rules.HandlerUnfit):
        dispatch(stranger.id)
    dispatch(handler.id)
    with pytest.raises(rules.CaseExists):
        dispatch(handler.id)
    assert queries.list_for(liaison, chosen=CaseFilter.open, is_mine=False, now=SETTLED).lines[0].handler_name == "钱工"
