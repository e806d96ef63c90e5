"""The figures of handling, exactly as R-60 says (domain.md C9). Pure: whole numbers and Fractions, rounded last.

What is counted is a *term*: one clock of one case, from the day it starts to the day it is due. A case that people send
back gets a second term with a day of its own, so that neither the failure nor the second try hides the other.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from fractions import Fraction
from typing import TypeVar

SOLVED_KIND = "A"  # Only a reply of kind A counts as solved.


@dataclass(frozen=True)
class Term:
    """One clock of one case. ``due_at`` is the day that held when it came, with an extension given in time.

    ``contacted_at`` is the first contact, ``replied_at`` the first reply, ``kind`` the kind of the latest one.
    ``asked``, ``rated`` and ``satisfied`` count the people of its look-backs.
    """

    due_at: datetime
    contact_due_at: datetime | None
    contacted_at: datetime | None
    replied_at: datetime | None
    kind: str = ""
    is_reopened: bool = False
    asked: int = 0
    rated: int = 0
    satisfied: int = 0


@dataclass(frozen=True)
class Figures:
    """How many terms were due, and of those how many …; then how many people were asked, rated, and were satisfied."""

    due: int = 0
    responded: int = 0
    replied: int = 0
    on_time: int = 0
    solved: int = 0
    reopened: int = 0
    asked: int = 0
    rated: int = 0
    satisfied: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(**{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)})

    @property
    def response_rate(self) -> Fraction | None:
        return share(self.responded, self.due)

    @property
    def reply_rate(self) -> Fraction | None:
        return share(self.replied, self.due)

    @property
    def on_time_rate(self) -> Fraction | None:
        return share(self.on_time, self.due)

    @property
    def solved_rate(self) -> Fraction | None:
        return share(self.solved, self.due)

    @property
    def satisfied_rate(self) -> Fraction | None:
        """Of those who rated; whoever did not is neither: ``rated_share`` says how many that were."""
        return share(self.satisfied, self.rated)

    @property
    def rated_share(self) -> Fraction | None:
        return share(self.rated, self.asked)


def share(part: int, whole: int) -> Fraction | None:
    """``None`` of nothing: R-60 shows a dash, not 0 % and not 100 %."""
    return Fraction(part, whole) if whole else None


def percent(value: Fraction | None) -> str:
    """With two places, half up, by whole numbers: 33/35 is "94.29%"; "—" of nothing."""
    if value is None:
        return "—"
    hundredths = (value.numerator * 20_000 + value.denominator) // (2 * value.denominator)
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def figures_of(term: Term) -> Figures:
    """What one term adds.

    Contacted in time: whoever has been answered has been reached, so a reply stands for a contact nobody wrote down.
    Solved: kind A, unless people said afterwards that it is not; such a one is counted as reopened.
    """
    reached = [at for at in (term.contacted_at, term.replied_at) if at is not None]
    is_replied = term.replied_at is not None
    return Figures(
        due=1,
        responded=int(bool(reached) and min(reached) <= (term.contact_due_at or term.due_at)),
        replied=int(is_replied),
        on_time=int(term.replied_at is not None and term.replied_at <= term.due_at),
        solved=int(is_replied and term.kind == SOLVED_KIND and not term.is_reopened),
        reopened=int(term.is_reopened),
        asked=term.asked,
        rated=term.rated,
        satisfied=term.satisfied,
    )


def total(terms: Iterable[Term]) -> Figures:
    return sum(map(figures_of, terms), Figures())


Group = TypeVar("Group", bound=Hashable)
Row = TypeVar("Row")


def grouped(rows: Iterable[Row], *, by: Callable[[Row], Group], term: Callable[[Row], Term]) -> dict[Group, Figures]:
    """The figures of each group, in the order in which the groups first come."""
    found: dict[Group, Figures] = {}
    for row in rows:
        key = by(row)
        found[key] = found.get(key, Figures()) + figures_of(term(row))
    return found


def moved_due(*, old: datetime | None, new: datetime | None, replied_at: datetime | None, now: datetime) -> bool:
    """Whether a new day takes the old one's place in the figures.

    Only while there is no reply (a promised day is a follow-up, not a longer deadline) and the old day has not passed:
    whoever was late stays late, whatever is agreed afterwards.
    """
    return new is not None and replied_at is None and (old is None or now <= old)
