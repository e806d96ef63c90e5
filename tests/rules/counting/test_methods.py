"""Single choice, approval, limited, cumulative and score under the rules that have one threshold; weights, chambers."""

from __future__ import annotations

from fractions import Fraction

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
    Poll,
    RuleKind,
    count,
)
from tests.support.vote_files import PRESENT, counted, piled, roll, working_of

OPTIONS = "ABC"
ADVICE = {"kind": "advisory"}
CHARTER = {"kind": "charter", "quorum": "1/2", "threshold": "1/2", "strict": True}
CHOICES = {
    "single": st.sampled_from(OPTIONS),
    "approval": st.lists(st.sampled_from(OPTIONS), unique=True),
    "limited": st.lists(st.sampled_from(OPTIONS), unique=True, max_size=2),
    "cumulative": st.dictionaries(st.sampled_from(OPTIONS), st.integers(0, 1), max_size=2),
    "score": st.dictionaries(st.sampled_from(OPTIONS), st.integers(0, 9)),
    "irv": st.permutations(OPTIONS),
    "stv": st.permutations(OPTIONS),
    "schulze": st.permutations(OPTIONS),
    "ranked_pairs": st.permutations(OPTIONS),
}
methods = st.sampled_from(sorted(CHOICES))
rules = st.sampled_from([PRESENT, CHARTER, ADVICE, {"kind": "all_members_majority"}])


@st.composite
def polls(draw):
    method = draw(methods)
    seats = 1 if method == "irv" else draw(st.integers(1, 2))
    piles = draw(st.lists(st.tuples(st.integers(1, 9), CHOICES[method] | st.just("abstain")), min_size=1, max_size=8))
    limit = {"limit": 2} if method in ("limited", "cumulative") else {}
    return piled(method, *piles, rule=draw(rules), seats=seats, seed="00", **limit)


@given(poll=polls(), seed=st.randoms(use_true_random=False))
def test_neither_the_order_of_ballots_nor_how_they_are_piled_matters(poll, seed):
    apart = [{"choice": ballot["choice"]} for ballot in poll["ballots"] for _each in range(ballot["count"])]
    seed.shuffle(apart)
    assert counted({**poll, "ballots": apart}) == counted(poll)


@given(poll=polls())
def test_the_working_supports_the_verdict(poll):
    result = counted(poll)
    holds = {test["name"]: test["holds"] for test in result["tests"]}
    no_quorum = not holds.get("quorum", True)
    assert (result["verdict"] == "no_quorum") is no_quorum
    if poll["rule"]["kind"] == "advisory":
        assert (result["verdict"], result["tests"]) == ("advisory", [])
    elif result["verdict"] == "passed":
        assert result["winners"]
        assert all(holds.get(f"approval:{winner}", True) for winner in result["winners"])
    elif result["verdict"] != "tie":
        assert result["winners"] == []
    assert len(set(result["winners"])) == len(result["winners"]) <= poll["seats"]


@given(poll=polls().filter(lambda poll: poll["method"] in ("single", "approval", "limited", "score", "irv")))
def test_one_more_ballot_for_the_winner_alone_takes_nothing_from_it(poll):
    result = counted({**poll, "rule": PRESENT, "seats": 1})
    if result["verdict"] != "passed":
        return
    (winner,) = result["winners"]
    choice = {"single": winner, "score": {winner: 9}}.get(poll["method"], [winner])
    more = {"roll": [*poll["roll"], {"voter": "one more"}], "ballots": [*poll["ballots"], {"choice": choice}]}
    after = counted({**poll, "rule": PRESENT, "seats": 1, **more})
    assert (after["verdict"], after["winners"]) == ("passed", [winner])


@given(favour=st.integers(0, 40), against=st.integers(0, 40), abstain=st.integers(0, 9))
def test_two_options_are_judged_like_for_and_against(favour, against, abstain):
    numbers = (favour, against, abstain)
    members = roll(90)
    rule = {"kind": "present_majority", "quorum": 40}
    options = piled("single", *zip(numbers, ("A", "B", "abstain"), strict=True), options="AB", rule=rule)
    one = counted({**options, "roll": members})
    words = [{"count": n, "choice": word} for n, word in zip(numbers, ("for", "against", "abstain"), strict=True)]
    motion = counted({"rule": rule, "roll": members, "ballots": words})
    assert (one["verdict"] == "no_quorum") is (motion["verdict"] == "no_quorum")
    assert (one["winners"] == ["A"]) is (motion["verdict"] == "passed")


