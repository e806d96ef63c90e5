"""Reporting back to everyone, asking whether it is really fixed, and acting on what they say."""

from __future__ import annotations

from deliberation.feedback.service.look_backs import (
    answer_look_back,
    ask_look_back,
    end_look_back,
    schedule_look_backs,
    send_next_due,
)
from deliberation.feedback.service.notices import (
    change_texts,
    draft_notice_for_reply,
    draft_notice_for_step,
    draft_notice_for_vote,
    issue_if_due,
    issue_notice,
    tell_everyone,
)
from deliberation.feedback.service.plans import drop_plan, set_plan
from deliberation.feedback.service.reviews import draft_review, publish_review, write_lesson
from deliberation.feedback.service.visits import remind_of_visit, report_visit, send_visitor

__all__ = [
    "answer_look_back",
    "ask_look_back",
    "change_texts",
    "draft_notice_for_reply",
    "draft_notice_for_step",
    "draft_notice_for_vote",
    "draft_review",
    "drop_plan",
    "end_look_back",
    "issue_if_due",
    "issue_notice",
    "publish_review",
    "remind_of_visit",
    "report_visit",
    "schedule_look_backs",
    "send_next_due",
    "send_visitor",
    "set_plan",
    "tell_everyone",
    "write_lesson",
]
