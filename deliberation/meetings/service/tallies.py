"""A show of hands: whether debate ends (R-45), whether an amendment is adopted; frozen with its figures."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from deliberation.audit import service as audit
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotAllowed, NotFound
from deliberation.meetings import live, queries, rules
from deliberation.meetings.models import AgendaItem, Attendance, Meeting, Tally, TallyAnswer
from deliberation.meetings.rules import Answer, ClosedBy, MotionKind, TallyAbout, TallyState
from deliberation.meetings.service import debate
from deliberation.meetings.service.chair import require_chair
from deliberation.meetings.service.door import may_check_in_others
from deliberation.meetings.service.log import load_item, note, tell_own_pages
from deliberation.meetings.service.motions import check_in_debate, settle_amendment
from deliberation.meetings.signals import tally_counting
from deliberation.people.access import Actor


def open_tally(actor: Actor, *, item_id: int, about: TallyAbout, now: datetime) -> Tally:
    """The chair asks everybody present with a vote: does debate end, or is the amendment adopted."""
    item, meeting = load_item(item_id)
    require_chair(actor, meeting, item)
    check_in_debate(meeting, item)
    there = queries.open_tally(meeting.id)
    if there is not None and there.about is about and there.item_id == item.id:
        return there
    amendment = queries.pending(item.id, MotionKind.amendment)
    _check_may_ask(meeting, item, about, is_open=there is not None, has_amendment=amendment is not None)
    is_about_amendment = about is TallyAbout.amendment and amendment is not None
    tally = Tally(
        meeting_id=meeting.id,
        item_id=item.id,
        motion_id=amendment.id if is_about_amendment and amendment is not None else None,
        about=about,
        opened_at=now,
    )
    db.session.add(tally)
    db.session.flush()
    _say(meeting, "tally.opened", tally, actor, now=now)
    return tally


def _check_may_ask(
    meeting: Meeting, item: AgendaItem, about: TallyAbout, *, is_open: bool, has_amendment: bool
) -> None:
    if is_open:
        raise rules.TallyOpen()
    if about is TallyAbout.close_debate and item.debate_closed_at is not None:
        raise rules.DebateOver()
    if about is TallyAbout.amendment and not has_amendment:
        raise rules.NothingToAmend()
    if not queries.voices(meeting):
        raise rules.NobodyToAsk()


def answer_tally(
    actor: Actor, *, tally_id: int, answer: Answer, now: datetime, attendance_id: int | None = None
) -> TallyAnswer:
    """Say it, or say something else; while hands are counted the last word holds.

    ``attendance_id`` names somebody without a phone who answered aloud; the chair or the door enters that. The room is
    not locked: as with ballots, an answer is either in before the count or refused after it.
    """
    tally = _load_to_answer(tally_id)
    meeting = queries.meeting(tally.meeting_id)
    there = _who_answers(actor, meeting, attendance_id)
    refusal = rules.refusal_to_answer(
        state=tally.state,
        about=tally.about,
        answer=answer,
        is_present=there is not None and there.left_at is None,
        weight=queries.voices(meeting).get(there.id, 0) if there is not None else 0,
    )
    if refusal or there is None:
        raise refusal or rules.NotCheckedIn()
    given = queries.answer_of(tally.id, there.id)
    if given is None:
        given = TallyAnswer(tally_id=tally.id, attendance_id=there.id, answer=answer, at=now)
        db.session.add(given)
    given.answer, given.at = answer, now
    given.entered_by_id = actor.user_id if attendance_id is not None else None
    live.push_answered(meeting.id, tally.id)
    if there.user_id is not None:
        tell_own_pages(meeting, there.user_id)
    return given


def _load_to_answer(tally_id: int) -> Tally:
    """Closing takes this row for itself; answers only share it."""
    found = db.session.get(Tally, tally_id, with_for_update={"read": True}, populate_existing=True)
    if found is None:
        raise NotFound()
    return found


def _who_answers(actor: Actor, meeting: Meeting, attendance_id: int | None) -> Attendance | None:
    """The presence that answers, held so that two devices of one person answer one after the other."""
    if attendance_id is None:
        if actor.user_id is None:
            raise NotAllowed()
        own = queries.attendance_of(meeting.id, actor.user_id)
        return db.session.get(Attendance, own.id, with_for_update=True, populate_existing=True) if own else None
    if not may_check_in_others(actor, meeting):
        raise rules.NotAtTheDoor()
    there = db.session.get(Attendance, attendance_id, with_for_update=True, populate_existing=True)
    if there is None or there.meeting_id != meeting.id:
        raise NotFound()
    return there


def close_tally(actor: Actor, *, tally_id: int, now: datetime) -> Tally:
    """Count, and do what the count says. Who has left no longer counts; who said nothing is present all the same."""
    tally, item, meeting = _load(actor, tally_id)
    if tally.state is TallyState.closed:
        return tally
    if tally.state is not TallyState.open:
        raise rules.TallyNotThere()
    answers, voters = queries.weights(meeting, tally.id)
    given = queries.answers(tally.id)
    standing = queries.standing(meeting)
    counts: dict[str, Any] = {str(each): answers[each] for each in Answer}
    tally.state, tally.closed_at, tally.standing = TallyState.closed, now, standing.to_json()
    if tally.about is TallyAbout.close_debate:
        needed = rules.needed_to_close(voters)
        holds = rules.closes_debate(in_favour=answers[Answer.in_favour], voters_present=voters)
        tally.result = {**counts, "voters": voters, "needed": needed, "holds": holds}
    else:
        tally.result = {**counts, "voters": voters, **_verdict(meeting, counts)}
    leaf = {"meeting": meeting.id, "tally": tally.id, "about": tally.about, "result": tally.result}
    audit.record("tally.closed", leaf, now=now)
    _say(meeting, "tally.closed", tally, actor, now=now, answers=[[each, answer] for each, answer in given.items()])
    _follow(actor, tally, item, meeting, now=now)
    return tally


def _verdict(meeting: Meeting, answers: dict[str, Any]) -> dict[str, Any]:
    """The verdict of the body's own rule, counted by the room that counts votes."""
    standing = queries.standing(meeting)
    (verdict,) = [verdict for _room, verdict in tally_counting.send(meeting, standing=standing, answers=answers)]
    return {**verdict, "holds": verdict["outcome"] == "passed"}


