"""What pages and services read about notices and look-backs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from deliberation.cases.models import Case
from deliberation.cases.queries import held_places
from deliberation.cases.rules import CaseState
from deliberation.feedback import rules
from deliberation.feedback.models import LookBack, LookBackAddressee, LookBackAnswer, OutcomeNotice
from deliberation.feedback.rules import Answer
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.matters.desk import DeskLine, Need
from deliberation.matters.models import Matter, ParticipationReason
from deliberation.matters.queries import participants
from deliberation.people.access import Actor, Role
from deliberation.people.queries import followers_of_place
from deliberation.places.models import Place
from deliberation.votes.models import RollEntry, Vote

MOST_LINES = 100
# The reason a person is told when there are several: what binds them most to the matter comes first.
FIRST_REASONS = (
    ParticipationReason.proposer,
    ParticipationReason.merged_author,
    ParticipationReason.eligible_voter,
    ParticipationReason.supporter,
    ParticipationReason.attendee,
    ParticipationReason.follower,
)


def notice(notice_id: int) -> OutcomeNotice:
    found = db.session.get(OutcomeNotice, notice_id)
    if found is None:
        raise NotFound()
    return found


def notices(matter_id: int) -> Sequence[OutcomeNotice]:
    """Oldest first."""
    rows = select(OutcomeNotice).where(OutcomeNotice.matter_id == matter_id)
    return db.session.scalars(rows.order_by(OutcomeNotice.id)).all()


def due_notice_ids(*, before: datetime) -> Sequence[int]:
    """Notices that are still to go out and fall due before an instant."""
    rows = select(OutcomeNotice.id).where(OutcomeNotice.issued_at.is_(None), OutcomeNotice.due_at <= before)
    return db.session.scalars(rows.order_by(OutcomeNotice.due_at).limit(500)).all()


def people_of(matter_id: int) -> dict[int, str]:
    """Everyone who took part, opponents and absent voters included, each once with the first of their reasons."""
    voters = select(RollEntry.user_id).join(Vote, Vote.id == RollEntry.vote_id).where(Vote.matter_id == matter_id)
    on_roll = db.session.scalars(voters.where(RollEntry.user_id.is_not(None), Vote.published_at.is_not(None)))
    found = dict.fromkeys((each for each in on_roll if each is not None), str(ParticipationReason.eligible_voter))
    for user_id, reasons in participants(matter_id).items():
        held = {*reasons, *([ParticipationReason.eligible_voter] if user_id in found else [])}
        found[user_id] = str(next(each for each in FIRST_REASONS if each in held))
    return found


def recipients_of_notice(matter: Matter, place: Place) -> dict[int, str]:
    """Everyone who took part, and who follows the place or one above it."""
    followers = dict.fromkeys(followers_of_place(place.scope), "place_follower")
    return {**followers, **people_of(matter.id)}


def seats_on_paper(vote_id: int | None) -> int:
    """Seats of a roll that nobody has an account for: they are told by a posted notice."""
    if vote_id is None:
        return 0
    rows = select(func.count()).where(RollEntry.vote_id == vote_id, RollEntry.user_id.is_(None))
    return db.session.scalar(rows) or 0


def look_back(look_back_id: int) -> LookBack:
    found = db.session.get(LookBack, look_back_id)
    if found is None:
        raise NotFound()
    return found


def look_backs(case_id: int, round_number: int) -> Sequence[LookBack]:
    """Of one round, the earliest first."""
    rows = select(LookBack).where(LookBack.case_id == case_id, LookBack.round == round_number)
    return db.session.scalars(rows.order_by(LookBack.days)).all()


def was_asked(look_back_id: int, user_id: int) -> bool:
    return db.session.get(LookBackAddressee, (look_back_id, user_id)) is not None


def answer_of(look_back_id: int, user_id: int) -> LookBackAnswer | None:
    rows = select(LookBackAnswer).where(LookBackAnswer.look_back_id == look_back_id, LookBackAnswer.user_id == user_id)
    return db.session.scalar(rows)


def counts(look_back_id: int) -> Mapping[Answer, int]:
    rows = select(LookBackAnswer.answer).where(LookBackAnswer.look_back_id == look_back_id)
    return Counter(db.session.scalars(rows))


def ending_ids(*, now: datetime) -> Sequence[int]:
    """Look-backs whose time to answer is over."""
    rows = select(LookBack.id).where(
        LookBack.ended_at.is_(None), LookBack.cancelled_at.is_(None), LookBack.answer_by < now
    )
    return db.session.scalars(rows.order_by(LookBack.answer_by).limit(500)).all()


@dataclass(frozen=True)
class NoticePage:
    """A notice with its nine fields: as they were sent, or for a draft as they would be sent now."""

    notice: OutcomeNotice
    matter: Matter
    place: Place
    fields: Mapping[str, Any]
    recipients: int
    on_paper: int
    may_send: bool
    own_reason: str


@dataclass(frozen=True)
class Part:
    """A person's own share in a matter's feedback, and for the liaison the notices to send and the answers so far."""

    number: str
    look_back: LookBack | None = None
    answer: LookBackAnswer | None = None
    may_answer: bool = False
    drafts: Sequence[OutcomeNotice] = ()
    issued: Sequence[OutcomeNotice] = ()
    heard: Sequence[LookBackAnswer] = ()
    upcoming: Sequence[LookBack] = field(default_factory=tuple)


def on_matter(matter: Matter, actor: Actor, *, now: datetime) -> Part | None:
    """Notices, the look-back in hand and this person's answer; ``None`` before there is any of it."""
    found = notices(matter.id)
    rows = select(LookBack).where(LookBack.matter_id == matter.id).order_by(LookBack.round, LookBack.days)
    all_look_backs = db.session.scalars(rows).all()
    place = db.session.get(Place, matter.place_id)
    may_send = actor.may("feedback.send", place.scope if place else ())
    drafts = [each for each in found if each.issued_at is None] if may_send else []
    issued = [each for each in found if each.issued_at is not None]
    if not (drafts or issued or all_look_backs):
        return None
    current = next((each for each in reversed(all_look_backs) if each.asked_at is not None), None)
    is_asked = current is not None and actor.user_id is not None and was_asked(current.id, actor.user_id)
    return Part(
        number=matter.number,
        look_back=current,
        answer=answer_of(current.id, actor.user_id) if current and actor.user_id and is_asked else None,
        may_answer=bool(is_asked and current and is_open(current)),
        drafts=drafts,
        issued=issued,
        heard=_heard(current.id) if current and may_send else (),
        upcoming=[each for each in all_look_backs if each.asked_at is None and each.cancelled_at is None],
    )


