"""Who handles a case is pressed by the supervisor or a deputy: once a day, in public, never a private one (C5)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from deliberation.cases import rules, service
from deliberation.cases.rules import CaseState
from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed, NotFound
from deliberation.matters.models import TimelineEntry
from deliberation.notifications.models import Message
from deliberation.people.access import Role
from deliberation.people.queries import user
from tests.support import cycle, make
from tests.support.cycle import SETTLED
from tests.support.door import client_of, post

DAY, TODAY = timedelta(days=1), shanghai_date(SETTLED)


@pytest.mark.parametrize("state", list(CaseState))
@pytest.mark.parametrize("is_paused", [False, True])
@pytest.mark.parametrize(
    ("pressed_on", "is_refused"),
    [(None, False), (TODAY, True), (TODAY - DAY, False)],
    ids=["never", "today", "before"],
)
def test_only_a_running_clock_is_pressed_and_once_a_day(
    state: CaseState, is_paused: bool, pressed_on: date | None, is_refused: bool
) -> None:
    refusal = rules.refusal_to_press(state=state, is_paused=is_paused, pressed_on=pressed_on, today=TODAY)
    if state not in rules.BEING_HANDLED or is_paused:
        assert isinstance(refusal, rules.WrongCaseState)
    else:
        assert isinstance(refusal, rules.PressedToday) is is_refused


def test_the_handler_is_told_and_everybody_sees_it(sqlite_app: Flask) -> None:
    with transaction():
        made = cycle.settled()
        deputy = make.actor(make.person(name="何代表", roles=[Role.deputy], place=made.hall.place))
    path = f"/cases/{made.case.id}"
    supervisor = client_of(sqlite_app, user(made.supervisor.user_id or 0))
    assert "催一催办理的人" in supervisor.get(path).text
    assert post(supervisor, f"{path}/press", page=path).status_code == 302
    page = supervisor.get(path).text
    assert "催一催办理的人" not in page
    assert set(db.session.scalars(select(Message.user_id).where(Message.kind == "case.pressed"))) == {
        made.case.handler_id
    }
    entries = select(TimelineEntry).where(TimelineEntry.code == "case.pressed")
    assert [entry.matter_id for entry in db.session.scalars(entries)] == [made.case.matter_id]
    with pytest.raises(rules.PressedToday), transaction():
        service.press(deputy, made.case.id, now=made.case.pressed_at or SETTLED)


def test_a_deputy_finds_it_on_the_page_that_everybody_reads(sqlite_app: Flask) -> None:
    with transaction():
        made = cycle.settled()
        deputy = make.actor(make.person(name="何代表", roles=[Role.deputy], place=made.hall.place))
    path = f"/matters/{made.hall.matter.number}"
    assert "催一催" in client_of(sqlite_app, user(deputy.user_id or 0)).get(path).text
    assert "催一催" not in client_of(sqlite_app).get(path).text


def test_nobody_else_presses_and_a_private_case_is_not_found(sqlite_app: Flask) -> None:
    with transaction():
        made = cycle.settled()
    with pytest.raises(NotAllowed), transaction():
        service.press(made.handler, made.case.id, now=SETTLED)
    with transaction():
        made.case.is_private = True
    with pytest.raises(NotFound), transaction():
        service.press(made.supervisor, made.case.id, now=SETTLED)
