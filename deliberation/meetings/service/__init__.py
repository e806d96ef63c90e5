"""What people do with meetings. Each function is one act inside the caller's transaction."""

from __future__ import annotations

from deliberation.meetings.service.agenda import add_item, change_item, move_item, order_items, remove_item
from deliberation.meetings.service.chair import appoint_stand_in, declare_interest, require_chair
from deliberation.meetings.service.check_in import check_in, check_in_other, leave
from deliberation.meetings.service.floor import (
    end_turn,
    extend_turn,
    give_floor,
    next_speaker,
    raise_hand,
    withdraw_hand,
)
from deliberation.meetings.service.items import decide_item, defer_item, put_to_vote, resume_debate, start_item
from deliberation.meetings.service.log import done_before, load_for_change, record_event
from deliberation.meetings.service.planning import cancel_meeting, change_meeting, plan_meeting, post_notice
from deliberation.meetings.service.registration import cancel_registration, register, remind_next
from deliberation.meetings.service.requests import put_on_next_agenda
from deliberation.meetings.service.series import begin_series, change_series, end_series, plan_ahead
from deliberation.meetings.service.session import close_meeting, open_meeting, recess_meeting, resume_meeting

__all__ = [
    "add_item",
    "appoint_stand_in",
    "begin_series",
    "cancel_meeting",
    "cancel_registration",
    "change_item",
    "change_meeting",
    "change_series",
    "check_in",
    "check_in_other",
    "close_meeting",
    "decide_item",
    "declare_interest",
    "defer_item",
    "done_before",
    "end_series",
    "end_turn",
    "extend_turn",
    "give_floor",
    "leave",
    "load_for_change",
    "move_item",
    "next_speaker",
    "open_meeting",
    "order_items",
    "plan_ahead",
    "plan_meeting",
    "post_notice",
    "put_on_next_agenda",
    "put_to_vote",
    "raise_hand",
    "recess_meeting",
    "record_event",
    "register",
    "remind_next",
    "remove_item",
    "require_chair",
    "resume_debate",
    "resume_meeting",
    "start_item",
    "withdraw_hand",
]
