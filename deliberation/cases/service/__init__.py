"""Cases: opened, handled against a clock, answered, reopened, closed."""

from __future__ import annotations

from deliberation.cases.ground import hand_to_liaison, liaison_of
from deliberation.cases.service.closing import (
    begin_look_back,
    close_case,
    end_look_back,
    reopen,
)
from deliberation.cases.service.handling import (
    add_progress,
    extend,
    record_contact,
    reply,
)
from deliberation.cases.service.limits import (
    drop_limit,
    fill_limits,
    set_limit,
)
from deliberation.cases.service.opening import (
    dispatch,
    open_case_for_vote,
    record_approval,
    take_up,
)

__all__ = [
    "add_progress",
    "begin_look_back",
    "close_case",
    "dispatch",
    "drop_limit",
    "end_look_back",
    "extend",
    "fill_limits",
    "hand_to_liaison",
    "liaison_of",
    "open_case_for_vote",
    "record_approval",
    "record_contact",
    "reopen",
    "reply",
    "set_limit",
    "take_up",
]
