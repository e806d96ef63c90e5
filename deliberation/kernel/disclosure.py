"""What a public breakdown may show (R-52): no cell under five, nor one that the others give away. Pure."""

from __future__ import annotations

from collections.abc import Mapping

LEAST_IN_CELL = 5
FEW = "<5"


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
