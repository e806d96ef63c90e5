"""Each kind of body has a charter to begin with, and the law's own limits cannot be written away."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from deliberation.committees import rules
from deliberation.committees.rules import TEMPLATES, Charter, CommitteeKind
from deliberation.committees.wording import COMMITTEE_KINDS, CONVENERS, RULE_HINTS, RULES

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize("kind", list(CommitteeKind))
def test_every_kind_has_a_template_that_can_be_adopted_and_says_what_it_stands_on(kind):
    template = TEMPLATES[kind]
    assert rules.adopted(template.charter, kind=kind) == template.charter
    assert template.purpose
    assert all(template.basis)
    assert COMMITTEE_KINDS[kind]
    assert template.charter.convener in CONVENERS


def test_every_rule_and_convener_has_its_words():
    assert set(RULES) == set(RULE_HINTS) == set(rules.RULE_KINDS)
    assert set(CONVENERS) == set(rules.CONVENERS)


def test_what_the_law_asks_of_owners_stays():
    template = TEMPLATES[CommitteeKind.owners_assembly].charter
    assert (template.rule_kind, template.notice_calendar_days) == ("owners", 15)
    for short in ({"notice_calendar_days": 14}, {"notice_working_days": 10, "notice_calendar_days": 0}):
        with pytest.raises(rules.OwnersNoticeTooShort):
            rules.adopted(replace(template, **short), kind=CommitteeKind.owners_assembly)
    with pytest.raises(rules.AssemblyRuleFixed):
        rules.adopted(replace(template, rule_kind="present_majority"), kind=CommitteeKind.owners_assembly)
    with pytest.raises(rules.OwnersRuleElsewhere):
        rules.adopted(template, kind=CommitteeKind.lane_association)


@pytest.mark.parametrize(
    ("working", "calendar_days", "refusal"),
    [(2, 0, rules.NoticeTooShort), (0, 6, rules.NoticeTooShortInDays), (0, 7, None), (3, 0, None), (3, 1, None)],
)
def test_a_notice_leaves_people_time(working, calendar_days, refusal):
    charter = Charter(rule_kind="advisory", notice_working_days=working, notice_calendar_days=calendar_days)
    if refusal is None:
        assert rules.adopted(charter) == charter
        return
    with pytest.raises(refusal) as refused:
        rules.adopted(charter)
    assert (type(refused.value), refused.value.field) == (refusal, "notice_days")


def test_nobody_but_an_office_that_can_convenes():
    with pytest.raises(ValueError, match="no such convener"):
        rules.adopted(Charter(rule_kind="advisory", convener="teller"))


def test_a_charter_goes_into_its_columns_and_comes_back():
    for template in TEMPLATES.values():
        assert Charter.of_columns(template.charter.columns()) == template.charter
    old = {"rule_kind": "charter", "threshold_numerator": 2, "threshold_denominator": 3}
    assert Charter.of_columns(old) == Charter(rule_kind="charter", threshold=(2, 3))


@pytest.mark.parametrize(
    ("first", "last", "refusal"),
    [
        ((2026, 3, 6), (2026, 3, 6), None),
        ((2026, 3, 1), (2026, 3, 2), None),  # Began yesterday, and today still counts.
        ((2026, 2, 1), (2026, 3, 1), rules.DaysBackwards),
        ((2026, 3, 8), (2026, 3, 7), rules.DaysBackwards),
        ((2026, 3, 6), (2027, 3, 6), None),
        ((2026, 3, 6), (2027, 3, 7), rules.StandInTooLong),
        ((2026, 4, 1), (2026, 4, 10), rules.StandInOverlaps),
        ((2026, 4, 11), (2026, 4, 20), None),
        ((2026, 3, 6), (2026, 5, 1), rules.StandInOverlaps),
    ],
)
def test_the_days_of_a_stand_in(first, last, refusal):
    others = [(date(2026, 4, 5), date(2026, 4, 10))] if refusal is not None or first == (2026, 4, 11) else []
    found = rules.refusal_of_days(first=date(*first), last=date(*last), today=TODAY, others=others)
    assert type(found) is (refusal or type(None))
