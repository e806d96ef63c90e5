"""What everybody may know of an open vote: how many have cast, in heads and in area, and what the quorum lacks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.registry.rules import PartKind
from deliberation.votes import queries
from deliberation.votes.queries import participation as figures
from deliberation.votes.rules import Choice, Terms
from tests.support import owners, voting
from tests.support.counting import statements
from tests.support.door import client_of
from tests.support.owners import OPENS, Owned
from tests.votes.test_owners import opened

FOUR = [Owned("甲", 90_00), Owned("乙", 120_50), Owned("丙", 60_00), Owned("丁", 30_00)]


def test_owners_turnout_is_counted_in_heads_and_in_area(app) -> None:
    with transaction():
        hall = opened(FOUR)
        voting.cast(hall, 0, now=OPENS)
        voting.cast(hall, 1, Choice.abstain, now=OPENS)
    shown = queries.turnout(hall.vote.id)
    assert shown.to_json() == {
        "vote_id": hall.vote.id, "state": "voting", "cast": 2, "total": 4, "needed": 3, "missing": 1,
        "area": {"cast": 200_00, "total": 300_50, "needed": 200_34, "missing": 0, "step": 200_00},
    }  # fmt: skip
    assert not shown.is_enough
    with transaction():
        voting.cast(hall, 1, Choice.against, now=OPENS)  # Cast anew, the voter counts once, with the same area.
        voting.cast(hall, 2, now=OPENS)
    shown = queries.turnout(hall.vote.id)
    assert (shown.cast, shown.area.cast, shown.is_enough) == (3, 200_00, True)
    with transaction():
        voting.settle(hall, now=owners.CLOSES)
    assert queries.turnout(hall.vote.id).area == queries.AreaShare(270_50, 300_50, 200_34)


def test_parking_that_does_not_count_is_no_part_of_the_turnout(app) -> None:
    with transaction():
        hall = opened([Owned("甲", 90_00), Owned("甲", 12_00, kind=PartKind.parking), Owned("乙", 80_00)])
        voting.cast(hall, 0, now=OPENS)
    assert queries.turnout(hall.vote.id).area == queries.AreaShare(0, 170_00, 113_34, lacks=200_00, step=200_00)


def test_any_number_of_votes_of_every_kind_costs_one_statement(app) -> None:
    with transaction():
        owned = opened(FOUR)
        plain, secret = voting.open_hall(), voting.open_hall(terms=Terms(is_secret=True))
        voting.cast(owned, 0, now=OPENS)
        voting.cast(plain)
        voting.cast(secret)
    votes = [hall.vote for hall in (owned, plain, secret)]
    found: dict[int, queries.Turnout] = {}
    assert statements(lambda: found.update(queries.turnouts(votes))) == 1
    assert [found[vote.id].cast for vote in votes] == [1, 1, 1]
    assert [found[vote.id].area is None for vote in votes] == [False, True, True]
    assert statements(lambda: queries.turnouts([])) == 0


@pytest.fixture
def few_are_many(monkeypatch):
    """Two ballots count as very many; what was remembered of other tests is forgotten."""
    monkeypatch.setattr(figures, "MANY", 2)
    monkeypatch.setattr(figures, "REST", 1e9)
    figures._remembered.clear()
    yield
    figures._remembered.clear()


def test_very_many_ballots_are_added_up_less_often_and_anew_once_the_vote_has_closed(app, few_are_many) -> None:
    with transaction():
        hall = voting.open_hall(seats=4, voters=4)
        voting.cast(hall, 0)
    assert queries.turnout(hall.vote.id).cast == 1
    with transaction():
        voting.cast(hall, 1)
    assert queries.turnout(hall.vote.id).cast == 2
    with transaction():
        voting.cast(hall, 2)
    assert statements(lambda: queries.turnouts([hall.vote])) == 0
    assert queries.turnout(hall.vote.id).cast == 2  # As it stood a moment ago.
    with transaction():
        voting.settle(hall)
    assert queries.turnout(hall.vote.id).cast == 3


def test_the_page_says_what_is_missing_on_both_sides(sqlite_app) -> None:
    clock.configure(frozen=OPENS, file=None)
    with transaction():
        hall = opened(FOUR)
        voting.cast(hall, 0, now=OPENS)
    client = client_of(sqlite_app)
    page = client.get(f"/votes/{hall.vote.id}").text
    assert "还差 2 户，面积最多还差 300 ㎡" in page
    assert "至少 0 / 300.50 ㎡" in page
    assert "90.00" not in page  # The flat of the one who voted.
    assert client.get(f"/votes/{hall.vote.id}/state").get_json()["area"]["missing"] == 300_00
    with transaction():
        voting.cast(hall, 1, now=OPENS)
    assert "还差 1 户" in client.get(f"/votes/{hall.vote.id}").text
    with transaction():
        voting.cast(hall, 2, now=OPENS)
    assert "参与够了" in client.get(f"/votes/{hall.vote.id}").text


def test_owners_of_spaces_alone_are_neither_told_to_vote_nor_shown_a_ballot(sqlite_app) -> None:
    clock.configure(frozen=OPENS + timedelta(hours=1), file=None)
    with transaction():
        hall = opened([Owned("甲", 90_00), Owned("乙", 12_00, kind=PartKind.parking)])
    assert hall.voters[1].id not in db.session.scalars(queries.voters(hall.vote.id)).all()
    assert queries.own_seats(hall.vote.id, hall.voters[1].id) == []
    page = client_of(sqlite_app, hall.voters[1]).get(f"/votes/{hall.vote.id}").text
    assert "您只有车位，这次没有票" in page
    assert "投出这一票" not in page
    assert clock.now() < owners.CLOSES


def test_each_building_has_a_quorum_of_its_own_and_a_small_one_says_only_whether(sqlite_app) -> None:
    clock.configure(frozen=OPENS, file=None)
    parts = [Owned(f"甲{number}", 100_00, zone="1 号楼") for number in range(6)]
    with transaction():
        hall = opened(
            [*parts, Owned("乙", 90_00, zone="2 号楼")], voters=7, roll_scope=("1 号楼", "2 号楼"),
            chambers_by="zone", chamber_rule="each",
        )  # fmt: skip
        voting.cast(hall, 0, now=OPENS)
        voting.cast(hall, 6, now=OPENS)
    first, second = figures.chamber_turnouts(hall.vote)
    assert (first.name, first.heads, first.area) == (
        "1 号楼",
        queries.Share(1, 6, 4),
        queries.AreaShare(0, 600_00, 400_00, lacks=400_00, step=200_00),
    )
    assert (second.name, second.is_enough, second.is_small) == ("2 号楼", True, True)
    page = client_of(sqlite_app).get(f"/votes/{hall.vote.id}").text
    assert "每一组都要够" in page
    assert "还差 3 户，面积最多还差 400 ㎡" in page
    with transaction():
        plain = voting.open_hall()
    assert figures.chamber_turnouts(plain.vote) == []
