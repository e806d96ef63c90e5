"""What an amendment changes in a text: runs that stay, go and come, to be read without colour. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache

# Chinese is compared by character. A date, a number and a word of letters are each changed as a whole: people read
# "11月30日 became 11月20日", not "the 3 became a 2".
_TOKEN = re.compile(
    r"(?:\d+年)?\d+月\d+日|\d+(?:[.:/]\d+)*%?|[^\W\d_㐀-鿿]+|.",  # not translated: a pattern
    re.DOTALL,
)
_CLAUSE = re.compile(r"[^，。；：！？、\n]*[，。；：！？、\n]?", re.DOTALL)  # not translated: a pattern
_LEAST_KEPT = 2  # One character that stayed between two changes tells nobody anything: it changes with them.
_MOST_PAIRS = 60_000  # Equal pieces paired with each other: a text made to be slow to compare is compared by clause.


class Op(StrEnum):
    equal = "equal"
    delete = "delete"
    insert = "insert"


@dataclass(frozen=True)
class Run:
    """Some text that stays, goes or comes; never empty."""

    op: Op
    text: str


@lru_cache(maxsize=256)
def marked_change(old: str, new: str) -> tuple[Run, ...]:
    """The way from ``old`` to ``new``: what goes stands before what comes in its place.

    The texts of all runs but the inserted ones are ``old``, those of all but the deleted ones ``new``. Neighbouring
    runs differ in their ``op``.
    """
    runs: list[Run] = []
    for gone, come, kept in _pieces(old, new):
        runs += [Run(op, text) for op, text in ((Op.delete, gone), (Op.insert, come), (Op.equal, kept)) if text]
    return tuple(runs)


def _pieces(old: str, new: str) -> Iterator[tuple[str, str, str]]:
    """Each change with the text that follows it unchanged; changes that almost touch are one."""
    gone: list[str] = []
    come: list[str] = []
    for is_kept, before, after in _matched(old, new):
        if is_kept and (len("".join(before)) >= _LEAST_KEPT or not (gone or come)):
            yield "".join(gone), "".join(come), "".join(before)
            gone, come = [], []
        else:
            gone, come = gone + before, come + after
    shared = _shared_end(gone, come)  # A lone character at the very end was taken into the change before it.
    parts = (gone[: len(gone) - shared], come[: len(come) - shared], gone[len(gone) - shared :])
    yield "".join(parts[0]), "".join(parts[1]), "".join(parts[2])


def _matched(old: str, new: str) -> Iterator[tuple[bool, list[str], list[str]]]:
    before, after = _split(old, new)
    for tag, from_old, to_old, from_new, to_new in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        yield tag == "equal", before[from_old:to_old], after[from_new:to_new]


def _split(old: str, new: str) -> tuple[list[str], list[str]]:
    """Both texts in the finest pieces that can be compared in a moment; two whole texts in the end."""
    for pattern in (_TOKEN, _CLAUSE):
        before, after = pattern.findall(old), pattern.findall(new)
        counts = Counter(after)
        if sum(counts[piece] for piece in before) <= _MOST_PAIRS:
            return before, after
    return [old], [new]


def _shared_end(gone: list[str], come: list[str]) -> int:
    """How many pieces both end with."""
    length = 0
    while length < min(len(gone), len(come)) and gone[-1 - length] == come[-1 - length]:
        length += 1
    return length
