"""The small values of a vote file. Each reader gets the value and its place, and says at that place what is wrong."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import Any, TypeVar

from deliberation.votes.counting.choices import shown

MOST = 10**15
Word = TypeVar("Word", bound=str)
_AREA = re.compile(r"([0-9]{1,13})(?:\.([0-9]{1,2}))?", re.ASCII)
_SHARE = re.compile(r"([0-9]{1,12})/([0-9]{1,12})", re.ASCII)
_WEIGHT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6}|/[0-9]{1,12})?", re.ASCII)
_SEED = re.compile(r"(?:[0-9a-fA-F]{2}){1,64}", re.ASCII)


class Mistake(Exception):
    """Something in the file that cannot be counted; ``place`` is where: "roll[3].area", or empty for the whole."""

    def __init__(self, place: str, problem: str) -> None:
        self.place, self.problem = place, problem
        super().__init__(f"{place}: {problem}" if place else problem)


def read_object(value: Any, place: str, *, known: Collection[str], needed: Collection[str] = ()) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Mistake(place, f"this has to be an object, not {shown(value)}")
    for key in value:
        if key not in known:
            raise Mistake(f"{place}.{shown(key)[1:-1]}".lstrip("."), "there is no such key in deliberation-vote/1")
    for key in needed:
        if key not in value:
            raise Mistake(place, f'"{key}" is missing')
    return value


def read_list(value: Any, place: str) -> list[Any]:
    if not isinstance(value, list):
        raise Mistake(place, f"this has to be a list, not {shown(value)}")
    return value


def read_name(value: Any, place: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Mistake(place, f"this has to be a text that is not empty, not {shown(value)}")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Mistake(place, "this text has half a character in it") from None
    return value


def read_text(value: Any, place: str) -> None:
    """What is for people to read and is not counted: any text."""
    if not isinstance(value, str):
        raise Mistake(place, f"this has to be a text, not {shown(value)}")


def read_word(value: Any, place: str, words: Collection[Word]) -> Word:
    for word in words:
        if value == word:
            return word
    raise Mistake(place, f"{shown(value)} is none of {', '.join(words)}")


def read_flag(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        raise Mistake(place, f"this has to be true or false, not {shown(value)}")
    return value


def read_whole(value: Any, place: str, *, least: int = 0) -> int:
    if type(value) is not int or not least <= value <= MOST:
        raise Mistake(place, f"this has to be a whole number from {least} on, not {shown(value)}")
    return value


def read_area(value: Any, place: str) -> int:
    """An area in 0.01 ㎡, from a decimal text ("86.50") or a whole number."""
    if type(value) is int and 0 <= value <= MOST // 100:
        return value * 100
    match = _AREA.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise Mistake(
            place,
            f'{shown(value)} is no area; write square metres with up to two digits after the point, as text: "86.50"',
        )
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def area_json(area: int) -> str:
    """An area in 0.01 ㎡ as ``read_area`` reads it."""
    return f"{area // 100}.{area % 100:02}"


def read_share(value: Any, place: str) -> Fraction:
    match = _SHARE.fullmatch(value) if isinstance(value, str) else None
    if match is None or not 0 < int(match[1]) <= int(match[2]):
        raise Mistake(place, f'{shown(value)} is no share; write "p/q", above 0 and up to 1, as in "2/3"')
    return Fraction(int(match[1]), int(match[2]))


def read_weight(value: Any, place: str) -> Fraction:
    if type(value) is int and 0 < value <= MOST:
        return Fraction(value)
    if isinstance(value, str) and _WEIGHT.fullmatch(value) and not re.search(r"/0+$", value) and Fraction(value) > 0:
        return Fraction(value)
    raise Mistake(place, f'{shown(value)} is no weight; write a whole number above 0, or a text: "1.5", "3/2"')


def read_seed(value: Any, place: str) -> bytes:
    if not isinstance(value, str) or not _SEED.fullmatch(value):
        raise Mistake(place, f"{shown(value)} is no seed; write bytes in hexadecimal")
    return bytes.fromhex(value)
