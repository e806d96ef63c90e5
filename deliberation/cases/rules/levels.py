"""The three levels of a case (domain.md A29). Pure."""

from __future__ import annotations

HIGHEST_LEVEL = 3


def level_after_reopening(*, level: int, times_reopened: int) -> int:
    """The first time it is done again at the same level, from the second time one level higher, up to three (C3)."""
    return min(level + (times_reopened >= 2), HIGHEST_LEVEL)
