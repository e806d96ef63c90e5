"""Schulze and ranked pairs, by votelib; what it is given and what is read from it makes the result depend on no order.

votelib ranks options that nothing tells apart by the order they come in. Here such options are tied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, permutations
from typing import Any

from deliberation.votes.counting.kinds import Method
from deliberation.votes.counting.poll import Poll
from deliberation.votes.counting.standing import Standing, seat
from deliberation.votes.counting.sums import Sums

Pairs = dict[tuple[str, str], int]


def condorcet(poll: Poll, sums: Sums) -> Standing:
    """Who takes the seats by ``poll.method``, with every pair as the working."""
    pairs = {**dict.fromkeys(permutations(poll.electable, 2), 0), **sums.pairs}
    named = sums.named().heads > 0
    method = schulze if poll.method is Method.schulze else ranked_pairs
    certain, tied = method(pairs, poll.electable, poll.seats) if named else ((), ())
    wins = {
        option: {
            "wins": sum(pairs[option, other] > pairs[other, option] for other in poll.electable if other != option)
        }
        for option in poll.electable
    }
    return Standing(certain, tied, wins, ({"pairs": _working(poll, pairs)},))


def _working(poll: Poll, pairs: Pairs) -> list[dict[str, Any]]:
    return [
        {"pair": [one, other], "counts": [pairs[one, other], pairs[other, one]]}
        for one, other in combinations(poll.electable, 2)
    ]


def schulze(pairs: Pairs, options: Sequence[str], seats: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who is beaten by nobody's strongest path takes the first seats, then who is beaten by none of the rest."""
    from votelib.evaluate.condorcet import Schulze

    paths: Mapping[tuple[str, str], int] = Schulze.widest_paths(pairs)

    def beats(one: str, other: str) -> bool:
        return paths.get((one, other), 0) > paths.get((other, one), 0)

    return seat(_layers(options, beats), seats)


def _layers(options: Sequence[str], beats: Any) -> Iterator[list[str]]:
    left = list(options)
    while left:
        layer = [option for option in left if not any(beats(other, option) for other in left)]
        yield layer
        left = [option for option in left if option not in layer]


def ranked_pairs(pairs: Pairs, options: Sequence[str], seats: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Certain is who takes a seat even when equally strong pairs are locked to its harm; possible, to its favour.

    Pairs are as strong as the votes for the winner, then as few as the votes against it.
    """
    if len(options) <= seats:
        return tuple(options), ()
    order = _lock(pairs, "", harmed=False)
    if not _has_equals(pairs, options):
        return tuple(order[:seats]), ()
    certain = tuple(option for option in order if option in _lock(pairs, option, harmed=True)[:seats])
    if len(certain) == seats:
        return certain, ()
    possible = (option for option in order if option in _lock(pairs, option, harmed=False)[:seats])
    return certain, tuple(option for option in possible if option not in certain)


def _has_equals(pairs: Pairs, options: Sequence[str]) -> bool:
    strengths = [_strength(pairs, pair) for pair in pairs if pairs[pair] >= pairs[pair[::-1]]]
    has_even_pair = any(pairs[one, other] == pairs[other, one] for one, other in combinations(options, 2))
    return has_even_pair or len(set(strengths)) < len(strengths)


def _strength(pairs: Pairs, pair: tuple[str, str]) -> tuple[int, int]:
    return -pairs[pair], pairs[pair[::-1]]


def _lock(pairs: Pairs, option: str, *, harmed: bool) -> list[str]:
    """votelib's ranking, equally strong pairs locked in favour of ``option``, or to its harm when ``harmed``."""
    from votelib.evaluate.condorcet import RankedPairs

    def favour(pair: tuple[str, str]) -> int:
        return (pair[1] == option) - (pair[0] == option)

    won = [pair for pair in pairs if pairs[pair] > pairs[pair[::-1]]]
    even = [pair for pair in pairs if pairs[pair] == pairs[pair[::-1]]]
    sign = -1 if harmed else 1
    won.sort(key=lambda pair: (*_strength(pairs, pair), sign * favour(pair)))
    even.sort(key=lambda pair: sign * favour(pair))
    # votelib sorts by votes and keeps the order of equals; an even pair comes after every win, so it counts as nought.
    ordered = {pair: pairs[pair] for pair in won} | dict.fromkeys(even, 0)
    return list(RankedPairs().evaluate(ordered, n_seats=len(pairs)))
