"""Who hears what became of a matter, and why: statements, since there may be very many."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, case, func, literal, select, union_all

from deliberation.kernel.database import db
from deliberation.matters.models import Matter, Participation, ParticipationReason
from deliberation.people.models import PlaceFollow
from deliberation.places.models import Place
from deliberation.votes.models import RollEntry, Vote

PLACE_FOLLOWER = "place_follower"
# The reason a person is told when there are several: what binds them most to the matter comes first.
FIRST_REASONS = (
    ParticipationReason.proposer,
    ParticipationReason.merged_author,
    ParticipationReason.eligible_voter,
    ParticipationReason.supporter,
    ParticipationReason.attendee,
    ParticipationReason.follower,
    PLACE_FOLLOWER,
)
RANKS = {str(reason): rank for rank, reason in enumerate(FIRST_REASONS)}


def people_of(matter_id: int) -> Select[int, str]:
    """Everyone who took part, opponents and absent voters included, each once with the first of their reasons.

    The statement's columns are ``user_id`` and ``reason``, as notifications.tell takes them.
    """
    return _with_first_reason(_took_part(matter_id))


def recipients_of_notice(matter: Matter, place: Place) -> Select[int, str]:
    """Everyone who took part, and who follows the place or one above it; of a private matter only the former."""
    following = [] if matter.is_private else [_follow(place)]
    return _with_first_reason([*_took_part(matter.id), *following])


def number_of(people: Select[int, str]) -> int:
    return db.session.scalar(select(func.count()).select_from(people.subquery())) or 0


def reason_of(people: Select[int, str], user_id: int | None) -> str:
    """Why this person hears it; empty when they do not."""
    each = people.subquery()
    return db.session.scalar(select(each.c.reason).where(each.c.user_id == user_id)) or ""


def _took_part(matter_id: int) -> list[Select[int, int]]:
    rank = case({reason: RANKS[str(reason)] for reason in ParticipationReason}, value=Participation.reason)
    on_roll = _rank(ParticipationReason.eligible_voter)
    voters = select(RollEntry.user_id, on_roll).join(Vote, Vote.id == RollEntry.vote_id)
    return [
        select(Participation.user_id, rank.label("rank")).where(Participation.matter_id == matter_id),
        voters.where(Vote.matter_id == matter_id, Vote.published_at.is_not(None), RollEntry.user_id.is_not(None)),
    ]


def _follow(place: Place) -> Select[int, int]:
    rows = select(PlaceFollow.user_id, _rank(PLACE_FOLLOWER))
    return rows.where(PlaceFollow.place_id.in_(list(place.scope)))


def _rank(reason: str) -> ColumnElement[int]:
    return literal(RANKS[str(reason)]).label("rank")


def _with_first_reason(parts: Iterable[Select[int, int]]) -> Select[int, str]:
    every = union_all(*parts).subquery("every")
    first = select(every.c.user_id, func.min(every.c.rank).label("rank")).group_by(every.c.user_id).subquery("first")
    reason = case({rank: reason for reason, rank in RANKS.items()}, value=first.c.rank)
    return select(first.c.user_id.label("user_id"), reason.label("reason"))
