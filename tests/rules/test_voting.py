"""Who may cast, publish and move a vote on, and when (domain.md C3, R-18, R-40)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.votes import rules
from deliberation.votes.receipt_rules import receipt_bytes, receipt_code, receipt_range
from deliberation.votes.rules import (
    VOTE_MOVES,
    NoticeMissing,
    NotOnRoll,
    Outcome,
    TellerHasInterest,
    TextMissing,
    TimesWrong,
    VoteCancelled,
    VoteClosed,
    VoteNotOpen,
    VoteState,
    VoteStateChanged,
    VotingTimeRuns,
    refusal_to_cast,
    refusal_to_count,
    refusal_to_move,
    refusal_to_publish,
    refusal_to_shorten,
)

OPENS = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CLOSES = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
NOON = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
A_MOMENT = timedelta(microseconds=1)


def casting(**changed):
    facts = {"state": VoteState.voting, "opens_at": OPENS, "closes_at": CLOSES, "is_on_roll": True, "now": NOON}
    return refusal_to_cast(**{**facts, **changed})


def publishing(**changed):
    facts = {
        "state": VoteState.draft,
        "text": "机动车由北口进、南口出。",
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "is_in_notice": True,
        "now": OPENS - timedelta(days=5),
    }
    return refusal_to_publish(**{**facts, **changed})


def test_a_ballot_on_the_roll_while_voting():
    assert casting() is None
    assert casting(now=CLOSES - A_MOMENT) is None


def test_the_server_closes_on_time_even_when_nobody_closed_it():
    refusal = casting(now=CLOSES)
    assert isinstance(refusal, VoteClosed)
    assert refusal.params["closed_at"] == CLOSES


def test_a_late_voter_reads_when_the_chair_closed_it():
    closed = NOON - timedelta(hours=1)
    refusal = casting(state=VoteState.counted, closed_at=closed)
    assert isinstance(refusal, VoteClosed)
    assert refusal.params["closed_at"] == closed


@pytest.mark.parametrize("state", [VoteState.draft, VoteState.published])
def test_too_early(state):
    refusal = casting(state=state, now=OPENS - A_MOMENT)
    assert isinstance(refusal, VoteNotOpen)
    assert refusal.params["opens_at"] == OPENS


def test_a_cancelled_vote_does_not_pretend_to_have_closed():
    assert isinstance(casting(state=VoteState.cancelled), VoteCancelled)


@pytest.mark.parametrize("state", VoteState)
def test_nobody_outside_the_roll_ever_casts(state):
    assert isinstance(casting(state=state, is_on_roll=False), NotOnRoll)


@given(state=st.sampled_from(VoteState), minutes=st.integers(-10_000, 10_000))
def test_only_an_open_vote_takes_ballots(state, minutes):
    now = OPENS + timedelta(minutes=minutes)
    if casting(state=state, now=now) is None:
        assert state is VoteState.voting
        assert now < CLOSES


def test_a_whole_draft_is_published():
    assert publishing() is None


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"text": " \n　"}, TextMissing),
        ({"closes_at": OPENS}, TimesWrong),
        ({"now": CLOSES}, TimesWrong),
        ({"is_in_notice": False}, NoticeMissing),
        *(({"state": state}, VoteStateChanged) for state in VoteState if state is not VoteState.draft),
    ],
)
def test_what_cannot_be_published(changed, refusal):
    assert isinstance(publishing(**changed), refusal)


def test_who_has_an_interest_does_not_count():
    assert refusal_to_count(state=VoteState.voting, has_interest=False) is None
    assert isinstance(refusal_to_count(state=VoteState.voting, has_interest=True), TellerHasInterest)
    assert isinstance(refusal_to_count(state=VoteState.draft, has_interest=False), VoteStateChanged)


def test_every_state_has_its_moves_and_none_goes_back():
    assert set(VOTE_MOVES) == set(VoteState)
    order = list(VoteState)
    back = {(VoteState.legal_check, VoteState.draft)}  # Sent back to be mended; and what was suspended may go on.
    for state, following in VOTE_MOVES.items():
        for each in following:
            is_forward = order.index(each) > order.index(state)
            assert is_forward or (state, each) in back or state is VoteState.suspended
        for wanted in VoteState:
            assert (refusal_to_move(state, wanted) is None) is (wanted in following)


def test_every_state_can_be_reached():
    reached, waiting = set(), [VoteState.draft]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting.extend(VOTE_MOVES[state])
    assert reached == set(VoteState)


@given(leaf_hash=st.binary(min_size=32, max_size=32))
def test_a_receipt_code_finds_its_receipt(leaf_hash):
    code = receipt_code(leaf_hash)
    for typed in (code, code.lower(), code.replace("-", " "), f" {code.replace('-', '')} "):
        lowest, highest = receipt_range(typed)
        assert lowest <= leaf_hash[:8] <= highest
    assert int.from_bytes(highest, "big") - int.from_bytes(lowest, "big") == 15


@given(typed=st.text(max_size=80))
def test_anything_typed_is_answered(typed):
    found = receipt_range(typed)
    assert found is None or len(found) == 2
    digest = receipt_bytes(typed)
    assert digest is None or len(digest) == 32


@pytest.mark.parametrize(
    "typed", ["", "WT3X-7QK4", "WT3X-7QK4-M2Z0", "一二三四五六七八九十一二", "=" * 12, "\ud800" * 12]
)
def test_these_are_no_receipt_codes(typed):
    assert receipt_range(typed) is None


def test_what_did_not_pass_is_not_written_down_as_decided() -> None:
    def refusal(state, outcome, text):
        return rules.refusal_to_write_down(state=state, outcome=outcome, motion="北口进，\n南口出。", text=text)

    announced = VoteState.announced
    assert isinstance(refusal(VoteState.counted, Outcome.passed, "下次再议。"), rules.ReadBackFirst)
    assert isinstance(refusal(announced, Outcome.no_quorum, "北口进， 南口出。"), rules.NotWhatWasDecided)
    assert isinstance(refusal(announced, Outcome.failed_approval, "北口进，\n南口出。"), rules.NotWhatWasDecided)
    assert refusal(announced, Outcome.failed_approval, "下次再议。") is None
    for state in (VoteState.voting, VoteState.closed):
        assert isinstance(refusal(state, None, "北口进， 南口出。"), rules.NotYetDecided)
        assert refusal(state, None, "票继续收，周五截止。") is None
    assert refusal(VoteState.effective, Outcome.passed, "北口进，\n南口出。") is None
    assert refusal(VoteState.draft, None, "北口进，\n南口出。") is None


@pytest.mark.parametrize(
    ("outcomes", "lost"),
    [
        ([], None),
        (["failed_approval"], "failed_approval"),
        (["failed_approval", "passed"], None),
        (["passed", "no_quorum"], "no_quorum"),
        (["advisory"], None),
    ],
)
def test_the_last_vote_of_an_item_says_whether_its_motion_was_lost(outcomes, lost) -> None:
    found = rules.not_carried([(VoteState.announced, Outcome(each)) for each in outcomes])
    assert (found.value if found else None) == lost


def test_only_the_text_of_the_notice_is_voted() -> None:
    assert isinstance(rules.refusal_of_text(text="换成别的事。", noticed="北口进。"), rules.NotTheNoticedText)
    assert rules.refusal_of_text(text="北口进，\r\n南口出。 ", noticed="北口进，\n南口出。") is None
    assert rules.refusal_of_text(text="自由写。", noticed=" ") is None


# Whether an item may be put off after its vote


@pytest.mark.parametrize(
    ("votes", "is_nothing"),
    [
        ([], False),
        ([("announced", "no_quorum")], True),
        ([("announced", "advisory")], True),
        ([("announced", "failed_approval")], False),
        ([("announced", "tie")], False),
        ([("counted", "no_quorum")], False),
        ([("effective", "passed")], False),
        ([("announced", "failed_approval"), ("announced", "no_quorum")], True),
        ([("announced", "no_quorum"), ("voting", None)], False),
        ([("announced", "no_quorum"), ("objection_window", "passed")], False),
    ],
)
def test_a_vote_that_is_over_and_decided_nothing_leaves_its_item_free(votes, is_nothing):
    read = [(rules.VoteState(state), rules.Outcome(outcome) if outcome else None) for state, outcome in votes]
    assert rules.decided_nothing(read) is is_nothing


def test_the_announced_time_runs_out_unless_a_meeting_has_come_to_the_vote() -> None:
    assert isinstance(refusal_to_shorten(closes_at=CLOSES, is_at_hand=False, now=CLOSES - A_MOMENT), VotingTimeRuns)
    assert refusal_to_shorten(closes_at=CLOSES, is_at_hand=True, now=CLOSES - A_MOMENT) is None
    assert refusal_to_shorten(closes_at=CLOSES, is_at_hand=False, now=CLOSES) is None
