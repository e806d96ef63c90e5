"""Planning a meeting and calling it: the hour, the agenda, the notice, and who hears of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from deliberation.audit.models import AuditLeaf
from deliberation.kernel.clock import shanghai
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed
from deliberation.matters import queries as matters
from deliberation.meetings import queries, rules, service
from deliberation.meetings.rules import MeetingState
from deliberation.notifications.models import Message
from deliberation.proposals.models import Proposal
from tests.support.gathering import MOTION, NOW, STARTS, Gathering

pytestmark = pytest.mark.usefixtures("app")


def proposal_state(matter_id):
    return db.session.scalar(select(Proposal.state).where(Proposal.matter_id == matter_id))


def codes(matter_id):
    return [entry.code for entry in matters.timeline(matter_id)]


def told(kind):
    return dict(db.session.execute(select(Message.user_id, Message.reason).where(Message.kind == kind)).all())


def test_a_planned_meeting_begins_with_promises_and_ends_with_next_steps():
    there = Gathering().plan()
    there.add()
    first, middle, last = queries.items(there.meeting.id)
    assert (first.minutes, middle.matter_id, last.minutes) == (5, there.matters[0].id, 10)
    assert shanghai(there.meeting.agenda_locks_at).isoformat() == "2026-03-04T23:59:00+08:00"


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"planned_minutes": 61}, rules.LunchTooLong),
        ({"starts_at": NOW - timedelta(hours=1)}, rules.StartsInThePast),
        ({"starts_at": STARTS - timedelta(days=1)}, rules.NoticeTooLate),
    ],
)
def test_an_hour_that_cannot_be(changed, refusal):
    with pytest.raises(refusal):
        Gathering().plan(**changed)


def test_only_who_may_chair_here_is_the_chair():
    there = Gathering()
    with pytest.raises(rules.NotAChair):
        there.plan(chair_id=there.members[0].user_id)


def test_planning_is_for_the_liaison_of_the_place():
    there = Gathering().plan()
    with pytest.raises(NotAllowed):
        there.act(service.post_notice, there.lu, meeting_id=there.meeting.id, now=NOW)


def test_an_added_matter_is_scheduled_and_cannot_be_on_two_agendas():
    there = Gathering().plan()
    there.add()
    matter = matters.matter(there.matters[0].id)
    assert (matter.step, matter.state, matter.holder_task) == (2, "scheduled", "send_notice")
    assert matter.holder_due_at.isoformat() == "2026-03-02T15:59:00+00:00"
    assert proposal_state(matter.id) == "scheduled"
    with pytest.raises(rules.MatterTaken):
        there.add()


def test_a_matter_of_another_place_stays_out():
    there, elsewhere = Gathering().plan(), Gathering()
    there.matters = elsewhere.matters
    with pytest.raises(rules.WrongPlace):
        there.add()


def test_an_item_is_changed_moved_and_taken_off_again():
    there = Gathering().plan()
    item = there.add()
    there.act(service.change_item, there.shen, item_id=item.id, title="灯", motion_text="补亮。", minutes=15, now=NOW)
    there.act(service.move_item, there.shen, item_id=item.id, up=True, now=NOW)
    assert queries.items(there.meeting.id)[0].title == "灯"
    there.act(service.move_item, there.shen, item_id=item.id, up=True, now=NOW)
    there.act(service.remove_item, there.shen, item_id=item.id, now=NOW)
    matter = matters.matter(there.matters[0].id)
    assert (matter.step, matter.state, matter.holder_task) == (1, "accepted", "schedule")
    assert len(queries.items(there.meeting.id)) == 2


def test_the_notice_tells_everybody_once_and_fixes_the_texts():
    there = Gathering().notice()
    meeting, matter = queries.meeting(there.meeting.id), matters.matter(there.matters[0].id)
    assert meeting.state is MeetingState.noticed
    assert len(meeting.agenda_hash) == 64
    assert all(item.in_notice for item in queries.items(meeting.id))
    assert told("meeting.notice") == {
        there.shen.user_id: "chair",
        there.proposer.user_id: "proposer",
        there.follower.user_id: "place_follower",
        **{member.user_id: "member" for member in there.members},
    }
    assert (matter.state, matter.holder_task, matter.holder_name) == ("noticed", "hold_meeting", "沈岚 · 联络员")
    assert matter.holder_due_at == STARTS
    assert "meeting.noticed" in codes(matter.id)
    leaf = db.session.scalar(select(AuditLeaf).where(AuditLeaf.tag == "meeting.noticed"))
    assert meeting.agenda_hash.encode() in leaf.data
    with pytest.raises(rules.AlreadyInNotice):
        there.act(service.change_item, there.shen, item_id=there.item.id, title="", motion_text="", minutes=5, now=NOW)
    with pytest.raises(rules.AlreadyInNotice):
        there.act(service.remove_item, there.shen, item_id=there.item.id, now=NOW)


def test_a_notice_needs_a_matter_and_fits_into_the_hour():
    there = Gathering().plan()
    with pytest.raises(rules.AgendaEmpty):
        there.act(service.post_notice, there.shen, meeting_id=there.meeting.id, now=NOW)
    there.add()
    with transaction():
        there.item.minutes = 46
    with pytest.raises(rules.AgendaTooLong):
        there.act(service.post_notice, there.shen, meeting_id=there.meeting.id, now=NOW)


def test_a_notice_a_day_late_is_refused_and_tells_nobody():
    there = Gathering().plan()
    there.add()
    with pytest.raises(rules.NoticeTooLate):
        there.act(service.post_notice, there.shen, meeting_id=there.meeting.id, now=NOW + timedelta(days=1))
    assert told("meeting.notice") == {}


def test_what_is_added_after_the_notice_is_not_in_it_and_the_agenda_locks():
    there = Gathering().notice()
    late = there.add(1, now=NOW + timedelta(days=2))
    assert not late.in_notice
    assert matters.matter(there.matters[1].id).holder_task == "hold_meeting"
    there.act(service.remove_item, there.shen, item_id=late.id, now=NOW + timedelta(days=2))
    with pytest.raises(rules.AgendaLocked):
        there.add(1, now=NOW + timedelta(days=3))


def test_a_cancelled_meeting_gives_its_matters_back_and_says_why():
    there = Gathering().notice()
    there.act(service.cancel_meeting, there.shen, meeting_id=there.meeting.id, reason="会议室漏水", now=NOW)
    matter = matters.matter(there.matters[0].id)
    assert (matter.step, matter.state) == (1, "accepted")
    assert proposal_state(matter.id) == "accepted"
    assert codes(matter.id)[-1] == "meeting.cancelled"
    assert set(told("meeting.cancelled")) == set(told("meeting.notice"))
    with pytest.raises(rules.MeetingNotThere):
        there.act(service.open_meeting, there.shen, meeting_id=there.meeting.id)
    again = Gathering.add
    there.plan(starts_at=STARTS + timedelta(days=7))
    again(there)


def test_a_meeting_nobody_was_told_of_is_cancelled_quietly():
    there = Gathering().plan()
    there.act(service.cancel_meeting, there.shen, meeting_id=there.meeting.id, reason="改期", now=NOW)
    assert db.session.scalar(select(func.count()).select_from(Message).where(Message.kind.like("meeting.%"))) == 0


def test_the_notice_reads_as_a_message(app):
    from deliberation.notifications import queries as inbox
    from deliberation.notifications.render import render

    there = Gathering().notice()
    contents = inbox.contents(inbox.inbox(there.follower.user_id, before=None).items)
    with app.test_request_context():
        texts = [render(content) for content in contents]
    assert any("楼委会第 9 次会议" in text.subject and MOTION in text.body for text in texts)
