"""The nine fields, the look-back days, who may answer, and what the public may see (domain.md C7, R-04, R-52)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from deliberation.feedback import rules
from deliberation.feedback.rules import Answer

FULL = {name: {"text": "写了"} for name in rules.FIELDS}


def test_there_are_nine_fields_and_each_one_is_needed() -> None:
    assert len(rules.FIELDS) == 9
    assert rules.refusal_to_issue(FULL, is_issued=False) is None
    for name in rules.FIELDS:
        for empty in (None, {}, {"text": "  "}):
            fields = {**FULL, name: empty}
            assert rules.missing_fields(fields) == [name]
            refusal = rules.refusal_to_issue(fields, is_issued=False)
            assert isinstance(refusal, rules.NoticeIncomplete)
            assert rules.FIELD_WORDS[name] in str(refusal)
    assert rules.missing_fields({}) == list(rules.FIELDS)


def test_the_summary_has_eighty_characters_at_most() -> None:
    assert rules.refusal_to_issue({**FULL, "summary": {"text": "字" * 80}}, is_issued=False) is None
    refusal = rules.refusal_to_issue({**FULL, "summary": {"text": "字" * 81}}, is_issued=False)
    assert isinstance(refusal, rules.SummaryTooLong)


def test_a_notice_goes_out_once() -> None:
    assert isinstance(rules.refusal_to_issue(FULL, is_issued=True), rules.NoticeIssued)


def refusal_to_answer(**changes: Any) -> object:
    given: dict[str, Any] = {
        "is_asked": True,
        "is_open": True,
        "is_in_hand_again": False,
        "answer": Answer.fixed,
        "reason": "",
        "by_link": False,
        "has_answered": False,
    }
    return rules.refusal_to_answer(**{**given, **changes})


def test_only_who_was_asked_answers_while_it_is_open() -> None:
    assert refusal_to_answer() is None
    assert isinstance(refusal_to_answer(is_asked=False), rules.NotAsked)
    assert isinstance(refusal_to_answer(is_open=False), rules.LookBackOver)
    assert isinstance(refusal_to_answer(is_open=False, is_in_hand_again=True), rules.InHandAgain)


def test_a_link_works_once_and_a_signed_in_person_may_change() -> None:
    assert isinstance(refusal_to_answer(by_link=True, has_answered=True), rules.AnsweredAlready)
    assert refusal_to_answer(has_answered=True) is None


@pytest.mark.parametrize("answer", sorted(Answer))
def test_a_no_says_what_is_wrong(answer: Answer) -> None:
    short = refusal_to_answer(answer=answer, reason=" 没好 ")
    assert isinstance(short, rules.AnswerReasonMissing) == rules.reopens(answer)
    assert refusal_to_answer(answer=answer, reason="坡道还是暗") is None


def test_no_and_came_back_reopen() -> None:
    assert [answer for answer in Answer if rules.reopens(answer)] == [Answer.no, Answer.came_back]


def test_answers_are_taken_until_the_look_back_is_superseded_or_the_case_closed() -> None:
    at = datetime(2026, 4, 2, tzinfo=UTC)
    assert rules.is_open(asked_at=at, cancelled_at=None, is_case_closed=False)
    assert not rules.is_open(asked_at=None, cancelled_at=None, is_case_closed=False)
    assert not rules.is_open(asked_at=at, cancelled_at=at, is_case_closed=False)
    assert not rules.is_open(asked_at=at, cancelled_at=None, is_case_closed=True)


@pytest.mark.parametrize(
    ("good", "not_yet", "shown"),
    [
        (0, 0, (0, None, None)),
        (4, 0, (None, None, None)),
        (2, 2, (None, None, None)),
        (36, 5, (41, 36, 5)),
        (36, 4, (40, None, None)),
        (4, 36, (40, None, None)),
        (12, 0, (12, 12, 0)),
    ],
)
def test_small_groups_are_kept_back(good: int, not_yet: int, shown: tuple[Any, ...]) -> None:
    tally = rules.public_tally({Answer.fixed: good, Answer.partly: not_yet}, asked=50)
    assert (tally["answered"], tally["good"], tally["not_yet"]) == shown
