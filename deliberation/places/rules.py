"""A place's own colour: what may be read on it and in it. Pure; the sums are those of WCAG 2.2 (contrast ratio)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from deliberation.kernel.errors import N_, Refusal

LEAST_CONTRAST = 4.5
CLEAR_CONTRAST = 7.0  # WCAG 2.2, 1.4.6: also for people who see less well.
LARGE_CONTRAST = 3.0  # WCAG 2.2, 1.4.3: enough for large letters alone.
WHITE, BLACK = "#ffffff", "#000000"
# The grounds of frontend/styles/tokens.css on which the colour stands as letters; tests/guards/test_face.py compares.
LIGHT_GROUNDS = {"surface": "#ffffff", "paper": "#f4f6f3", "elder": "#f7f8f5", "sunk": "#ebefeb"}
DARK_GROUNDS = {"surface": "#16201e", "paper": "#0e1615", "sunk": "#1e2a28"}
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_STEPS = 20


class Emblem(StrEnum):
    """The sign of a place, by its name in the sprite (frontend/icons.txt)."""

    buildings = "buildings"
    building = "building"
    house = "house"
    shop = "shop"
    tree = "tree"
    flower = "flower1"
    water = "water"
    sun = "sun"
    bicycle = "bicycle"
    cup = "cup-hot"
    lamp = "lamp"
    book = "book"


def small_picture_of(file_name: str) -> str:
    """The file of the small picture beside a place's own emblem."""
    return file_name.removesuffix(".png") + ".small.png"


class NoColour(Refusal):
    code = "no_colour"
    status = 422
    sentence = N_("颜色要写成六位色号，比如 #7A3E00。不要自己的颜色，就空着。")


class TooPale(Refusal):
    """``ratio`` is what the colour has on the ground where it is worst, as "3.21"."""

    code = "too_pale"
    status = 422
    sentence = N_("%(colour)s 太浅了：和白字、浅色底的对比只有 %(ratio)s，至少要 4.5 才看得清。请选深一些的。")


class Legibility(StrEnum):
    """How well letters are read, for people who know no ratios."""

    clear = "clear"
    legible = "legible"
    large_only = "large_only"
    illegible = "illegible"


@dataclass(frozen=True)
class ColourShown:
    """What a colour comes to, before it is kept.

    ``colour`` is as it is written ("#7A3E00"), ``dark`` what it becomes in the dark. ``light_ratio`` and ``dark_ratio``
    are the contrasts where they are worst, rounded down. ``instead`` is the nearest darker one that may be kept, "" for
    one that may be kept itself.
    """

    colour: str
    dark: str
    light_ratio: float
    dark_ratio: float
    instead: str

    @property
    def legibility(self) -> Legibility:
        return legibility(self.light_ratio)

    @property
    def dark_legibility(self) -> Legibility:
        return legibility(self.dark_ratio)


def show_colour(text: str) -> ColourShown | None:
    """What the colour that somebody is typing comes to; ``None`` while it is none."""
    try:
        colour, instead = _written_colour(text), ""
    except NoColour:
        return None
    if not colour:
        return None
    if _least(colour, LIGHT_GROUNDS) < LEAST_CONTRAST:
        instead = _legible(colour, BLACK, LIGHT_GROUNDS)
    dark = in_the_dark(colour)
    ratios = _floor(_least(colour, LIGHT_GROUNDS)), _floor(_least(dark, DARK_GROUNDS))
    return ColourShown(colour.upper(), dark.upper(), *ratios, instead.upper())


def legibility(ratio: float) -> Legibility:
    if ratio >= CLEAR_CONTRAST:
        return Legibility.clear
    if ratio >= LEAST_CONTRAST:
        return Legibility.legible
    return Legibility.large_only if ratio >= LARGE_CONTRAST else Legibility.illegible


def read_colour(text: str) -> str:
    """ "#7a3e00" of what somebody typed, with or without "#"; "" of nothing.

    Raises NoColour, and TooPale when white letters on it, or it on a light ground, fall short of 4.5:1. In the dark the
    colour is made lighter (``in_the_dark``), so that one which is good in the light is good there too.
    """
    colour = _written_colour(text)
    if not colour:
        return ""
    least = _least(colour, LIGHT_GROUNDS)
    if least < LEAST_CONTRAST:
        raise TooPale(colour=colour.upper(), ratio=f"{_floor(least):.2f}")
    return colour


def _written_colour(text: str) -> str:
    given = text.strip().lower()
    if not given:
        return ""
    colour = given if given.startswith("#") else f"#{given}"
    if not _COLOUR.fullmatch(colour):
        raise NoColour()
    return colour


def in_the_dark(colour: str) -> str:
    """The same colour with as little white as makes it legible on every dark ground."""
    return _legible(colour, WHITE, DARK_GROUNDS)


def _legible(colour: str, other: str, grounds: dict[str, str]) -> str:
    """The colour with as little of ``other`` (white or black) as makes it legible on every one of the grounds."""
    mixed = (_mixed(colour, other, step / _STEPS) for step in range(_STEPS + 1))
    return next((each for each in mixed if _least(each, grounds) >= LEAST_CONTRAST), other)


def _least(colour: str, grounds: dict[str, str]) -> float:
    return min(contrast(colour, ground) for ground in grounds.values())


def _floor(ratio: float) -> float:
    """To two places, never up: 4.499 is not 4.5."""
    return int(ratio * 100) / 100


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _mixed(colour: str, other: str, share: float) -> str:
    pairs = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round(part + (end - part) * share):02x}" for part, end in pairs)
