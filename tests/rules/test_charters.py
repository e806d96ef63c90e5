"""Which charters can be adopted, and how a pasted list of seats is read."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.committees import rules
from deliberation.committees.rules import Charter
from deliberation.votes.counting import OwnersClass
from deliberation.votes.rules import DecisionRule, RuleKind

TWO_THIRDS = (2, 3)


def charter(**changed) -> Charter:
    return Charter(**{"rule_kind": "charter", "quorum": TWO_THIRDS, "threshold": TWO_THIRDS, **changed})


def test_a_charter_of_two_thirds_is_adopted_as_it_is():
    assert rules.adopted(charter(threshold_basis="members", charter_clause="章程第 12 条")) == charter(
        threshold_basis="members", charter_clause="章程第 12 条"
    )
    assert rules.adopted(charter(quorum=None)).quorum is None
    assert rules.adopted(charter(threshold=(1, 2), threshold_strict=True)).threshold_strict
    assert rules.adopted(charter(threshold=(1, 1), quorum=(1, 1))).threshold == (1, 1)


@pytest.mark.parametrize(
    ("changed", "refusal", "field"),
    [
        ({"threshold": (1, 2)}, rules.TieWouldPass, "threshold"),
        ({"threshold": (2, 4)}, rules.TieWouldPass, "threshold"),
        ({"threshold": (1, 3)}, rules.ThresholdTooLow, "threshold"),
        ({"threshold": (1, 3), "threshold_strict": True}, rules.ThresholdTooLow, "threshold"),
        ({"threshold": (3, 3), "threshold_strict": True}, rules.MoreThanAll, "threshold_strict"),
        ({"threshold": (3, 2)}, rules.ShareOutOfRange, "threshold"),
        ({"threshold": (2, 0)}, rules.ShareOutOfRange, "threshold"),
        ({"threshold": None}, rules.ThresholdMissing, "threshold"),
        ({"quorum": (0, 3)}, rules.ShareOutOfRange, "quorum"),
        ({"quorum": (4, 3)}, rules.ShareOutOfRange, "quorum"),
        ({"notice_working_days": 2}, rules.NoticeTooShort, "notice_days"),
    ],
)
def test_a_charter_nobody_could_decide_by(changed, refusal, field):
    with pytest.raises(refusal) as refused:
        rules.adopted(charter(**changed))
    assert refused.value.field == field


@pytest.mark.parametrize("changed", [{"rule_kind": "plurality"}, {"threshold_basis": "area"}])
def test_a_rule_that_votes_do_not_know_is_a_fault_of_ours(changed):
    with pytest.raises(ValueError, match="no such rule"):
        rules.adopted(charter(**changed))


def test_what_a_kind_of_decision_has_no_use_for_is_left_out():
    everybody = rules.adopted(charter(rule_kind="all_members_majority", threshold=(1, 9), threshold_strict=True))
    assert (everybody.quorum, everybody.threshold, everybody.threshold_strict) == (None, None, False)
    present = rules.adopted(charter(rule_kind="present_majority", threshold_basis="members"))
    assert (present.quorum, present.threshold, present.threshold_basis) == (TWO_THIRDS, None, "cast")


shares = st.none() | st.tuples(st.integers(0, 12), st.integers(0, 12))


@given(st.sampled_from(rules.RULE_KINDS), shares, shares, st.sampled_from(rules.BASES), st.booleans())
def test_whatever_is_adopted_is_a_rule_that_votes_can_be_counted_by(kind, quorum, threshold, basis, strict):
    try:
        found = rules.adopted(
            Charter(rule_kind=kind, quorum=quorum, threshold=threshold, threshold_basis=basis, threshold_strict=strict)
        )
    except rules.Unfit:
        return
    DecisionRule(
        kind=RuleKind(found.rule_kind),
        owners_class=OwnersClass.ordinary if kind == "owners" else None,
        quorum=Fraction(*found.quorum) if found.quorum else None,
        threshold=Fraction(*found.threshold) if found.threshold else None,
        basis=found.threshold_basis,
        strict=found.threshold_strict,
    )


def test_a_pasted_list_is_read_line_by_line():
    text = "18 号二层，13800000001\n\n 沿街  3 号店 , Shop@Example.org\n7 号一层\t+8613800000002\n9 号\n10 号,"
    assert [(d.number, d.label, d.address, d.fault) for d in rules.read_seat_lines(text)] == [
        (1, "18 号二层", "+8613800000001", None),
        (3, "沿街 3 号店", "shop@example.org", None),
        (4, "7 号一层", "+8613800000002", None),
        (5, "9 号", "", None),
        (6, "10 号", "", None),
    ]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("，13800000001", rules.LineUnclear),
        ("18 号，13800000001，周敏", rules.LineUnclear),
        ("18 号，周敏", rules.AddressUnclear),
        ("很" * 41, rules.LabelTooLong),
    ],
)
def test_a_line_that_is_not_understood(line, fault):
    (draft,) = rules.read_seat_lines(line)
    assert type(draft.fault) is fault


def test_no_list_is_longer_than_can_be_looked_through():
    assert len(rules.read_seat_lines("\n".join(f"{n} 号" for n in range(rules.MOST_LINES)))) == rules.MOST_LINES
    with pytest.raises(rules.TooManyLines):
        rules.read_seat_lines("\n".join(f"{n} 号" for n in range(rules.MOST_LINES + 1)))
