"""Seats are renamed, ended and lent: who sits there on a day, and what that does to meetings and rolls."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from deliberation.committees import queries, rules, service
from deliberation.committees.models import Seat, StandIn
from deliberation.committees.rules import SeatKind
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed
from deliberation.meetings import queries as meetings
from deliberation.meetings import service as meeting_service
from deliberation.notifications.models import Message
from deliberation.people.models import User
from deliberation.votes import service as votes
from deliberation.votes.models import RollEntry
from tests.support import make, voting
from tests.support.counting import statements
from tests.support.gathering import NOW, STARTS, Gathering

pytestmark = pytest.mark.usefixtures("app")
DAY = date(2026, 3, 6)  # Of the gathering's meeting.


def seat_of(there: Gathering, number: int = 0) -> Seat:
    return queries.held_by(there.body.id, there.members[number].user_id)[0]


def lend(there: Gathering, to: User, *, by=None, first: date = DAY, last: date = DAY, number: int = 0) -> StandIn:
    with transaction():
        return service.name_stand_in(
            by or there.members[number], seat_id=seat_of(there, number).id, address=to.email or "",
            first_day=first, last_day=last, basis="出差", now=NOW,
        )  # fmt: skip


@pytest.fixture
def friend() -> User:
    with transaction():
        return make.person(name="顾某")


def test_a_stand_in_is_the_seat_for_the_day_and_nobody_else_is(friend):
    there = Gathering().notice()
    holder, deputy = there.members[0], make.actor(friend)
    lend(there, friend)
    meeting = meetings.meeting(there.meeting.id)
    assert deputy.user_id in meetings.seat_holders(meeting)
    assert holder.user_id not in meetings.seat_holders(meeting)
    assert {holder.user_id, deputy.user_id} <= queries.members(there.body.id, on=DAY)
    there.arrive(holder)
    assert meetings.standing(meeting).seats == 0
    there.arrive(deputy)
    assert meetings.standing(meeting).seats == 1
    assert "顾某" in [line.name for line in meetings.seat_roll(meeting)]
    own = {name: there.state(actor)["me"]["seats"] for name, actor in (("holder", holder), ("deputy", deputy))}
    assert (own["holder"], len(own["deputy"])) == ([], 1)
    line = next(line for line in queries.seat_lines(there.body.id, on=DAY) if line.stands_in_for)
    assert (line.name, line.stands_in_for) == ("顾*", "赵*")
    assert queries.seats_of_user(there.body.id, holder.user_id, on=DAY + timedelta(days=1))


def test_both_are_told_and_the_meeting_is_among_what_the_stand_in_needs(friend):
    there = Gathering().notice()
    lend(there, friend, by=there.shen)
    rows = select(Message.user_id, Message.reason).where(Message.kind == "stand_in.named")
    told = dict(db.session.execute(rows).all())
    assert told == {friend.id: "stand_in", there.members[0].user_id: "member"}
    assert [need.title for need in meetings.needs(make.actor(friend), now=STARTS)] == [there.meeting.title]


def test_a_seat_is_lent_by_its_holder_or_an_administrator_only(friend):
    there = Gathering()
    with pytest.raises(NotAllowed):
        lend(there, friend, by=there.members[1])
    standing = lend(there, friend)
    with pytest.raises(NotAllowed), transaction():
        service.end_stand_in(there.members[1], stand_in_id=standing.id, now=NOW)
    for _each in range(2):  # Twice is once.
        there.act(service.end_stand_in, there.members[0], stand_in_id=standing.id, now=NOW)
    assert db.session.scalars(select(Message.user_id).where(Message.kind == "stand_in.ended")).all() == [friend.id]
    assert there.members[0].user_id in queries.seat_holders(there.body.id, on=DAY)


def test_what_a_stand_in_cannot_be(friend):
    there = Gathering()
    lend(there, friend)
    with pytest.raises(rules.StandInOverlaps):
        lend(there, friend, first=DAY - timedelta(days=1), last=DAY + timedelta(days=1))
    holder = db.session.get(User, there.members[0].user_id)
    with pytest.raises(rules.SitsThereAlready):
        lend(there, holder, first=DAY + timedelta(days=1), last=DAY + timedelta(days=1))
    with pytest.raises(rules.PersonUnknown), transaction():
        service.name_stand_in(
            there.shen, seat_id=seat_of(there).id, address="nobody@example.org", first_day=DAY, last_day=DAY, basis="",
            now=NOW,
        )  # fmt: skip
    assert lend(there, friend, first=DAY + timedelta(days=1), last=DAY + timedelta(days=90)).last_day.month == 6


def test_the_roll_of_a_vote_published_then_has_the_stand_in(friend):
    with transaction():
        hall = voting.prepare()
        seat = queries.voting_seats(hall.body.id)[0]
        opens_on = hall.vote.opens_at.date()
        service.name_stand_in(
            hall.liaison, seat_id=seat.id, address=friend.email or "", first_day=opens_on, last_day=opens_on, basis="",
            now=NOW,
        )  # fmt: skip
    with transaction():
        votes.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
    entry = db.session.scalar(select(RollEntry).where(RollEntry.vote_id == hall.vote.id, RollEntry.seat_id == seat.id))
    assert entry is not None
    assert entry.user_id == friend.id


def test_an_ended_seat_counts_no_more_and_its_name_is_free_again(friend):
    there = Gathering()
    seat = seat_of(there)
    lend(there, friend)
    before = queries.seat_totals(there.body)
    for _each in range(2):
        there.act(service.end_seat, there.shen, seat_id=seat.id, now=NOW)
    after = queries.seat_totals(there.body)
    assert (before.voting, after.voting, after.to_open) == (10, 9, 5)
    assert there.members[0].user_id not in queries.members(there.body.id, on=DAY)
    assert friend.id not in queries.members(there.body.id, on=DAY)
    with pytest.raises(rules.SeatEnded):
        there.act(service.empty_seat, there.shen, seat_id=seat.id, now=NOW)
    again = there.act(
        service.open_seat, there.shen, committee_id=there.body.id, kind=SeatKind.member, label=seat.label, now=NOW
    )
    assert again.id != seat.id
    assert queries.seat_totals(there.body).voting == 10


def test_a_seat_gets_another_name_kind_and_vote():
    there = Gathering()
    seat, other = seat_of(there, 0), seat_of(there, 1)
    with pytest.raises(rules.LabelTaken):
        there.act(
            service.change_seat, there.shen, seat_id=seat.id, label=other.label, kind=seat.kind, is_voting=True, now=NOW
        )
    changed = {"label": "启衡软件", "kind": SeatKind.member, "is_voting": False}
    there.act(service.change_seat, there.shen, seat_id=seat.id, **changed, now=NOW)
    assert queries.seat_totals(there.body).voting == 9
    there.act(
        service.change_seat, there.shen, seat_id=seat.id, label="专家", kind=SeatKind.adviser, is_voting=True, now=NOW
    )
    assert not queries.seat(seat.id).is_voting  # An adviser speaks and has no vote.


def test_a_stand_in_for_one_day_follows_the_meeting_to_another(friend):
    there = Gathering()
    one_day, term = lend(there, friend), lend(there, friend, number=1, last=DAY + timedelta(days=30))
    to_day = DAY + timedelta(days=7)
    with transaction():
        assert service.move_one_day_stand_ins(there.body.id, from_day=DAY, to_day=to_day) == 1
    assert db.session.get(StandIn, one_day.id).first_day == to_day
    assert db.session.get(StandIn, term.id).first_day == DAY


def test_a_body_with_many_stand_ins_costs_no_more_statements():
    there = Gathering(members=10)
    with transaction():
        deputies = [make.person() for _ in there.members]
    lend(there, deputies[0])
    few = statements(lambda: queries.seat_lines(there.body.id, on=DAY))
    for number, deputy in enumerate(deputies[1:], start=1):
        lend(there, deputy, number=number)
    assert statements(lambda: queries.seat_lines(there.body.id, on=DAY)) == few == 2


def test_a_liaison_opens_the_meeting_with_stand_ins_in_the_room(friend):
    there = Gathering().notice()
    lend(there, friend)
    for member in there.members[1:6]:
        there.arrive(member)
    with pytest.raises(Exception, match="还差 1 席"):
        there.act(meeting_service.open_meeting, there.shen, meeting_id=there.meeting.id)
    there.arrive(make.actor(friend))
    there.act(meeting_service.open_meeting, there.shen, meeting_id=there.meeting.id)
