"""What each method promises and keeps. An IRV or STV is not monotone when a ranking changes, and nothing says so here:
one more ballot for nobody but the winner is all that cannot hurt it (test_methods)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.vote_files import counted, piled

ABCD = "ABCD"
orders = st.permutations(ABCD).map("".join)
profiles = st.lists(st.tuples(st.integers(1, 5), orders), min_size=1, max_size=6)


@given(profile=profiles, coalition=st.sets(st.sampled_from(ABCD), min_size=1, max_size=3), data=st.data())
@pytest.mark.parametrize("seats", [1, 2, 3])
def test_a_coalition_of_so_many_quotas_gets_so_many_seats(seats, profile, coalition, data):
    """Droop: voters who put the same options first, in whatever order, by so many quotas seats as many."""
    inside = sorted(coalition)
    outside = sorted(set(ABCD) - coalition)
    ballots = data.draw(st.lists(st.tuples(st.permutations(inside), st.permutations(outside)), min_size=1, max_size=12))
    piles = [*profile, *((1, [*first, *rest]) for first, rest in ballots)]
    together = [number for number, order in piles if set(order[: len(inside)]) == coalition]
    votes = sum(number for number, _order in piles)
    quota = votes // (seats + 1) + 1
    winners = counted(piled("stv", *((n, list(order)) for n, order in piles), options=ABCD, seats=seats))["winners"]
    assert len(coalition & set(winners)) >= min(len(coalition), sum(together) // quota)
    assert len(winners) == seats


@pytest.mark.parametrize("method", ["schulze", "ranked_pairs"])
@given(profile=profiles)
def test_whoever_beats_each_other_in_pairs_wins(method, profile):
    def wants(one, other):
        return sum(number for number, order in profile if order.index(one) < order.index(other))

    beating = [one for one in ABCD if all(wants(one, other) > wants(other, one) for other in ABCD if other != one)]
    result = counted(piled(method, *((n, list(order)) for n, order in profile), options=ABCD))
    if beating:
        assert (result["verdict"], result["winners"]) == ("passed", beating)


@pytest.mark.parametrize("method", ["irv", "stv", "schulze", "ranked_pairs"])
@given(profile=profiles, winner=st.sampled_from(ABCD))
def test_whom_over_half_put_first_wins(method, profile, winner):
    more = sum(number for number, _order in profile) + 1
    first = [winner, *(option for option in ABCD if option != winner)]
    piles = [*((n, list(order)) for n, order in profile), (more, first)]
    assert counted(piled(method, *piles, options=ABCD))["winners"] == [winner]


def lifted(order, option, places):
    """The ranking with the option some places higher, everybody else as before."""
    others = [each for each in order if each != option]
    at = max(0, order.index(option) - places)
    return [*others[:at], option, *others[at:]]


@pytest.mark.parametrize("method", ["schulze", "ranked_pairs"])
@given(profile=profiles, which=st.integers(0, 5), places=st.integers(1, 3))
def test_a_winner_that_somebody_puts_higher_still_wins(method, profile, which, places):
    result = counted(piled(method, *((n, list(order)) for n, order in profile), options=ABCD))
    if result["verdict"] != "passed":
        return
    (winner,) = result["winners"]
    number, order = profile[which % len(profile)]
    rest = [(n, list(each)) for index, (n, each) in enumerate(profile) if index != which % len(profile)]
    rest += [(number - 1, list(order))] if number > 1 else []
    after = counted(piled(method, *rest, (1, lifted(order, winner, places)), options=ABCD))
    assert (after["verdict"], after["winners"]) == ("passed", [winner])


@pytest.mark.parametrize("method", ["cumulative", "score"])
@given(data=st.data())
def test_a_winner_that_gets_a_point_more_or_takes_one_from_another_still_wins(method, data):
    given_points = st.dictionaries(st.sampled_from(ABCD), st.integers(1, 4), min_size=1)
    ballots = data.draw(st.lists(given_points, min_size=1, max_size=6))
    poll = piled(method, *((1, points) for points in ballots), options=ABCD, limit=20)
    result = counted(poll)
    if result["verdict"] != "passed":
        return
    (winner,) = result["winners"]
    number = data.draw(st.integers(0, len(ballots) - 1))
    changed = {**ballots[number], winner: ballots[number].get(winner, 0) + 1}
    loser = data.draw(st.sampled_from([None, *(option for option in ballots[number] if option != winner)]))
    if loser is not None:
        changed[loser] -= 1
    piles = [*((1, points) for index, points in enumerate(ballots) if index != number), (1, changed)]
    assert counted(piled(method, *piles, options=ABCD, limit=20))["winners"] == [winner]
