"""The log of a meeting is enough to build its rows again: every fact an act changes stands in its event."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, update

from deliberation.cli import main
from deliberation.kernel.database import db, transaction
from deliberation.meetings import queries, service
from deliberation.meetings.models import AgreedStep, DoorHelper, MeetingEvent
from deliberation.meetings.rules import Answer, MotionKind, Side, TallyAbout
from deliberation.votes import queries as votes
from deliberation.votes import service as vote_service
from deliberation.votes.rules import Channel, Choice, Terms
from tests.support.gathering import MAJORITY, MOTION, NOW, STARTS, Gathering

pytestmark = pytest.mark.usefixtures("app")


def check(there):
    assert queries.replay_findings(there.meeting.id) == []


BETTER = MOTION.replace("11月20日", "11月15日")


def test_a_whole_meeting_is_built_again_from_its_events(app):
    there = Gathering(**MAJORITY, needs_second=True, allows_remote=True).notice()
    meeting = {"meeting_id": there.meeting.id}
    check(there)
    for member in there.members[:6]:
        there.arrive(member)
    there.act(service.join_remotely, there.members[6], **meeting)
    there.act(service.check_in_walk_in, there.shen, name="王阿姨", unit="三号楼", **meeting)
    helper_id = there.act(service.name_helper, there.shen, user_id=there.members[1].user_id, **meeting).id
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
    answered, left = (
        there.act(service.ask_question, member, text="坡道那头也会亮吗？", **item) for member in there.members[1:3]
    )
    there.act(service.like_question, there.members[4], question_id=answered.id, is_liked=True)
    there.act(service.answer_question, there.shen, question_id=answered.id, is_answered=True)
    there.act(service.set_question_aside, there.shen, question_id=left.id, reason="说的是别的事")
    pulse = there.act(service.open_pulse, there.shen, text="先补亮坡道？", options="要\n不要", **item)
    there.act(service.close_pulse, there.shen, pulse_id=pulse.id)
    check(there)
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
    assert asked(there, app) == (0, "no differences\n")

    with transaction():
        db.session.execute(update(AgreedStep).where(AgreedStep.id == dropped.id).values(text="改过的"))
        db.session.execute(delete(DoorHelper))
    named = [
        f"agreed_step {dropped.id}: text is '改过的', the log says '写错了'",
        f"door_helper {helper_id} is in the log and not stored",
    ]
    assert asked(there, app) == (1, "".join(f"{line}\n" for line in named))
    with transaction():
        db.session.execute(delete(MeetingEvent).where(MeetingEvent.sequence == 3))
    assert "event 3 is missing" in asked(there, app)[1]


def asked(there, app):
    """What the command answers, asked of this very application."""
    with patch("deliberation.cli._app", lambda: app):
        answer = CliRunner().invoke(main, ["meeting", "replay", str(there.meeting.id)])
    return answer.exit_code, answer.stdout


def test_a_meeting_that_is_not_there_is_said_so(app):
    with patch("deliberation.cli._app", lambda: app):
        answer = CliRunner().invoke(main, ["meeting", "replay", "4711"])
    assert (answer.exit_code, answer.stdout, answer.stderr) == (2, "", "There is no meeting 4711.\n")


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