def is_open(look_back: LookBack) -> bool:
    """Whether answers are taken now."""
    state = db.session.scalar(select(Case.state).where(Case.id == look_back.case_id))
    return rules.is_open(
        asked_at=look_back.asked_at, cancelled_at=look_back.cancelled_at, is_case_closed=state is CaseState.closed
    )


def _heard(look_back_id: int) -> Sequence[LookBackAnswer]:
    """What was answered, for the liaison: with reasons, without names."""
    rows = select(LookBackAnswer).where(LookBackAnswer.look_back_id == look_back_id)
    return db.session.scalars(rows.order_by(LookBackAnswer.at).limit(MOST_LINES)).all()


def desk_lines(actor: Actor, *, now: datetime) -> list[DeskLine]:
    """Notices the liaison has to send; one statement."""
    rows = db.session.execute(
        select(OutcomeNotice, Matter)
        .join(Matter, Matter.id == OutcomeNotice.matter_id)
        .join(Place, Place.id == Matter.place_id)
        .where(OutcomeNotice.issued_at.is_(None), held_places(actor, Role.liaison))
        .order_by(OutcomeNotice.due_at)
        .limit(MOST_LINES)
    )
    return [
        DeskLine(5, matter.number, matter.plate, matter.title, "notify", each.due_at, f"/feedback/notices/{each.id}")
        for each, matter in rows
    ]


def needs(actor: Actor, *, now: datetime) -> list[Need]:
    """Look-backs this person was asked and has not answered; one statement."""
    if actor.user_id is None:
        return []
    mine = LookBackAnswer.user_id == actor.user_id
    rows = db.session.execute(
        select(LookBack, Matter)
        .join(LookBackAddressee, LookBackAddressee.look_back_id == LookBack.id)
        .join(Matter, Matter.id == LookBack.matter_id)
        .outerjoin(LookBackAnswer, (LookBackAnswer.look_back_id == LookBack.id) & mine)
        .where(LookBackAddressee.user_id == actor.user_id, LookBackAnswer.id.is_(None))
        .where(LookBack.cancelled_at.is_(None), LookBack.ended_at.is_(None))
        .order_by(LookBack.answer_by)
        .limit(3)
    )
    return [
        Need(
            5,
            matter.title,
            each.answer_by,
            f"/feedback/look-backs/{each.id}",
            "feedback/_need.html",
            {"look_back": each.id, "days": each.days},
        )
        for each, matter in rows
    ]
