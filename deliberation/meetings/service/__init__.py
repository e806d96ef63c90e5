"""What people do with meetings. Each function is one act inside the caller's transaction."""

from __future__ import annotations

from deliberation.meetings.service.agenda import add_item, change_item, move_item, order_items, remove_item
from deliberation.meetings.service.applause import send_reaction
from deliberation.meetings.service.chair import appoint_stand_in, declare_interest, require_chair
from deliberation.meetings.service.check_in import check_in, join_remotely, leave
from deliberation.meetings.service.debate import ask_to_close, close_debate, reopen_debate
from deliberation.meetings.service.door import (
    check_in_other,
    check_in_walk_in,
    dismiss_helper,
    erase_walk_ins,
    mark_left,
    may_check_in_others,
    name_helper,
    require_at_the_door,
)
from deliberation.meetings.service.feed import renew_feed
from deliberation.meetings.service.floor import (
    end_turn,
    extend_turn,
    give_floor,
    next_speaker,
    pause_turn,
    resume_turn,
)
from deliberation.meetings.service.hands import move_hand, raise_hand, withdraw_hand
from deliberation.meetings.service.items import (
    decide_item,
    defer_item,
    finish_item,
    put_to_vote,
    resume_debate,
    start_item,
)
from deliberation.meetings.service.log import first_of_its_key, load_for_change, record_event
from deliberation.meetings.service.motions import (
    accept_motion,
    agree_motion,
    decline_motion,
    propose_motion,
    second_motion,
    settle_motion,
    withdraw_motion,
)
from deliberation.meetings.service.overrun import attend_to_overrun
from deliberation.meetings.service.papers import add_paper, remove_paper
from deliberation.meetings.service.planning import (
    cancel_meeting,
    change_meeting,
    notice_refusal,
    plan_meeting,
    post_notice,
)
from deliberation.meetings.service.pulses import answer_pulse, close_pulse, drop_pulse, open_pulse
from deliberation.meetings.service.questions import (
    answer_question,
    ask_question,
    like_question,
    set_question_aside,
    withdraw_question,
)
from deliberation.meetings.service.registration import cancel_registration, register, remind_next
from deliberation.meetings.service.requests import put_on_next_agenda
from deliberation.meetings.service.series import begin_series, change_series, end_series, plan_ahead
from deliberation.meetings.service.session import close_meeting, open_meeting, recess_meeting, resume_meeting
from deliberation.meetings.service.steps import agree_step, drop_step, take_up_step
from deliberation.meetings.service.tallies import answer_tally, close_tally, drop_tally, open_tally

__all__ = [
    "accept_motion",
    "add_item",
    "add_paper",
    "agree_motion",
    "agree_step",
    "answer_pulse",
    "answer_question",
    "answer_tally",
    "appoint_stand_in",
    "ask_question",
    "ask_to_close",
    "attend_to_overrun",
    "begin_series",
    "cancel_meeting",
    "cancel_registration",
    "change_item",
    "change_meeting",
    "change_series",
    "check_in",
    "check_in_other",
    "check_in_walk_in",
    "close_debate",
    "close_meeting",
    "close_pulse",
    "close_tally",
    "decide_item",
    "declare_interest",
    "decline_motion",
    "defer_item",
    "dismiss_helper",
    "drop_pulse",
    "drop_step",
    "drop_tally",
    "end_series",
    "end_turn",
    "erase_walk_ins",
    "extend_turn",
    "finish_item",
    "first_of_its_key",
    "give_floor",
    "join_remotely",
    "leave",
    "like_question",
    "load_for_change",
    "mark_left",
    "may_check_in_others",
    "move_hand",
    "move_item",
    "name_helper",
    "next_speaker",
    "notice_refusal",
    "open_meeting",
    "open_pulse",
    "open_tally",
    "order_items",
    "pause_turn",
    "plan_ahead",
    "plan_meeting",
    "post_notice",
    "propose_motion",
    "put_on_next_agenda",
    "put_to_vote",
    "raise_hand",
    "recess_meeting",
    "record_event",
    "register",
    "remind_next",
    "remove_item",
    "remove_paper",
    "renew_feed",
    "reopen_debate",
    "require_at_the_door",
    "require_chair",
    "resume_debate",
    "resume_meeting",
    "resume_turn",
    "second_motion",
    "send_reaction",
    "set_question_aside",
    "settle_motion",
    "start_item",
    "take_up_step",
    "withdraw_hand",
    "withdraw_motion",
    "withdraw_question",
]
