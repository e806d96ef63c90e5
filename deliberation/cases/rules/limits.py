"""Deadlines as data (domain.md C4): of cases, minutes, notices and look-backs, each with its name and basis. Pure.

``LIMITS`` is what the table holds before anybody has changed it. An administrator changes one everywhere, or for one
place and what lies below it; the nearest place wins. Days already set do not move when a limit changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from deliberation.cases.rules.states import ReasonMissing
from deliberation.kernel.errors import N_, NotFound, Refusal


class LimitUnit(StrEnum):
    """Working days (R-05), calendar days, or months (R-03), which roll on to a working day (R-04)."""

    working_days = "wd"
    days = "d"
    months = "months"


@dataclass(frozen=True)
class Limit:
    """``basis`` says what the length rests on: a law, a practice, or our own choice."""

    value: int
    unit: LimitUnit
    basis: str


WORKING, DAYS, MONTHS = LimitUnit.working_days, LimitUnit.days, LimitUnit.months
BUSINESS = N_("《上海市优化营商环境条例》（2024）第四十九条")
HOTLINE = N_("热线办理的通行做法（静安大宁路街道 2019）")
OWN = N_("平台自定")
SEVENTH_STEP = N_("平台自定：走访七步里的「七回头」")

LIMITS: Mapping[str, Limit] = {
    "first_contact": Limit(
        1, WORKING, N_("「先行联系」的通行做法；点名差评见《上海市优化营商环境条例》（2024）第三十条")
    ),
    "consult": Limit(1, WORKING, HOTLINE),
    "ordinary": Limit(5, WORKING, BUSINESS),
    "hard": Limit(15, WORKING, BUSINESS),
    "recheck": Limit(3, WORKING, HOTLINE),
    "approval": Limit(20, WORKING, N_("平台自定：审批没有固定的日子，到时有人再看一次")),
    "dispatch": Limit(1, WORKING, OWN),
    "return": Limit(1, WORKING, OWN),
    "decide_lead": Limit(1, WORKING, OWN),
    "assist": Limit(5, WORKING, N_("平台自定：和一般的事一样长")),
    "joint_meeting": Limit(14, DAYS, N_("联席会议两周一次")),
    "leaders_meeting": Limit(1, MONTHS, N_("领导会商一月一次")),
    "climb": Limit(5, WORKING, N_("平台自定：超期这么久，自动升一级")),
    "pause": Limit(20, WORKING, N_("平台自定：一次暂停最长这么久")),
    "outcome_notice": Limit(3, DAYS, OWN),
    "minutes_draft": Limit(2, WORKING, OWN),
    "minutes_publish": Limit(5, WORKING, OWN),
    "look_back_first": Limit(30, DAYS, SEVENTH_STEP),
    "look_back_second": Limit(90, DAYS, SEVENTH_STEP),
    "look_back_answer": Limit(7, DAYS, OWN),
    "look_back_visit": Limit(5, WORKING, N_("平台自定：大家还在回话的时候去看")),
    "close": Limit(3, WORKING, OWN),
    "review_lessons": Limit(30, DAYS, N_("平台自定：到那时会已经开过了")),
    "suggestion_forward": Limit(7, WORKING, N_("《上海市人大代表建议规定》（2015）第十一条")),
    "suggestion_return": Limit(7, WORKING, N_("《上海市人大代表建议规定》（2015）第十四条")),
    "suggestion_assist": Limit(1, MONTHS, N_("《上海市人大代表建议规定》（2015）第十七条")),
    "suggestion_reply": Limit(3, MONTHS, N_("《代表法》（2025）第五十一条")),
    "suggestion_reply_hard": Limit(6, MONTHS, N_("《代表法》（2025）第五十一条：涉及面广、难办的")),
    "suggestion_extension": Limit(3, MONTHS, N_("《上海市人大代表建议规定》（2015）第十九条")),
    "suggestion_redo": Limit(1, MONTHS, N_("《上海市人大代表建议规定》（2015）第二十一条")),
}

LIMIT_WORDS: Mapping[str, str] = {
    "first_contact": N_("联系提出人"),
    "consult": N_("咨询的事，答复"),
    "ordinary": N_("一般的事，答复"),
    "hard": N_("难办的事，答复"),
    "recheck": N_("有人说没办好，到现场再看"),
    "approval": N_("等外部批准"),
    "dispatch": N_("派单"),
    "return": N_("接办，或者退回"),
    "decide_lead": N_("督办定谁主办"),
    "assist": N_("协办单位办好自己那部分"),
    "joint_meeting": N_("二级的事，上联席会议"),
    "leaders_meeting": N_("三级的事，上领导会商"),
    "climb": N_("超期多久升一级"),
    "pause": N_("一次最长暂停"),
    "outcome_notice": N_("有了结果或者答复，告知大家"),
    "minutes_draft": N_("会后写好纪要，交给主持人"),
    "minutes_publish": N_("会后公布纪要（章程里可以定得更早）"),
    "look_back_first": N_("答复以后第一次回头看"),
    "look_back_second": N_("答复以后第二次回头看"),
    "look_back_answer": N_("回头看，留多久回话"),
    "look_back_visit": N_("回头看，请人到现场看"),
    "close": N_("问完以后办结"),
    "review_lessons": N_("月谈会材料写好教训，从下个月 1 日算"),
    "suggestion_forward": N_("代表建议，转办"),
    "suggestion_return": N_("代表建议，接办或者退回"),
    "suggestion_assist": N_("代表建议，会办单位"),
    "suggestion_reply": N_("代表建议，答复"),
    "suggestion_reply_hard": N_("代表建议，面广难办的答复"),
    "suggestion_extension": N_("代表建议，最多延长"),
    "suggestion_redo": N_("代表建议，重办"),
}

# By which limit a case is answered; the liaison chooses one when giving it to somebody. "agreed" is no row of the
# table: a vote or a meeting has set the day.
REPLY_LIMITS = ("consult", "ordinary", "hard")
AGREED = "agreed"

# The longest a limit may be, so that a slip of the finger does not put a case off for years.
MOST: Mapping[LimitUnit, int] = {LimitUnit.working_days: 250, LimitUnit.days: 366, LimitUnit.months: 24}


class LimitOutOfRange(Refusal):
    code = "limit_out_of_range"
    status = 422
    sentence = N_("期限要在 1 到 %(most)s 之间。请改小一些，或者换一个单位。")


class LimitUnchanged(Refusal):
    code = "limit_unchanged"
    status = 422
    sentence = N_("和现在的期限一样，没有改动。")


class BasisMissing(Refusal):
    code = "basis_missing"
    status = 422
    sentence = N_("还没写依据。写清楚按哪条规定，或者写「自定」。")


@dataclass(frozen=True)
class SetLimit:
    """A row in force: ``place_id`` ``None`` is everywhere."""

    name: str
    place_id: int | None
    limit: Limit


def limits_in_force(rows: Iterable[SetLimit], scope: Sequence[int]) -> Mapping[str, Limit]:
    """What holds in a place whose ``scope`` is given from the top: the nearest place's row, else that for everywhere,
    else ``LIMITS``.
    """
    nearness: dict[int | None, int] = {None: 0, **{place_id: depth for depth, place_id in enumerate(scope, start=1)}}
    found = {name: (-1, limit) for name, limit in LIMITS.items()}
    for row in rows:
        if row.name in found and nearness.get(row.place_id, -1) > found[row.name][0]:
            found[row.name] = (nearness[row.place_id], row.limit)
    return {name: limit for name, (_nearness, limit) in found.items()}


def refusal_to_set_limit(*, name: str, wanted: Limit, current: Limit | None, reason: str) -> Refusal | None:
    """A limit is changed with a reason and a basis, within what can be meant (C4)."""
    if name not in LIMITS:
        return NotFound()
    if not 1 <= wanted.value <= MOST[wanted.unit]:
        return LimitOutOfRange(most=MOST[wanted.unit])
    if not wanted.basis.strip():
        return BasisMissing()
    if wanted == current:
        return LimitUnchanged()
    return None if len(reason.strip()) >= 4 else ReasonMissing()


def refusal_to_drop_limit(*, place_id: int | None, is_ended: bool, reason: str) -> Refusal | None:
    """What holds everywhere is changed, never taken away; a place's own goes with a reason."""
    if place_id is None or is_ended:
        return NotFound()
    return None if len(reason.strip()) >= 4 else ReasonMissing()
