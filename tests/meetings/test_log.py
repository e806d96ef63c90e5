"""The log of a meeting is enough to build its rows again: every fact an act changes stands in its event."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, select

from deliberation.kernel.database import db
from deliberation.meetings import queries, service
from deliberation.meetings.models import MeetingEvent, Motion
from deliberation.meetings.rules import Answer, MotionKind, Side, TallyAbout
from deliberation.meetings.service import rows
from deliberation.votes import queries as votes
from deliberation.votes import service as vote_service
from deliberation.votes.rules import Channel, Choice, Terms
from tests.support.gathering import MAJORITY, MOTION, NOW, STARTS, Gathering

pytestmark = pytest.mark.usefixtures("app")

Table = dict[tuple, dict[str, Any]]


def replayed(meeting_id: int) -> dict[str, Table]:
    """The rows as the events leave them: what an event says of a row replaces what was known of it."""
    tables: dict[str, Table] = {model.__tablename__: {} for model in rows.LOGGED}
    events = select(MeetingEvent).where(MeetingEvent.meeting_id == meeting_id).order_by(MeetingEvent.sequence)
    for event in db.session.scalars(events):
        for name, changed in event.data.get("rows", {}).items():
            for row in changed:
                tables[name].setdefault(row["id"], {}).update(row)
        for name, row_id in event.data.get("removed", []):
            del tables[name][row_id]
    return tables


def stored(meeting_id: int) -> dict[str, Table]:
    return {model.__tablename__: {row["id"]: row for row in _rows_of(model, meeting_id)} for model in rows.LOGGED}


def _rows_of(model, meeting_id):
    names = [column.key for column in inspect(model).column_attrs if column.key not in rows.KEPT_OUT]
    found = select(model)
    if model.__tablename__ == "meeting":
        found = found.where(model.id == meeting_id)
    elif hasattr(model, "meeting_id"):
        found = found.where(model.meeting_id == meeting_id)
    else:
        found = found.join(Motion, Motion.id == model.motion_id).where(Motion.meeting_id == meeting_id)
    for row in db.session.scalars(found.execution_options(populate_existing=True)):
        yield {name: _plain(getattr(row, name)) for name in names}


def _plain(value):
    return value.isoformat() if isinstance(value, date | datetime) else value


def check(there):
    assert replayed(there.meeting.id) == stored(there.meeting.id)


BETTER = MOTION.replace("11月20日", "11月15日")


def test_a_whole_meeting_is_built_again_from_its_events():
    there = Gathering(**MAJORITY, needs_second=True, allows_remote=True).notice()
    meeting = {"meeting_id": there.meeting.id}
    check(there)
    for member in there.members[:6]:
        there.arrive(member)
    there.act(service.join_remotely, there.members[6], **meeting)
    there.act(service.check_in_walk_in, there.shen, name="王阿姨", unit="三号楼", **meeting)
    there.act(service.name_helper, there.shen, user_id=there.members[1].user_id, **meeting)
    there.act(service.dismiss_helper, there.shen, user_id=there.members[1].user_id, **meeting)
    there.act(service.open_meeting, there.shen, **meeting)
    there.act(service.start_item, there.shen, item_id=there.item.id)
    item = {"item_id": there.item.id}
    check(there)

    hands = [there.act(service.raise_hand, member, side=Side.in_favour, **item) for member in there.members[:4]]
    there.act(service.raise_hand, there.members[3], side=Side.order, **item)
    there.act(service.move_hand, there.shen, speaker_id=hands[2].id, place=1, reason="要赶车")
    there.act(service.withdraw_hand, there.members[1], **item)
    there.act(service.next_speaker, there.shen, **item)
    there.act(service.pause_turn, there.shen, **item)
    there.act(service.resume_turn, there.shen, **item, now=STARTS + timedelta(seconds=9))
    there.act(service.extend_turn, there.shen, everybody=True, **item)
    there.act(service.next_speaker, there.shen, **item)
    there.act(service.end_turn, there.shen, **item)
    there.act(service.leave, there.members[0], **meeting)
    check(there)

    amendment = there.act(service.propose_motion, there.members[1], kind=MotionKind.amendment, text=BETTER, **item)
    there.act(service.second_motion, there.members[2], motion_id=amendment.id)
    there.act(service.accept_motion, there.shen, motion_id=amendment.id)
    tally = there.act(service.open_tally, there.shen, about=TallyAbout.amendment, **item)
    for member in there.members[1:7]:
        there.act(service.answer_tally, member, tally_id=tally.id, answer=Answer.in_favour)
    there.act(service.close_tally, there.shen, tally_id=tally.id)
    assert queries.pending(there.item.id).text == BETTER
    there.act(service.ask_to_close, there.members[1], **item)
    there.act(service.close_debate, there.shen, **item)
    there.act(service.reopen_debate, there.shen, **item)
    there.act(service.declare_interest, there.members[5], reason="灯具供货商的股东", **item)
    there.act(service.appoint_stand_in, there.shen, user_id=there.lu.user_id, **item)
    check(there)

    vote = there.act(vote_service.call_vote, there.lu, terms=Terms(), minutes=5, **item)
    for member in there.members[1:7]:
        entry = votes.roll_entries_of(vote.id, member.user_id)[0]
        there.act(
            vote_service.cast_ballot, member, vote_id=vote.id, roll_entry_id=entry.id, choice=Choice.in_favour,
            client_ballot_id=f"log-ballot-{entry.id:04d}", channel=Channel.live,
        )  # fmt: skip
    there.act(vote_service.close_vote, there.lu, vote_id=vote.id)
    there.act(vote_service.announce_result, there.lu, vote_id=vote.id)
    step = {"owner_name": "物业", "due_on": STARTS.date() + timedelta(days=30)}
    there.act(service.agree_step, there.lu, text="量一量坡道", **step, **item)
    dropped = there.act(service.agree_step, there.lu, text="写错了", **step, **item)
    there.act(service.drop_step, there.lu, step_id=dropped.id)
    there.act(service.decide_item, there.lu, text=BETTER, **step, **item)
    check(there)

    there.act(service.recess_meeting, there.shen, **meeting)
    there.act(service.resume_meeting, there.shen, **meeting)
    there.act(service.close_meeting, there.shen, **meeting)
    check(there)


def test_planning_is_in_the_log_too_with_what_was_taken_off():
    there = Gathering().plan()
    item, gone = there.add(), there.add(1)
    there.act(service.change_item, there.shen, item_id=item.id, title="灯", motion_text=BETTER, minutes=15, now=NOW)
    there.act(service.move_item, there.shen, item_id=gone.id, up=True, now=NOW)
    there.act(service.remove_item, there.shen, item_id=gone.id, now=NOW)
    check(there)


def test_what_another_meeting_wrote_is_not_in_this_ones_log():
    there, other = Gathering().debate(), Gathering().debate()
    there.act(service.raise_hand, there.members[0], item_id=there.item.id, side=Side.in_favour)
    check(there)
    check(other)


def test_a_refused_act_is_in_no_later_event():
    there = Gathering().debate()
    with pytest.raises(RuntimeError):
        there.act(_fail_after_writing, there.shen, item_id=there.item.id)
    there.act(service.raise_hand, there.members[0], item_id=there.item.id, side=Side.in_favour)
    check(there)


def _fail_after_writing(_actor, *, item_id, now):
    queries.item(item_id).extra_seconds = 900
    db.session.flush()
    raise RuntimeError
