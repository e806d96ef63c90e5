"""Case E1 with 128 ballots, one short of two thirds of 193: it does not count, and everybody reads what was missing."""

from __future__ import annotations

import pytest

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.votes.rules import Outcome
from tests.support import voting
from tests.support.door import client_of
from tests.support.voting import OPENS


@pytest.mark.parametrize(("cast", "outcome"), [(128, Outcome.no_quorum), (129, Outcome.passed)])
def test_one_ballot_short_of_the_quorum(sqlite_app, cast: int, outcome: Outcome) -> None:
    clock.configure(frozen=OPENS, file=None)
    with transaction():
        hall = voting.open_hall(seats=193, voters=cast)
        voting.cast_all(hall, voting.choices(in_favour=cast, against=0, abstain=0))
        vote = voting.settle(hall)
        vote_id, number, voter = vote.id, hall.matter.number, hall.voters[0]
        assert vote.outcome is outcome
    sentence = "投了 128 票，参与线是 129 票，差 1 票没到参与线，这次不算数。可以再次召集。"
    for client in (client_of(sqlite_app), client_of(sqlite_app, voter)):
        for path in (f"/votes/{vote_id}", f"/matters/{number}"):
            page = client.get(path).text
            assert (sentence in page) is (outcome is Outcome.no_quorum), path
            assert f"{3 * cast} {'<' if cast == 128 else '≥'} 2 × 193 = 386" in page.replace("&lt;", "<"), path
