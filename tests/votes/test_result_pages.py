"""What a vote of each method came to, as its own page and its matter's page show it to anybody."""

from __future__ import annotations

import pytest

from deliberation.kernel.database import transaction
from deliberation.votes.counting import Method, RuleKind
from deliberation.votes.rules import Terms
from tests.support import voting

SITES = ("北侧绿地边上", "停车场拐角", "单元楼梯旁")
BALLOTS = {
    Method.yes_no: ("for", "against", "abstain"),
    Method.single: ("甲", "甲", "乙"),
    Method.approval: (["甲", "乙"], ["甲"], ["丙"]),
    Method.limited: (["甲", "乙"], ["甲"], ["丙"]),
    Method.cumulative: ({"甲": 2}, {"甲": 1, "乙": 1}, {"丙": 2}),
    Method.score: ({"甲": 9, "乙": 4}, {"丙": 1}, "abstain"),
    Method.irv: ([["甲"], ["乙"]], [["乙"], ["甲"]], [["丙"], ["甲"]]),
    Method.stv: ([["甲"], ["乙"]], [["乙"], ["甲"]], [["丙"], ["甲"]]),
    Method.schulze: ([["甲"], ["乙"]], [["乙"], ["甲"]], [["丙"], ["甲"]]),
    Method.ranked_pairs: ([["甲"], ["乙"]], [["乙"], ["甲"]], [["丙"], ["甲"]]),
}


@pytest.mark.parametrize("method", Method)
def test_the_result_of_each_method_is_shown(sqlite_app, client, method: Method) -> None:
    several = method in (Method.limited, Method.cumulative, Method.stv)
    with transaction():
        hall = voting.open_hall(
            terms=Terms(
                rule_kind=RuleKind.advisory,
                method=method,
                options=() if method is Method.yes_no else SITES,
                seats_to_fill=2 if several else 1,
            )
        )
        voting.cast_all(hall, BALLOTS[method])
        vote = voting.settle(hall)
        paths = (f"/votes/{vote.id}", f"/matters/{hall.matter.number}")
    for path in paths:
        page = client.get(path)
        assert page.status_code == 200
        assert "3 人里收到 3 份意见" in page.text
        for site in () if method is Method.yes_no else SITES:
            assert site in page.text
        assert ("甲 北侧绿地边上" in page.text) == (method is not Method.yes_no)
