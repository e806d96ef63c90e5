"""Cases: opened, handled against a clock, answered, reopened, closed."""

from __future__ import annotations

from deliberation.cases.ground import hand_to_liaison, liaison_of
from deliberation.cases.service.closing import (
    begin_look_back,
    close_case,
    end_look_back,
    reopen,
)
from deliberation.cases.service.demands import (
    forget_phones,
    join,
    keep_file,
    see_contact,
    take_in,
    take_over_file,
)
from deliberation.cases.service.extensions import (
    ask_extension,
    decide_extension,
    extend,
)
from deliberation.cases.service.hand_over import (
    accept,
    accept_next_by_silence,
    ask_another,
    ask_assistance,
    decide_lead,
    finish_assistance,
    hand_back,
)
from deliberation.cases.service.handling import (
    add_progress,
    record_contact,
    reply,
)
from deliberation.cases.service.last_resort import (
    fall_back,
    name_chief,
)
from deliberation.cases.service.levels import (
    climb_next,
    set_level,
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
from deliberation.cases.service.pauses import (
    go_on_next,
    pause,
    resume,
)
from deliberation.cases.service.points import (
    appeal,
    decide,
    deduct,
)
from deliberation.cases.service.pressing import press
from deliberation.cases.service.projects import (
    add_measure,
    add_milestone,
    name_lead,
    reach_milestone,
    record_reading,
)
from deliberation.cases.service.splitting import (
    split,
)
from deliberation.cases.service.staged_notices import (
    add_object,
    post_notice,
    settle_object,
)
from deliberation.cases.service.suggestions import (
    register_suggestion,
)

__all__ = [
    "accept",
    "accept_next_by_silence",
    "add_measure",
    "add_milestone",
    "add_object",
    "add_progress",
    "appeal",
    "ask_another",
    "ask_assistance",
    "ask_extension",
    "begin_look_back",
    "climb_next",
    "close_case",
    "decide",
    "decide_extension",
    "decide_lead",
    "deduct",
    "dispatch",
    "drop_limit",
    "end_look_back",
    "extend",
    "fall_back",
    "fill_limits",
    "finish_assistance",
    "forget_phones",
    "go_on_next",
    "hand_back",
    "hand_to_liaison",
    "join",
    "keep_file",
    "liaison_of",
    "name_chief",
    "name_lead",
    "open_case_for_vote",
    "pause",
    "post_notice",
    "press",
    "reach_milestone",
    "record_approval",
    "record_contact",
    "record_reading",
    "register_suggestion",
    "reopen",
    "reply",
    "resume",
    "see_contact",
    "set_level",
    "set_limit",
    "settle_object",
    "split",
    "take_in",
    "take_over_file",
    "take_up",
]
