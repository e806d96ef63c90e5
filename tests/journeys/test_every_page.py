"""Every page there is, in elder mode on a small phone and in the dark on a desk: axe finds nothing, nothing overflows.

It has an outline for who does not see it, nothing moves for who asked for that, and what it reads aloud is what stands
there. Each page is loaded once. ``make screens`` loads it in every look and takes the pictures of docs/screens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.journeys.support import aloud, fits
from tests.journeys.support.walk import DARK, ELDER, NARROW, Walk
from tests.support.browser import Person

READ = "portal.matter"  # Long, with words of people and something folded away.


@pytest.fixture
def walk(told: Path, tmp_path: Path, new_person: Callable[..., Person]) -> Iterator[Walk]:
    begun = Walk(told, tmp_path / "walk", new_person)
    begun.person.context.add_init_script(aloud.VOICE)
    yield begun
    begun.stop()


@pytest.mark.journey
@pytest.mark.timeout(600)
def test_every_page_is_for_everybody(walk: Walk) -> None:
    found: list[str] = []
    for page in walk.every(ELDER):
        here = [f"elder: {each}" for each in [*fits.looks_wrong(walk.tab), *fits.too_small(walk.tab)]]
        here += [*fits.outline(walk.tab), *fits.moving(walk.tab)]
        if page.name == READ:
            here += [f"aloud: {each}" for each in aloud.faults(walk.tab)]
        walk.turn(NARROW)
        here += [f"narrow: {each}" for each in fits.sideways(walk.tab)]
        walk.turn(DARK)
        here += [f"dark: {each}" for each in fits.faults(walk.tab)]
        found += [f"{page.name} ({page.path}): {each}" for each in here]
    assert not found, "\n".join(found)
