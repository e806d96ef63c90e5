"""Cases: states, levels, clocks and kinds of reply (domain.md C3, C4)."""

from __future__ import annotations

from enum import StrEnum


class CaseState(StrEnum):
    external_approval_pending = "external_approval_pending"
    assigned = "assigned"
    contacted = "contacted"
    in_progress = "in_progress"
    replied = "replied"
    look_back = "look_back"
    closed = "closed"


class ReplyKind(StrEnum):
    """A solved or adopted, B under way with a date, C planned with a date, D for reference or cannot, with reason."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
