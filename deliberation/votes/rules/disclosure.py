"""What a public breakdown may show (R-52): no cell under five, nor one that the others give away. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil

LEAST_IN_CELL = 5
FEW = "<5"
LEAST_STEP = 100_00  # 0.01 ㎡


def disclosed(figures: Mapping[str, int], *, least: int = LEAST_IN_CELL) -> dict[str, int | str | None]:
    """The figures as everybody may see them, beside their sum, which is public.

    A cell of 1 to ``least`` - 1 becomes "<5". As long as the sum gives one of those away, the smallest of the others is
    withheld as well and becomes none (secondary suppression); where there is no other left, nothing is shown at all.
    """
    few = {name for name, figure in figures.items() if 0 < figure < least}
    others = sorted((name for name in figures if figures[name] >= least), key=lambda name: (figures[name], name))
    withheld: set[str] = set()
    while _is_certain(sum(figures[name] for name in few | withheld), few=len(few), withheld=len(withheld), least=least):
        if not others:
            return {}
        withheld.add(others.pop(0))
    hidden: dict[str, int | str | None] = {**dict.fromkeys(few, FEW), **dict.fromkeys(withheld)}
    return {name: hidden.get(name, figure) for name, figure in figures.items()}


def _is_certain(hidden: int, *, few: int, withheld: int, least: int) -> bool:
    """Whether the sum of the hidden cells leaves only one value for each small one.

    Everybody knows that a small cell holds 1 to ``least`` - 1 and one that is withheld ``least`` or more. All is
    certain when the sum is the least possible, or, with small cells alone, when it is the greatest or of one cell.
    """
    is_least = hidden == few + withheld * least
    return few > 0 and (is_least or (withheld == 0 and (few == 1 or hidden == few * (least - 1))))


def coarse_area(cast: int, *, total: int, needed: int, heads: int) -> tuple[int, int, int]:
    """The area that has taken part in an open vote as anybody may see it: (at least, at most missing, step) in 0.01 ㎡.

    To the last square metre the counter would give away who votes: it grows by exactly the size of one flat, and
    everybody knows who lives in the flat of that size. So while the vote is open it moves in steps, of 100 ㎡, one per
    cent of ``total`` or two average flats, whichever is most: what has come in is rounded down, what is missing is
    reckoned from that and rounded up to 100 ㎡, so that the two together say no more than one. It is nought only when
    nothing is missing. Our choice, for R-22 and R-52; exact figures are for the day the vote is counted.
    """
    step = _round_up(ceil(max(Fraction(LEAST_STEP), Fraction(total, 100), Fraction(2 * total, max(1, heads)))))
    at_least = cast // step * step
    return at_least, 0 if cast >= needed else _round_up(needed - at_least), step


def _round_up(area: int) -> int:
    return -(-area // LEAST_STEP) * LEAST_STEP
