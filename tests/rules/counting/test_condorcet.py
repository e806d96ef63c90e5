"""Schulze and ranked pairs: what votelib says is what the definitions say, and no order of anything decides."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.vote_files import counted, golden, piled

OPTIONS = "ABCD"


@st.composite
def profiles(draw):
    options = OPTIONS[: draw(st.integers(2, 4))]
    ranking = st.permutations(options).flatmap(lambda order: st.integers(1, len(order)).map(lambda end: order[:end]))
    return options, draw(st.lists(st.tuples(st.integers(1, 9), ranking), min_size=1, max_size=6))


def preferences(options, piles):
    counts = dict.fromkeys(permutations(options, 2), 0)
    for number, ranking in piles:
        for upper, lower in counts:
            above = upper in ranking and (lower not in ranking or ranking.index(upper) < ranking.index(lower))
            counts[upper, lower] += number * above
    return counts


def slow_schulze(options, piles):
    """Whom nobody beats by the strongest of all paths, each path tried."""
    counts = preferences(options, piles)

    def strongest(one, other):
        between = [option for option in options if option not in (one, other)]
        best = 0
        for length in range(len(between) + 1):
            for middle in permutations(between, length):
                steps = list(zip((one, *middle), (*middle, other), strict=True))
                won = [counts[step] if counts[step] > counts[step[::-1]] else 0 for step in steps]
                best = max(best, min(won))
        return best

    return [
        option
        for option in options
        if not any(strongest(other, option) > strongest(option, other) for other in options if other != option)
    ]


def slow_ranked_pairs(options, piles):
    """Who can win by some order of equally strong pairs: every order tried."""
    counts = preferences(options, piles)
    won = [pair for pair in counts if counts[pair] > counts[pair[::-1]]]
    classes = {}
    for pair in won:
        classes.setdefault((-counts[pair], counts[pair[::-1]]), []).append(pair)
    graphs = {frozenset()}
    for strength in sorted(classes):
        graphs = {lock(graph, order) for graph in graphs for order in permutations(classes[strength])}
    return [option for option in options if any(all(loser != option for _winner, loser in graph) for graph in graphs)]


def lock(graph, order):
    locked = set(graph)
    for winner, loser in order:
        reached, found = {loser}, True
        while found:
            found = {lower for upper, lower in locked if upper in reached} - reached
            reached |= found
        if winner not in reached:
            locked.add((winner, loser))
    return frozenset(locked)


@given(profile=profiles())
def test_schulze_is_what_its_definition_says(profile):
    options, piles = profile
    result = counted(piled("schulze", *piles, options=options))
    winners = slow_schulze(options, piles)
    assert (result["verdict"], result["winners"]) == (("passed", winners) if len(winners) == 1 else ("tie", []))


@settings(max_examples=60)
@given(profile=profiles())
def test_ranked_pairs_are_what_their_definition_says(profile):
    options, piles = profile
    result = counted(piled("ranked_pairs", *piles, options=options))
    winners = slow_ranked_pairs(options, piles)
    assert (result["verdict"], result["winners"]) == (("passed", winners) if len(winners) == 1 else ("tie", []))


@pytest.mark.parametrize("method", ["schulze", "ranked_pairs"])
@given(profile=profiles(), names=st.permutations(OPTIONS), seats=st.integers(1, 2))
def test_the_names_of_options_do_not_matter(method, profile, names, seats):
    options, piles = profile
    renamed = dict(zip(OPTIONS, names, strict=True))
    before = counted(piled(method, *piles, options=options, seats=seats))
    others = [(number, [renamed[option] for option in ranking]) for number, ranking in piles]
    order = "".join(sorted(renamed[option] for option in options))
    after = counted(piled(method, *others, options=order, seats=seats))
    assert after["verdict"] == before["verdict"]
    assert set(after["winners"]) == {renamed[option] for option in before["winners"]}


@pytest.mark.parametrize("method", ["schulze", "ranked_pairs"])
def test_whoever_beats_everybody_wins(method):
    result = counted(piled(method, (4, ["A", "B", "C"]), (3, ["B", "C", "A"]), (2, ["C", "B", "A"])))
    assert result["winners"] == ["B"]
    assert result["rounds"][0]["pairs"][0] == {"pair": ["A", "B"], "counts": [4, 5]}


@pytest.mark.parametrize("method", ["schulze", "ranked_pairs"])
def test_a_circle_of_equals_is_a_tie(method):
    result = counted(piled(method, (1, ["A", "B", "C"]), (1, ["B", "C", "A"]), (1, ["C", "A", "B"])))
    assert (result["verdict"], result["winners"]) == ("tie", [])


@pytest.mark.parametrize("method", ["schulze", "ranked_pairs"])
def test_two_seats_go_to_the_best_two_or_are_tied_at_the_line(method):
    piles = [(4, ["A", "B", "C"]), (3, ["A", "C", "B"]), (1, ["B", "A", "C"])]
    assert counted(piled(method, *piles, seats=2))["winners"] == ["A", "B"]
    even = counted(piled(method, (3, ["A", "B", "C"]), (3, ["A", "C", "B"]), seats=2))
    assert (even["verdict"], even["winners"]) == ("tie", ["A"])


def test_the_two_methods_may_differ():
    """Schulze's own example of 45 ballots: E by strongest paths, A by locked pairs."""
    assert counted(golden("schulze"))["winners"] == ["E"]
    assert counted(golden("ranked-pairs"))["winners"] == ["A"]


def test_options_that_are_not_ranked_come_last_and_equal():
    pairs = counted(piled("schulze", (2, ["A"]), (1, [["B", "C"]])))["rounds"][0]["pairs"]
    assert [each["counts"] for each in pairs] == [[2, 1], [2, 1], [0, 0]]
