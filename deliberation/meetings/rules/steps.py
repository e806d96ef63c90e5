"""What was agreed to be done: by whom and by which day (R-47). Pure."""

from __future__ import annotations

from datetime import date

from deliberation.kernel.errors import N_, NotFound, Refusal
from deliberation.meetings.rules.states import ItemState

MOST_STEPS = 30


class OwnerMissing(Refusal):
    code = "owner_missing"
    status = 422
    sentence = N_("还没写由谁来做。请选一位、选一个单位，或者写上名字。")


class DayMissing(Refusal):
    code = "day_missing"
    status = 422
    sentence = N_("还没写哪天以前做好。写一个日子，下次会才好对照。")


class DayInThePast(Refusal):
    code = "day_in_the_past"
    status = 422
    sentence = N_("这个日子已经过去了。请写今天或以后的日子。")


class TooManySteps(Refusal):
    code = "too_many_steps"
    sentence = N_("一次会最多记 %(most)s 件。请把小事并成一件，或留到下一次。")


def refusal_of_step(*, has_owner: bool, due_on: date | None, today: date, count: int) -> Refusal | None:
    """Each step has an owner and a day, today or later."""
    if not has_owner:
        return OwnerMissing()
    if due_on is None:
        return DayMissing()
    if due_on < today:
        return DayInThePast()
    return TooManySteps(most=MOST_STEPS) if count >= MOST_STEPS else None


class StepTakenUp(Refusal):
    code = "step_taken_up"
    sentence = N_("这一件已经派给人办了，不能再派一次。")


class StepWithoutMatter(Refusal):
    code = "step_without_matter"
    sentence = N_("这一件不属于哪一件提案，没法派单。请先把它提成一件事，受理以后再派。")


class ItemNotDecided(Refusal):
    code = "item_not_decided"
    sentence = N_("这一项还没议完。议定以后再派给人办。")


def refusal_to_take_up(*, is_dropped: bool, is_taken_up: bool, has_matter: bool, item: ItemState) -> Refusal | None:
    """What was agreed on an item that is finished, and belongs to a matter, is given to somebody once."""
    if is_dropped:
        return NotFound()
    if is_taken_up:
        return StepTakenUp()
    if not has_matter:
        return StepWithoutMatter()
    return None if item is ItemState.decided else ItemNotDecided()
