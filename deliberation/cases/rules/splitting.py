"""A part of a case that takes another way or longer: a sub-case with an answer of its own (domain.md E7). Pure."""

from __future__ import annotations

from deliberation.cases.rules.opening import HandlerUnfit
from deliberation.cases.rules.states import BEING_HANDLED, CaseState, HandlerHasInterest, WrongCaseState
from deliberation.kernel.errors import N_, Refusal


class AlreadyAPart(Refusal):
    code = "already_a_part"
    sentence = N_("这件事本身就是分出来的，不能再分。请在原来那一件上分。")


class PartsOpen(Refusal):
    code = "parts_open"
    sentence = N_("分出去的事还没有都答复，不能给这一件下结论。等它们答复了，再答复这一件。")


def refusal_to_split(*, state: CaseState, is_part: bool, is_handler_here: bool, has_interest: bool) -> Refusal | None:
    if is_part:
        return AlreadyAPart()
    if state not in BEING_HANDLED:
        return WrongCaseState()
    if not is_handler_here:
        return HandlerUnfit()
    return HandlerHasInterest() if has_interest else None
