"""What everybody may read off an open vote (R-22, R-52). Pure; small cells of a breakdown are kernel.disclosure's."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from deliberation.kernel.disclosure import FEW as FEW
from deliberation.kernel.disclosure import LEAST_IN_CELL as LEAST_IN_CELL
from deliberation.kernel.disclosure import disclosed as disclosed

LEAST_STEP = 100_00  # 0.01 ㎡


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
