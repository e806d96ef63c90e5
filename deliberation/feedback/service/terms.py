"""Keeping the terms of cases, act by act, for the figures (R-60)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from deliberation.cases import queries as cases
from deliberation.cases.models import Case
from deliberation.feedback import queries, rules
from deliberation.feedback.models import CaseTerm
from deliberation.feedback.rules import Rating
from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.database import db


def follow(case: Case, *, tag: str, now: datetime) -> CaseTerm | None:
    """Bring the case's present term up to date after an act; ``None`` while no clock of a handler runs."""
    if tag == "case.reopened":
        _mark_reopened(case, now=now)
    if case.assigned_at is None or case.due_at is None:
        return None
    term = queries.term(case.id, case.times_reopened + 1) or _begin(case, due_at=case.due_at)
    _follow_clock(term, case, now=now)
    term.contacted_at = term.contacted_at or case.contacted_at
    if case.replied_at is not None:
        term.replied_at = term.replied_at or case.replied_at
        given = cases.replies(case.id)
        term.reply_kind = str(given[-1].kind) if given else ""
    return term


def _begin(case: Case, *, due_at: datetime) -> CaseTerm:
    term = CaseTerm(
        case_id=case.id,
        round=case.times_reopened + 1,
        matter_id=case.matter_id,
        place_id=case.place_id,
        kind=queries.kind_of(case.matter_id),
        level=case.level,
        unit_id=case.lead_unit_id,
        started_at=case.assigned_at,
        contact_due_at=case.contact_due_at,
        due_at=due_at,
        due_on=shanghai_date(due_at),
    )
    db.session.add(term)
    db.session.flush()
    return term


def _follow_clock(term: CaseTerm, case: Case, *, now: datetime) -> None:
    """Another day, level or unit counts as long as the old day has neither been kept nor missed.

    A pause that began in time stops the day: what comes of it counts as set when the pause began.
    """
    agreed_at = term.paused_at or now
    term.paused_at = case.paused_at if term.replied_at is None and agreed_at <= term.due_at else None
    replied_at = term.replied_at or case.replied_at
    if rules.moved_due(old=term.due_at, new=case.due_at, replied_at=replied_at, now=agreed_at):
        term.due_at = case.due_at or term.due_at
        term.due_on = shanghai_date(term.due_at)
        term.level, term.unit_id = case.level, case.lead_unit_id
    reached_at = term.contacted_at or replied_at
    if rules.moved_due(old=term.contact_due_at, new=case.contact_due_at, replied_at=reached_at, now=agreed_at):
        term.contact_due_at = case.contact_due_at


def _mark_reopened(case: Case, *, now: datetime) -> None:
    before = queries.term(case.id, case.times_reopened)
    if before is not None:
        before.reopened_at = now


def count_asked(case_id: int, round_number: int) -> None:
    """A look-back has been asked: how many people of this round have been asked by now, each once."""
    term = queries.term(case_id, round_number)
    if term is not None:
        term.asked = queries.people_asked(case_id, round_number) + queries.people_visited(case_id, round_number)


def count_rating(case_id: int, round_number: int, *, before: Rating | None, after: Rating | None) -> None:
    """One person's rating of the round was ``before`` and is ``after`` now."""
    rated, satisfied = rules.rating_change(before=before, after=after)
    add_ratings(case_id, round_number, rated=rated, satisfied=satisfied)


def add_ratings(case_id: int, round_number: int, *, asked: int = 0, rated: int, satisfied: int) -> None:
    if not (asked or rated or satisfied):
        return
    row = select(CaseTerm).where(CaseTerm.case_id == case_id, CaseTerm.round == round_number)
    term = db.session.scalar(row.with_for_update().execution_options(populate_existing=True))
    if term is not None:
        term.asked, term.rated = term.asked + asked, term.rated + rated
        term.satisfied += satisfied
