"""Pressing whoever handles a case: the supervisor and the deputy may, once a day, and answer nothing (C5). Pure."""

from __future__ import annotations

from datetime import date

from deliberation.cases.rules.states import BEING_HANDLED, CaseState, WrongCaseState
from deliberation.kernel.errors import N_, Refusal


class PressedToday(Refusal):
    code = "pressed_today"
    sentence = N_("今天已经催过一次，办理的人收到了。明天还没有动静，再来催。")


def refusal_to_press(*, state: CaseState, is_paused: bool, pressed_on: date | None, today: date) -> Refusal | None:
    """While it is being handled and its clock runs; once a day in Shanghai, whoever it was that pressed."""
    if state not in BEING_HANDLED or is_paused:
        return WrongCaseState()
    return PressedToday() if pressed_on == today else None
