"""What pages and services read about cases."""

from __future__ import annotations

from deliberation.cases.queries.cases import (
    IN_HAND,
    MOST_LINES,
    case,
    case_of_matter,
    case_of_vote,
    handlers_in,
    held_places,
    office_name,
    passed_vote_without_case,
    progress,
    replies,
    taking_up,
    usual_handler,
)
from deliberation.cases.queries.desk import (
    desk_lines,
    needs,
    task_of_handler,
)
from deliberation.cases.queries.limits import (
    LimitLine,
    LimitsPage,
    PastLimit,
    current_limit,
    limit_of,
    limit_row,
    limits_in,
    limits_page,
)
from deliberation.cases.queries.lists import (
    Line,
    list_for,
)
from deliberation.cases.queries.pages import (
    CasePage,
    Part,
    on_matter,
    page,
)

__all__ = [
    "IN_HAND",
    "MOST_LINES",
    "CasePage",
    "LimitLine",
    "LimitsPage",
    "Line",
    "Part",
    "PastLimit",
    "case",
    "case_of_matter",
    "case_of_vote",
    "current_limit",
    "desk_lines",
    "handlers_in",
    "held_places",
    "limit_of",
    "limit_row",
    "limits_in",
    "limits_page",
    "list_for",
    "needs",
    "office_name",
    "on_matter",
    "page",
    "passed_vote_without_case",
    "progress",
    "replies",
    "taking_up",
    "task_of_handler",
    "usual_handler",
]
