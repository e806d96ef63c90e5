"""Series plan themselves ahead once, whoever runs the job; matters wait for the next meeting of a kind."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Thread

import pytest
from sqlalchemy import func, select

from deliberation.app import create_app
from deliberation.committees.rules import CommitteeKind
from deliberation.kernel.clock import shanghai
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed
from deliberation.matters import queries as matters
from deliberation.meetings import jobs, queries, rules, service
from deliberation.meetings.models import Meeting
from deliberation.meetings.rules import Frequency, MeetingState, Rhythm
from deliberation.notifications.models import Message
from tests.support import make
from tests.support.applications import settings_for
from tests.support.gathering import NOW, Gathering

WEEKLY = Rhythm(Frequency.weekly, date(2026, 3, 2), weekday=2)
A_DAY = timedelta(days=1)


def begin(there: Gathering, *, rhythm: Rhythm = WEEKLY, by=None, **changed):
    fields = {"committee_id": there.body.id, "title": "楼委会例会", "venue": "三号楼", "at_minute": 12 * 60 + 15}
    fields |= {"planned_minutes": 60, "capacity": None, "chair_id": there.shen.user_id, "rhythm": rhythm, "now": NOW}
    with transaction():
        return service.begin_series(by or there.shen, **{**fields, **changed})


def planned(series) -> list[str]:
    rows = select(Meeting).where(Meeting.series_id == series.id, Meeting.state != MeetingState.cancelled)
    found = db.session.scalars(rows.order_by(Meeting.starts_at))
    return [shanghai(each.starts_at).strftime("%m-%d %H:%M") for each in found]


@pytest.mark.usefixtures("app")
class TestSeries:
    def test_six_weeks_are_planned_at_once_and_each_day_only_once(self):
        there = Gathering()
        series = begin(there)
        # Wednesday the 4th is too near for three working days of notice.
        first = ["03-11 12:15", "03-18 12:15", "03-25 12:15", "04-01 12:15", "04-08 12:15"]
        assert planned(series) == first
        jobs.plan_series(NOW)
        assert planned(series) == first
        jobs.plan_series(NOW + 7 * A_DAY)
        assert planned(series) == [*first, "04-15 12:15"]
        items = queries.items(queries.planned_of_series(series.id, now=NOW)[0].id)
        assert len(items) == 2  # The promises first, the next steps last.

    def test_a_meeting_called_off_is_not_planned_again(self):
        there = Gathering()
        series = begin(there)
        meeting = queries.planned_of_series(series.id, now=NOW)[0]
        there.act(service.cancel_meeting, there.shen, meeting_id=meeting.id, reason="漏水", now=NOW)
        jobs.plan_series(NOW)
        assert planned(series)[0] == "03-18 12:15"

    def test_ending_it_calls_off_what_nobody_was_told_of_and_tells_the_body(self):
        there = Gathering()
        series = begin(there)
        there.meeting = queries.planned_of_series(series.id, now=NOW)[0]
        there.add()
        there.act(service.post_notice, there.shen, meeting_id=there.meeting.id, now=NOW)
        for _each in range(2):  # Twice is once.
            there.act(service.end_series, there.shen, series_id=series.id, reason="改成两周一次", now=NOW)
        assert planned(series) == ["03-11 12:15"]
        rows = select(Message.user_id, Message.reason).where(Message.kind == "series.ended")
        told = dict(db.session.execute(rows).all())
        assert told == {there.shen.user_id: "chair", **{each.user_id: "member" for each in there.members}}
        jobs.plan_series(NOW + 30 * A_DAY)
        assert planned(series) == ["03-11 12:15"]

    def test_another_rhythm_takes_the_agenda_along(self):
        there = Gathering()
        series = begin(there)
        there.meeting = queries.planned_of_series(series.id, now=NOW)[0]
        item = there.add()
        thursdays = Rhythm(Frequency.biweekly, date(2026, 3, 12), weekday=3)
        changed = {"title": "楼委会例会", "venue": "一号楼", "at_minute": 12 * 60, "rhythm": thursdays}
        there.act(service.change_series, there.shen, series_id=series.id, **changed, now=NOW)
        assert planned(series) == ["03-12 12:00", "03-26 12:00", "04-09 12:00"]
        meeting = queries.meeting(item.meeting_id)
        assert (meeting.venue, shanghai(meeting.starts_at).day) == ("一号楼", 12)
        assert db.session.scalar(select(func.count(Message.id)).where(Message.kind == "series.changed")) == 8
        with pytest.raises(NotAllowed):
            there.act(service.change_series, there.lu, series_id=series.id, **changed, now=NOW)

    def test_a_lunch_series_takes_an_hour_at_most(self):
        with pytest.raises(rules.LunchTooLong):
            begin(Gathering(), planned_minutes=61)


@pytest.mark.usefixtures("app")
class TestTheNextAgenda:
    def joint(self, there: Gathering) -> Gathering:
        """The gathering's body is a joint meeting now."""
        with transaction():
            there.body.kind = CommitteeKind.joint_meeting
            db.session.add(there.body)
        return there

    def ask(self, matter_id: int, *, now=NOW):
        with transaction():
            return service.put_on_next_agenda(CommitteeKind.joint_meeting, matter_id, now=now)

    def case(self, there: Gathering) -> int:
        with transaction():
            matter = make.matter(place=there.place)
            matter.step, matter.state = 4, "in_progress"
        return matter.id

    def test_a_case_goes_onto_the_next_joint_meeting_once_and_stays_a_case(self):
        there = self.joint(Gathering()).plan()
        case = self.case(there)
        item_id = self.ask(case).item_id
        assert self.ask(case).item_id == item_id
        items = queries.items(there.meeting.id)
        assert [item.matter_id for item in items] == [None, case, None]
        assert (matters.matter(case).step, matters.matter(case).state) == (4, "in_progress")
        assert "meeting.put_on_agenda" in [entry.code for entry in matters.timeline(case)]

    def test_it_waits_until_one_is_planned_and_again_when_that_is_called_off(self):
        there = self.joint(Gathering())
        case = self.case(there)
        assert self.ask(case).item_id is None
        there.plan()
        first = there.meeting
        assert case in queries.agenda_matter_ids(first.id)
        there.act(service.cancel_meeting, there.shen, meeting_id=first.id, reason="停电", now=NOW)
        assert queries.agenda_request(case, CommitteeKind.joint_meeting).item_id is None
        there.plan(starts_at=first.starts_at + 7 * A_DAY)
        assert case in queries.agenda_matter_ids(there.meeting.id)

    def test_a_place_below_is_answered_for_by_the_body_above_and_another_kind_is_not(self):
        there = self.joint(Gathering()).plan()
        with transaction():
            below = make.matter(place=make.place(parent=there.place))
        assert self.ask(below.id).item_id is not None
        with transaction():
            other = service.put_on_next_agenda(CommitteeKind.leaders_meeting, below.id, now=NOW)
        assert other.item_id is None


def test_two_schedulers_plan_a_series_once(new_postgres_url, tmp_path):
    app = create_app(settings_for(tmp_path, DATABASE_URL=new_postgres_url))
    with app.app_context():
        series = begin(Gathering())

    def tick() -> None:
        with app.app_context():
            jobs.plan_series(NOW + 21 * A_DAY)

    threads = [Thread(target=tick) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with app.app_context():
        days = db.session.scalars(select(Meeting.series_day).where(Meeting.series_id == series.id)).all()
        assert len(days) == len(set(days)) == 8
        db.session.remove()
        db.engine.dispose()
