"""Many acts in one room at the same moment, on a real PostgreSQL: no number is given twice and none is left out."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from deliberation.kernel.database import db, transaction
from deliberation.meetings import queries, service
from deliberation.meetings.models import DoneAct, MeetingEvent, Motion, Speaker, TallyAnswer
from deliberation.meetings.rules import Answer, MotionKind, MotionState, Side, TallyAbout
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
        if service.first_of_its_key(shen, "the-same-key", now=STARTS)[1]:
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


def test_two_amendments_are_taken_up_at_once_and_one_is_before_the_room(committing_app):
    there = Gathering().debate()
    shen, item_id = there.shen, there.item.id
    moved = []
    for number in (0, 1, 2):
        text = f"只修三号楼后台阶，{number + 1} 号前完工。"
        fields = {"item_id": item_id, "kind": MotionKind.amendment, "text": text}
        moved.append(there.act(service.propose_motion, there.members[number], **fields).id)
    acts = [lambda each=each: service.accept_motion(shen, motion_id=each, now=STARTS) for each in moved]
    faults = at_once(committing_app, acts)
    db.session.rollback()
    assert sorted(fault.code for fault in faults) == ["amendment_pending", "amendment_pending"]
    states = db.session.scalars(select(Motion.state).where(Motion.id.in_(moved))).all()
    assert sorted(states) == [MotionState.pending, MotionState.proposed, MotionState.proposed]


def test_an_answer_is_counted_or_refused_never_both(committing_app):
    there = Gathering(members=7).debate(present=7)
    shen, meeting_id = there.shen, there.meeting.id
    about = {"item_id": there.item.id, "about": TallyAbout.close_debate}
    tally_id = there.act(service.open_tally, shen, **about).id
    people = [Actor(user_id=member.user_id) for member in there.members]
    before = numbers(meeting_id)
    yes = {"tally_id": tally_id, "answer": Answer.in_favour, "now": STARTS}
    acts = [lambda p=p: service.answer_tally(p, **yes) for p in people * 2]
    acts.append(lambda: service.close_tally(shen, tally_id=tally_id, now=STARTS))
    faults = at_once(committing_app, acts)
    db.session.rollback()
    assert {fault.code for fault in faults} <= {"tally_state"}
    given = len(db.session.scalars(select(TallyAnswer).where(TallyAnswer.tally_id == tally_id)).all())
    tally = queries.tally(tally_id)
    assert tally.result["for"] == given
    assert len(numbers(meeting_id)) == len(before) + 1 + tally.result["holds"]
