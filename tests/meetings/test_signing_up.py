"""Signing up, the waiting list, reminders, and what a change after the notice does."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import func, select

from deliberation.app import create_app
from deliberation.committees import queries as committees
from deliberation.committees import service as committee_service
from deliberation.kernel.database import db, transaction
from deliberation.meetings import jobs, queries, rules, service
from deliberation.meetings.models import Registration
from deliberation.meetings.rules import MeetingState
from deliberation.notifications.models import Message, Occasion
from deliberation.people.models import User
from tests.support import make
from tests.support.applications import settings_for
from tests.support.gathering import NOW, STARTS, Gathering

A_DAY = timedelta(days=1)


def told(kind: str) -> dict[int, str]:
    return dict(db.session.execute(select(Message.user_id, Message.reason).where(Message.kind == kind)).all())


def guests(count: int) -> list:
    with transaction():
        return [make.actor(make.person()) for _each in range(count)]


def sign_up(there: Gathering, actor, *, minutes: int = 0):
    return there.act(service.register, actor, meeting_id=there.meeting.id, now=NOW + timedelta(minutes=minutes))


def small(capacity: int | None = 1) -> Gathering:
    there = Gathering().plan(capacity=capacity)
    there.add()
    there.act(service.post_notice, there.shen, meeting_id=there.meeting.id, now=NOW)
    return there


@pytest.mark.usefixtures("app")
class TestSigningUp:
    def test_whoever_comes_late_waits_and_moves_up_in_order(self):
        there, (first, second, third) = small(), guests(3)
        states = [sign_up(there, each, minutes=number).state for number, each in enumerate((first, second, third))]
        assert states == ["confirmed", "waiting", "waiting"]
        assert queries.registrations(there.meeting, third.user_id).place_in_line == 2
        for _each in range(2):  # Twice is once.
            there.act(service.cancel_registration, first, meeting_id=there.meeting.id, now=NOW + A_DAY)
        assert told("registration.moved_up") == {second.user_id: "registered"}
        figures = queries.registrations(there.meeting, first.user_id)
        assert (figures.confirmed, figures.waiting, figures.own) == (1, 1, None)
        assert sign_up(there, first, minutes=9).state == "waiting"
        assert queries.registrations(there.meeting, first.user_id).place_in_line == 2

    def test_more_places_let_people_in_and_fewer_take_nobody_out(self):
        there, people = small(), guests(3)
        for number, each in enumerate(people):
            sign_up(there, each, minutes=number)
        move(there, capacity=2)
        assert told("registration.moved_up") == {people[1].user_id: "registered"}
        move(there, capacity=1)
        assert queries.confirmed_count(there.meeting.id) == 2
        move(there, capacity=None)
        assert queries.confirmed_count(there.meeting.id) == 3
        assert "meeting.changed" not in set(db.session.scalars(select(Occasion.kind)))

    def test_who_holds_a_seat_needs_no_place_and_a_meeting_not_called_takes_nobody(self):
        there, (guest,) = Gathering().plan(), guests(1)
        with pytest.raises(rules.RegistrationClosed):
            sign_up(there, guest)
        there = small()
        with pytest.raises(rules.HoldsASeat):
            sign_up(there, there.members[0])
        with pytest.raises(rules.RegistrationClosed):
            there.act(service.register, guest, meeting_id=there.meeting.id, now=STARTS)

    def test_reminders_go_out_once_each_and_a_skipped_day_sends_one(self, app):
        there, (guest,) = small(), guests(1)
        sign_up(there, guest)
        eve = STARTS - A_DAY
        for now in (NOW, eve, eve, STARTS - timedelta(minutes=59), STARTS - timedelta(minutes=1), STARTS):
            jobs.remind(now)
        rows = db.session.scalars(select(Message).where(Message.kind == "meeting.reminder").order_by(Message.id)).all()
        mine = [row.data["is_soon"] for row in rows if row.user_id == guest.user_id]
        assert mine == [False, True]
        assert {row.user_id: row.reason for row in rows}[there.proposer.user_id] == "proposer"
        assert there.follower.user_id not in {row.user_id for row in rows}
        late = small()
        jobs.remind(STARTS - timedelta(minutes=5))
        rows = select(Message).where(Message.kind == "meeting.reminder", Message.user_id == late.shen.user_id)
        assert [message.data["is_soon"] for message in db.session.scalars(rows)] == [True]


def move(there: Gathering, **changed):
    meeting = queries.meeting(there.meeting.id)
    names = ("title", "venue", "starts_at", "planned_minutes", "chair_id", "capacity")
    fields = {name: getattr(meeting, name) for name in names} | changed
    return there.act(service.change_meeting, there.shen, meeting_id=meeting.id, **{"now": NOW, **fields})


@pytest.mark.usefixtures("app")
class TestChanges:
    def test_a_change_after_the_notice_is_a_new_notice_to_everybody(self):
        there, (guest,) = small(), guests(1)
        sign_up(there, guest)
        before = queries.meeting(there.meeting.id).agenda_hash
        moved = move(there, starts_at=STARTS + 7 * A_DAY, venue="一号楼大堂")
        assert (moved.notice_sequence, moved.state) == (1, MeetingState.noticed)
        assert moved.agenda_hash != before
        assert moved.agenda_locks_at > STARTS
        heard = told("meeting.changed")
        assert heard[guest.user_id] == "registered"
        assert {there.shen.user_id, there.proposer.user_id, there.follower.user_id} <= set(heard)
        data = db.session.scalar(select(Occasion.data).where(Occasion.kind == "meeting.changed").limit(1))
        assert (data["was_venue"], data["venue"]) == ("三号楼 2 层会议室", "一号楼大堂")
        move(there, venue="二号楼")
        assert queries.meeting(there.meeting.id).notice_sequence == 2

    def test_another_day_needs_the_notice_time_anew_and_another_room_does_not(self):
        there = small()
        with pytest.raises(rules.NoticeTooLate):
            move(there, starts_at=STARTS + timedelta(hours=1), now=NOW + 2 * A_DAY)
        assert move(there, venue="二号楼", now=NOW + 2 * A_DAY).notice_sequence == 1
        assert queries.meeting(there.meeting.id).starts_at == STARTS

    def test_before_the_notice_it_changes_quietly(self):
        there = Gathering().plan()
        assert move(there, title="改了名").notice_sequence == 0
        assert told("meeting.changed") == {}

    def test_reminders_follow_the_new_day_and_so_does_who_sits_in(self, app):
        there, (deputy,) = small(), guests(1)
        jobs.remind(STARTS - A_DAY)
        seat = committees.held_by(there.body.id, there.members[0].user_id)[0]
        day = queries.day_of(queries.meeting(there.meeting.id))
        there.act(
            committee_service.name_stand_in, there.members[0], seat_id=seat.id,
            address=db.session.get(User, deputy.user_id).email, first_day=day, last_day=day, basis="", now=NOW,
        )  # fmt: skip
        moved = move(there, starts_at=STARTS + 7 * A_DAY, now=STARTS - A_DAY)
        assert deputy.user_id in queries.seat_holders(moved)
        jobs.remind(STARTS + 6 * A_DAY)
        rows = select(func.count()).where(Message.kind == "meeting.reminder", Message.user_id == there.shen.user_id)
        assert db.session.scalar(rows) == 2

    def test_a_notice_says_everything_it_lacks_at_once(self):
        there = Gathering().plan()
        there.add()
        with transaction():
            there.place.contact_name = there.place.contact_phone = ""
            db.session.add(there.place)
        with pytest.raises(rules.NoticeIncomplete) as refused:
            there.act(service.post_notice, there.shen, meeting_id=there.meeting.id, now=NOW)
        assert refused.value.params["missing"] == ("有疑问、有异议找谁", "不方便上网的人打哪个电话")

    def test_the_agenda_takes_a_whole_new_order_or_none(self):
        there = Gathering().plan()
        there.add()
        ids = [item.id for item in queries.items(there.meeting.id)]
        there.act(service.order_items, there.shen, meeting_id=there.meeting.id, item_ids=ids[::-1], now=NOW)
        assert [item.id for item in queries.items(there.meeting.id)] == ids[::-1]
        for wrong in (ids[:-1], [*ids, 999_999], [ids[0], ids[0], ids[1]]):
            with pytest.raises(rules.OrderOutdated):
                there.act(service.order_items, there.shen, meeting_id=there.meeting.id, item_ids=wrong, now=NOW)


def test_one_place_is_given_once_however_many_ask_at_the_same_moment(new_postgres_url, tmp_path):
    app = create_app(settings_for(tmp_path, DATABASE_URL=new_postgres_url))
    with app.app_context():
        there, people = small(3), guests(8)
        meeting_id = there.meeting.id

    def ask(actor) -> None:
        with app.app_context(), transaction():
            service.register(actor, meeting_id=meeting_id, now=NOW)

    run([Thread(target=ask, args=(actor,)) for actor in people])
    run([Thread(target=remind, args=(app,)) for _each in range(2)])
    with app.app_context():
        rows = select(Registration.state, func.count()).group_by(Registration.state)
        assert dict(db.session.execute(rows).all()) == {"confirmed": 3, "waiting": 5}
        messages = db.session.scalar(select(func.count(Message.id)).where(Message.kind == "meeting.reminder"))
        people_told = db.session.scalar(
            select(func.count(Message.user_id.distinct())).where(Message.kind == "meeting.reminder")
        )
        assert messages == people_told == len(queries.people_to_remind(queries.meeting(meeting_id)))
        db.session.remove()
        db.engine.dispose()


def remind(app) -> None:
    with app.app_context():
        jobs.remind(STARTS - A_DAY)


def run(threads: list[Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
