"""R-60 as pure counting, how a reply to a late day is kept, and when a place looks back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from deliberation.feedback import rules
from deliberation.feedback.rules import Figures, Plan, Rating, Term

START = datetime(2026, 3, 2, 1, tzinfo=UTC)
CONTACT, DUE = START + timedelta(days=1), START + timedelta(days=7)
HOUR = timedelta(hours=1)


def term(*, contacted: datetime | None = None, replied: datetime | None = None, **more: Any) -> Term:
    return Term(due_at=DUE, contact_due_at=CONTACT, contacted_at=contacted, replied_at=replied, **more)


def test_each_figure_counts_what_r_60_says() -> None:
    terms = [
        term(contacted=CONTACT, replied=DUE, kind="A"),  # At the very minute: in time.
        term(contacted=CONTACT + HOUR, replied=DUE + HOUR, kind="A"),
        term(contacted=CONTACT, replied=DUE, kind="B"),
        term(replied=CONTACT, kind="D"),  # Answered at once; nobody wrote the call down.
        term(contacted=CONTACT),
        term(),
        term(contacted=CONTACT, replied=DUE, kind="A", is_reopened=True, asked=36, rated=35, satisfied=33),
    ]
    counted = rules.total(terms)
    assert counted == Figures(
        due=7, responded=5, replied=5, on_time=4, solved=2, reopened=1, asked=36, rated=35, satisfied=33
    )
    assert counted.response_rate == counted.reply_rate == Fraction(5, 7)
    assert (counted.on_time_rate, counted.solved_rate) == (Fraction(4, 7), Fraction(2, 7))


def test_the_elders_bath_has_its_two_percentages() -> None:
    """E7: of 36 served 35 rated, 33 of them satisfied."""
    served = Figures(due=1, asked=36, rated=35, satisfied=33)
    assert rules.percent(served.satisfied_rate) == "94.29%"
    assert rules.percent(served.rated_share) == "97.22%"


def test_nothing_due_is_a_dash_and_unrated_is_not_satisfied() -> None:
    assert [rules.percent(rate) for rate in (Figures().reply_rate, Figures(due=3, asked=9).satisfied_rate)] == ["—"] * 2
    assert rules.percent(Figures(due=3, asked=9).rated_share) == "0.00%"


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (1, 3, "33.33%"),
        (2, 3, "66.67%"),
        (1, 8, "12.50%"),
        (1, 20_000, "0.01%"),
        (1, 20_001, "0.00%"),
        (7, 7, "100.00%"),
    ],
)
def test_percentages_are_rounded_half_up_by_whole_numbers(part: int, whole: int, shown: str) -> None:
    assert rules.percent(Fraction(part, whole)) == shown


def test_groups_add_up_to_the_whole() -> None:
    terms = [(number % 3, term(replied=DUE + HOUR * (number - 3), kind="ABCD"[number % 4])) for number in range(12)]
    groups = rules.grouped(terms, by=lambda row: row[0], term=lambda row: row[1])
    assert sum(groups.values(), Figures()) == rules.total(each for _group, each in terms)


@pytest.mark.parametrize(
    ("old", "new", "replied_at", "now", "moves"),
    [
        (DUE, DUE + HOUR, None, START, True),
        (DUE, DUE + HOUR, None, DUE, True),
        (DUE, DUE + HOUR, None, DUE + HOUR, False),  # Extended when it was late already.
        (DUE, DUE + HOUR, START, START, False),  # A promised day after a reply of kind B or C.
        (DUE, None, None, START, False),
        (None, DUE, None, START, True),
    ],
)
def test_a_day_that_was_missed_stays_missed(
    old: datetime | None, new: datetime | None, replied_at: datetime | None, now: datetime, moves: bool
) -> None:
    assert rules.moved_due(old=old, new=new, replied_at=replied_at, now=now) is moves


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (None, None, (0, 0)),
        (None, Rating.satisfied, (1, 1)),
        (None, Rating.fair, (1, 0)),
        (Rating.satisfied, Rating.dissatisfied, (0, -1)),
        (Rating.fair, Rating.satisfied, (0, 1)),
    ],
)
def test_a_person_is_counted_once_however_often_they_rate(
    before: Rating | None, after: Rating | None, change: tuple[int, int]
) -> None:
    assert rules.rating_change(before=before, after=after) == change


STREET, LANE = 1, 2
USUAL = Plan((30, 90), 7)
PLANS = [
    Plan((60,), 7, place_id=STREET),
    Plan((15, 45), 7, kind="lighting", place_id=STREET),
    Plan((7,), 7, place_id=LANE, asks_visit=True),
    Plan((14,), 7, kind="traffic", place_id=LANE),
]


@pytest.mark.parametrize(
    ("kind", "scope", "days"),
    [
        ("lighting", (STREET, 3), (15, 45)),
        ("safety", (STREET, 3), (60,)),
        ("traffic", (STREET, LANE), (14,)),
        ("lighting", (STREET, LANE), (7,)),  # The nearer place, though it says nothing of lighting.
        ("", (STREET, LANE), (7,)),
        ("lighting", (9,), (30, 90)),
    ],
)
def test_the_nearest_place_says_when_to_look_back(kind: str, scope: tuple[int, ...], days: tuple[int, ...]) -> None:
    assert rules.plan_for(PLANS, kind=kind, scope=scope, usual=USUAL).days == days


def test_days_count_from_the_reply() -> None:
    assert rules.nominal_days(date(2026, 3, 3), USUAL) == {30: date(2026, 4, 2), 90: date(2026, 6, 1)}
    assert rules.nominal_days(date(2026, 3, 3), Plan((1,), 7)) == {1: date(2026, 3, 4)}


@pytest.mark.parametrize(("text", "days"), [("30, 90", (30, 90)), ("7", (7,)), ("30、90，180", (30, 90, 180))])
def test_days_are_read_as_people_write_them(text: str, days: tuple[int, ...]) -> None:
    assert rules.read_days(text) == days


@pytest.mark.parametrize("text", ["", "90, 30", "30, 30", "0", "731", "1,2,3,4,5", "三十", "-3", "1.5", "9" * 5000])
def test_other_days_are_refused(text: str) -> None:
    with pytest.raises(rules.BadLookBackDays):
        rules.read_days(text)
