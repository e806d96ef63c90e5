"""A quarter of cases: every state, reminder, climb and look-back, and the figures against the log alone.

The counter below reads nothing but the leaves of the audit log, and shares no line with the figures of the product.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from deliberation.audit.models import AuditLeaf
from deliberation.cases.models import Assignment, Case
from deliberation.cases.rules import AssignmentState, CaseState, HandOver
from deliberation.feedback import queries
from deliberation.feedback.models import LookBack, LookBackVisit
from deliberation.feedback.rules import Dimension, Figures, Period, percent
from deliberation.kernel.clock import SHANGHAI
from deliberation.kernel.database import db
from deliberation.matters.models import Matter
from deliberation.matters.queries import reader_ids
from deliberation.notifications.models import Delivery, DeliveryState, Message, Occasion, PaperTask
from tests.support.quarter.days import prepared, run
from tests.support.quarter.stories import END, HOW_MANY
from tests.support.quarter.town import Quarter

NAMES = ("due", "responded", "replied", "on_time", "solved", "reopened", "asked", "rated", "satisfied")
AFTERWARDS = datetime(END.year, END.month, END.day, 12, tzinfo=SHANGHAI) + timedelta(days=1)
WHOLE = Period(date(2026, 3, 1), date(2026, 12, 1))
Row = dict[str, Any]


class Counter60:
    """One row a term of a case, as the leaves tell it, read in the order in which they were written."""

    def __init__(self) -> None:
        self.terms: dict[tuple[int, int], Row] = {}
        self.rounds: Counter[int] = Counter()
        self.paused: dict[int, datetime] = {}
        self.asked: Counter[tuple[int, int]] = Counter()
        self.ratings: dict[tuple[int, int], dict[int, str]] = defaultdict(dict)
        self.visits: dict[tuple[int, int], list[Row]] = defaultdict(list)

    def read(self) -> list[Row]:
        for data in db.session.scalars(select(AuditLeaf.data).order_by(AuditLeaf.id)):
            leaf = json.loads(data)
            kind, _dot, act = leaf["tag"].partition(".")
            if kind == "case":
                self.of_case(act, leaf)
            elif kind == "look_back" and act in ("asked", "answered", "visited"):
                self.of_people(act, leaf)
        for key, term in self.terms.items():
            said, seen = list(self.ratings[key].values()), self.visits[key]
            term["asked"] = self.asked[key] + sum(leaf["asked"] for leaf in seen)
            term["rated"] = len(said) + sum(leaf["rated"] for leaf in seen)
            term["satisfied"] = said.count("satisfied") + sum(leaf["satisfied"] for leaf in seen)
        return list(self.terms.values())

    def of_case(self, act: str, leaf: Row) -> None:
        case, at = leaf["case"], datetime.fromisoformat(leaf["at"])
        if act == "reopened":
            self.terms[case, self.rounds[case]]["reopened"] = True
        if act in ("assigned", "reopened"):
            self.rounds[case] += 1
            new = {"contacted": None, "replied": None, "kind": "", "reopened": False, "due": None, "contact_due": None}
            self.terms[case, self.rounds[case]] = new
        if not self.rounds[case]:
            return  # Another office has to approve first: nobody's clock runs.
        term = self.terms[case, self.rounds[case]]
        self._clock(term, act, leaf, at)
        if act in ("contacted", "replied"):
            term["contacted"] = term["contacted"] or at
        if act == "replied":
            term["replied"], term["kind"] = term["replied"] or at, leaf["kind"]

    def _clock(self, term: Row, act: str, leaf: Row, at: datetime) -> None:
        """The last day that was set before the day that held had passed, and before there was a reply.

        A pause stops the day: what it is when the case goes on was settled when the pause began.
        """
        at = self.paused.pop(leaf["case"], at) if act == "resumed" else at
        if act == "paused":
            self.paused[leaf["case"]] = at
        if act != "replied" and term["replied"] is None and (term["due"] is None or at <= term["due"]):
            term["due"] = datetime.fromisoformat(leaf["due_at"])
            term |= {name: leaf[name] for name in ("place", "level", "unit")}
        if term["contacted"] is None and (term["contact_due"] is None or at <= term["contact_due"]):
            term["contact_due"] = datetime.fromisoformat(leaf["contact_due_at"])

    def of_people(self, act: str, leaf: Row) -> None:
        key = (leaf["case"], leaf["round"])
        if act == "asked":
            self.asked[key] = max(self.asked[key], leaf["asked"])
        elif act == "answered" and leaf["rating"]:
            self.ratings[key][leaf["user"]] = leaf["rating"]
        elif act == "visited":
            self.visits[key].append(leaf)


def summed(terms: list[Row]) -> dict[str, int]:
    """R-60, once more and by hand."""
    return {
        "due": len(terms),
        "responded": sum(t["contacted"] is not None and t["contacted"] <= t["contact_due"] for t in terms),
        "replied": sum(t["replied"] is not None for t in terms),
        "on_time": sum(t["replied"] is not None and t["replied"] <= t["due"] for t in terms),
        "solved": sum(t["kind"] == "A" and not t["reopened"] for t in terms),
        "reopened": sum(t["reopened"] for t in terms),
        **{name: sum(t[name] for t in terms) for name in ("asked", "rated", "satisfied")},
    }


def month_of(term: Row) -> date:
    day: date = term["due"].astimezone(SHANGHAI).date()
    return day.replace(day=1)


def grouped(terms: list[Row], by: Dimension) -> dict[Any, dict[str, int]]:
    groups = defaultdict(list)
    for term in terms:
        groups[month_of(term) if by is Dimension.month else term[str(by)] or 0].append(term)
    return {name: summed(each) for name, each in groups.items()}


def as_numbers(figures: Figures) -> dict[str, int]:
    return {name: getattr(figures, name) for name in NAMES}


def compare(terms: list[Row], period: Period) -> int:
    """Each way of telling apart agrees with the log; how many terms were due."""
    inside = [term for term in terms if period.since <= month_of(term) <= period.until]
    for by in Dimension:
        groups, total = queries.figures(None, period, by=by, now=AFTERWARDS)
        if by is not Dimension.topic:  # The log of a case does not say what it is about.
            assert {key: as_numbers(each) for key, each in groups.items()} == grouped(inside, by)
        assert as_numbers(total) == summed(inside)
    return len(inside)


@pytest.mark.timeout(900)
def test_a_quarter_of_cases_and_the_figures_agree_with_the_log_alone(sqlite_app: Flask) -> None:
    made = prepared(seed=20260302)
    run(made)
    terms = Counter60().read()
    months = [compare(terms, Period(date(2026, number, 1), date(2026, number, 1))) for number in range(3, 13)]
    assert compare(terms, WHOLE) == sum(months) == len(terms)
    assert len(terms) > HOW_MANY, "some were done again"
    the_figures_say_something(summed(terms))
    everything_was_visited(made)
    nobody_was_left(made)
    nobody_was_disturbed(made)
    what_is_private_stayed_so()


def the_figures_say_something(counted: dict[str, int]) -> None:
    _groups, total = queries.figures(None, WHOLE, by=Dimension.month, now=AFTERWARDS)
    assert total.on_time_rate == Fraction(counted["on_time"], counted["due"])
    assert total.satisfied_rate == Fraction(counted["satisfied"], counted["rated"])
    assert percent(total.rated_share) == percent(Fraction(counted["rated"], counted["asked"])) != "100.00%"
    assert 0 < counted["solved"] < counted["replied"] < counted["due"]
    assert 0 < counted["on_time"] < counted["replied"]
    assert 0 < counted["responded"] < counted["due"]


TAGS = (
    "case.opened", "case.approved", "case.assigned", "case.accepted", "case.returned", "case.rerouted",
    "case.lead_decided", "case.assist_asked", "case.assist_done", "case.level_changed", "case.contacted",
    "case.progress", "case.extended", "case.paused", "case.resumed", "case.replied", "case.reopened", "case.closed",
    "case.split", "demand.taken", "notice_object.added", "staged_notice.posted", "notice_object.settled",
    "look_back.asked", "look_back.answered", "look_back.visited", "look_back.ended", "outcome.issued",
)  # fmt: skip
TOLD = (
    "case.assigned", "case.due_soon", "case.overdue", "case.contact_late", "case.returned", "case.lead_settled",
    "case.level_changed", "case.assist_asked", "case.assist_done", "case.reopened", "outcome.notice",
    "look_back.asked", "visit.assigned", "visit.due", "case.parts_answered", "staged_notice.posted",
    "notice_object.settled",
)  # fmt: skip


def everything_was_visited(made: Quarter) -> None:
    """Domain.md C3: every state of a case and of a notice, every level, and every way from one to the next."""
    for seen, states in zip(made.seen, (CaseState, HandOver, AssignmentState, DeliveryState), strict=True):
        assert seen == set(states)
    leaves = Counter(db.session.scalars(select(AuditLeaf.tag)))
    told = Counter(db.session.scalars(select(Occasion.kind).join(Message, Message.occasion_id == Occasion.id)))
    assert [tag for tag in TAGS if not leaves[tag]] == []
    assert [kind for kind in TOLD if not told[kind]] == []
    asked = select(LookBack.days).where(LookBack.asked_at.is_not(None))
    assert set(db.session.scalars(asked)) == {10, 12, 30, 90}
    assert set(db.session.scalars(select(Case.times_reopened))) == {0, 1, 2}
    assert set(db.session.scalars(select(Case.level))) == {1, 2, 3}
    again = select(Case.level).where(Case.times_reopened == 2)
    assert min(db.session.scalars(again)) == 2, "the second time one level up"
    causes = {leaf["cause"] for leaf in leaves_of("case.level_changed")}
    assert causes == {"units", "office", "overdue"}
    stages = Counter(leaf["stage"] for leaf in leaves_of("staged_notice.posted"))
    assert stages[1] > stages[2] > stages[3] > 0, "each time some cars are moved"
    assert {leaf["outcome"] for leaf in leaves_of("notice_object.settled")} == {"moved", "towed"}


def leaves_of(tag: str) -> list[Row]:
    return [json.loads(data) for data in db.session.scalars(select(AuditLeaf.data).where(AuditLeaf.tag == tag))]


def nobody_was_left(made: Quarter) -> None:
    """Each open matter has a holder with a day; each case is closed, or it is one nobody has answered to this day."""
    for matter in db.session.scalars(select(Matter).where(Matter.closed_at.is_(None))):
        assert matter.holder_name, matter.number
        assert matter.holder_due_at, matter.number
    unanswered = {story.case_id for story in made.stories.values() if story.reply_after is None}
    still_open = set(db.session.scalars(select(Case.id).where(Case.state != CaseState.closed)))
    assert still_open == unanswered
    handlers = {case.id: case.handler_id for case in db.session.scalars(select(Case))}
    assert [leaf for leaf in leaves_of("case.closed") if leaf["by"] == handlers[leaf["case"]]] == []
    assert count(LookBackVisit.visitor_id.is_(None)) == 0, "somebody was sent each time"
    assert count(Delivery.state.in_((DeliveryState.queued, DeliveryState.held))) == 0
    assert count(PaperTask.id.is_not(None)) > 0, "whom no way reaches, somebody tells"
    keys = [parcel.key for parcel in made.sent]
    assert len(keys) == len(set(keys)), "nothing is sent twice"


def nobody_was_disturbed(made: Quarter) -> None:
    """Who sleeps by day hears in the evening; who wished for a digest hears of many things in one."""
    rang_at = {parcel.now.astimezone(SHANGHAI).hour for parcel in made.sent if parcel.address == made.at_night}
    assert rang_at == {18}
    digests = [parcel for parcel in made.sent if parcel.key.startswith("digest:")]
    assert 1 < len(digests) < count(Delivery.state == DeliveryState.gathered)


def what_is_private_stayed_so() -> None:
    """E5: some cases are in the figures, and nobody has heard of them whom they do not concern."""
    private = db.session.scalars(select(Matter).where(Matter.is_private)).all()
    assert private
    for matter in private:
        told = select(Message.user_id).join(Occasion, Occasion.id == Message.occasion_id)
        heard = set(db.session.scalars(told.where(Occasion.matter_id == matter.id)))
        asked = select(Assignment.handler_id).join(Case, Case.id == Assignment.case_id)
        worked = set(db.session.scalars(asked.where(Case.matter_id == matter.id)))  # They read it while it was theirs.
        decided = {each for leaf in leaves_of("case.shown") if leaf["matter"] == matter.id for each in leaf["to"]}
        assert heard
        assert heard <= reader_ids(matter) | worked | decided, matter.number


def count(condition: Any) -> int:
    return db.session.scalar(select(func.count()).where(condition)) or 0
