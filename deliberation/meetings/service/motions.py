"""Motions and amendments: moved, seconded, taken up by the chair, settled; one of each at a time (R-43)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from deliberation.audit import service as audit
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotAllowed, Refusal
from deliberation.meetings import queries, rules
from deliberation.meetings.models import AgendaItem, Meeting, Motion, MotionVersion
from deliberation.meetings.rules import MotionKind, MotionSource, MotionState
from deliberation.meetings.service.chair import require_chair
from deliberation.meetings.service.log import load_item, note, tell_own_pages
from deliberation.meetings.signals import motion_changing
from deliberation.people.access import Actor

PARTS = ("item",)


def refuse(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise refusal


def load_motion(motion_id: int) -> tuple[Motion, AgendaItem, Meeting]:
    """A motion with its item and meeting, the meeting locked first and the motion read after."""
    item, meeting = load_item(queries.motion(motion_id).item_id)
    return db.session.get_one(Motion, motion_id, populate_existing=True), item, meeting


def propose_motion(
    actor: Actor, *, item_id: int, kind: MotionKind, text: str, now: datetime, mover_id: int | None = None
) -> Motion:
    """Move something on the item in debate. An amendment gives the whole text as the motion would read with it.

    ``mover_id`` is who said it aloud, where the chair writes it down for them.
    """
    item, meeting = load_item(item_id)
    mover_id = _who_takes_part(actor, meeting, item, mover_id)
    main = queries.pending(item.id)
    refuse(
        rules.refusal_to_propose(
            kind=kind,
            text=text,
            pending_text=main.text if main is not None else None,
            has_one_waiting=bool(queries.own_waiting_ids(item.id, [mover_id])),
        )
    )
    is_amendment = kind is MotionKind.amendment and main is not None
    motion = Motion(
        meeting_id=meeting.id,
        item_id=item.id,
        kind=kind,
        number=queries.next_number(item.id, kind),
        parent_id=main.id if is_amendment and main is not None else None,
        base_version=main.version if is_amendment and main is not None else 1,
        text=text,
        mover_id=mover_id,
        proposed_at=now,
    )
    db.session.add(motion)
    _say(meeting, "motion.proposed", motion, actor, now=now)
    return motion


def _who_takes_part(actor: Actor, meeting: Meeting, item: AgendaItem, named_id: int | None) -> int:
    """Who moves or seconds: the person themselves, or whom the chair names. R-44 and C5: present, with a vote here or
    invited for this matter, and not in the chair."""
    if named_id is not None and named_id != actor.user_id:
        require_chair(actor, meeting, item)
    user_id = named_id or actor.user_id
    if user_id is None:
        raise NotAllowed()
    refuse(
        rules.refusal_to_take_part(
            meeting=meeting.state,
            item=item.state,
            is_chair=user_id == (item.stand_in_chair_id or meeting.chair_id),
            is_present=queries.is_present(meeting.id, user_id),
            may_move=queries.may_move(item, user_id, voice=queries.voice_of(meeting, user_id)),
        )
    )
    return user_id


def second_motion(actor: Actor, *, motion_id: int, now: datetime, seconder_id: int | None = None) -> Motion:
    """Another person stands behind it; seconding what one has seconded already changes nothing.

    ``seconder_id`` is who said so aloud, where the chair writes it down for them.
    """
    motion, item, meeting = load_motion(motion_id)
    seconder_id = _who_takes_part(actor, meeting, item, seconder_id)
    if motion.state is MotionState.seconded and motion.seconder_id == seconder_id:
        return motion
    refuse(rules.refusal_to_second(state=motion.state, is_mover=motion.mover_id == seconder_id))
    motion.state, motion.seconder_id, motion.seconded_at = MotionState.seconded, seconder_id, now
    _say(meeting, "motion.seconded", motion, actor, now=now)
    return motion


def accept_motion(actor: Actor, *, motion_id: int, now: datetime) -> Motion:
    """The chair puts it before the room: from now on it is what is discussed (R-43)."""
    motion, item, meeting = load_motion(motion_id)
    require_chair(actor, meeting, item)
    if motion.state is MotionState.pending:
        return motion
    main = queries.pending(item.id)
    check_in_debate(meeting, item)
    refuse(
        rules.refusal_to_accept(
            kind=motion.kind,
            state=motion.state,
            needs_second=queries.charter_of(meeting).needs_second,
            has_motion=main is not None,
            has_amendment=queries.pending(item.id, MotionKind.amendment) is not None,
            is_outdated=motion.kind is MotionKind.amendment and queries.is_outdated(motion, main),
        )
    )
    motion_changing.send(item, actor=actor, now=now, is_final=False)
    make_pending(motion, now=now)
    reopen_debate_for(item)
    _say(meeting, "motion.accepted", motion, actor, now=now)
    return motion


def make_pending(motion: Motion, *, now: datetime) -> None:
    """Before the room; the first words of a motion are its first version."""
    motion.state, motion.pending_at, motion.ended_at = MotionState.pending, now, None
    db.session.flush()
    if motion.kind is MotionKind.motion and not queries.versions(motion.id):
        db.session.add(MotionVersion(motion_id=motion.id, version=1, text=motion.text, at=now))


def reopen_debate_for(item: AgendaItem) -> None:
    """What is newly before the room can be talked about, whatever ended the debate before it."""
    item.debate_closed_at, item.debate_closed_by = None, None


def decline_motion(actor: Actor, *, motion_id: int, reason: str, now: datetime) -> Motion:
    """The chair does not take it up, for a reason that everybody reads."""
    motion, item, meeting = load_motion(motion_id)
    require_chair(actor, meeting, item)
    if motion.state is MotionState.declined:
        return motion
    refuse(rules.refusal_to_move_motion(motion.state, MotionState.declined))
    motion.state, motion.ended_at, motion.reason = MotionState.declined, now, reason
    _say(meeting, "motion.declined", motion, actor, now=now, reason=reason)
    return motion


def withdraw_motion(actor: Actor, *, motion_id: int, now: datetime) -> Motion:
    """Its mover takes it back while it waits; once it is before the room the chair does, when nobody objects."""
    motion, item, meeting = load_motion(motion_id)
    is_mover = actor.user_id is not None and motion.mover_id == actor.user_id
    if motion.state is MotionState.withdrawn:
        return motion
    if not is_mover or motion.state is MotionState.pending:
        require_chair(actor, meeting, item)
    refuse(
        rules.refusal_to_withdraw(
            state=motion.state,
            source=motion.source,
            is_mover=is_mover,
            is_chair=actor.user_id == (item.stand_in_chair_id or meeting.chair_id),
        )
    )
    if motion.kind is MotionKind.motion and motion.state is MotionState.pending:
        check_no_amendment(item)
    motion.state, motion.ended_at = MotionState.withdrawn, now
    _say(meeting, "motion.withdrawn", motion, actor, now=now)
    return motion


def agree_motion(actor: Actor, *, motion_id: int, now: datetime) -> Motion:
    """The chair asked whether anybody objects, and nobody did: the amendment is adopted, or the motion carried."""
    motion, item, meeting = load_motion(motion_id)
    require_chair(actor, meeting, item)
    if motion.state is MotionState.carried:
        return motion
    check_in_debate(meeting, item)
    if queries.open_tally(meeting.id) is not None:
        raise rules.TallyOpen()
    if motion.kind is MotionKind.amendment:
        return settle_amendment(actor, motion, item, meeting, is_adopted=True, decided_by="consent", now=now)
    check_no_amendment(item)
    check_decidable(meeting, item, motion.text)
    return settle_motion(actor, motion, meeting, MotionState.carried, decided_by="consent", now=now)


def settle_amendment(
    actor: Actor | None,
    amendment: Motion,
    item: AgendaItem,
    meeting: Meeting,
    *,
    is_adopted: bool,
    decided_by: str,
    now: datetime,
    result: dict[str, Any] | None = None,
) -> Motion:
    """Adopted: its motion says it from now on, as a new version. Not adopted: the motion stays as it was."""
    wanted = MotionState.carried if is_adopted else MotionState.lost
    refuse(rules.refusal_to_move_motion(amendment.state, wanted))
    amendment.state, amendment.ended_at, amendment.decided_by = wanted, now, decided_by
    main = queries.pending(item.id)
    if is_adopted and main is not None:
        motion_changing.send(item, actor=actor, now=now, is_final=True)
        main.text, main.version = amendment.text, main.version + 1
        version = MotionVersion(
            motion_id=main.id, version=main.version, text=main.text, amendment_id=amendment.id, at=now
        )
        db.session.add(version)
    kind = "amendment.adopted" if is_adopted else "amendment.lost"
    leaf = {"meeting": meeting.id, "item": item.id, "amendment": amendment.id, "by": decided_by, "result": result}
    audit.record(kind, leaf, now=now)
    _say(meeting, kind, amendment, actor, now=now, decided_by=decided_by)
    return amendment


def settle_motion(
    actor: Actor | None, motion: Motion, meeting: Meeting, state: MotionState, *, decided_by: str, now: datetime
) -> Motion:
    """The room has decided about the motion."""
    refuse(rules.refusal_to_move_motion(motion.state, state))
    motion.state, motion.ended_at, motion.decided_by = state, now, decided_by
    _say(meeting, f"motion.{state}", motion, actor, now=now, decided_by=decided_by)
    return motion


def check_in_debate(meeting: Meeting, item: AgendaItem) -> None:
    if meeting.state is not rules.MeetingState.open or item.state is not rules.ItemState.debate:
        raise rules.FloorClosed()


def check_no_amendment(item: AgendaItem) -> None:
    """R-43: the amendment is decided before its motion."""
    if queries.pending(item.id, MotionKind.amendment) is not None:
        raise rules.AmendmentPending()


def check_decidable(meeting: Meeting, item: AgendaItem, text: str) -> None:
    """Only what stood in the notice, or what the charter lets the room change, may be decided today (C3)."""
    if queries.departs(meeting, item, text):
        raise rules.AmendedTextNeedsNotice()


# What becomes of the motions of an item as the item goes on


def begin_motions(item: AgendaItem, *, now: datetime) -> None:
    """The item is taken in hand: what was put off with it is before the room again, else the text of the notice."""
    deferred = [each for each in queries.motions(item.id) if each.state is MotionState.deferred]
    for motion in deferred:
        make_pending(motion, now=now)
    if deferred or not item.motion_text.strip() or queries.motions(item.id):
        return
    motion = Motion(
        meeting_id=item.meeting_id,
        item_id=item.id,
        kind=MotionKind.motion,
        source=MotionSource.notice,
        number=queries.next_number(item.id, MotionKind.motion),
        text=item.motion_text,
        proposed_at=now,
    )
    db.session.add(motion)
    make_pending(motion, now=now)


def end_motions(item: AgendaItem, *, pending: MotionState, now: datetime) -> None:
    """The item is over: what is still before the room becomes ``pending``, what only waited is set aside."""
    for motion in queries.motions(item.id):
        if motion.state is MotionState.pending:
            motion.state, motion.ended_at = pending, now
        elif motion.state in rules.WAITING:
            motion.state, motion.ended_at = MotionState.set_aside, now


def _say(meeting: Meeting, kind: str, motion: Motion, actor: Actor | None, *, now: datetime, **more: Any) -> None:
    db.session.flush()
    data = {"item": motion.item_id, "motion": motion.id, "kind": motion.kind, **more}
    note(meeting, kind, actor=actor, now=now, parts=PARTS, data=data)
    for user_id in {motion.mover_id, motion.seconder_id} - {None}:
        tell_own_pages(meeting, user_id or 0)
