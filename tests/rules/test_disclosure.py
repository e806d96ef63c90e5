"""Public breakdowns (R-52): no cell under five is shown, and none can be worked out from the others and the sum."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.votes.rules import FEW, coarse_area, disclosed

CELLS = st.dictionaries(st.sampled_from(["web", "live", "paper", "proxy", "assisted"]), st.integers(0, 12), max_size=5)


@pytest.mark.parametrize(
    ("figures", "shown"),
    [
        ({}, {}),
        ({"web": 120}, {"web": 120}),
        ({"web": 120, "paper": 31}, {"web": 120, "paper": 31}),
        ({"web": 120, "paper": 31, "proxy": 2}, {"web": 120, "paper": None, "proxy": FEW}),
        ({"web": 120, "proxy": 2, "assisted": 3}, {"web": 120, "proxy": FEW, "assisted": FEW}),
        ({"web": 120, "proxy": 1, "assisted": 1}, {"web": None, "proxy": FEW, "assisted": FEW}),
        ({"web": 3}, {}),
        ({"web": 1, "paper": 1}, {}),
        ({"web": 6, "paper": 0, "proxy": 2, "assisted": 1}, {"web": 6, "paper": 0, "proxy": FEW, "assisted": FEW}),
    ],
)
def test_small_cells_and_what_would_give_them_away_are_withheld(figures, shown) -> None:
    assert disclosed(figures) == shown


@given(CELLS)
def test_nobody_can_work_out_a_small_cell(figures) -> None:
    """Of all ways to fill what is hidden so that it adds up, more than one is possible for each small cell."""
    shown = disclosed(figures)
    hidden = [name for name, what in shown.items() if not isinstance(what, int)]
    missing = sum(figures[name] for name in hidden)
    spans = [range(1, 5) if shown[name] == FEW else range(5, missing + 1) for name in hidden]
    fits = [filling for filling in itertools.product(*spans) if sum(filling) == missing]
    for place, name in enumerate(hidden):
        if shown[name] == FEW:
            possible = {filling[place] for filling in fits}
            assert figures[name] in possible
            assert len(possible) > 1


def test_the_area_of_an_open_vote_moves_in_steps_that_no_flat_fills() -> None:
    """A402: at least 20,800 ㎡ have come in, whichever of the owners of 63 to 110 ㎡ was the last to vote."""
    before, *flats = 21_000_00, 63_20, 84_55, 110_00
    shown = {coarse_area(before + flat, total=33_600_00, needed=22_400_00, heads=402) for flat in flats}
    assert shown == {(20_800_00, 1_600_00, 400_00)}


@pytest.mark.parametrize("cast", range(0, 400_00, 7_77))
def test_what_is_said_of_the_area_holds_and_nothing_is_missing_only_when_nothing_is(cast: int) -> None:
    at_least, missing, step = coarse_area(cast, total=400_00, needed=266_67, heads=5)
    assert at_least <= cast < at_least + step
    assert missing >= max(0, 266_67 - cast)
    assert (missing == 0) == (cast >= 266_67)
