"""Clocks that stand still, promises that slip, parts split off, deputies' suggestions, on both databases."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from deliberation.cases import jobs, queries, rules, service
from deliberation.cases.rules import CaseState, ReplyKind
from deliberation.feedback import queries as feedback
from deliberation.kernel import clock
from deliberation.kernel.clock import SHANGHAI, shanghai_date
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed
from deliberation.matters import queries as matter_queries
from deliberation.matters import service as matters
from deliberation.matters.models import Step
from deliberation.notifications.models import Message
from deliberation.people.access import Actor, Role
from deliberation.people.queries import user
from tests.support import cycle, make
from tests.support.cycle import SETTLED, World
from tests.support.door import client_of, post


def at(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


def given() -> World:
    with transaction():
        return cycle.settled()


def told(kind: str) -> set[int]:
    return set(db.session.scalars(select(Message.user_id).where(Message.kind == kind)))


def due_on(made: World) -> date:
    assert made.case.due_at is not None
    return shanghai_date(made.case.due_at)


def pause(made: World, actor: Actor, until: date, *, now: datetime) -> None:
    with transaction():
        service.pause(actor, made.case.id, reason="等标线材料到货", until=until, now=now)


def test_a_paused_clock_stands_still_goes_on_by_itself_and_everyone_is_told(app: Flask) -> None:
    made = given()
    with pytest.raises(NotAllowed):
        pause(made, made.handler, date(2026, 3, 10), now=SETTLED)
    with pytest.raises(rules.PauseEnds):
        pause(made, made.supervisor, date(2026, 4, 1), now=SETTLED)
    pause(made, made.supervisor, date(2026, 3, 10), now=SETTLED)
    case, matter = made.case, made.hall.matter
    assert (case.next_reminder_at, case.climb_at) == (None, None)
    assert (matter.holder_task, shanghai_date(matter.holder_due_at or SETTLED)) == ("paused", date(2026, 3, 10))
    everyone = {made.proposer.id, *(voter.id for voter in made.hall.voters)}
    assert everyone <= told("case.paused")
    jobs.remind(at(3, 9))
    assert told("case.contact_late") == set()
    jobs.go_on(at(3, 10, 8))
    assert case.paused_at is not None
    for _scheduler in range(2):
        jobs.go_on(at(3, 10, 9))
    assert case.paused_at is None
    assert (due_on(made), shanghai_date(case.first_due_at or SETTLED)) == (date(2026, 3, 31), date(2026, 3, 24))
    assert shanghai_date(case.contact_due_at or SETTLED) == date(2026, 3, 11)
    assert everyone <= told("case.resumed")
    term = feedback.term(case.id, 1)
    assert term is not None
    assert term.due_on == date(2026, 3, 31), "what the figures count moves along"


def test_the_supervisor_ends_a_pause_early_and_an_answer_ends_it_too(sqlite_app: Flask) -> None:
    made = given()
    with pytest.raises(rules.NotPaused), transaction():
        service.resume(made.supervisor, made.case.id, now=SETTLED)
    pause(made, made.supervisor, date(2026, 3, 20), now=SETTLED)
    with transaction():
        service.resume(made.supervisor, made.case.id, now=at(3, 5))
    assert due_on(made) == date(2026, 3, 26)
    pause(made, made.supervisor, date(2026, 3, 20), now=at(3, 9))
    with transaction():
        made.reply(now=at(3, 10))
    assert (made.case.state, made.case.paused_at) == (CaseState.replied, None)
    jobs.go_on(at(3, 20))
    assert made.case.next_reminder_at is None


def test_more_time_is_told_to_everyone_who_took_part(sqlite_app: Flask) -> None:
    made = given()
    with pytest.raises(rules.ExtensionTooLong), transaction():
        service.extend(made.supervisor, made.case.id, working_days=16, reason="等标线材料到货", now=SETTLED)
    with transaction():
        service.extend(made.supervisor, made.case.id, working_days=15, reason="等标线材料到货", now=SETTLED)
    assert {made.proposer.id, *(voter.id for voter in made.hall.voters)} <= told("case.extended")


def test_on_the_promised_day_the_handler_is_asked_again_and_another_day_needs_a_reason(app: Flask) -> None:
    made = given()
    with transaction():
        made.reply(ReplyKind.B, now=SETTLED)  # Promised for 2 April.
    jobs.remind(at(4, 1, 10))
    assert told("case.promise_due") == set()
    for _scheduler in range(2):
        jobs.remind(at(4, 2, 9))
    assert told("case.promise_due") == {made.handler.user_id}
    again = {"kind": ReplyKind.C, "text": "标线机还没到货", "promised_on": date(2026, 5, 6), "now": at(4, 2)}
    with pytest.raises(rules.SlipReasonMissing), transaction():
        service.reply(made.handler, made.case.id, **again)
    with transaction():
        service.reply(made.handler, made.case.id, **again, slip_reason="厂家推迟了交货")
    assert due_on(made) == date(2026, 5, 6)
    (entry,) = [each for each in matter_queries.timeline(made.case.matter_id) if "slip_reason" in each.data]
    assert (entry.data["promised_before"], entry.data["slip_reason"]) == ("2026-04-02", "厂家推迟了交货")
    jobs.remind(at(5, 6, 9))
    asked = db.session.scalars(select(Message).where(Message.kind == "case.promise_due").order_by(Message.id)).all()
    assert [message.data["promised_on"] for message in asked] == ["2026-04-02", "2026-05-06"]


def test_a_part_is_split_off_and_the_whole_is_answered_after_it(app: Flask) -> None:
    made = given()
    with transaction():
        nurse = make.actor(make.person(name="乐护士", roles=[Role.handler], place=made.hall.place))
    fields = {"title": "两位卧床老人上门助浴", "task": "排好上门的日子", "handler_id": nurse.user_id or 0}
    with pytest.raises(NotAllowed), transaction():
        service.split(made.handler, made.case.id, **fields, limit="hard", now=SETTLED)
    with transaction():
        part = service.split(made.hall.liaison, made.case.id, **fields, limit="hard", now=SETTLED)
    assert (part.parent_id, part.handler_id, part.state) == (made.case.id, nurse.user_id, CaseState.assigned)
    assert part.matter_id != made.case.matter_id
    assert made.proposer.id in matter_queries.participants(part.matter_id)
    with pytest.raises(rules.AlreadyAPart), transaction():
        service.split(made.hall.liaison, part.id, **fields, limit="hard", now=SETTLED)
    with pytest.raises(rules.PartsOpen), transaction():
        made.reply(now=SETTLED)
    with transaction():
        service.reply(nurse, part.id, kind=ReplyKind.C, text="每周二上门", promised_on=date(2026, 3, 17), now=at(3, 5))
    assert told("case.parts_answered") == {made.handler.user_id}
    with transaction():
        made.reply(now=at(3, 6))
    assert made.case.state is CaseState.replied
    assert queries.case(part.id).state is CaseState.in_progress


def a_suggestion(made: World, *, is_hard: bool) -> Actor:
    with transaction():
        deputy = make.person(name="何代表", roles=[Role.deputy], place=made.hall.place)
        service.register_suggestion(
            made.hall.liaison, matter_id=made.hall.matter.id, deputy_id=deputy.id, is_hard=is_hard, now=SETTLED
        )
    return make.actor(deputy)


def test_a_deputy_s_suggestion_runs_by_the_law_s_months(app: Flask) -> None:
    with transaction():
        made = cycle.settled(has_handler=False)
    deputy = a_suggestion(made, is_hard=False)
    matter = made.hall.matter
    assert (matter.holder_task, shanghai_date(matter.holder_due_at or SETTLED)) == ("dispatch", date(2026, 3, 12))
    fields = {"matter_id": matter.id, "lead_unit_id": None, "task": "把标线画好", "limit": "ordinary"}
    with transaction():
        also = make.actor(make.person(name="兼职", roles=[Role.deputy, Role.handler], place=made.hall.place))
    with pytest.raises(rules.SuggestionExists), transaction():
        service.register_suggestion(
            made.hall.liaison, matter_id=matter.id, deputy_id=also.user_id or 0, is_hard=True, now=SETTLED
        )
    with transaction():
        case = service.dispatch(made.hall.liaison, handler_id=made.handler.user_id or 0, now=SETTLED, **fields)
    assert (case.limit_name, due_on(made)) == ("suggestion_reply", date(2026, 6, 3))
    (asked,) = queries.assignments(case.id)
    assert shanghai_date(asked.answer_by or SETTLED) == date(2026, 3, 12), "seven working days to hand it back"
    assert told("suggestion.forwarded") == {deputy.user_id}
    with pytest.raises(NotAllowed), transaction():
        service.reply(deputy, case.id, kind=ReplyKind.A, text="我来答复", now=SETTLED)
    with transaction():
        service.extend(made.supervisor, case.id, working_days=60, reason="要等交警部门", now=SETTLED)
        made.reply(now=at(3, 20))
        service.reopen(made.case, reason="代表不满意", now=at(4, 20))
    assert due_on(made) == date(2026, 5, 20), "one month to do it again"


def test_a_deputy_neither_handles_nor_suggests_about_their_own(sqlite_app: Flask) -> None:
    with transaction():
        made = cycle.settled(has_handler=False)
        both = make.person(name="兼职", roles=[Role.deputy, Role.handler], place=made.hall.place)
        own = make.person(name="店主代表", roles=[Role.deputy], place=made.hall.place)
        matters.declare_interest(made.hall.matter.id, user_id=own.id, reason="我的店在北口", now=SETTLED)
    register = {"matter_id": made.hall.matter.id, "is_hard": True, "now": SETTLED}
    with pytest.raises(rules.OwnMatter), transaction():
        service.register_suggestion(made.hall.liaison, deputy_id=own.id, **register)
    with pytest.raises(rules.NotADeputyHere), transaction():
        service.register_suggestion(made.hall.liaison, deputy_id=made.proposer.id, **register)
    with transaction():
        service.register_suggestion(made.hall.liaison, deputy_id=both.id, **register)
    fields = {"matter_id": made.hall.matter.id, "lead_unit_id": None, "task": "把标线画好", "now": SETTLED}
    with pytest.raises(rules.DeputyCannotHandle), transaction():
        service.dispatch(made.hall.liaison, handler_id=both.id, **fields)
    with transaction():
        service.dispatch(made.hall.liaison, handler_id=made.handler.user_id or 0, **fields)
    assert due_on(made) == date(2026, 9, 3)


def test_the_pages_of_clocks_and_parts(sqlite_app: Flask) -> None:
    made = given()
    clock.configure(frozen=SETTLED, file=None)
    path = f"/cases/{made.case.id}"
    supervisor, liaison = (client_of(sqlite_app, user(a.user_id or 0)) for a in (made.supervisor, made.hall.liaison))
    paused = {"pause-until": "2026-03-10", "pause-reason": "等标线材料到货"}
    assert post(supervisor, f"{path}/pause", **{**paused, "pause-until": ""}).status_code == 422
    assert post(supervisor, f"{path}/pause", **paused).status_code == 302
    public = client_of(sqlite_app).get(f"/matters/{made.hall.matter.number}").text
    assert "暂停计时" in public
    assert "等标线材料到货" in public
    assert "现在就接着计时" in supervisor.get(path).text
    assert post(supervisor, f"{path}/resume").status_code == 302
    part = {"split-title": "两位卧床老人上门助浴", "split-task": "排好上门的日子", "split-limit": "hard"}
    part["split-handler_id"] = str(made.handler.user_id)
    done = post(liaison, f"{path}/split", **part)
    assert done.status_code == 302
    assert "从这一件分出来" in liaison.get(done.location).text
    assert "两位卧床老人上门助浴" in liaison.get(path).text
    assert "两位卧床老人上门助浴" in client_of(sqlite_app).get(f"/matters/{made.hall.matter.number}").text
    clock.configure(frozen=None, file=None)


def test_a_suggestion_is_registered_where_it_is_dispatched(sqlite_app: Flask) -> None:
    with transaction():
        made = cycle.settled(has_handler=False)
        deputy = make.person(name="何代表", roles=[Role.deputy], place=made.hall.place)
    clock.configure(frozen=SETTLED, file=None)
    liaison = client_of(sqlite_app, user(made.hall.liaison.user_id or 0))
    path = f"/cases/dispatch?matter={made.hall.matter.number}"
    assert "这是人大代表的建议" in liaison.get(path).text
    sent = {"suggestion-deputy_id": str(deputy.id), "suggestion-is_hard": "y"}
    assert post(liaison, f"/cases/suggestions?matter={made.hall.matter.number}", **sent).status_code == 302
    page = liaison.get(path).text
    assert "代表建议，面广难办的答复：6 个月" in page
    assert "一般的事，答复" not in page
    assert post(liaison, path, handler_id=str(made.handler.user_id), task="把标线画好", level="1").status_code == 302
    assert made.case.limit_name == "suggestion_reply_hard"
    assert made.hall.matter.step == Step.action
    assert "何代表 提的" in client_of(sqlite_app).get(f"/matters/{made.hall.matter.number}").text
    clock.configure(frozen=None, file=None)
