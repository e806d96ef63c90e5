"""Many acts in one room at the same moment, on a real PostgreSQL: no number is given twice and none is left out."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from deliberation.kernel.database import db, transaction
from deliberation.meetings import queries, service
from deliberation.meetings.models import DoneAct, MeetingEvent, Speaker
from deliberation.meetings.rules import Side
from deliberation.people.access import Actor
from tests.support import applications
from tests.support.gathering import STARTS, Gathering


@pytest.fixture
def committing_app(tmp_path, new_postgres_url):
    """An application whose writers really commit, each in a thread of its own."""
    app = applications.build(tmp_path, new_postgres_url)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def at_once(app, acts):
    """Run every act in a thread and transaction of its own, all starting together; return what went wrong."""
    start, faults = threading.Barrier(len(acts)), []

    def run(act):
        with app.app_context():
            start.wait(30)
            try:
                with transaction():
                    act()
            except Exception as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return faults


def numbers(meeting_id):
    rows = select(MeetingEvent.sequence).where(MeetingEvent.meeting_id == meeting_id).order_by(MeetingEvent.sequence)
    return list(db.session.scalars(rows))


def test_everybody_raises_a_hand_at_once(committing_app):
    there = Gathering(members=7).debate(present=7)
    item_id, meeting_id = there.item.id, there.meeting.id
    before = len(numbers(meeting_id))
    people = [Actor(user_id=member.user_id) for member in there.members]
    acts = [lambda p=p: service.raise_hand(p, item_id=item_id, side=Side.in_favour, now=STARTS) for p in people * 2]
    assert at_once(committing_app, acts) == []
    db.session.rollback()
    assert numbers(meeting_id) == list(range(1, before + 8))
    hands = db.session.scalars(select(Speaker.user_id).where(Speaker.item_id == item_id)).all()
    assert sorted(hands) == sorted(person.user_id for person in people)
    assert queries.meeting(meeting_id).last_sequence == before + 7


def test_one_act_sent_twice_at_the_same_moment_is_done_once(committing_app):
    there = Gathering().debate()
    shen, item_id = there.shen, there.item.id
    for number in (0, 1):
        there.act(service.raise_hand, there.members[number], item_id=item_id, side=Side.in_favour)

    def press():
        if not service.done_before(shen, "the-same-key", now=STARTS):
            service.next_speaker(shen, item_id=item_id, now=STARTS)

    assert at_once(committing_app, [press, press, press]) == []
    db.session.rollback()
    assert len(queries.waiting_speakers(item_id)) == 1
    assert len(db.session.scalars(select(DoneAct)).all()) == 1


def test_only_one_has_the_floor_whoever_presses_first(committing_app):
    there = Gathering().debate()
    shen, item_id = there.shen, there.item.id
    hands = []
    for number in (0, 1, 2):
        raised = there.act(service.raise_hand, there.members[number], item_id=item_id, side=Side.in_favour)
        hands.append(raised.id)
    acts = [lambda each=each: service.give_floor(shen, speaker_id=each, now=STARTS) for each in hands]
    faults = at_once(committing_app, acts)
    db.session.rollback()
    assert [fault.code for fault in faults] == ["somebody_speaks", "somebody_speaks"]
    assert queries.present_speaker(item_id) is not None
    assert len(queries.waiting_speakers(item_id)) == 2
