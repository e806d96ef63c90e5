"""What a notice says of a vote: for and against only where those were on the ballot, else every option."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from deliberation.feedback import results
from deliberation.votes.counting import (
    Amount,
    BallotGroup,
    DecisionRule,
    Electorate,
    Method,
    OwnersClass,
    Poll,
    RuleKind,
    count,
    parse_choice,
)

CODES = ("甲", "乙", "丙")
LABELS = {"甲": "北侧绿地边", "乙": "车库角", "丙": "楼梯间旁"}
BALLOTS: dict[Method, list[tuple[Any, int]]] = {
    Method.single: [("甲", 6), ("乙", 3)],
    Method.approval: [(["甲", "乙"], 6), (["乙"], 3)],
    Method.limited: [(["甲"], 6), (["乙"], 3)],
    Method.cumulative: [({"甲": 2, "乙": 1}, 6)],
    Method.score: [({"甲": 3, "乙": 1}, 6)],
    Method.irv: [(["甲", "乙"], 4), (["乙", "甲"], 3), (["丙", "乙"], 2)],
    Method.stv: [(["甲", "乙"], 4), (["乙", "甲"], 3), (["丙", "乙"], 2)],
    Method.schulze: [(["甲", "乙", "丙"], 5), (["乙", "甲", "丙"], 4)],
    Method.ranked_pairs: [(["甲", "乙", "丙"], 5), (["乙", "甲", "丙"], 4)],
}
FIGURES = {
    Method.single: "甲 北侧绿地边：6 票",
    Method.approval: "乙 车库角：9 票",
    Method.limited: "甲 北侧绿地边：6 票",
    Method.cumulative: "甲 北侧绿地边：12 分",
    Method.score: "甲 北侧绿地边：18 分",
    Method.irv: "第 1 轮：甲 4，乙 3，丙 2。丙 退出。",
    Method.stv: "第 1 轮：甲 4，乙 3，丙 2。",
    Method.schulze: "甲 北侧绿地边：两两相比赢 2 次",
    Method.ranked_pairs: "甲 北侧绿地边：两两相比赢 2 次",
}


def counted(method: Method, said: list[tuple[Any, int]], *, rule: DecisionRule, members: Amount) -> dict[str, Any]:
    options = () if method is Method.yes_no else CODES
    ways = {"method": method, "options": options, "seats": 1, "limit": 3 if method is Method.cumulative else None}
    flat = 50_00 if members.area else 0
    groups = [BallotGroup(parse_choice(each, **ways), Amount(number, flat * number)) for each, number in said]
    poll = Poll(rule=rule, method=method, options=options, limit=ways["limit"], seed=b"seed")
    return count(poll, electorate=Electorate(members), ballots=groups).to_json()


@pytest.mark.parametrize("method", BALLOTS)
@pytest.mark.parametrize("kind", [RuleKind.advisory, RuleKind.present_majority])
def test_options_are_told_with_their_own_figures_and_never_as_for_and_against(method: Method, kind: RuleKind) -> None:
    result = counted(method, BALLOTS[method], rule=DecisionRule(kind=kind), members=Amount(12))
    said = results.told(result, LABELS)
    assert FIGURES[method] in said
    assert "反对" not in said
    assert "名册 12 票" in said
    assert ("选得最多的是：" if kind is RuleKind.advisory else "选出：") in said


def test_the_charging_posts_are_told_as_they_were_picked() -> None:
    """domain.md E3: 甲 212, 乙 148, 丙 97 of 318 who picked several; nobody was "against"."""
    said = [(["甲", "乙"], 148), (["甲"], 64), (["丙"], 97), ("abstain", 9)]
    result = counted(Method.approval, said, rule=DecisionRule(kind=RuleKind.advisory), members=Amount(402))
    lines = results.told(result, {}).splitlines()
    assert lines[:5] == ["甲：212 票", "乙：148 票", "丙：97 票", "弃权：9 票", "收到 318 票，名册 402 票。"]


def test_for_and_against_stay_where_they_were_asked() -> None:
    rule = DecisionRule(kind=RuleKind.charter, quorum=Fraction(2, 3), threshold=Fraction(2, 3), basis="cast")
    result = counted(Method.yes_no, [("for", 3), ("against", 3)], rule=rule, members=Amount(9))
    assert results.told(result, {}).splitlines() == [
        "同意 3，反对 3，弃权 0。",
        "收到 6 票，名册 9 票。",
        "参与线：3 × 6 = 18 ≥ 2 × 9 = 18，够。",
        "通过线：3 × 3 = 9 < 2 × 6 = 12，还差 1 票。",
    ]


def test_owners_are_told_heads_and_area_each_in_its_unit() -> None:
    rule = DecisionRule(kind=RuleKind.owners, owners_class=OwnersClass.ordinary)
    result = counted(Method.yes_no, [("for", 5), ("against", 1)], rule=rule, members=Amount(9, 1000_00))
    said = results.told(result, {})
    assert "参与 6 户，名册 9 户。" in said
    assert "参与的面积：3 × 300.00 = 900.00 < 2 × 1,000.00 = 2,000.00，还差 366.67 ㎡。" in said
    assert results.lacking(results.lacks(result)) == "参与的面积还差 366.67 ㎡"
