"""Two versions of a text, and what is the same, gone and new between them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, GONE, NEW = "same", "gone", "new"
ISLAND = 2  # So few letters left the same between two that were replaced read better as part of one replacement.
TOKENS = re.compile(r"[A-Za-z]+|[0-9]+(?:[.,:][0-9]+)*|\s|.", re.DOTALL)


@dataclass(frozen=True)
class Piece:
    """A stretch of text that is the "same" in both, "gone" from the old or "new" in the new."""

    kind: str
    text: str


def differences(old: str, new: str) -> list[Piece]:
    """The pieces in order: "same" and "gone" together are the old text, "same" and "new" the new one.

    Letter by letter, as Chinese is read; a number or a word in Latin letters is one.
    """
    before, after = TOKENS.findall(old), TOKENS.findall(new)
    steps = SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes()
    pieces: list[Piece] = []
    for number, (what, a1, a2, b1, b2) in enumerate(steps):
        same = "".join(before[a1:a2])
        around = [step[0] for step in (*steps[max(0, number - 1) : number], *steps[number + 1 : number + 2])]
        is_island = len(same) <= ISLAND and not same.isspace() and around == ["replace", "replace"]
        if what == "equal" and not is_island:
            pieces.append(Piece(SAME, same))
        else:
            pieces += [Piece(GONE, same), Piece(NEW, "".join(after[b1:b2]))]
    return _joined(pieces)


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Neighbouring changes put together: what is gone first, then what is new."""
    found: list[Piece] = []
    gone = new = ""
    for piece in [*pieces, Piece(SAME, "")]:
        if piece.kind == GONE:
            gone += piece.text
        elif piece.kind == NEW:
            new += piece.text
        else:
            found += [each for each in (Piece(GONE, gone), Piece(NEW, new), piece) if each.text]
            gone = new = ""
    return found