def test_points_are_added_up():
    poll = piled("cumulative", (2, {"A": 2, "B": 1}), (1, {"B": 3}), (1, {"C": 3}), seats=2, limit=3)
    assert counted(poll)["winners"] == ["B", "A"]
    assert counted(piled("score", (3, {"A": 5, "B": 4}), (2, {"B": 5})))["winners"] == ["B"]


@pytest.mark.parametrize(
    ("method", "choice", "limit"),
    [
        ("limited", ["A", "B", "C"], 2),
        ("limited", {"A": 1, "B": 1}, 1),
        ("cumulative", {"A": 2, "B": 2}, 3),
        ("score", {"A": 6, "B": 1}, 5),
    ],
)
def test_a_ballot_over_its_limit_is_invalid_and_does_not_take_part(method, choice, limit):
    rule = {"kind": "present_majority", "quorum": 2}
    result = counted(piled(method, (1, choice), (1, "abstain"), limit=limit, rule=rule))
    assert result["invalid"] == [{"ballot": "ballots[0]", "count": 1, "reason": "over_limit"}]
    assert (result["verdict"], working_of(result)["quorum"]) == ("no_quorum", (1, 2, False))


def test_the_limit_is_the_number_of_seats_where_none_is_given():
    assert counted(piled("limited", (1, ["A", "B"]), seats=2))["invalid"] == []
    assert counted(piled("limited", (1, ["A", "B"]), seats=1))["invalid"]
    assert counted(piled("cumulative", (1, {"A": 3}), seats=2))["invalid"]


@pytest.mark.parametrize(
    ("piles", "verdict", "winners"),
    [
        ([(5, "A"), (3, "B")], "passed", ["A"]),
        ([(4, "A"), (4, "B")], "tie", []),
        ([(4, "A"), (3, "B"), (3, "C")], "failed", []),
        ([(5, "A"), (5, "abstain")], "passed", ["A"]),
        ([(5, "abstain")], "failed", []),
    ],
)
def test_leading_is_not_enough(piles, verdict, winners):
    result = counted(piled("single", *piles))
    assert (result["verdict"], result["winners"]) == (verdict, winners)


def test_equals_at_the_last_seat():
    """B and C are equal behind A: a tie where either would be enough, else nobody's loss."""
    passing = piled("approval", (5, ["A", "B", "C"]), (1, ["A"]), seats=2)
    assert (counted(passing)["verdict"], counted(passing)["winners"]) == ("tie", ["A"])
    failing = piled("approval", (5, ["A"]), (2, ["B"]), (2, ["C"]), seats=2)
    assert (counted(failing)["verdict"], counted(failing)["winners"]) == ("passed", ["A"])


def test_advice_never_binds():
    result = counted(piled("approval", (212, ["A"]), (148, ["B"]), (97, ["C"]), rule=ADVICE))
    assert (result["verdict"], result["winners"]) == ("advisory", ["A"])
    assert counted({"rule": ADVICE, "roll": roll(3), "ballots": []})["verdict"] == "advisory"
    assert counted({"rule": ADVICE, "totals": {"N": 9, "pn": 9, "an": 9}})["verdict"] == "advisory"


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ((3, 0, 2), "passed"),
        ((3, 1, 0), "failed"),
        ((0, 0, 3), "failed"),
        ((0, 0, 0), "failed"),
    ],
)
def test_one_objection_stops_a_consensus(said, verdict):
    words = [{"count": n, "choice": word} for n, word in zip(said, ("for", "against", "abstain"), strict=True)]
    result = counted({"rule": {"kind": "consensus"}, "roll": roll(5), "ballots": words})
    assert result["verdict"] == verdict
    assert working_of(result)["objections"][2] is (said[1] == 0)


# A threshold of one half or less


