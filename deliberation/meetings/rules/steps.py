"""What was agreed to be done: by whom and by which day (R-47). Pure."""

from __future__ import annotations

from datetime import date

from deliberation.kernel.errors import N_, Refusal

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
