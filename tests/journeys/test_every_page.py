"""Every page there is, in elder mode on a small phone and in the dark on a desk: axe finds nothing, nothing overflows.

Each page is loaded once. ``make screens`` loads it in every look and takes the pictures of docs/screens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.journeys.support import fits
from tests.journeys.support.walk import DARK, ELDER, PHONE, Walk
from tests.support.browser import Person


@pytest.fixture
def walk(told: Path, tmp_path: Path, new_person: Callable[..., Person]) -> Iterator[Walk]:
    begun = Walk(told, tmp_path / "walk", new_person)
    yield begun
    begun.stop()


@pytest.mark.journey
@pytest.mark.timeout(600)
def test_every_page_is_for_everybody(walk: Walk) -> None:
    found: list[str] = []
    for page in walk.every(ELDER):
        here = [f"elder: {each}" for each in [*fits.looks_wrong(walk.tab), *fits.too_small(walk.tab)]]
        walk.turn(PHONE)
        here += [f"phone: {each}" for each in fits.sideways(walk.tab)]
        walk.turn(DARK)
        here += [f"dark: {each}" for each in fits.faults(walk.tab)]
        found += [f"{page.name} ({page.path}): {each}" for each in here]
    assert not found, "\n".join(found)
