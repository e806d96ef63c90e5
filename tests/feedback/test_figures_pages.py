"""The page of figures and its file: for everybody, with the offices seeing more; and a case on its way into them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from deliberation.cases import service as cases
from deliberation.feedback import queries
from deliberation.feedback.models import CaseTerm
from deliberation.feedback.rules import Dimension, Figures, Period
from deliberation.kernel import clock
from deliberation.kernel.clock import SHANGHAI
from deliberation.kernel.database import db, transaction
from deliberation.people.queries import user
from deliberation.proposals.rules import ProposalKind
from tests.support import cycle
from tests.support.counting import statements
from tests.support.cycle import SETTLED, World
from tests.support.door import client_of

MARCH = Period(date(2026, 3, 1), date(2026, 3, 1))
APRIL_1 = datetime(2026, 4, 1, 10, tzinfo=SHANGHAI)


@pytest.fixture
def made(sqlite_app: Flask) -> Iterator[World]:
    with transaction():
        made = cycle.settled()
    clock.configure(frozen=APRIL_1, file=None)
    yield made
    clock.configure(frozen=None, file=None)


def march(made: World, *, now: datetime = APRIL_1) -> Figures:
    _groups, total = queries.figures(made.hall.place, MARCH, by=Dimension.level, now=now)
    return total


def test_a_case_counts_once_it_is_due_and_a_case_done_again_counts_twice(made: World) -> None:
    due_at = made.case.due_at
    assert due_at is not None
    assert march(made, now=due_at - timedelta(minutes=1)) == Figures()
    assert march(made, now=due_at) == Figures(due=1)
    with transaction():
        cases.record_contact(made.handler, made.case.id, note="", now=SETTLED)
        made.reply(now=SETTLED)
    assert march(made) == Figures(due=1, responded=1, replied=1, on_time=1, solved=1)
    with transaction():
        cases.reopen(made.case, reason="还是没好", now=SETTLED + timedelta(days=2))
    assert march(made) == Figures(due=2, responded=1, replied=1, on_time=1, reopened=1)


def test_more_time_counts_when_it_is_given_in_time(made: World) -> None:
    due_at = made.case.due_at
    assert due_at is not None
    with transaction():
        late = due_at + timedelta(days=1)
        cases.extend(made.supervisor, made.case.id, working_days=5, reason="等材料到货", now=late)
        made.reply(now=late)
    assert march(made) == Figures(due=1, replied=1, solved=1), "it was late when more time was given"


def test_a_pause_that_began_in_time_stops_the_day(made: World) -> None:
    due_at = made.case.due_at
    assert due_at is not None
    paused, answered = due_at - timedelta(days=1), due_at + timedelta(days=7)
    with transaction():
        until = (paused + timedelta(days=10)).date()
        cases.pause(made.supervisor, made.case.id, reason="等专家来看过", until=until, now=paused)
    assert march(made) == Figures(), "while the clock stands still nothing is due"
    with transaction():
        cases.resume(made.supervisor, made.case.id, now=due_at + timedelta(days=6))
        made.reply(now=answered)
    assert march(made) == Figures(due=1, replied=1, on_time=1, solved=1)


def read(page: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(page.removeprefix("\ufeff"))))


def test_the_page_and_the_file_say_the_same_and_keep_small_numbers_back(sqlite_app: Flask, made: World) -> None:
    asked = f"place={made.hall.place.code}&since=2026-03&until=2026-03&by=place"
    liaison = client_of(sqlite_app, user(made.hall.liaison.user_id or 0))
    _head, line, total = read(liaison.get(f"/feedback/figures.csv?{asked}").text)
    assert line == [made.hall.place.name, "1", *["0"] * 8, *["0.00%"] * 4, "—", "—"]
    assert total[1:] == line[1:]
    assert made.hall.place.name in liaison.get(f"/feedback/figures?{asked}").text
    visitor = client_of(sqlite_app)
    _head, line, _total = read(visitor.get(f"/feedback/figures.csv?{asked}").text)
    assert "1" not in line
    assert "不足 5" in visitor.get(f"/feedback/figures?{asked}").text


@pytest.mark.parametrize("by", ["place", "level", "unit", "topic", "month", "nonsense"])
def test_every_way_of_telling_apart_reads_the_same_few_statements(sqlite_app: Flask, made: World, by: str) -> None:
    visitor = client_of(sqlite_app)
    path = f"/feedback/figures?by={by}&since=&until=2026-13"
    assert visitor.get(path).status_code == 200
    assert statements(lambda: visitor.get(path)) <= 5


def test_the_figures_are_told_apart_by_what_the_matters_are_about(sqlite_app: Flask, made: World) -> None:
    liaison = client_of(sqlite_app, user(made.hall.liaison.user_id or 0))
    path = f"/feedback/figures.csv?place={made.hall.place.code}&since=2026-03&until=2026-03&by=topic"
    head, line, _total = read(liaison.get(path).text)
    assert (head[0], line[0]) == ("主题", "没有写明")
    with transaction():
        db.session.execute(update(CaseTerm).values(kind=ProposalKind.lighting))
    assert [row[0] for row in read(liaison.get(path).text)] == ["主题", "照明", "合计"]


def test_months_are_drawn_as_two_lines(sqlite_app: Flask, made: World) -> None:
    with transaction():
        made.reply(now=SETTLED)
    liaison = client_of(sqlite_app, user(made.hall.liaison.user_id or 0))
    page = liaison.get(f"/feedback/figures?place={made.hall.place.code}&since=2026-01&until=2026-08&by=month")
    assert page.status_code == 200
    assert 'path class="trend__on"' in page.text
    assert "按时率 100.00%" in page.text


def test_months_the_wrong_way_round_are_said_and_stay_as_they_were_typed(sqlite_app: Flask) -> None:
    page = client_of(sqlite_app).get("/feedback/figures?since=2026-09&until=2026-01")
    assert page.status_code == 422
    assert "「到」比「从」早" in page.text
    assert page.text.index('value="2026-09"') < page.text.index('value="2026-01"')
    assert client_of(sqlite_app).get("/feedback/figures.csv?since=2026-09&until=2026-01").status_code == 422
