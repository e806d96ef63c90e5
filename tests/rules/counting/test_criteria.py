"""What each method of ranking promises and keeps: an IRV or STV is not monotone, and nothing here says so."""

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
