"""Authorities on paper and voting with help: who may record, check, use and assist (B3, C5, R-40, R-58). Pure."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from deliberation.votes import rules
from deliberation.votes.rules import Term, VoteState

TODAY, LAST, DAY = date(2026, 3, 5), date(2026, 3, 10), timedelta(days=1)
GOOD = Term(signed_on=TODAY - DAY, valid_from=TODAY, valid_until=LAST)


def recording(**changed):
    facts = {
        "cap": 2, "state": VoteState.voting, "held": 0, "is_self": False, "has_one": False, "has_voted": False,
        "is_party": False, "term": GOOD, "today": TODAY, "last": LAST,
    }  # fmt: skip
    return rules.refusal_to_record(**{**facts, **changed})


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({}, None),
        ({"cap": 0}, rules.NoProxies),
        ({"held": 2}, rules.AgentHoldsEnough),
        ({"is_self": True}, rules.AgentIsPrincipal),
        ({"has_one": True}, rules.ProxyStands),
        ({"has_voted": True}, rules.PrincipalVotedAlready),
        ({"is_party": True}, rules.RecorderIsParty),
        ({"state": VoteState.closed}, rules.ProxyNotNow),
        ({"state": VoteState.draft}, rules.ProxyNotNow),
    ],
)
def test_who_may_be_named_and_by_whom_it_is_recorded(changed, refusal) -> None:
    found = recording(**changed)
    assert found is None if refusal is None else isinstance(found, refusal)


@pytest.mark.parametrize(
    ("term", "refusal"),
    [
        (Term(TODAY, TODAY, TODAY), None),
        (Term(TODAY - 90 * DAY, TODAY - 90 * DAY, LAST + 90 * DAY), None),
        (Term(TODAY, LAST, LAST), None),
        (Term(TODAY + DAY, TODAY, LAST), rules.SignedWrongly),
        (Term(TODAY, TODAY - 2 * DAY, TODAY - DAY), rules.SignedWrongly),
        (Term(TODAY - 9 * DAY, TODAY - 9 * DAY, TODAY - DAY), rules.ProxyTermWrong),
        (Term(TODAY, LAST + DAY, LAST + 2 * DAY), rules.ProxyTermWrong),
        (Term(TODAY, LAST, LAST - DAY), rules.ProxyTermWrong),
    ],
)
def test_the_days_that_stand_on_it_must_meet_the_days_of_voting(term, refusal) -> None:
    found = recording(term=term)
    assert found is None if refusal is None else isinstance(found, refusal)


def checking(**changed):
    facts = {"state": VoteState.voting, "is_waiting": True, "is_recorder": False, "is_party": False}
    return rules.refusal_to_check(**{**facts, **changed})


def test_another_without_an_interest_checks_it_once_while_it_can_be_used() -> None:
    assert checking() is None
    assert isinstance(checking(is_recorder=True), rules.CheckerIsRecorder)
    assert isinstance(checking(is_party=True), rules.RecorderIsParty)
    assert isinstance(checking(is_waiting=False), rules.AlreadyChecked)
    assert isinstance(checking(state=VoteState.closed), rules.ProxyNotNow)
    assert isinstance(checking(reason=" "), rules.RefusalReasonMissing)
    assert checking(reason="没有签名") is None


def using(**changed):
    facts = {
        "is_agent": True, "is_standing": True, "is_used": False, "is_waiting": False, "valid_from": TODAY,
        "valid_until": LAST, "today": TODAY, "has_voted": False,
    }  # fmt: skip
    return rules.refusal_to_use(**{**facts, **changed})


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({}, None),
        ({"today": LAST}, None),
        ({"today": LAST + DAY}, rules.ProxyNotYours),
        ({"today": TODAY - DAY}, rules.ProxyNotYours),
        ({"is_agent": False}, rules.ProxyNotYours),
        ({"is_standing": False}, rules.ProxyNotYours),
        ({"is_waiting": True}, rules.ProxyNotChecked),
        ({"is_used": True}, rules.ProxyUsed),
        ({"has_voted": True}, rules.HasVoted),
    ],
)
def test_an_authority_is_used_once_in_its_days_after_the_check(changed, refusal) -> None:
    found = using(**changed)
    assert found is None if refusal is None else isinstance(found, refusal)


def assisting(**changed):
    facts = {"is_secret": False, "is_party": False, "helper": "沈岚", "witness": "周敏"}
    return rules.refusal_to_assist(**{**facts, **changed})


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({}, None),
        ({"voter": "程玉兰"}, None),
        ({"is_secret": True}, rules.HelpInSecretVote),
        ({"is_party": True}, rules.HelperIsParty),
        ({"witness": ""}, rules.HelpNeedsTwo),
        ({"witness": " "}, rules.HelpNeedsTwo),
        ({"witness": "沈 岚"}, rules.HelpNeedsTwo),
        ({"helper": "Ann Lee", "witness": "ann lee"}, rules.HelpNeedsTwo),
        ({"voter": "周敏"}, rules.HelpNeedsTwo),
    ],
)
def test_help_takes_two_others_and_never_in_a_secret_vote(changed, refusal) -> None:
    found = assisting(**changed)
    assert found is None if refusal is None else isinstance(found, refusal)
