"""A meeting that nobody closed: it lies on a desk, people are reminded, and in the morning it ends by itself."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from sqlalchemy import select

from deliberation.audit.models import AuditLeaf
from deliberation.kernel.database import db, transaction
from deliberation.matters import queries as matters
from deliberation.meetings import jobs, queries, rules, service
from deliberation.meetings.rules import MeetingState
from deliberation.minutes import queries as minutes
from deliberation.notifications.models import Message
from deliberation.people.access import Role
from deliberation.votes import service as votes
from deliberation.votes.models import Vote
from deliberation.votes.rules import Terms, VoteState
from tests.support.gathering import STARTS, Gathering

ENDS = STARTS + timedelta(hours=1)
HOUR_OVER = ENDS + timedelta(hours=1)
MORNING = rules.ends_by_itself_at(ENDS).astimezone(UTC)


def told():
    rows = select(Message.user_id, Message.reason).where(Message.kind == "meeting.left_open")
    return sorted(db.session.execute(rows).all())


@pytest.mark.usefixtures("app")
def test_it_is_reminded_of_and_ends_by_itself():
    there = Gathering().debate()
    with transaction():
        other = there.person("方宁", roles=[Role.liaison], place=there.place)
    (line,) = queries.desk_lines(there.shen, now=ENDS)
    assert (line.task, line.due_at, line.url) == ("close_meeting", ENDS, f"/meetings/{there.meeting.id}/chair")
    assert queries.desk_lines(other, now=ENDS) == []

    jobs.end_left_open(HOUR_OVER)
    jobs.end_left_open(HOUR_OVER + timedelta(minutes=5))
    assert told() == sorted([(there.shen.user_id, "chair"), (other.user_id, "liaison")])
    (line,) = queries.desk_lines(other, now=HOUR_OVER)
    assert (line.task, line.url) == ("close_meeting", f"/meetings/{there.meeting.id}")

    jobs.end_left_open(MORNING - timedelta(minutes=1))
    assert queries.meeting(there.meeting.id).state is MeetingState.open
    jobs.end_left_open(MORNING)
    ended = queries.meeting(there.meeting.id)
    assert (ended.state, ended.closed_at) == (MeetingState.closed, MORNING)
    assert queries.ended_by_itself(ended.id)
    assert queries.replay_findings(ended.id) == []
    leaf = db.session.scalars(select(AuditLeaf).where(AuditLeaf.tag == "meeting.closed")).one()
    assert "by_itself" in str(leaf.data)
    codes = [entry.code for entry in matters.timeline(there.matters[0].id)]
    assert codes[-1] == "meeting.discussed"
    assert minutes.sheet(minutes.minutes(ended.id))["by_itself"] is True
    assert len(told()) == 2


def test_what_was_not_reached_waits_for_another_meeting(sqlite_app):
    there = Gathering().open()
    jobs.end_left_open(HOUR_OVER)
    jobs.end_left_open(MORNING)
    matter = matters.matter(there.matters[0].id)
    assert (matter.state, matter.holder_task) == ("accepted", "schedule")
    assert [entry.code for entry in matters.timeline(matter.id)][-1] == "meeting.not_reached"


def test_an_open_vote_is_never_cut_short(sqlite_app):
    there = Gathering().debate()
    vote = there.act(votes.call_vote, there.shen, item_id=there.item.id, terms=Terms(), minutes=5)
    assert db.session.get(Vote, vote.id).state is VoteState.voting
    for now in (HOUR_OVER, MORNING, MORNING + timedelta(minutes=5), MORNING + timedelta(days=1)):
        jobs.end_left_open(now)
    assert queries.meeting(there.meeting.id).state is not MeetingState.closed
    assert db.session.get(Vote, vote.id).state is VoteState.voting
    assert len(told()) == 3  # An hour over, and once each morning that the vote keeps it open.


def test_the_liaison_may_close_it_for_the_chair_once_it_was_left_open(sqlite_app):
    there = Gathering().open()
    with transaction():
        other = there.person("方宁", roles=[Role.liaison], place=there.place)
    with pytest.raises(rules.NotTheChair), transaction():
        service.close_meeting(other, meeting_id=there.meeting.id, now=ENDS)
    with transaction():
        service.close_meeting(other, meeting_id=there.meeting.id, now=HOUR_OVER)
    assert not queries.ended_by_itself(there.meeting.id)
