"""The motion that is discussed, its amendment, and what waits to be taken up; who may move here (C5)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ScalarSelect, func, or_, select

from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.matters.models import Participation, ParticipationReason
from deliberation.meetings.models import AgendaItem, Meeting, Motion, MotionVersion
from deliberation.meetings.queries.agenda import Json, iso
from deliberation.meetings.queries.bodies import charter_of
from deliberation.meetings.rules import (
    WAITING,
    MotionKind,
    MotionState,
    marked_change,
    refusal_of_departure,
)
from deliberation.people import queries as people
from deliberation.people.masking import mask_name
from deliberation.people.models import User

# Who was invited to a meeting because of this matter. Whoever checks in becomes an attendee, which invites nobody.
INVITED = (ParticipationReason.proposer, ParticipationReason.merged_author, ParticipationReason.supporter)


def motion(motion_id: int) -> Motion:
    found = db.session.get(Motion, motion_id)
    if found is None:
        raise NotFound()
    return found


def motions(item_id: int) -> Sequence[Motion]:
    """Every motion and amendment of an item, in the order in which they were made."""
    return db.session.scalars(select(Motion).where(Motion.item_id == item_id).order_by(Motion.id)).all()


def motion_in_hand(item_id: int) -> ScalarSelect[int | None]:
    """The id of the motion the item is or was last about, as a part of a statement; turns are counted by it."""
    rows = select(Motion.id).where(
        Motion.item_id == item_id, Motion.kind == MotionKind.motion, Motion.pending_at.is_not(None)
    )
    return rows.order_by(Motion.pending_at.desc(), Motion.id.desc()).limit(1).scalar_subquery()


def pending(item_id: int, kind: MotionKind = MotionKind.motion) -> Motion | None:
    """R-43: the one motion that is discussed, or the one amendment to it."""
    rows = select(Motion).where(Motion.item_id == item_id, Motion.kind == kind, Motion.state == MotionState.pending)
    return db.session.scalar(rows)


def waiting_motions(item_id: int) -> Sequence[Motion]:
    """What was moved and not yet taken up or refused by the chair, the earliest first."""
    rows = select(Motion).where(Motion.item_id == item_id, Motion.state.in_(WAITING))
    return db.session.scalars(rows.order_by(Motion.id)).all()


def next_number(item_id: int, kind: MotionKind) -> int:
    rows = select(func.max(Motion.number)).where(Motion.item_id == item_id, Motion.kind == kind)
    return (db.session.scalar(rows) or 0) + 1


def versions(motion_id: int) -> Sequence[MotionVersion]:
    """What a motion said from its first words to its last."""
    rows = select(MotionVersion).where(MotionVersion.motion_id == motion_id)
    return db.session.scalars(rows.order_by(MotionVersion.version)).all()


def deferred_text(matter_id: int) -> str:
    """The words that a meeting put off, for the next notice; empty when the last motion of the matter was decided."""
    rows = (
        select(Motion)
        .join(AgendaItem, AgendaItem.id == Motion.item_id)
        .where(AgendaItem.matter_id == matter_id, Motion.kind == MotionKind.motion, Motion.pending_at.is_not(None))
        .order_by(Motion.pending_at.desc(), Motion.id.desc())
        .limit(1)
    )
    found = db.session.scalar(rows)
    return found.text if found is not None and found.state is MotionState.deferred else ""


def may_move(item: AgendaItem | None, user_id: int | None, *, voice: int) -> bool:
    """C5: who is present with a vote (``voice``), and who was invited because of this matter. Others speak."""
    if user_id is None or item is None:
        return False
    return voice > 0 or user_id in invited(item, [user_id])


def invited(item: AgendaItem, user_ids: Collection[int]) -> frozenset[int]:
    """Who of these was invited because of the item's matter."""
    if item.matter_id is None or not user_ids:
        return frozenset()
    rows = select(Participation.user_id).where(
        Participation.matter_id == item.matter_id,
        Participation.user_id.in_(user_ids),
        Participation.reason.in_(INVITED),
    )
    return frozenset(db.session.scalars(rows))


def departs(meeting: Meeting, item: AgendaItem, text: str) -> bool:
    """Whether ``text`` may not be decided today, because the notice said something else (C3)."""
    charter = charter_of(meeting)
    refusal = refusal_of_departure(
        text=text,
        noticed=item.motion_text if item.in_notice else "",
        allows_amendments=charter.allows_amendments,
        rule_kind=charter.rule_kind,
    )
    return refusal is not None


def motion_json(motion: Motion, names: dict[int, User]) -> Json:
    return {
        "id": motion.id,
        "kind": motion.kind,
        "number": motion.number,
        "version": motion.version,
        "source": motion.source,
        "state": motion.state,
        "text": motion.text,
        "mover": _masked(motion.mover_id, names),
        "seconder": _masked(motion.seconder_id, names),
        "proposed_at": iso(motion.proposed_at),
    }


def _masked(user_id: int | None, names: dict[int, User]) -> str:
    return mask_name(names[user_id].name) if user_id is not None else ""


def runs_json(old: str, new: str) -> list[Json]:
    """The marked change, as the screens draw it."""
    return [{"op": run.op, "text": run.text} for run in marked_change(old, new)]


def item_motions_json(meeting: Meeting, item: AgendaItem) -> Json:
    """The motion the item is or was last about, its amendment, and all that waits; always the same statements."""
    is_shown = or_(Motion.state.in_((*WAITING, MotionState.pending)), Motion.id == motion_in_hand(item.id))
    there = db.session.scalars(select(Motion).where(Motion.item_id == item.id, is_shown).order_by(Motion.id)).all()
    named = {user_id for each in there for user_id in (each.mover_id, each.seconder_id)} - {None}
    names = people.users_by_id(named) if named else {}
    waiting = [each for each in there if each.state in WAITING]
    taken = [each for each in there if each.state not in WAITING]
    main = next((each for each in taken if each.kind is MotionKind.motion), None)
    amendment = next((each for each in taken if each.kind is MotionKind.amendment), None)
    return {
        "motion": {**motion_json(main, names), "departs": departs(meeting, item, main.text)} if main else None,
        "amendment": _amendment_json(amendment, main, names) if amendment else None,
        "waiting": [_amendment_json(each, main, names) for each in waiting],
    }


def _amendment_json(motion: Motion, main: Motion | None, names: dict[int, User]) -> Json:
    """One that is not yet decided; an amendment comes with its change marked in the motion's present words."""
    is_amendment = motion.kind is MotionKind.amendment and main is not None
    return {
        **motion_json(motion, names),
        "runs": runs_json(main.text, motion.text) if is_amendment and main is not None else None,
        "is_outdated": is_amendment and main is not None and is_outdated(motion, main),
    }


def is_outdated(amendment: Motion, main: Motion | None) -> bool:
    """Whether the motion has been changed since the amendment was written for it."""
    return main is not None and (amendment.parent_id != main.id or amendment.base_version != main.version)


def own_waiting_ids(item_id: int, user_ids: Collection[int]) -> dict[int, list[int]]:
    """What each of these people moved and is not yet taken up; who moved nothing is not among them."""
    rows = select(Motion.mover_id, Motion.id).where(
        Motion.item_id == item_id, Motion.mover_id.in_(user_ids), Motion.state.in_(WAITING)
    )
    found: dict[int, list[int]] = {}
    for mover_id, motion_id in db.session.execute(rows.order_by(Motion.id)):
        if mover_id is not None:
            found.setdefault(mover_id, []).append(motion_id)
    return found
