"""The lists of cases that people go by. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from deliberation.kernel.errors import N_


class CaseFilter(StrEnum):
    """How cases stand: in hand, overdue, waiting for another office, answered and looked back at, closed."""

    open = "open"
    late = "late"
    waits = "waits"
    answered = "answered"
    closed = "closed"


FILTER_WORDS: Mapping[CaseFilter, str] = {
    CaseFilter.open: N_("在办"),
    CaseFilter.late: N_("已超期"),
    CaseFilter.waits: N_("等批准"),
    CaseFilter.answered: N_("已答复"),
    CaseFilter.closed: N_("办结的"),
}
