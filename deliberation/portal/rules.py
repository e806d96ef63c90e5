"""What of the desk is looked at: the filters, which the address keeps. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from deliberation.matters.desk import DeskLine
from deliberation.matters.wording import HOLDER_TASKS

URGENCIES = ("late", "today", "week", "later")
STEPS = range(1, 6)


@dataclass(frozen=True)
class DeskFilter:
    """Each narrows the desk down, nothing is ``None`` or "": a step (1–5), a task, a place's code, an urgency."""

    step: int | None = None
    task: str = ""
    place: str = ""
    due: str = ""

    def keeps(self, line: DeskLine, urgency: str) -> bool:
        return (
            self.step in (None, line.step)
            and self.task in ("", line.task)
            and self.place in ("", place_of(line))
            and self.due in ("", urgency)
        )

    def asked(self, **changes: str | int | None) -> dict[str, Any]:
        """The arguments of the address, with ``changes``; what is not asked for is left out."""
        given = {"step": self.step, "task": self.task, "place": self.place, "due": self.due} | changes
        return {name: value for name, value in given.items() if value}


def read_filter(given: Mapping[str, str]) -> DeskFilter:
    """What an address asks for; anything that is no filter of ours asks for nothing."""
    step, task, place, due = (given.get(name, "") for name in ("step", "task", "place", "due"))
    return DeskFilter(
        step=next((each for each in STEPS if str(each) == step), None),
        task=task if task in HOLDER_TASKS else "",
        place=place if place.isascii() and place.isalnum() and len(place) <= 8 else "",
        due=due if due in URGENCIES else "",
    )


def place_of(line: DeskLine) -> str:
    """The code of the place, with which the number of a matter begins ("WTL-2026-003"); a meeting says its own."""
    return line.place or line.number.partition("-")[0]


def choices(lines: Iterable[DeskLine]) -> tuple[list[str], list[str]]:
    """The tasks and the places there are, each once, in the order in which they come."""
    found = list(lines)
    return list(dict.fromkeys(line.task for line in found)), list(dict.fromkeys(map(place_of, found)))
