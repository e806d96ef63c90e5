"""A place's own colour: refused with the ratio when it cannot be read, and legible on every ground when it can."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deliberation.places.rules import (
    DARK_GROUNDS,
    LEAST_CONTRAST,
    LIGHT_GROUNDS,
    Legibility,
    NoColour,
    TooPale,
    contrast,
    in_the_dark,
    read_colour,
    show_colour,
)  # fmt: skip

TOKENS = Path(__file__).resolve().parents[2] / "frontend" / "styles" / "tokens.css"


def test_the_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#ffffff") == 1
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize(
    ("typed", "read"), [("", ""), ("  ", ""), ("#7A3E00", "#7a3e00"), ("7a3e00", "#7a3e00"), (" #0b5c62 ", "#0b5c62")]
)
def test_what_is_typed_becomes_a_colour(typed: str, read: str) -> None:
    assert read_colour(typed) == read


@pytest.mark.parametrize("typed", ["red", "#7a3e0", "#7a3e001", "#gggggg", "rgb(0,0,0)", "#12345;", "＃7a3e00"])
def test_what_is_no_colour_is_refused(typed: str) -> None:
    with pytest.raises(NoColour):
        read_colour(typed)


def test_a_pale_one_is_refused_with_its_ratio_and_one_shade_darker_is_taken() -> None:
    with pytest.raises(TooPale) as refused:
        read_colour("#777777")
    assert refused.value.params == {"colour": "#777777", "ratio": "3.85"}
    with pytest.raises(TooPale):
        read_colour("#f3966a")
    assert read_colour("#696969") == "#696969"


@pytest.mark.parametrize("colour", ["#000000", "#0b5c62", "#7a3e00", "#8b2c68", "#0000ff", "#696969", "#3b681d"])
def test_what_is_taken_can_be_read_in_the_light_in_elder_mode_and_in_the_dark(colour: str) -> None:
    assert read_colour(colour) == colour
    assert all(contrast(colour, ground) >= LEAST_CONTRAST for ground in LIGHT_GROUNDS.values())
    assert all(contrast(in_the_dark(colour), ground) >= LEAST_CONTRAST for ground in DARK_GROUNDS.values())


def test_the_grounds_are_those_of_the_style_sheet() -> None:
    tokens = TOKENS.read_text()
    modes = ("", '[data-mode="elder"]')
    light, elder = (_block(tokens, f'{mode}[data-bs-theme="light"]') for mode in modes)
    dark, elder_dark = (_block(tokens, f'{mode}[data-bs-theme="dark"]') for mode in modes)
    assert {name: light[name] for name in ("surface", "paper", "sunk")} | {"elder": elder["paper"]} == LIGHT_GROUNDS
    assert {name: dark[name] for name in DARK_GROUNDS} == DARK_GROUNDS
    assert elder_dark["paper"] in DARK_GROUNDS.values()


def _block(tokens: str, selector: str) -> dict[str, str]:
    found = re.search(rf"^(?:.*, )?{re.escape(selector)} \{{(.*?)\}}", tokens, re.DOTALL | re.MULTILINE)
    assert found, selector
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", found.group(1)))


@pytest.mark.parametrize(
    ("typed", "legible", "instead"),
    [
        ("#7a3e00", Legibility.clear, False),
        ("#0b5c62", Legibility.legible, False),
        ("#767676", Legibility.large_only, True),
        ("#f3e5ab", Legibility.illegible, True),
        ("#ffffff", Legibility.illegible, True),
    ],
)
def test_what_a_colour_comes_to_is_said_before_it_is_kept(typed: str, legible: Legibility, instead: bool) -> None:
    shown = show_colour(typed)
    assert shown is not None
    assert (shown.colour, shown.legibility, bool(shown.instead)) == (typed.upper(), legible, instead)
    assert shown.dark_ratio >= LEAST_CONTRAST
    if instead:
        assert read_colour(shown.instead) == shown.instead.lower(), "what is offered instead is taken"


@pytest.mark.parametrize("typed", ["", "red", "#7a3e0", "#12345;"])
def test_while_it_is_no_colour_nothing_is_shown(typed: str) -> None:
    assert show_colour(typed) is None
