"""zh-CN sentences in the characters and words of Taiwan: our words first, OpenCC for the rest.

OpenCC finds words by itself and now and then cuts a sentence in the wrong place (户数|和面|积), and its list of Taiwan
words is one of programmers (发布 would become 釋出). So it is asked for characters only, between words of our own
(taiwan_words.txt), and every reading that is more often wrong than right has to be named there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Catalog
from opencc import OpenCC

from catalog import texts

LANGUAGE = "zh_Hant_TW"
WORDS = Path(__file__).parent / "taiwan_words.txt"
# Readings that stand for something rare (麵 flour, 髮 hair, 錶 watch): outside our words they are most likely wrong.
RARE = re.compile("[麵髮錶瞭隻傢閤嚮捲乾鬆藉穀鬍鬱薑闢樸鞦醜衝併]")


@lru_cache
def words() -> dict[str, str]:
    """What stands for which, as the file has it."""
    lines = (line.split("#")[0].split(maxsplit=1) for line in WORDS.read_text(encoding="utf-8").splitlines())
    return {pair[0]: pair[1].strip() for pair in lines if pair}


@lru_cache
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(words(), key=len, reverse=True)
    return re.compile("|".join(re.escape(word) for word in longest_first))


@lru_cache
def _characters() -> OpenCC:
    return OpenCC("s2tw")


def _pieces(sentence: str) -> Iterator[tuple[str, bool]]:
    """The converted sentence in pieces; true for those that are words of ours."""
    last = 0
    for found in _pattern().finditer(sentence):
        if found.start() > last:
            yield _characters().convert(sentence[last : found.start()]), False
        yield words()[found.group()], True
        last = found.end()
    if last < len(sentence):
        yield _characters().convert(sentence[last:]), False


def converted(sentence: str) -> str:
    return "".join(piece for piece, _is_ours in _pieces(sentence))


def catalog(sources: Catalog) -> Catalog:
    """Every id of ``sources`` with its converted sentence; Chinese has one form for every number."""
    made = Catalog(locale=LANGUAGE, charset="utf-8")
    for message in sources:
        if message.id:
            forms = tuple(converted(text) for text in texts(message.id))
            made.add(message.id, forms[-1:] if len(forms) > 1 else forms[0], context=message.context)
    return made


def doubtful(sentence: str) -> str:
    """The rare readings that OpenCC chose by itself; none of them should be left unread by a person."""
    return "".join("".join(RARE.findall(piece)) for piece, is_ours in _pieces(sentence) if not is_ours)
