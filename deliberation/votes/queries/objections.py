"""Objections to a vote's roll and result: what everybody may see, one's own, and what an office has to answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, or_, select

from deliberation.kernel.clock import end_of_day, shanghai_date
from deliberation.kernel.database import db
from deliberation.kernel.working_days import WorkingCalendar, add_working_days
from deliberation.people import queries as people
from deliberation.people.access import Actor
from deliberation.places import queries as places
from deliberation.places.models import Place
from deliberation.votes.models import Objection, Vote
from deliberation.votes.queries.scenes import Scene, scenes
from deliberation.votes.rules import ObjectionKind, VoteState

WORKING_DAYS_TO_ANSWER = 5  # Our choice.


@dataclass(frozen=True)
class ObjectionLine:
    """``number`` counts the objections of one kind to one vote. ``text`` is there for who wrote it and who answers.

    ``is_upheld`` is ``None`` until it has been answered; the answer is for everybody and names nobody.
    """

    id: int
    number: int
    kind: ObjectionKind
    raised_at: datetime
    text: str | None
    answer: str
    answered_at: datetime | None
    is_upheld: bool | None
    is_own: bool


@dataclass(frozen=True)
class Disputed:
    """A vote with the objections that stand in its way: open ones, and upheld ones that ask for a new version."""

    scene: Scene
    lines: Sequence[ObjectionLine]
    due_at: datetime | None


def objections(vote_id: int) -> Sequence[Objection]:
    """Every objection to a vote, the oldest first."""
    return db.session.scalars(select(Objection).where(Objection.vote_id == vote_id).order_by(Objection.id)).all()


def objection_lines(vote: Vote, actor: Actor, *, kind: ObjectionKind | None = None) -> list[ObjectionLine]:
    """The objections to a vote as this person may see them, of one kind or all."""
    answers = actor.may("vote.answer_objection", places.place(vote.place_id).scope)
    found = _lines(objections(vote.id), actor, answers=answers)
    return [each for each in found if kind is None or each.kind is kind]


def _lines(found: Sequence[Objection], actor: Actor, *, answers: bool) -> list[ObjectionLine]:
    counted: Counter[tuple[int, ObjectionKind]] = Counter()
    lines = []
    for each in found:
        counted[each.vote_id, each.kind] += 1
        is_own = actor.user_id is not None and each.raised_by_id == actor.user_id
        lines.append(
            ObjectionLine(
                id=each.id,
                number=counted[each.vote_id, each.kind],
                kind=each.kind,
                raised_at=each.raised_at,
                text=each.text if is_own or answers else None,
                answer=each.answer,
                answered_at=each.answered_at,
                is_upheld=each.is_upheld,
                is_own=is_own,
            )
        )
    return lines


def has_open_objection(vote_id: int, kind: ObjectionKind) -> bool:
    """Whether an objection of this kind waits for its answer, or was upheld: either way the vote does not go on."""
    rows = select(Objection.id).where(Objection.vote_id == vote_id, Objection.kind == kind)
    return db.session.scalar(rows.where(Objection.is_upheld.is_not(False)).limit(1)) is not None


def has_unanswered(vote_id: int, kind: ObjectionKind) -> bool:
    rows = select(Objection.id).where(Objection.vote_id == vote_id, Objection.kind == kind)
    return db.session.scalar(rows.where(Objection.answered_at.is_(None)).limit(1)) is not None


def disputed(actor: Actor) -> list[Disputed]:
    """Votes held up by an objection, where this person answers objections; the one due first comes first.

    The same statements, however many there are.
    """
    granted = [grant.place_id for grant in actor.grants]
    if not granted:
        return []
    rows = scenes().where(_is_held_up().exists())
    if None not in granted:
        rows = rows.where(or_(*(Place.path.contains(f"/{place_id}/") for place_id in granted)))
    found = [Scene(*row) for row in db.session.execute(rows)]
    mine = {each.vote.id: each for each in found if actor.may("vote.answer_objection", each.place.scope)}
    every = select(Objection).where(Objection.vote_id.in_(mine)).order_by(Objection.id)
    raised: dict[int, list[Objection]] = {}
    for each in db.session.scalars(every):
        raised.setdefault(each.vote_id, []).append(each)
    calendar = people.working_calendar()
    held_up = [_disputed(mine[vote_id], each, actor, calendar) for vote_id, each in raised.items()]
    return sorted(held_up, key=lambda each: (each.due_at or each.scene.vote.opens_at, each.scene.vote.id))


def _is_held_up() -> Select[int]:
    """An objection that is open or upheld, at the stage of the vote that waits for it; where nothing passed, an open
    one alone."""
    stages = {
        ObjectionKind.roll: (VoteState.published,),
        ObjectionKind.result: (VoteState.objection_window, VoteState.suspended),
    }
    waits = or_(*(and_(Objection.kind == kind, Vote.state.in_(states)) for kind, states in stages.items()))
    of_failed = and_(
        Objection.kind == ObjectionKind.result, Vote.state == VoteState.announced, Objection.answered_at.is_(None)
    )
    held = or_(waits, of_failed)
    return select(Objection.id).where(Objection.vote_id == Vote.id, Objection.is_upheld.is_not(False), held)


def _disputed(scene: Scene, raised: Sequence[Objection], actor: Actor, calendar: WorkingCalendar) -> Disputed:
    waiting = [
        answer_due(scene.vote, each.kind, each.raised_at, calendar) for each in raised if each.answered_at is None
    ]
    return Disputed(scene, _lines(raised, actor, answers=True), min(waiting, default=None))


def answer_due(vote: Vote, kind: ObjectionKind, raised_at: datetime, calendar: WorkingCalendar) -> datetime:
    """Five working days (our choice), and one to the roll before the vote is to open (R-13)."""
    due = end_of_day(add_working_days(shanghai_date(raised_at), WORKING_DAYS_TO_ANSWER, calendar=calendar))
    return min(due, vote.opens_at) if kind is ObjectionKind.roll else due
