"""What a case carries: three notices none of which is skipped, points that are only added, measures in plain words."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.cases import rules
from deliberation.cases.rules import EntryKind, ObjectState, Posted

DAY = date(2026, 3, 2)
WEEK = timedelta(days=7)


def to_post(stage: int, *, posted: list[Posted], today: date = DAY, has_photo: bool = True, days: int = 7) -> object:
    return rules.refusal_to_post(
        stage=stage,
        posted=posted,
        state=ObjectState.standing,
        has_photo=has_photo,
        due_on=today + timedelta(days=days),
        today=today,
    )


@given(st.lists(st.integers(1, 4), max_size=8))
def test_whatever_is_tried_the_stages_come_one_after_the_other(tries: list[int]) -> None:
    """Each try a fortnight after the one before, so that only the order can be refused."""
    posted: list[Posted] = []
    for number, stage in enumerate(tries):
        today = DAY + 2 * WEEK * number
        if to_post(stage, posted=posted, today=today) is None:
            posted.append(Posted(stage, today + WEEK))
    assert [each.stage for each in posted] == list(range(1, len(posted) + 1))
    assert len(posted) <= rules.LAST_STAGE


def test_a_stage_waits_for_the_day_of_the_one_before_and_for_its_photo() -> None:
    first = [Posted(1, DAY + WEEK)]
    assert isinstance(to_post(2, posted=first, today=DAY + WEEK), rules.StageTooSoon)
    assert to_post(2, posted=first, today=DAY + WEEK + timedelta(days=1)) is None
    assert isinstance(to_post(1, posted=[], has_photo=False), rules.NoticePhotoMissing)
    assert isinstance(to_post(1, posted=[], days=6), rules.TermTooShort)
    skipped = to_post(3, posted=first, today=DAY + 2 * WEEK)
    assert isinstance(skipped, rules.StageSkipped)
    assert skipped.params == {"stage": 2}


def test_it_may_be_moved_at_any_time_and_is_towed_only_after_the_third() -> None:
    def settled(outcome: ObjectState, posted: list[Posted], today: date, state: ObjectState) -> object:
        return rules.refusal_to_settle(outcome=outcome, posted=posted, state=state, today=today)

    three = [Posted(stage, DAY + WEEK * stage) for stage in (1, 2, 3)]
    late = DAY + 3 * WEEK + timedelta(days=1)
    assert settled(ObjectState.moved, [], DAY, ObjectState.standing) is None
    assert settled(ObjectState.towed, three, late, ObjectState.standing) is None
    assert isinstance(
        settled(ObjectState.towed, three, late - timedelta(days=1), ObjectState.standing), rules.TowedTooSoon
    )
    assert isinstance(settled(ObjectState.towed, three[:2], late, ObjectState.standing), rules.TowedTooSoon)
    assert isinstance(settled(ObjectState.moved, three, late, ObjectState.towed), rules.ObjectSettled)
    gone = rules.refusal_to_post(
        stage=1, posted=[], state=ObjectState.moved, has_photo=True, due_on=DAY + WEEK, today=DAY
    )
    assert isinstance(gone, rules.ObjectSettled)


def test_points_are_taken_off_with_reason_and_evidence() -> None:
    def off(points: int, reason: str = "三月二日围挡没有关好", *, has_evidence: bool = True) -> object:
        return rules.refusal_to_deduct(points=points, reason=reason, has_evidence=has_evidence)

    assert off(3) is None
    assert [type(off(points)) for points in (0, 13)] == [rules.TooManyPoints] * 2
    assert isinstance(off(3, "脏"), rules.PointsReasonMissing)
    assert isinstance(off(3, has_evidence=False), rules.EvidenceMissing)
    assert rules.balance([rules.YEARLY, -3, 3, -2]) == 10


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({}, None),
        ({"is_of_firm": False}, rules.NotOfThisFirm),
        ({"kind": EntryKind.grant}, rules.NothingToAppeal),
        ({"is_appealed": True}, rules.AppealedAlready),
        ({"today": DAY + timedelta(days=16)}, rules.AppealTooLate),
    ],
)
def test_who_may_appeal_and_until_when(changed: dict[str, object], refusal: type | None) -> None:
    facts = {
        "kind": EntryKind.deduction, "is_of_firm": True, "is_appealed": False, "recorded_on": DAY,
        "today": DAY + timedelta(days=15), **changed,
    }  # fmt: skip
    found = rules.refusal_to_appeal(**facts)  # type: ignore[arg-type]
    assert (type(found) if found else None) is refusal


def test_an_appeal_is_decided_once_and_by_somebody_else() -> None:
    assert rules.refusal_to_decide(is_recorder=False, is_decided=False) is None
    assert isinstance(rules.refusal_to_decide(is_recorder=True, is_decided=False), rules.OwnAppeal)
    assert isinstance(rules.refusal_to_decide(is_recorder=False, is_decided=True), rules.AppealDecided)


@pytest.mark.parametrize(
    ("text", "number"), [("22", "22"), ("１２.5", "12.5"), ("1,200", "1200"), (" -3.125 ", "-3.125")]
)
def test_a_measure_is_read_as_it_is_written(text: str, number: str) -> None:
    assert rules.number_of(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "22 勒克斯", "1e3", "1.2345", "--1", "nan"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(rules.NotANumber):
        rules.number_of(text)


def test_a_target_may_lie_above_or_below() -> None:
    def reached(baseline: str, target: str, value: str) -> bool:
        return rules.is_reached(baseline=Decimal(baseline), target=Decimal(target), value=Decimal(value))

    assert [reached("3", "20", value) for value in ("19.9", "20", "22")] == [False, True, True]
    assert [reached("30", "12", value) for value in ("13", "12", "11.5")] == [False, True, True]
