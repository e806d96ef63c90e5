"""Which earlier proposals say the same: the share of two-character pieces both have, rare pieces counting more. Pure.

Chinese has no spaces between words; overlapping pairs of characters find them well enough without a dictionary.
Nothing is decided by this: it only shows a person, or the liaison, where to look.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

LIKE_ENOUGH = 0.12  # Found on the texts of the tests: the same thing in other words lies above, all else below.
SHORTEST = 4  # Pieces; below that anything would be like anything.
MOST_READ = 2100  # Characters: title and text at their longest.


@dataclass(frozen=True)
class Candidate:
    """``key`` is the caller's own (a proposal's id)."""

    key: int
    title: str
    text: str


def pieces(text: str) -> frozenset[str]:
    """Every pair of neighbouring letters or characters; punctuation and spaces separate, case does not count."""
    words = "".join(c if unicodedata.category(c)[0] in "LN" else " " for c in _folded(text)).split()
    return frozenset(word[at : at + 2] for word in words for at in range(len(word) - 1))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:MOST_READ]).casefold()


def most_alike(text: str, candidates: Sequence[Candidate], *, limit: int = 3) -> list[int]:
    """The keys of the ``limit`` candidates most like ``text``, the closest first; fewer when fewer are alike."""
    wanted = pieces(text)
    if len(wanted) < SHORTEST:
        return []
    known = [(each.key, pieces(f"{each.title} {each.text}")) for each in candidates]
    spread = Counter(piece for _key, found in known for piece in found)
    weights = {piece: math.log(1 + (len(known) + 1) / (1 + spread[piece])) for piece in wanted | spread.keys()}
    scored = [(_share(wanted, found, weights), key) for key, found in known if len(found) >= SHORTEST]
    best = sorted((pair for pair in scored if pair[0] >= LIKE_ENOUGH), key=lambda pair: (-pair[0], -pair[1]))
    return [key for _share_of_both, key in best[:limit]]


def _share(one: frozenset[str], other: frozenset[str], weights: dict[str, float]) -> float:
    """The weight of what both have, against the lighter of the two: a short title may lie wholly in a long text."""

    def weight(found: frozenset[str]) -> float:
        return sum(weights[piece] for piece in found)

    return weight(one & other) / min(weight(one), weight(other))


REPEATED = 0.3  # Twice as much as for a suggestion: here nobody looks before it is written down.
MOST_GROUPED = 300


def alike_groups(candidates: Sequence[Candidate]) -> list[list[int]]:
    """The keys of candidates that say the same as another one, together, in their order; the largest groups first."""
    known = [(each.key, pieces(f"{each.title} {each.text}")) for each in candidates[-MOST_GROUPED:]]
    spread = Counter(piece for _key, found in known for piece in found)
    weights = {piece: math.log(1 + (len(known) + 1) / (1 + spread[piece])) for piece in spread}
    group = {key: key for key, _found in known}
    for number, (key, found) in enumerate(known):
        for other, others in known[:number]:
            if min(len(found), len(others)) >= SHORTEST and _share(found, others, weights) >= REPEATED:
                old, new = group[key], group[other]
                group = {each: new if kept == old else kept for each, kept in group.items()}
    together: dict[int, list[int]] = {}
    for key, kept in group.items():
        together.setdefault(kept, []).append(key)
    return sorted((keys for keys in together.values() if len(keys) > 1), key=lambda keys: (-len(keys), keys[0]))
