"""Why somebody has no voice, who sees who has cast, and who may look at named ballots: pure."""

from __future__ import annotations

import pytest

from deliberation.votes import rules
from deliberation.votes.counting import DecisionRule, OwnersClass, RuleKind
from deliberation.votes.rules import NoVoice, RollSource


@pytest.mark.parametrize(
    ("source", "facts", "why"),
    [
        (RollSource.seats, {}, NoVoice.no_seat),
        (RollSource.seats, {"is_adviser": True}, NoVoice.adviser),
        (RollSource.seats, {"belongs_now": True, "is_adviser": True}, NoVoice.came_later),
        (RollSource.units, {}, NoVoice.not_in_register),
        (RollSource.units, {"stands_without_voice": True, "belongs_now": True}, NoVoice.parking_only),
        (RollSource.units, {"owns_elsewhere": True}, NoVoice.other_zone),
        (RollSource.units, {"belongs_now": True}, NoVoice.came_later),
        (RollSource.members, {}, NoVoice.lives_elsewhere),
        (RollSource.attendance, {}, NoVoice.was_not_there),
        (RollSource.attendance, {"belongs_now": True}, NoVoice.came_later),
    ],
)
def test_the_reason_is_the_one_that_helps(source, facts, why) -> None:
    assert rules.why_no_voice(source, is_signed_in=True, **facts) is why
    assert rules.why_no_voice(source, is_signed_in=False, **facts) is NoVoice.visitor


@pytest.mark.parametrize("is_secret", [False, True])
@pytest.mark.parametrize("cast", [0, 4, 5, 40])
def test_names_of_who_has_cast_stay_hidden_below_five_and_from_the_public(is_secret, cast) -> None:
    def sees(has_voice: bool, conducts: bool) -> bool:
        return rules.may_see_who_cast(is_secret=is_secret, has_voice=has_voice, conducts=conducts, cast=cast)

    assert sees(False, False) is False
    assert sees(False, True) is (cast >= 5)
    assert sees(True, False) is (cast >= 5 and not is_secret)


def refusal(**changed: bool) -> str:
    """The code of the refusal to inspect, empty when it is allowed; nothing holds unless named."""
    names = ("is_secret", "is_counted", "is_announced", "is_teller", "has_interest", "is_of_owners", "has_voice")
    found = rules.refusal_to_inspect(**{name: changed.get(name, False) for name in names})
    return found.code if found is not None else ""


def test_tellers_inspect_from_the_count_and_owners_from_the_announcement() -> None:
    owner = {"is_of_owners": True, "has_voice": True}
    assert refusal(is_teller=True) == "ballots_not_yet"
    assert refusal(is_teller=True, is_counted=True) == ""
    assert refusal(is_teller=True, is_counted=True, has_interest=True) == "teller_has_interest"
    assert refusal(**owner) == "ballots_not_yet"
    assert refusal(**owner, is_counted=True) == "ballots_not_yet"
    assert refusal(**owner, is_counted=True, is_announced=True) == ""
    assert refusal(**owner, is_counted=True, is_announced=True, is_teller=True, has_interest=True) == ""


def test_nobody_else_inspects_and_of_a_secret_vote_nobody_does() -> None:
    everything = {"is_counted": True, "is_announced": True}
    assert refusal(**everything) == "ballots_not_yours"
    assert refusal(**everything, has_voice=True) == "ballots_not_yours"
    assert refusal(**everything, is_of_owners=True) == "ballots_not_yours"
    assert refusal(**everything, is_secret=True, is_teller=True, is_of_owners=True, has_voice=True) == "ballots_secret"
    assert rules.refusal_of_reason("  核对 ") is not None
    assert rules.refusal_of_reason("核对总数") is None


@pytest.mark.parametrize(("area", "needed"), [(0, 0), (1, 1), (3, 2), (3_360_000, 2_240_000), (100, 67)])
def test_two_thirds_of_the_area_make_the_quorum(area, needed) -> None:
    rule = DecisionRule(kind=RuleKind.owners, owners_class=OwnersClass.major)
    assert rules.area_needed(rule, area) == needed
    assert 3 * needed >= 2 * area
    assert rules.area_needed(DecisionRule(kind=RuleKind.advisory), area) == 0
