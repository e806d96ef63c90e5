"""R-43, C3 and C5: what may be moved, what follows what, and which words may be decided today."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.meetings import rules
from deliberation.meetings.rules import ItemState, MeetingState, MotionKind, MotionSource, MotionState

TEXT = "一期先补亮三号楼后台阶，11月20日前完工。"
OTHER = "一期先补亮三号楼后台阶与坡道，11月20日前完工。"


def kind_of(refusal):
    return type(refusal).__name__ if refusal else None


# What follows what


def test_a_motion_goes_from_the_mover_to_the_room_and_ends_once():
    ends = {each for each in MotionState if not rules.MOTION_MOVES[each]}
    assert ends == {
        MotionState.carried, MotionState.lost, MotionState.withdrawn, MotionState.declined, MotionState.set_aside,
    }  # fmt: skip
    assert rules.MOTION_MOVES[MotionState.deferred] == {MotionState.pending}
    for first, wanted in (("proposed", "carried"), ("seconded", "lost"), ("pending", "declined"), ("lost", "pending")):
        assert rules.refusal_to_move_motion(MotionState(first), MotionState(wanted)) is not None


def part(**changed):
    facts = {
        "meeting": MeetingState.open, "item": ItemState.debate, "is_chair": False, "is_present": True,
        "may_move": True, **changed,
    }  # fmt: skip
    return kind_of(rules.refusal_to_take_part(**facts))


def test_who_is_present_with_a_vote_or_invited_moves_and_the_chair_never():
    assert part() is None
    assert part(is_chair=True) == "ChairSpeaks"
    assert part(is_present=False) == "NotCheckedIn"
    assert part(may_move=False) == "MayNotMove"
    assert part(item=ItemState.vote) == "FloorClosed"
    assert part(meeting=MeetingState.recess) == "FloorClosed"


def propose(**changed):
    facts = {
        "kind": MotionKind.amendment, "text": OTHER, "pending_text": TEXT, "has_one_waiting": False, **changed,
    }  # fmt: skip
    return kind_of(rules.refusal_to_propose(**facts))


def test_an_amendment_changes_the_words_that_are_before_the_room():
    assert propose() is None
    assert propose(pending_text=None) == "NothingToAmend"
    assert propose(text=f" {TEXT}\n") == "ChangesNothing"
    assert propose(kind=MotionKind.motion, pending_text=None) is None
    assert propose(kind=MotionKind.motion, text=TEXT) == "ChangesNothing"
    assert propose(has_one_waiting=True) == "AlreadyProposed"


def test_another_person_seconds_once():
    second = rules.refusal_to_second
    assert second(state=MotionState.proposed, is_mover=False) is None
    assert kind_of(second(state=MotionState.proposed, is_mover=True)) == "OwnMotion"
    assert kind_of(second(state=MotionState.seconded, is_mover=False)) == "MotionNotThere"
    assert kind_of(second(state=MotionState.pending, is_mover=False)) == "MotionNotThere"


def accept(**changed):
    facts = {
        "kind": MotionKind.amendment, "state": MotionState.seconded, "needs_second": True, "has_motion": True,
        "has_amendment": False, "is_outdated": False, **changed,
    }  # fmt: skip
    return kind_of(rules.refusal_to_accept(**facts))


def test_one_motion_and_at_most_one_amendment_are_before_the_room():
    assert accept() is None
    assert accept(kind=MotionKind.motion, has_motion=False) is None
    assert accept(kind=MotionKind.motion) == "MotionPending"
    assert accept(has_amendment=True) == "AmendmentPending"
    assert accept(has_motion=False) == "NothingToAmend"


def test_what_is_not_seconded_waits_where_the_charter_asks_for_it():
    assert accept(state=MotionState.proposed) == "SecondMissing"
    assert accept(state=MotionState.proposed, needs_second=False) is None


def test_an_amendment_of_older_words_is_written_again():
    assert accept(is_outdated=True) == "AmendmentOutdated"


@pytest.mark.parametrize("state", [each for each in MotionState if each not in rules.WAITING])
def test_only_what_waits_is_taken_up(state):
    assert accept(state=state) == "MotionNotThere"


def withdraw(**changed):
    facts = {
        "state": MotionState.proposed, "source": MotionSource.floor, "is_mover": True, "is_chair": False, **changed,
    }  # fmt: skip
    return kind_of(rules.refusal_to_withdraw(**facts))


def test_the_mover_takes_back_what_waits_and_the_chair_what_is_before_the_room():
    assert withdraw() is None
    assert withdraw(state=MotionState.seconded) is None
    assert withdraw(is_mover=False) == "MotionNotThere"
    assert withdraw(state=MotionState.pending) == "MotionNotThere"
    assert withdraw(state=MotionState.pending, is_mover=False, is_chair=True) is None
    assert withdraw(state=MotionState.pending, is_chair=True, source=MotionSource.notice) == "MotionNotThere"
    assert withdraw(state=MotionState.carried, is_chair=True) == "MotionNotThere"


# Which words may be decided today


def departure(text, noticed=TEXT, **changed):
    facts = {"allows_amendments": True, "rule_kind": "all_members_majority", **changed}
    return kind_of(rules.refusal_of_departure(text=text, noticed=noticed, **facts))


def test_the_words_of_the_notice_may_always_be_decided():
    for allows in (True, False):
        for kind in ("owners", "charter"):
            assert departure(f"{TEXT}\n", allows_amendments=allows, rule_kind=kind) is None


def test_other_words_only_where_the_charter_says_so_and_never_by_owners():
    assert departure(OTHER) is None
    assert departure(OTHER, allows_amendments=False) == "AmendedTextNeedsNotice"
    assert departure(OTHER, rule_kind="owners") == "AmendedTextNeedsNotice"


def test_a_notice_that_named_the_matter_without_words_leaves_them_to_the_room():
    assert departure(OTHER, noticed=" ", allows_amendments=False) is None


# The marked change

pieces = st.text(st.sampled_from("的了在一二三，。\n 11月20日30abCD"), max_size=60)


@given(old=pieces, new=pieces)
def test_without_what_came_it_is_the_old_text_and_without_what_went_the_new(old, new):
    runs = rules.marked_change(old, new)
    assert "".join(run.text for run in runs if run.op is not rules.Op.insert) == old
    assert "".join(run.text for run in runs if run.op is not rules.Op.delete) == new
    assert all(run.text for run in runs)
    assert all(one.op is not other.op for one, other in itertools.pairwise(runs))


@given(text=pieces)
def test_nothing_changed_is_one_run(text):
    assert rules.marked_change(text, text) == ((rules.Run(rules.Op.equal, text),) if text else ())


def marked(old, new):
    signs = {rules.Op.equal: "{}", rules.Op.delete: "[-{}-]", rules.Op.insert: "{{+{}+}}"}
    return "".join(signs[run.op].format(run.text) for run in rules.marked_change(old, new))


def test_chinese_is_marked_by_character_and_dates_and_words_as_a_whole():
    assert marked(TEXT, OTHER) == "一期先补亮三号楼后台阶{+与坡道+}，11月20日前完工。"
    assert marked("11月30日前完工", "11月20日前完工") == "[-11月30日-]{+11月20日+}前完工"
    assert marked("试行 30 天", "试行 60 天") == "试行 [-30-]{+60+} 天"
    assert marked("use LED lamps", "use warm LED bulbs") == "use{+ warm+} LED [-lamps-]{+bulbs+}"


def test_one_character_that_stayed_between_two_changes_changes_with_them():
    assert marked("红的灯", "绿的牌") == "[-红的灯-]{+绿的牌+}"
    assert marked("一期的", "二期的") == "[-一-]{+二+}期的"


def test_a_text_made_to_be_slow_is_compared_at_once():
    old, new = "一二" * 500, "二一三" * 333
    runs = rules.marked_change(old, new)
    assert "".join(run.text for run in runs if run.op is not rules.Op.insert) == old
    assert len(runs) == 2  # Two whole texts: neither can be compared in a moment.
