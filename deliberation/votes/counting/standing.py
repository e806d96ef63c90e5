"""What a method makes of the ballots, before the rule judges it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deliberation.votes.counting.amounts import Amount

Number = int | Fraction


@dataclass(frozen=True)
class Standing:
    """``certain`` are the options sure of a seat, best first; ``tied`` those that nothing tells apart at the seat line.

    ``figures`` says for each option what it was ordered by, ``rounds`` is the working of the method; both as JSON.
    ``backing`` and ``standing`` are the weight behind the leading option and behind all that were left, of an instant
    run-off's last round.
    """

    certain: tuple[str, ...]
    tied: tuple[str, ...]
    figures: Mapping[str, dict[str, Any]]
    rounds: tuple[dict[str, Any], ...] = ()
    supports: Mapping[str, Amount] = field(default_factory=dict)
    backing: Number = 0
    standing: Number = 0


def exact(number: Number) -> int | str:
    """A count as JSON: a whole number, or "p/q" where ballots are shared."""
    return str(number) if isinstance(number, Fraction) and number.denominator > 1 else int(number)


def seat(tiers: Iterable[Sequence[str]], seats: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who is sure of a seat, and who is tied at the line; ``tiers`` are groups of equals, best first."""
    certain: list[str] = []
    for tier in tiers:
        if len(certain) == seats:
            break
        if len(certain) + len(tier) > seats:
            return tuple(certain), tuple(tier)
        certain += tier
    return tuple(certain), ()


def tiers(scores: Mapping[str, Any]) -> list[list[str]]:
    """Options in groups of equal score, highest first, inside a group in the order given."""
    levels: dict[Any, list[str]] = {}
    for option, score in scores.items():
        levels.setdefault(score, []).append(option)
    return [levels[score] for score in sorted(levels, reverse=True)]
