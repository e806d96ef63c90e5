"""What everybody may see of the figures (R-52): no small cell, nor one that its row or its column gives away. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from deliberation.feedback.rules.figures import Figures, share
from deliberation.votes.rules.disclosure import FEW, disclosed

# Each count with the one it is a part of: what is left over is a cell too, and may be as small.
PARTS = {
    "responded": "due",
    "replied": "due",
    "on_time": "due",
    "solved": "due",
    "reopened": "due",
    "rated": "asked",
    "satisfied": "rated",
}
WHOLES = ("due", "asked")
NAMES = ("due", "responded", "replied", "on_time", "solved", "reopened", "asked", "rated", "satisfied")
RATES = {
    "response_rate": ("responded", "due"),
    "reply_rate": ("replied", "due"),
    "on_time_rate": ("on_time", "due"),
    "solved_rate": ("solved", "due"),
    "satisfied_rate": ("satisfied", "rated"),
    "rated_share": ("rated", "asked"),
}
Cell = int | str | None  # A number, "<5", or withheld because it would give another away.
Group = TypeVar("Group", bound=Hashable)


@dataclass(frozen=True)
class Shown:
    """One row as it may be shown; a rate is there when both of its numbers are."""

    cells: Mapping[str, Cell]

    @classmethod
    def whole(cls, figures: Figures) -> Shown:
        """With nothing kept back, for the offices."""
        return cls({name: getattr(figures, name) for name in NAMES})

    def is_kept_back(self, rate: str) -> bool:
        return any(not isinstance(self.cells[name], int) for name in RATES[rate])

    def rate(self, name: str) -> Fraction | None:
        part, whole = (self.cells[each] for each in RATES[name])
        return share(part, whole) if isinstance(part, int) and isinstance(whole, int) else None


def public(groups: Mapping[Group, Figures], total: Figures) -> tuple[dict[Group, Shown], Shown]:
    """The groups and their sum as everybody may see them."""
    rows = {key: _row(figures) for key, figures in groups.items()}
    last = _row(total)
    for name in WHOLES:
        shown = disclosed({str(number): getattr(each, name) for number, each in enumerate(groups.values())})
        for number, row in enumerate(rows.values()):
            row[name] = shown.get(str(number)) if shown else None
    for row in rows.values():
        _hide_parts_of_hidden(row)
    for name in NAMES:
        _hide_second(name, groups, rows, last)
    _hide_parts_of_hidden(last)
    return {key: Shown(row) for key, row in rows.items()}, Shown(last)


def _row(figures: Figures) -> dict[str, Cell]:
    """One row by itself: a part is kept back when it, or what it leaves of its whole, is small."""
    row: dict[str, Cell] = {name: _cell(getattr(figures, name)) for name in WHOLES}
    for name, whole in PARTS.items():
        part = getattr(figures, name)
        shown = disclosed({"part": part, "rest": getattr(figures, whole) - part})
        row[name] = shown["part"] if shown else (_cell(part) if _cell(part) == FEW else None)
    return row


def _cell(figure: int) -> Cell:
    return disclosed({"one": figure, "other": 0}).get("one", FEW)


def _hide_parts_of_hidden(row: dict[str, Cell]) -> None:
    for name, whole in PARTS.items():
        if not isinstance(row[whole], int):
            row[name] = None


def _hide_second(
    name: str, groups: Mapping[Group, Figures], rows: Mapping[Group, dict[str, Cell]], last: dict[str, Cell]
) -> None:
    """One hidden cell of a column is what the sum leaves: hide the smallest other, or else the sum."""
    hidden = [key for key in rows if not isinstance(rows[key][name], int)]
    if len(hidden) != 1 or not isinstance(last[name], int):
        return
    others = [key for key in rows if key not in hidden and getattr(groups[key], name) > 0]
    if not others:
        last[name] = None
        return
    smallest = min(others, key=lambda key: getattr(groups[key], name))
    rows[smallest][name] = None
    _hide_parts_of_hidden(rows[smallest])