def _follow(actor: Actor, tally: Tally, item: AgendaItem, meeting: Meeting, *, now: datetime) -> None:
    holds = bool(tally.result and tally.result["holds"])
    if tally.about is TallyAbout.close_debate:
        if holds:
            debate.end_debate(actor, item, meeting, ClosedBy.two_thirds, now=now)
    elif tally.motion_id is not None:
        amendment = queries.motion(tally.motion_id)
        settle_amendment(
            actor, amendment, item, meeting, is_adopted=holds, decided_by="tally", now=now, result=tally.result
        )


def drop_tally(actor: Actor, *, tally_id: int, now: datetime) -> Tally:
    """The chair takes the question back; what was answered is not counted."""
    tally, _item, meeting = _load(actor, tally_id)
    if tally.state is TallyState.dropped:
        return tally
    if tally.state is not TallyState.open:
        raise rules.TallyNotThere()
    tally.state, tally.closed_at = TallyState.dropped, now
    _say(meeting, "tally.dropped", tally, actor, now=now)
    return tally


def _load(actor: Actor, tally_id: int) -> tuple[Tally, AgendaItem, Meeting]:
    item, meeting = load_item(queries.tally(tally_id).item_id)
    require_chair(actor, meeting, item)
    return db.session.get_one(Tally, tally_id, with_for_update=True, populate_existing=True), item, meeting


def drop_open(meeting: Meeting, *, now: datetime) -> None:
    """The item, or the meeting, goes on without the answer."""
    tally = queries.open_tally(meeting.id)
    if tally is not None:
        tally = db.session.get_one(Tally, tally.id, with_for_update=True, populate_existing=True)
        tally.state, tally.closed_at = TallyState.dropped, now


def check_not_counting(meeting: Meeting) -> None:
    if queries.open_tally(meeting.id) is not None:
        raise rules.TallyOpen()


def _say(meeting: Meeting, kind: str, tally: Tally, actor: Actor, *, now: datetime, **more: Any) -> None:
    data = {"item": tally.item_id, "tally": tally.id, "about": tally.about, **more}
    note(meeting, kind, actor=actor, now=now, parts=("tally",), data=data)
