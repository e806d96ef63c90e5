"""Options that may be named and cannot win (domain.md A16, E3: a site that would block a fire lane)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.votes.counting import (
    Amount,
    BallotGroup,
    DecisionRule,
    Electorate,
    Marks,
    Method,
    Outcome,
    OwnersClass,
    Points,
    Poll,
    Ranking,
    RuleKind,
    count,
)
from deliberation.votes.counting.file import Mistake
from tests.support.vote_files import counted, roll

ADVISORY = DecisionRule(RuleKind.advisory)
OPTIONS = ("甲", "乙", "丙")
RANKED = [Method.irv, Method.stv, Method.schulze, Method.ranked_pairs]


def judged(method: Method, choices, *, rule: DecisionRule = ADVISORY, barred=("丙",)):
    ballots = [BallotGroup(choice, Amount(number, number * 100)) for choice, number in choices]
    return count(Poll(rule, method, OPTIONS, barred=barred), electorate=Electorate(Amount(20, 2000)), ballots=ballots)


def test_a_barred_option_is_counted_and_does_not_win() -> None:
    verdict = judged(Method.approval, [(Marks(("丙",)), 9), (Marks(("甲", "丙")), 3), (Marks(("乙",)), 2)])
    assert [verdict.options[option]["heads"] for option in OPTIONS] == [3, 2, 12]
    assert (verdict.winners, verdict.to_json()["barred"]) == (("甲",), ["丙"])


def test_a_barred_option_with_most_points_does_not_win() -> None:
    verdict = judged(Method.score, [(Points((("丙", 9),)), 9), (Points((("乙", 2),)), 1)])
    assert verdict.options["丙"] == {"points": 81}
    assert verdict.winners == ("乙",)


@pytest.mark.parametrize("method", RANKED)
def test_a_ranking_passes_a_barred_option_over(method) -> None:
    ranked = [(Ranking((("丙",), ("乙",))), 9), (Ranking((("甲",), ("丙",), ("乙",))), 6)]
    verdict = judged(method, ranked)
    assert verdict.winners == ("乙",)
    assert "丙" not in verdict.options


@pytest.mark.parametrize("method", RANKED)
def test_ballots_for_nothing_but_a_barred_option_elect_nobody(method) -> None:
    assert judged(method, [(Ranking((("丙",),)), 9)]).winners == ()


def test_owners_test_only_what_can_be_built_and_run_off_without_the_rest() -> None:
    rule = DecisionRule(RuleKind.owners, owners_class=OwnersClass.major)
    verdict = judged(Method.approval, [(Marks(("丙",)), 12), (Marks(("甲",)), 5), (Marks(("乙",)), 3)], rule=rule)
    assert verdict.outcome is Outcome.failed_approval
    assert {test.option for test in verdict.tests} == {"", "甲", "乙"}
    assert verdict.run_off == ("甲", "乙")


def test_a_leader_that_is_barred_passes_nothing() -> None:
    rule = DecisionRule(RuleKind.present_majority)
    verdict = judged(Method.single, [("丙", 12), ("甲", 3)], rule=rule)
    assert (verdict.outcome, verdict.winners) == (Outcome.failed_approval, ())


@pytest.mark.parametrize("barred", [("丁",), OPTIONS])
def test_what_is_barred_is_on_the_list_and_leaves_something(barred) -> None:
    with pytest.raises(ValueError, match="barred"):
        Poll(ADVISORY, Method.single, OPTIONS, barred=barred)


@given(st.lists(st.sampled_from(OPTIONS), max_size=20), st.sampled_from(OPTIONS))
def test_whatever_is_cast_a_barred_option_never_wins(cast, barred) -> None:
    verdict = judged(Method.single, [(choice, cast.count(choice)) for choice in set(cast)], barred=(barred,))
    assert barred not in (*verdict.winners, *verdict.tied)


@pytest.mark.parametrize(
    ("barred", "place"),
    [(["丁"], "barred[0]"), (["丙", "丙"], "barred"), (list(OPTIONS), "barred"), ("丙", "barred")],
)
def test_a_vote_file_names_what_is_wrong_with_its_barred_options(barred, place) -> None:
    file = {"rule": {"kind": "advisory"}, "method": "single", "options": list(OPTIONS), "roll": roll(3), "ballots": []}
    with pytest.raises(Mistake) as found:
        counted({**file, "barred": barred})
    assert found.value.place == place
