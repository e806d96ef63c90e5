"""A place's own colour: what may be read on it and in it. Pure; the sums are those of WCAG 2.2 (contrast ratio)."""

from __future__ import annotations

import re
from enum import StrEnum

from deliberation.kernel.errors import N_, Refusal

LEAST_CONTRAST = 4.5
WHITE = "#ffffff"
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


class NoColour(Refusal):
    code = "no_colour"
    status = 422
    sentence = N_("颜色要写成六位色号，比如 #7A3E00。不要自己的颜色，就空着。")


class TooPale(Refusal):
    """``ratio`` is what the colour has on the ground where it is worst, as "3.21"."""

    code = "too_pale"
    status = 422
    sentence = N_("%(colour)s 太浅了：和白字、浅色底的对比只有 %(ratio)s，至少要 4.5 才看得清。请选深一些的。")


def read_colour(text: str) -> str:
    """ "#7a3e00" of what somebody typed, with or without "#"; "" of nothing.

    Raises NoColour, and TooPale when white letters on it, or it on a light ground, fall short of 4.5:1. In the dark the
    colour is made lighter (``in_the_dark``), so that one which is good in the light is good there too.
    """
    given = text.strip().lower()
    if not given:
        return ""
    colour = given if given.startswith("#") else f"#{given}"
    if not _COLOUR.fullmatch(colour):
        raise NoColour()
    least = min(contrast(colour, ground) for ground in LIGHT_GROUNDS.values())
    if least < LEAST_CONTRAST:
        raise TooPale(colour=colour.upper(), ratio=f"{int(least * 100) / 100:.2f}")
    return colour


def in_the_dark(colour: str) -> str:
    """The same colour with as little white as makes it legible on every dark ground."""
    for step in range(_STEPS + 1):
        lighter = _mixed(colour, step / _STEPS)
        if all(contrast(lighter, ground) >= LEAST_CONTRAST for ground in DARK_GROUNDS.values()):
            return lighter
    return WHITE


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


def _mixed(colour: str, white: float) -> str:
    return "#" + "".join(f"{round(part + (255 - part) * white):02x}" for part in _parts(colour))
