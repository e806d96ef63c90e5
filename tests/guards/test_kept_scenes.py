"""A scene that is put back by its rows (tests/support/kept.py) is the one that was made, and never anybody else's."""

from __future__ import annotations

from typing import Any

import pytest

from deliberation.kernel.database import db, transaction
from deliberation.meetings import service
from deliberation.meetings.rules import Side
from tests.support import applications, kept, make
from tests.support.gathering import Gathering


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(f"_on_{request.param}")


def whoever_begins(database: Any) -> tuple[kept.Rows, list[Any]]:
    """Every row there is in one test's debate, and what its scene knows of them."""
    with applications.rolled_back(database):
        there = Gathering(members=3, seats=4).debate(present=3)
        return kept._everything(), [there.place.id, there.shen, there.members, there.meeting.state, there.item.state]


def test_what_is_put_back_is_what_was_made(database: Any) -> None:
    _first, second, third = (whoever_begins(database) for _time in range(3))
    assert len(second[0]) > 50
    assert second == third


def test_a_scene_goes_on_from_where_it_was_put_back(database: Any) -> None:
    for _time in range(3):
        with applications.rolled_back(database):
            there = Gathering(members=3, seats=4).debate(present=3)
            there.act(service.raise_hand, there.members[0], item_id=there.item.id, side=Side.in_favour)
            assert len(there.state()["queue"]) == 1


def test_whoever_has_written_something_of_their_own_begins_from_nothing(database: Any) -> None:
    codes = set()
    for _time in range(3):
        with applications.rolled_back(database):
            with transaction():
                own = make.place()
            there = Gathering(members=3, seats=4)
            assert there.place.id != own.id
            assert db.session.get_one(type(own), own.id).code == own.code
            codes.add(there.place.code)
    assert len(codes) == 3
