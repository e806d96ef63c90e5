"""When a matter is looked back at, how long people may answer, and whether somebody goes to look (C4). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from deliberation.kernel.errors import N_, Refusal

MOST_LOOK_BACKS = 4
LONGEST_DAYS = 730


class BadLookBackDays(Refusal):
    code = "look_back_days"
    status = 422
    sentence = N_("天数请填 1 到 %(longest)s 之间的整数，从小到大，最多 %(most)s 次，用逗号隔开，比如 30, 90。")


@dataclass(frozen=True)
class Plan:
    """``days`` after the reply, ascending; ``kind`` "" holds for what is not said for a kind."""

    days: tuple[int, ...]
    days_to_answer: int
    asks_visit: bool = False
    kind: str = ""
    place_id: int | None = None


def plan_for(plans: Iterable[Plan], *, kind: str, scope: Sequence[int], usual: Plan) -> Plan:
    """The plan that holds for a matter of ``kind`` in the place of ``scope`` (from the top down).

    The nearest place that says something wins; in one place, the very kind goes before all kinds. ``usual`` is what the
    deadline table says there.
    """
    known = {(plan.place_id, plan.kind): plan for plan in plans}
    for place_id in reversed(scope):
        for wanted in (kind, ""):
            if (place_id, wanted) in known:
                return known[place_id, wanted]
    return usual


def read_days(text: str) -> tuple[int, ...]:
    """ "30, 90" as numbers; raises ``BadLookBackDays`` for anything that is not a short, rising list of days."""
    parts = [part for part in text.replace("，", ",").replace("、", ",").replace(" ", ",").split(",") if part]
    refusal = BadLookBackDays(longest=LONGEST_DAYS, most=MOST_LOOK_BACKS)
    if not parts or len(parts) > MOST_LOOK_BACKS or not all(part.isascii() and part.isdigit() for part in parts):
        raise refusal
    days = tuple(int(part[:6]) for part in parts)
    if list(days) != sorted(set(days)) or not 1 <= days[0] <= days[-1] <= LONGEST_DAYS:
        raise refusal
    return days


def nominal_days(replied_on: date, plan: Plan) -> dict[int, date]:
    """Each number of days with its date, before rolling to a working day (R-04)."""
    return {days: replied_on + timedelta(days=days) for days in plan.days}
