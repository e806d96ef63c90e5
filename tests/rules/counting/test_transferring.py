"""Instant run-off and the single transferable vote, against a slow and separate way to count them."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from deliberation.votes.counting.ties import drawn_number
from tests.support.vote_files import PRESENT, counted, piled

SEED = "0badcafe"


@st.composite
def rankings(draw, options):
    """A ranking of some options, some of them equal."""
    order = draw(st.permutations(options))[: draw(st.integers(1, len(options)))]
    groups = []
    for option in order:
        if groups and draw(st.integers(0, 3)) == 0:
            groups[-1].append(option)
        else:
            groups.append([option])
    return [group[0] if len(group) == 1 else group for group in groups]


@st.composite
def races(draw, *, ties=True):
    options = "ABCDE"[: draw(st.integers(2, 5))]
    ballot = rankings(options) if ties else st.permutations(options)
    piles = draw(st.lists(st.tuples(st.integers(1, 9), ballot), min_size=1, max_size=10))
    return options, piles


def sets_of(ranking):
    return [set(place) if isinstance(place, list) else {place} for place in ranking]


def shares(ranking, standing):
    """What one ballot gives to each option that stands, by the definition."""
    for group in sets_of(ranking):
        if group & standing:
            return {option: Fraction(1, len(group & standing)) for option in group & standing}
    return {}


def first_places(piles, standing):
    counts = dict.fromkeys(sorted(standing), Fraction(0))
    for number, ranking in piles:
        for option, share in shares(ranking, standing).items():
            counts[option] += number * share
    return counts


def pick(equals, past, *, highest):
    """The declared tie rule, from its words."""
    for counts in reversed(past):
        wanted = (max if highest else min)(counts[option] for option in equals)
        equals = [option for option in equals if counts[option] == wanted]
    lots = {option: b"\n".join([bytes.fromhex(SEED), b"%d" % (len(past) + 1), option.encode()]) for option in equals}
    return min(equals, key=lambda option: hashlib.sha256(lots[option]).digest())


def slow_runoff(options, piles):
    standing, past = set(options), []
    while True:
        counts = first_places(piles, standing)
        best = max(counts, key=counts.__getitem__)
        if 2 * counts[best] > sum(counts.values()):
            return best
        if all(len({round_counts[option] for option in standing}) == 1 for round_counts in [*past, counts]):
            return None
        low = min(counts.values())
        out = pick([option for option in sorted(standing) if counts[option] == low], past, highest=False)
        past.append(counts)
        standing.discard(out)


@given(race=races())
def test_an_instant_runoff_is_what_its_definition_says(race):
    options, piles = race
    result = counted(piled("irv", *piles, options=options, seed=SEED))
    winner = slow_runoff(options, piles)
    assert result["winners"] == ([winner] if winner else [])
    assert result["verdict"] == ("passed" if winner else "tie")


def slow_transferable(options, piles, seats):
    """Every ballot by itself: its weight, and who holds how much of it."""
    ballots = [(ranking, Fraction(1)) for number, ranking in piles for _each in range(number)]
    held = [dict(shares(ranking, set(options))) for ranking, _weight in ballots]
    standing, elected, kept, waiting, past = set(options), [], {}, [], []
    quota = len(ballots) // (seats + 1) + 1

    def pass_on(option, factor):
        for (ranking, _weight), parts in zip(ballots, held, strict=True):
            amount = parts.pop(option, None)
            if amount:
                for other, share in shares(ranking, standing).items():
                    parts[other] = parts.get(other, 0) + amount * factor * share

    while len(elected) < seats and standing:
        counts = {
            option: kept[option] if option in kept else sum((parts.get(option, 0) for parts in held), Fraction(0))
            for option in options
        }
        free = seats - len(elected)
        reached = [option for option in options if option in standing and counts[option] >= quota]
        chosen = [option for option in options if option in standing] if len(standing) <= free else reached
        for option in sorted(chosen, key=lambda each: -counts[each]):
            standing.discard(option)
            elected.append(option)
            kept[option] = counts[option]
            if counts[option] > quota:
                waiting.append(option)
        if len(elected) < seats and standing:
            if waiting:
                most = max(counts[option] for option in waiting)
                out = pick([option for option in waiting if counts[option] == most], past, highest=True)
                waiting.remove(out)
                kept[out] = Fraction(quota)
                pass_on(out, (counts[out] - quota) / counts[out])
            else:
                least = min(counts[option] for option in standing)
                out = pick(
                    [each for each in options if each in standing and counts[each] == least], past, highest=False
                )
                standing.discard(out)
                pass_on(out, Fraction(1))
        past.append(counts)
    return elected


@given(race=races(), seats=st.integers(1, 3))
def test_a_transferable_vote_is_what_its_definition_says(race, seats):
    options, piles = race
    seats = min(seats, len(options))
    result = counted(piled("stv", *piles, options=options, seats=seats, seed=SEED))
    assert result["winners"] == slow_transferable(options, piles, seats)


@given(race=races(), seats=st.integers(1, 3))
def test_no_vote_is_lost_and_none_is_made(race, seats):
    options, piles = race
    seats = min(seats, len(options))
    total = sum(number for number, _ranking in piles)
    for method, number in (("irv", 1), ("stv", seats)):
        rounds = counted(piled(method, *piles, options=options, seats=number, seed=SEED))["rounds"]
        for each in rounds:
            assert sum(map(Fraction, each["counts"].values())) + Fraction(each["exhausted"]) == total
        assert all(len(after["counts"]) <= len(before["counts"]) for before, after in pairwise(rounds))


@given(race=races(ties=False), winner=st.sampled_from("AB"))
def test_whom_over_half_put_first_wins_at_once(race, winner):
    options, piles = race
    others = sum(number for number, _ranking in piles)
    result = counted(piled("irv", *piles, (others + 1, [winner]), options=options))
    assert (result["winners"], len(result["rounds"])) == ([winner], 1)


def test_the_earlier_round_decides_between_equals():
    """B and C are equal once A's and D's ballots are shared out, and C was behind in the round before."""
    piles = [(6, ["A"]), (4, ["B"]), (3, ["C"]), (1, ["D", "C"])]
    first, second, *_rest = counted(piled("irv", *piles, options="ABCD"))["rounds"]
    assert first["eliminated"] == "D"
    assert second["counts"] == {"A": 6, "B": 4, "C": 4}
    assert second["ties"] == [{"between": ["B", "C"], "by": "earlier_round", "picked": "C"}]
    assert second["eliminated"] == "C"


def test_a_draw_can_be_repeated_by_anybody():
    """Always equal: the lots are hashes over the seed, the round and the option; the lowest is out."""
    for seed in ("00", "01", "02", "03"):
        (first, *_rest) = counted(piled("stv", (3, ["A"]), (2, ["B"]), (2, ["C"]), seats=1, seed=seed))["rounds"]
        out = min("BC", key=lambda option: drawn_number(bytes.fromhex(seed), 1, option))
        assert first["ties"] == [{"between": ["B", "C"], "by": "draw", "picked": out}]
        assert first["eliminated"] == out


def test_the_seed_is_the_roll_unless_the_file_has_one():
    """The draw changes with the roll and with nothing else."""
    poll = piled("stv", (3, ["A"]), (2, ["B"]), (2, ["C"]))
    drawn = {
        counted({**poll, "roll": [{"voter": f"{name}{index}"} for index in range(7)]})["rounds"][0]["eliminated"]
        for name in "abcdefgh"
    }
    assert drawn == {"B", "C"}
    backwards = {**poll, "roll": poll["roll"][::-1], "title": "x"}
    assert counted(backwards) == counted(poll)


def test_nobody_wins_an_instant_runoff_by_lot():
    result = counted(piled("irv", (5, ["A"]), (5, ["B"]), (1, ["C"])))
    assert (result["verdict"], result["winners"]) == ("tie", [])


def test_the_last_round_is_held_against_the_threshold():
    piles = [(4, ["A"]), (3, ["B"]), (2, ["C"])]
    cast = {"kind": "charter", "threshold": "1/2", "strict": True}
    assert counted(piled("irv", *piles, rule=PRESENT))["winners"] == ["A"]
    assert counted(piled("irv", *piles, rule=cast))["verdict"] == "failed"


def test_shared_ballots_are_counted_in_exact_fractions():
    (first,) = counted(piled("irv", (1, [["A", "B", "C"]]), (1, ["A"]), (1, "abstain")))["rounds"]
    assert first["counts"] == {"A": "4/3", "B": "1/3", "C": "1/3"}


def test_without_a_ranking_nobody_is_elected():
    for method in ("irv", "stv", "schulze", "ranked_pairs"):
        result = counted(piled(method, (3, "abstain")))
        assert (result["verdict"], result["winners"]) == ("failed", [])
