"""Everything after the vote, once through: every timeline entry, message, card and desk line can be shown."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from deliberation.cases import jobs as case_jobs
from deliberation.cases import service as cases
from deliberation.cases.rules import ReplyKind
from deliberation.feedback import jobs, service
from deliberation.feedback.rules import Answer
from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.matters import queries as matters
from deliberation.notifications import jobs as deliveries
from deliberation.notifications.models import Delivery, DeliveryState, MailboxItem
from deliberation.people.queries import user
from tests.support import cycle
from tests.support.cycle import SETTLED, World
from tests.support.door import client_of


def walk_through(made: World) -> datetime:
    """Approved, contacted, promised, extended, answered, found wanting, done again, looked at twice, closed."""
    liaison, handler, case = made.hall.liaison, made.handler, made.case
    with transaction():
        cases.record_approval(liaison, case.id, reference="沪公交 2026-12", published_on=date(2026, 3, 3), now=SETTLED)
        cases.record_contact(handler, case.id, note="", now=SETTLED)
        cases.add_progress(handler, case.id, text="量了路宽", stage="before", measure="3.9 米", now=SETTLED)
        cases.extend(made.supervisor, case.id, working_days=5, reason="等标线材料到货", now=SETTLED)
        made.reply(ReplyKind.C, now=SETTLED)
    for day in (24, 29, 31):
        case_jobs.remind(SETTLED + timedelta(days=day))
    now = SETTLED + timedelta(days=31)
    with transaction():
        cases.add_progress(handler, case.id, text="画好了标线", stage="after", measure="3.9 米", now=now)
        made.reply(now=now)
    for said in (Answer.came_back, Answer.partly):
        now = made.look_backs()[0].due_at
        jobs.issue_due(now)
        jobs.send_due(now)
        with transaction():
            service.answer_look_back(
                look_back_id=made.look_backs()[0].id,
                user_id=made.proposer.id,
                answer=said,
                reason="<b>晚上</b> 又有车逆行",
                by_link=False,
                now=now,
            )
        if said is Answer.came_back:
            with transaction():
                made.reply(now=now)
    jobs.end_due(now + timedelta(days=8))
    now = made.look_backs()[1].due_at
    jobs.send_due(now)
    jobs.end_due(now + timedelta(days=8))
    with transaction():
        cases.close_case(liaison, case.id, now=now + timedelta(days=8))
    return now + timedelta(days=8)


@pytest.mark.parametrize("locale", ["zh_Hans_CN", "en"])
def test_the_whole_story_can_be_read(sqlite_app: Flask, locale: str) -> None:
    with transaction():
        made = cycle.settled(needs_approval=True)
        for each in (made.proposer.id, made.handler.user_id, made.hall.liaison.user_id):
            user(each or 0).locale = locale
    end = walk_through(made)
    for _batch in range(3):
        deliveries.deliver(end)
    assert set(db.session.scalars(select(Delivery.state))) == {DeliveryState.sent}
    bodies = db.session.scalars(select(MailboxItem.body)).all()
    assert not any("None" in body or "%(" in body or "<time" in body for body in bodies)
    clock.configure(frozen=end, file=None)
    codes = {entry.code for entry in matters.timeline(made.hall.matter.id)}
    ours = (
        "approval_pending",
        "approved",
        "assigned",
        "contacted",
        "progress",
        "extended",
        "replied",
        "reopened",
        "closed",
    )
    assert {*(f"case.{each}" for each in ours), "outcome.issued", "look_back.asked", "look_back.ended"} <= codes
    for person in (None, made.proposer, user(made.hall.liaison.user_id or 0), user(made.handler.user_id or 0)):
        page = client_of(sqlite_app, person).get(f"/matters/{made.hall.matter.number}")
        assert page.status_code == 200
        assert "<b>晚上</b>" not in page.text
        assert "%(" not in page.text


def test_what_needs_somebody_is_on_their_home_page_and_desk(sqlite_app: Flask) -> None:
    with transaction():
        made = cycle.settled()
    clock.configure(frozen=SETTLED, file=None)
    liaison, handler = user(made.hall.liaison.user_id or 0), user(made.handler.user_id or 0)
    number = made.hall.matter.number
    assert f"/feedback/notices/{made.notices()[0].id}" in client_of(sqlite_app, liaison).get("/desk").text
    assert f"/cases/{made.case.id}" in client_of(sqlite_app, handler).get("/desk").text
    assert f"/cases/{made.case.id}" in client_of(sqlite_app, handler).get(f"/places/{made.hall.place.code}").text
    with transaction():
        made.reply(now=SETTLED)
    due = made.look_backs()[0].due_at
    jobs.send_due(due)
    clock.configure(frozen=due, file=None)
    home = client_of(sqlite_app, made.proposer).get(f"/places/{made.hall.place.code}").text
    assert f'action="/feedback/look-backs/{made.look_backs()[0].id}"' in home
    assert number


def test_panels_cost_the_same_however_many_there_are(sqlite_app: Flask) -> None:
    from deliberation.cases import queries as case_queries
    from deliberation.feedback import queries

    counted: list[str] = []
    with transaction():
        made = cycle.settled()

    def statements() -> int:
        db.session.expire_all()
        counted.clear()
        for module in (case_queries, queries):
            module.desk_lines(made.hall.liaison, now=SETTLED)
            module.needs(made.handler, now=SETTLED)
        return len(counted)

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        counted.append(statement)

    event.listen(db.engines[None], "before_cursor_execute", note)
    try:
        before = statements()
        with transaction():
            cycle.settled()
            cycle.settled(has_handler=False)
        assert statements() == before
    finally:
        event.remove(db.engines[None], "before_cursor_execute", note)
