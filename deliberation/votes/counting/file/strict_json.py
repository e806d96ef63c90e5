"""JSON as a vote file may have it: UTF-8, no key twice, no number that a computer rounds."""

from __future__ import annotations

import json
from typing import Any

from deliberation.votes.counting.file.values import Mistake

MOST_DIGITS = 18


class Inexact:
    """A number that is not whole, or too long: it is no value anywhere, and whoever meets it can name the place."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


class KeyedTwice(dict[str, Any]):
    """An object with a key that is there twice."""

    key = ""


def read_json(data: bytes) -> Any:
    """The document's value, every number in it an int or ``Inexact``; ``Mistake`` when it is no such document."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Mistake("", f"this is not UTF-8 text (byte {error.start})") from None
    doubled: list[KeyedTwice] = []

    def build(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        twice = KeyedTwice(found)
        keys = [key for key, _value in pairs]
        twice.key = next(key for key in keys if keys.count(key) > 1)
        doubled.append(twice)
        return twice

    try:
        document = json.loads(
            text, object_pairs_hook=build, parse_int=_whole, parse_float=Inexact, parse_constant=Inexact
        )
    except json.JSONDecodeError as error:
        raise Mistake("", f"this is not JSON: {error.msg} (line {error.lineno}, column {error.colno})") from None
    except RecursionError:
        raise Mistake("", "this is nested too deeply") from None
    if doubled:
        raise Mistake(_place_of(document), f"the key {json.dumps(doubled[0].key, ensure_ascii=False)} is there twice")
    return document


def _whole(text: str) -> int | Inexact:
    return int(text) if len(text) <= MOST_DIGITS else Inexact(text)


def _place_of(document: Any) -> str:
    """Where the first object with a doubled key stands; it is somewhere in there."""
    waiting: list[tuple[str, Any]] = [("", document)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, KeyedTwice):
            return place
        if isinstance(value, dict):
            waiting += [(f"{place}.{key}".lstrip("."), each) for key, each in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{place}[{index}]", each) for index, each in enumerate(value)]
    return ""
