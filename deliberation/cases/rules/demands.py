"""Demands that nobody wrote a proposal for: where they are heard, and what may be done with them at once. Pure.

Domain.md A3, A6, A11–A14, A20: visits, a deputy's reception, the telephone, a file kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from deliberation.kernel.errors import N_, Refusal
from deliberation.proposals.rules import ProposalKind

MOST_TITLE = 60
MOST_TEXT = 2000
MOST_NAME = 40
MOST_LINES = 500  # Of one file: each line is a matter with its case, taken in within one transaction.


PHONES_KEPT = timedelta(days=365)  # After the matter was closed.


class DemandSource(StrEnum):
    visit = "visit"
    reception = "reception"
    phone = "phone"
    file = "file"


SOURCE_WORDS: Mapping[DemandSource, str] = {
    DemandSource.visit: N_("走访"),
    DemandSource.reception: N_("代表接待"),
    DemandSource.phone: N_("来电"),
    DemandSource.file: N_("表格"),
}
# What staff type in themselves; a file is read.
TYPED_IN = (DemandSource.phone, DemandSource.visit, DemandSource.reception)


class PrivateNeed(StrEnum):
    """Why a demand is kept from the public: a firm that looks for room to grow, or somebody's health."""

    room_to_grow = "room_to_grow"
    health = "health"


NEED_WORDS: Mapping[PrivateNeed, str] = {
    PrivateNeed.room_to_grow: N_("企业找地方发展"),
    PrivateNeed.health: N_("健康上的需要"),
}


@dataclass(frozen=True)
class Heard:
    """What somebody said, as staff took it down; ``name``, ``phone`` and ``firm`` say who, as far as they told."""

    source: DemandSource
    title: str
    text: str
    heard_on: date
    kind: ProposalKind = ProposalKind.other
    spot: str = ""
    name: str = ""
    phone: str = ""
    firm: str = ""
    private_need: PrivateNeed | None = None
    submission_key: str | None = None
    file_name: str = ""
    file_line: int | None = None


@dataclass(frozen=True)
class Course:
    """What becomes of it: given to ``handler_id``; else settled already, as ``solution`` says; else the liaison's."""

    handler_id: int | None = None
    limit: str = "ordinary"
    working_days: int | None = None
    is_solved: bool = False
    solution: str = ""


class HeardInTheFuture(Refusal):
    code = "heard_in_the_future"
    status = 422
    sentence = N_("这一天还没到。请写实际听到的日子。")


class SolutionMissing(Refusal):
    code = "solution_missing"
    status = 422
    sentence = N_("当场办好的，请写一句怎么办好的，至少 4 个字。提出的人会原样看到。")


class NotOpenToJoin(Refusal):
    code = "not_open_to_join"
    sentence = N_("那一件已经办结了，记不进去。请作为新的一件登记。")


class PrivateCannotJoin(Refusal):
    code = "private_cannot_join"
    sentence = N_("不公开的事要单独登记，不能记到公开的那一件里，反过来也不能。")


def refusal_to_take_in(*, heard_on: date, today: date, is_solved: bool, solution: str) -> Refusal | None:
    """Heard today or before; what was settled on the spot says how."""
    if heard_on > today:
        return HeardInTheFuture()
    return SolutionMissing() if is_solved and len(solution.strip()) < 4 else None


def refusal_to_join(*, is_open: bool, is_private: bool, needs_privacy: bool) -> Refusal | None:
    """A caller may be added to a matter that is open, never across the border between private and public."""
    if is_private or needs_privacy:
        return PrivateCannotJoin()
    return None if is_open else NotOpenToJoin()
