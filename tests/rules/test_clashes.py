"""A voter heard on paper and otherwise (R-18): what stands does not depend on which came first. Pure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.votes.rules import (
    AnotherTeller,
    ConflictDecision,
    ConflictSettled,
    EvidenceMissing,
    Reading,
    SheetsNotReadNow,
    TellerHasInterest,
    VoteState,
    agreed,
    is_clash,
    refusal_to_decide,
)

SAID = st.sampled_from(["for", "against", "abstain", '["甲","乙"]', None])
DECISIONS = st.sampled_from([None, *ConflictDecision])


@given(sheet=SAID, other=SAID, decision=DECISIONS)
def test_a_clash_takes_two_different_answers(sheet, other, decision) -> None:
    if is_clash(sheet=sheet, other=other, decision=decision):
        assert sheet is not None
        assert other is not None
        assert sheet != other


@given(sheet=SAID, other=SAID)
def test_neither_answer_comes_before_the_other(sheet, other) -> None:
    assert is_clash(sheet=sheet, other=other) is is_clash(sheet=other, other=sheet)


@pytest.mark.parametrize(
    ("decision", "clashes"),
    [
        (None, True),
        (ConflictDecision.paper, True),
        (ConflictDecision.neither, True),
        (ConflictDecision.same, True),
        (ConflictDecision.web, False),
    ],
)
def test_casting_once_more_reopens_what_was_settled_unless_the_sheet_was_set_aside(decision, clashes) -> None:
    assert is_clash(sheet="for", other="against", decision=decision) is clashes
    assert not is_clash(sheet="for", other="for", decision=decision)


def deciding(**changed):
    facts = {
        "state": VoteState.closed, "proposed_by_id": None, "teller_id": 1, "evidence": "问了本人",
        "has_interest": False, "is_decided": False,
    }  # fmt: skip
    return refusal_to_decide(**{**facts, **changed})


def test_one_teller_proposes_with_evidence_and_another_confirms() -> None:
    assert deciding() is None
    assert isinstance(deciding(evidence="  "), EvidenceMissing)
    assert isinstance(deciding(proposed_by_id=1), AnotherTeller)
    assert deciding(proposed_by_id=2, evidence="") is None
    assert isinstance(deciding(is_decided=True), ConflictSettled)
    assert isinstance(deciding(has_interest=True), TellerHasInterest)


@pytest.mark.parametrize("state", [state for state in VoteState if state not in (VoteState.voting, VoteState.closed)])
def test_nothing_is_decided_once_the_vote_is_counted(state) -> None:
    assert isinstance(deciding(state=state), SheetsNotReadNow)


READINGS = st.lists(
    st.builds(
        Reading,
        teller_id=st.integers(1, 3),
        choice=st.sampled_from(["for", "against"]),
        invalid_reason=st.none(),
        helper=st.sampled_from(["", "王"]),
        witness=st.sampled_from(["", "周"]),
    ),
    max_size=5,
)


@given(READINGS)
def test_two_different_tellers_must_read_the_same(readings) -> None:
    same = agreed(readings)
    pairs = [(one, other) for one in readings for other in readings if one.teller_id != other.teller_id]
    alike = [one for one, other in pairs if one.says == other.says]
    assert (same is not None) is bool(alike)
    if same is not None:
        assert same in alike