@pytest.mark.parametrize("of", ["cast", "for_against", "members"])
@pytest.mark.parametrize("threshold", ["1/2", "1/3"])
@pytest.mark.parametrize(("favour", "against", "verdict"), [(5, 5, "failed"), (6, 5, "passed"), (5, 4, "passed")])
def test_a_tie_fails_however_low_the_threshold(of, threshold, favour, against, verdict):
    rule = {"kind": "charter", "threshold": threshold, "of": of}
    words = [{"count": favour, "choice": "for"}, {"count": against, "choice": "against"}]
    assert counted({"rule": rule, "roll": roll(favour + against), "ballots": words})["verdict"] == verdict


# Weights and chambers


def test_weights_count_instead_of_heads():
    rows = [
        {"voter": "a", "weight": 3},
        {"voter": "a", "weight": "1/2"},
        {"voter": "b", "weight": "1.5"},
        {"voter": "c"},
    ]
    said = [{"voter": "a", "choice": "for"}, {"voter": "b", "choice": "against"}, {"voter": "c", "choice": "against"}]
    rule = {"kind": "charter", "quorum": "2/3", "threshold": "1/2", "strict": True}
    result = counted({"rule": rule, "roll": rows, "ballots": said})
    assert working_of(result) == {"quorum": (36, 24, True), "approval": (14, 12, True)}


def test_a_quorum_of_so_many_is_of_heads_whatever_they_weigh():
    rows = [{"voter": "a", "weight": 50}, {"voter": "b", "weight": 1}]
    rule = {"kind": "present_majority", "quorum": 2}
    result = counted({"rule": rule, "roll": rows, "ballots": [{"voter": "a", "choice": "for"}]})
    assert (result["verdict"], working_of(result)["quorum"]) == ("no_quorum", (1, 2, False))


def chambers(weights, **said):
    rows = [{"voter": name, "chamber": name} for name in ("N", "X", "Y")]
    ballots = [{"voter": name, "choice": choice} for name, choice in said.items()]
    return counted({"rule": {**PRESENT, "chambers": weights}, "roll": rows, "ballots": ballots})


def test_chambers_with_a_weight():
    weights = {"N": 2, "X": 1, "Y": 1}
    assert chambers(weights, N="for", X="against", Y="against")["verdict"] == "failed"
    passed = chambers(weights, N="for", X="for", Y="against")
    assert (passed["verdict"], working_of(passed)["chambers"]) == ("passed", (6, 4, True))


def test_every_chamber_has_to_pass():
    assert chambers("each", N="for", X="for", Y="against")["verdict"] == "failed"
    assert chambers("each", N="for", X="for", Y="for")["verdict"] == "passed"


@pytest.mark.parametrize(
    ("roll_amount", "chambers_of_roll", "ballot", "message"),
    [
        (Amount(0), {}, Amount(0), "nobody"),
        (Amount(3), {}, Amount(4), "more is cast"),
        (Amount(3), {"N": Amount(2)}, Amount(3), "more is cast"),
    ],
)
def test_what_cannot_be_counted(roll_amount, chambers_of_roll, ballot, message):
    group = BallotGroup("for", ballot, {"N": ballot} if chambers_of_roll else {})
    with pytest.raises(ValueError, match=message):
        count(
            Poll(DecisionRule(RuleKind.present_majority)),
            electorate=Electorate(roll_amount, chambers_of_roll),
            ballots=[group],
        )


def test_the_verdict_as_json_says_what_each_option_has():
    poll = Poll(DecisionRule(RuleKind.charter, quorum=Fraction(1, 2)), Method.approval, ("A", "B"))
    ballots = [
        BallotGroup(Marks(("A", "B")), Amount(2)),
        BallotGroup(Marks(("A",)), Amount(1)),
        BallotGroup("abstain", Amount(1)),
    ]
    verdict = count(poll, electorate=Electorate(Amount(9)), ballots=ballots)
    plain = verdict.to_json()
    assert verdict.outcome is Outcome.no_quorum
    assert plain["options"] == {
        "A": {"heads": 3, "area": 0, "weight": 3},
        "B": {"heads": 2, "area": 0, "weight": 2},
    }
    assert {
        key: plain[key] for key in ("for", "against", "abstain", "cast", "members", "ballots_needed", "needed")
    } == {
        "for": 3,
        "against": 0,
        "abstain": 1,
        "cast": 4,
        "members": 9,
        "ballots_needed": 5,
        "needed": 3,
    }
    assert (plain["verdict"], plain["missing"], plain["rule_kind"]) == ("no_quorum", {"quorum": 1}, "charter")
