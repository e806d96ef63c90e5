"""The deadline table (domain.md C4): what holds where, and who may change it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import event

from deliberation.cases import clocks, queries, rules, service
from deliberation.cases.rules import LIMITS, Limit, LimitUnit, SetLimit
from deliberation.feedback import queries as feedback
from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed, NotFound
from deliberation.people.access import Role
from deliberation.people.queries import user
from tests.support import cycle, make
from tests.support.door import client_of, post

NOW = datetime(2026, 3, 3, 2, tzinfo=UTC)
TOWN, ESTATE, HOUSE = 1, 2, 3


def set_to(value: int, place_id: int | None) -> SetLimit:
    return SetLimit("ordinary", place_id, Limit(value, LimitUnit.working_days, "自定"))


@pytest.mark.parametrize(
    ("rows", "value"),
    [
        ([], 5),
        ([set_to(6, None)], 6),
        ([set_to(4, TOWN), set_to(6, None)], 4),
        ([set_to(3, HOUSE), set_to(4, TOWN), set_to(6, None)], 3),
        ([set_to(4, TOWN), set_to(3, HOUSE)], 3),
        ([set_to(9, 77)], 5),
        ([SetLimit("unheard_of", None, Limit(1, LimitUnit.days, ""))], 5),
    ],
)
def test_the_nearest_place_wins(rows: list[SetLimit], value: int) -> None:
    found = rules.limits_in_force(rows, (TOWN, ESTATE, HOUSE))
    assert found["ordinary"].value == value
    assert set(found) == set(LIMITS)


def test_every_limit_of_the_rules_has_a_name_and_a_basis() -> None:
    assert set(rules.LIMIT_WORDS) == set(LIMITS)
    assert all(limit.basis and 1 <= limit.value <= rules.MOST[limit.unit] for limit in LIMITS.values())
    assert [(LIMITS[name].value, LIMITS[name].unit) for name in rules.REPLY_LIMITS] == [
        (1, "wd"),
        (5, "wd"),
        (15, "wd"),
    ]


def refusal_to_set(**changes: object) -> object:
    given = {
        "name": "ordinary",
        "wanted": Limit(6, LimitUnit.working_days, "自定"),
        "current": None,
        "reason": "试行一季",
    }
    return rules.refusal_to_set_limit(**{**given, **changes})  # type: ignore[arg-type]


def test_a_limit_is_changed_with_a_basis_and_a_reason_and_within_bounds() -> None:
    assert refusal_to_set() is None
    assert isinstance(refusal_to_set(name="unheard_of"), NotFound)
    assert isinstance(refusal_to_set(reason=" 试 "), rules.ReasonMissing)
    assert isinstance(refusal_to_set(current=Limit(6, LimitUnit.working_days, "自定")), rules.LimitUnchanged)
    assert refusal_to_set(current=Limit(6, LimitUnit.days, "自定")) is None
    assert isinstance(refusal_to_set(wanted=Limit(6, LimitUnit.working_days, " ")), rules.BasisMissing)
    for unit, most in rules.MOST.items():
        assert refusal_to_set(wanted=Limit(most, unit, "自定")) is None
        for value in (0, most + 1):
            assert isinstance(refusal_to_set(wanted=Limit(value, unit, "自定")), rules.LimitOutOfRange)


def test_only_a_place_s_own_is_dropped() -> None:
    given = {"place_id": ESTATE, "is_ended": False, "reason": "试行到期"}
    assert rules.refusal_to_drop_limit(**given) is None
    assert isinstance(rules.refusal_to_drop_limit(**{**given, "place_id": None}), NotFound)
    assert isinstance(rules.refusal_to_drop_limit(**{**given, "is_ended": True}), NotFound)
    assert isinstance(rules.refusal_to_drop_limit(**{**given, "reason": ""}), rules.ReasonMissing)


@pytest.mark.parametrize(
    ("limit", "day"),
    [
        (Limit(5, LimitUnit.working_days, ""), date(2025, 10, 10)),  # R-05, over the holidays and their make-up days.
        (Limit(5, LimitUnit.days, ""), date(2025, 10, 1)),  # A promise of days does not wait for the holidays to end.
        (Limit(1, LimitUnit.months, ""), date(2025, 10, 27)),  # R-03, and the 26th is a Sunday.
    ],
)
def test_a_limit_ends_by_its_own_unit(sqlite_app: Flask, limit: Limit, day: date) -> None:
    assert shanghai_date(clocks.limit_ends(limit, date(2025, 9, 26))) == day


def test_a_new_installation_writes_the_table_once_and_a_change_keeps_what_held_before(app: Flask) -> None:
    with transaction():
        place = make.place()
        boss = make.actor(make.person(roles=[Role.administrator]))
        local = make.actor(make.person(roles=[Role.administrator], place=place))
        liaison = make.actor(make.person(roles=[Role.liaison], place=place))
        for _time in range(2):
            service.fill_limits(NOW)
    page = queries.limits_page()
    assert {line.name: line.limit for line in page.lines} == dict(LIMITS)
    assert page.changes == []
    given = {
        "name": "ordinary",
        "unit": LimitUnit.working_days,
        "basis": "街道的承诺",
        "reason": "先试一季",
        "now": NOW,
    }
    for who, place_id in ((local, None), (liaison, place.id)):
        with pytest.raises(NotAllowed), transaction():
            service.set_limit(who, place_id=place_id, value=4, **given)
    with transaction():
        service.set_limit(boss, place_id=None, value=4, **given)
        own = service.set_limit(local, place_id=place.id, value=3, **given)
    assert [queries.limits_in(scope)["ordinary"].value for scope in ((), place.scope)] == [4, 3]
    assert [(past.limit.value, past.place) for past in queries.limits_page().changes] == [(3, place), (4, None)]
    with transaction():
        service.drop_limit(local, own.id, reason="试行到期了", now=NOW)
        service.fill_limits(NOW)
    assert queries.limits_in(place.scope)["ordinary"].value == 4
    with pytest.raises(NotFound), transaction():
        service.drop_limit(local, own.id, reason="再取消一次", now=NOW)


def test_look_backs_are_on_the_days_of_the_table(sqlite_app: Flask) -> None:
    with transaction():
        made = cycle.settled()
        boss = make.actor(make.person(roles=[Role.administrator]))
        given = {"place_id": made.hall.place.id, "basis": "自定", "reason": "先试一季", "now": NOW}
        service.set_limit(boss, name="look_back_first", value=20, unit=LimitUnit.days, **given)
        service.set_limit(boss, name="look_back_second", value=2, unit=LimitUnit.months, **given)
        service.set_limit(boss, name="look_back_answer", value=10, unit=LimitUnit.days, **given)
        made.reply(now=cycle.SETTLED)
    planned = feedback.look_backs(made.case.id, 1)
    assert [(each.days, each.days_to_answer) for each in planned] == [(20, 10), (64, 10)], "3 May is a holiday"


def test_the_table_costs_the_same_however_many_places_have_their_own(sqlite_app: Flask) -> None:
    counted: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        counted.append(statement)

    def statements() -> int:
        db.session.expire_all()
        counted.clear()
        queries.limits_page()
        return len(counted)

    def set_in(count: int) -> None:
        given = {"name": "hard", "unit": LimitUnit.days, "basis": "承诺", "reason": "先试一季", "now": NOW}
        with transaction():
            boss = make.actor(make.person(roles=[Role.administrator]))
            for value in range(1, count + 1):
                service.set_limit(boss, place_id=make.place().id, value=value, **given)

    set_in(1)
    event.listen(db.engines[None], "before_cursor_execute", note)
    try:
        before = statements()
        set_in(6)
        assert statements() == before
    finally:
        event.remove(db.engines[None], "before_cursor_execute", note)


def test_the_pages_of_the_table_and_the_case_that_says_which_limit_it_has(sqlite_app: Flask) -> None:
    with transaction():
        made = cycle.settled(has_handler=False)
        boss = make.person(name="管理员", roles=[Role.administrator])
    client = client_of(sqlite_app, boss)
    fields = {
        "place_id": str(made.hall.place.id),
        "value": "4",
        "unit": "wd",
        "basis": "街道的承诺",
        "reason": "先试一季",
    }
    page = post(client, "/cases/limits/ordinary", **{**fields, "unit": "months", "value": "30"})
    assert page.status_code == 422
    assert "先试一季" in page.text
    assert "1 到 24" in page.text
    assert post(client, "/cases/limits/ordinary", **fields).status_code == 302
    assert client.get("/cases/limits/unheard_of").status_code == 404
    page = client.get("/cases/limits").text
    assert f"{made.hall.place.name}：4 个工作日" in page
    assert "第四十九条" in page
    liaison = client_of(sqlite_app, user(made.hall.liaison.user_id or 0))
    assert liaison.get("/cases/limits").status_code == 403
    path = f"/cases/dispatch?matter={made.hall.matter.number}"
    assert "一般的事，答复：4 个工作日" in liaison.get(path).text
    sent = {"handler_id": str(made.handler.user_id), "task": "把标线画好", "limit": "ordinary", "level": "1"}
    assert post(liaison, path, **{**sent, "limit": "suggestion_reply"}).status_code == 422
    done = post(liaison, path, **sent)
    assert "街道的承诺" in liaison.get(done.location).text
    assert (made.case.working_days, made.case.limit_name) == (4, "ordinary")
    own = queries.limits_page().lines
    (override,) = next(line.overrides for line in own if line.name == "ordinary")
    dropping, field = f"/cases/limits/{override[0].id}/drop", f"drop{override[0].id}-reason"
    short = post(client, dropping, **{field: "到期"})
    assert short.status_code == 422
    assert f'id="{field}-error"' in short.text
    assert post(client, dropping, **{field: "试行到期"}).status_code == 302
    assert made.hall.place.name in client.get("/cases/limits").text  # Among what was changed before.
