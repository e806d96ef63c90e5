"""A handler asks for more time inside the system; the supervisor gives it or not, and everybody sees what became of it.

The case of ``cycle.settled`` is given on 3 March 2026 and due on the 24th.
"""

from __future__ import annotations

from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from deliberation.audit.models import AuditLeaf
from deliberation.cases import queries, rules, service
from deliberation.cases.models import Assignment, ExtensionRequest
from deliberation.cases.rules import ExtensionState, ReplyKind
from deliberation.kernel import clock
from deliberation.kernel.clock import SHANGHAI, shanghai_date
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed
from deliberation.matters import queries as matter_queries
from deliberation.matters.models import MatterReader
from deliberation.notifications.models import Message
from deliberation.people.access import Actor, Role
from deliberation.people.queries import user
from tests.support import cycle, make
from tests.support.cycle import SETTLED, World
from tests.support.door import client_of, post

WHY = "标线材料 3 月底才到货。"
DUE = date(2026, 3, 24)


def at(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


def given() -> World:
    with transaction():
        return cycle.settled()


def part_of(made: World, actor: Actor) -> Assignment:
    return next(row for row in queries.assignments(made.case.id) if row.handler_id == actor.user_id)


def ask(made: World, actor: Actor, *, now: datetime = SETTLED, days: int = 5) -> ExtensionRequest:
    with transaction():
        return service.ask_extension(actor, part_of(made, actor).id, working_days=days, reason=WHY, now=now)


def decide(made: World, request: ExtensionRequest, *, answer: str = "", now: datetime = SETTLED) -> None:
    """A refusal is one that says why."""
    with transaction():
        service.decide_extension(made.supervisor, request.id, is_granted=not answer, answer=answer, now=now)


def told(kind: str) -> set[int]:
    return set(db.session.scalars(select(Message.user_id).where(Message.kind == kind)))


def tasks(actor: Actor) -> list[str]:
    return [line.task for line in queries.desk_lines(actor, now=SETTLED)]


def codes(made: World) -> list[str]:
    return [entry.code for entry in matter_queries.timeline(made.case.matter_id)]


def due_on(at: datetime | None) -> date:
    assert at is not None
    return shanghai_date(at)


def test_time_is_asked_for_and_given_and_the_clock_runs_meanwhile(app: Flask) -> None:
    made = given()
    with pytest.raises(rules.ExtensionTooLong):
        ask(made, made.handler, days=16)
    with pytest.raises(NotAllowed), transaction():
        service.ask_extension(
            make.actor(made.proposer), part_of(made, made.handler).id, working_days=5, reason=WHY, now=SETTLED
        )
    request = ask(made, made.handler)
    assert due_on(made.case.due_at) == DUE, "nothing moves before somebody has decided"
    assert tasks(made.supervisor).count("decide_extension") == 1
    assert told("case.extension_asked") == {made.supervisor.user_id}
    with pytest.raises(rules.ExtensionAsked):
        ask(made, made.handler)
    with pytest.raises(rules.ExtensionAwaited), transaction():
        service.extend(made.supervisor, made.case.id, working_days=5, reason="等标线材料到货", now=SETTLED)
    with pytest.raises(NotAllowed), transaction():
        service.decide_extension(made.handler, request.id, is_granted=True, answer="", now=SETTLED)
    decide(made, request, now=at(3, 26))
    assert due_on(made.case.due_at) == date(2026, 3, 31), "five working days from the old day, whenever it is decided"
    assert due_on(made.case.first_due_at) == DUE
    assert {made.proposer.id, *(voter.id for voter in made.hall.voters)} <= told("case.extended")
    assert {made.handler.user_id, made.hall.liaison.user_id} <= told("case.extension_decided")
    assert codes(made)[-2:] == ["case.extension_asked", "case.extended"]
    assert "decide_extension" not in tasks(made.supervisor)
    with pytest.raises(rules.ExtensionDecided):
        decide(made, request)
    with pytest.raises(rules.ExtendedAlready):
        ask(made, made.handler, now=at(3, 27))
    leaves = set(db.session.scalars(select(AuditLeaf.tag)))
    assert {"case.extension_asked", "case.extended", "case.extension_decided"} <= leaves


def test_a_refusal_says_why_and_what_was_answered_meanwhile_needs_no_decision(sqlite_app: Flask) -> None:
    made = given()
    decide(made, ask(made, made.handler), answer="材料昨天已经到了，按期办。")
    assert due_on(made.case.due_at) == DUE
    assert codes(made)[-1] == "case.extension_decided"
    assert made.handler.user_id in told("case.extension_decided")
    again = ask(made, made.handler, now=at(3, 20))
    with transaction():
        made.reply(ReplyKind.A, now=at(3, 21))
    assert again.state is ExtensionState.lapsed
    assert "decide_extension" not in tasks(made.supervisor)
    with pytest.raises(rules.ExtensionDecided):
        decide(made, again)


def test_after_the_day_it_is_too_late_to_ask(sqlite_app: Flask) -> None:
    made = given()
    with pytest.raises(rules.ExtensionTooLate):
        ask(made, made.handler, now=at(3, 25))


def test_an_assisting_unit_asks_for_its_own_clock(sqlite_app: Flask) -> None:
    made = given()
    with transaction():
        helper = make.actor(make.person(name="方工", roles=[Role.handler], place=made.hall.place))
        given_to = {"handler_id": helper.user_id or 0, "task": "把电接到灯杆"}
        asked = service.ask_assistance(made.hall.liaison, made.case.id, now=SETTLED, **given_to)
    before = due_on(asked.due_at)
    request = ask(made, helper)
    ask(made, made.handler)  # Each part has a request of its own.
    assert tasks(made.supervisor).count("decide_extension") == 2
    decide(made, request)
    assert due_on(part_of(made, helper).due_at) > before
    assert due_on(made.case.due_at) == DUE
    assert {helper.user_id, made.handler.user_id} <= told("case.extension_decided")
    with transaction():
        service.finish_assistance(helper, asked.id, text="电接好了，试过了", now=at(3, 9))
    assert [line.row.state for line in queries.extension_lines(made.case.id, [asked], reader_id=None)] == [
        ExtensionState.open,
        ExtensionState.granted,
    ]


def test_of_a_private_case_the_supervisor_reads_while_it_waits(sqlite_app: Flask) -> None:
    made = given()
    with transaction():
        made.hall.matter.is_private = made.case.is_private = True
        db.session.merge(made.hall.matter)

    def readers() -> set[int]:
        rows = select(MatterReader.user_id).where(MatterReader.matter_id == made.case.matter_id)
        return set(db.session.scalars(rows.where(MatterReader.reason == "handler")))

    request = ask(made, made.handler)
    assert readers() == {made.handler.user_id, made.supervisor.user_id}
    decide(made, request)
    assert readers() == {made.handler.user_id}


def test_it_goes_through_the_page_and_what_was_typed_is_never_lost(sqlite_app: Flask) -> None:
    made = given()
    clock.configure(frozen=SETTLED, file=None)
    handler, supervisor = (client_of(sqlite_app, user(each.user_id or 0)) for each in (made.handler, made.supervisor))
    path, asking = f"/cases/{made.case.id}", f"/cases/assignments/{part_of(made, made.handler).id}/extension"
    assert "来不及，申请延期" in handler.get(path).text
    sent = {"askextension-working_days": "30", "askextension-reason": WHY}
    refused = post(handler, asking, **sent)
    assert refused.status_code == 422
    assert 'id="askextension-working_days-error"' in refused.text
    assert WHY in refused.text
    assert post(handler, asking, **{**sent, "askextension-working_days": "5"}).status_code == 302
    assert "申请过的延期" in handler.get(path).text
    again = post(handler, asking, **{**sent, "askextension-working_days": "5"})
    assert again.status_code == 409
    assert "督办还没有定" in again.text
    assert WHY in again.text, "its form does not stand there any more, so what was typed is shown"
    assert "有人申请延期，定给不给" in supervisor.get("/desk").text
    assert WHY in supervisor.get(path).text
    request = db.session.scalars(select(ExtensionRequest)).one()
    deciding = f"/cases/extensions/{request.id}/decide"
    short = post(supervisor, deciding, **{"decideextension-is_granted": "0", "decideextension-reason": "不行"})
    assert short.status_code == 422
    assert 'id="decideextension-reason-error"' in short.text
    assert "不行" in short.text
    answer = {"decideextension-is_granted": "0", "decideextension-reason": "材料昨天到了，按期办。"}
    assert post(supervisor, deciding, **answer).status_code == 302
    for client in (handler, client_of(sqlite_app, made.proposer)):
        assert "材料昨天到了，按期办。" in client.get(f"/matters/{made.hall.matter.number}").text
    clock.configure(frozen=None, file=None)
