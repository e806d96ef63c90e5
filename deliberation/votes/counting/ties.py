"""The declared tie rule of transferable votes: the earlier round decides, then a draw that anyone can repeat."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

Counts = Mapping[str, int | Fraction]


@dataclass(frozen=True)
class Broken:
    """The option that came lowest (or highest) of equals, and what decided: "earlier_round" or "draw"."""

    option: str
    equals: tuple[str, ...]
    by: str


def drawn_number(seed: bytes, round_number: int, option: str) -> bytes:
    """SHA-256 over the seed, the round and the option, with a line feed between: the lot an option draws."""
    return hashlib.sha256(b"\n".join([seed, str(round_number).encode(), option.encode()])).digest()


def tell_apart(equals: Sequence[str], past: Sequence[Counts], *, highest: bool) -> list[str]:
    """Those left of ``equals`` by the latest earlier round in which they differ; ``past`` is oldest first.

    They are narrowed down round by round, so whoever is left was equal in every round.
    """
    left = list(equals)
    pick = max if highest else min
    for counts in reversed(past):
        extreme = pick(counts[option] for option in left)
        left = [option for option in left if counts[option] == extreme]
        if len(left) == 1:
            break
    return left


def break_tie(equals: Sequence[str], past: Sequence[Counts], *, seed: bytes, highest: bool) -> Broken:
    """One of several equals. In a draw the lowest number goes first: elected, or out."""
    left = tell_apart(equals, past, highest=highest)
    if len(left) == 1:
        return Broken(left[0], tuple(equals), "earlier_round")
    return Broken(min(left, key=lambda option: drawn_number(seed, len(past) + 1, option)), tuple(equals), "draw")
