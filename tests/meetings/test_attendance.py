"""Coming and going: in the room and remote, people without a phone, who helps at the door, the quorum as it changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from deliberation.committees.models import Seat
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotAllowed, NotFound
from deliberation.meetings import jobs, queries, rules, service
from deliberation.meetings.models import Attendance, MeetingEvent
from deliberation.meetings.rules import Mode, Side
from tests.support.gathering import MAJORITY, STARTS, Gathering

pytestmark = pytest.mark.usefixtures("app")

REMOTE = {**MAJORITY, "allows_remote": True}


def figures(there):
    return there.state()["attendance"]


def at_door(there, verb, actor=None, **fields):
    return there.act(verb, actor or there.shen, meeting_id=there.meeting.id, **fields)


def walk_in(there, actor=None, **fields):
    return at_door(there, service.check_in_walk_in, actor, **{"name": "王阿姨", "unit": "三号楼保洁", **fields})


def free_seat(there):
    rows = select(Seat).where(Seat.committee_id == there.body.id, Seat.user_id.is_(None))
    return db.session.scalars(rows.order_by(Seat.id)).first()


# In the room and remote


def test_remote_people_are_told_apart_and_count_where_the_charter_lets_them():
    there = Gathering(**REMOTE).notice()
    there.arrive(there.members[0])
    at_door(there, service.join_remotely, there.members[1])
    shown = figures(there)
    assert (shown["present"], shown["in_room"], shown["remote"], shown["seats_present"]) == (2, 1, 1, 2)
    assert there.state(there.members[1])["me"]["mode"] == "remote"
    assert [seat["is_remote"] for seat in shown["seats"][:3]] == [False, True, False]


def test_without_the_charters_word_only_the_room_counts():
    there = Gathering().notice()
    with pytest.raises(rules.RemoteNotAllowed):
        at_door(there, service.join_remotely, there.members[0])
    assert figures(there)["present"] == 0


def test_who_comes_into_the_room_is_in_the_room_and_does_not_become_remote_by_the_way():
    there = Gathering(**REMOTE).notice()
    at_door(there, service.join_remotely, there.members[0])
    there.arrive(there.members[0])
    assert (figures(there)["present"], figures(there)["in_room"]) == (1, 1)
    at_door(there, service.join_remotely, there.members[0])
    assert figures(there)["in_room"] == 1
    at_door(there, service.leave, there.members[0])
    at_door(there, service.join_remotely, there.members[0])
    assert figures(there)["remote"] == 1


def test_the_room_and_its_log_are_told_when_the_quorum_is_lost_and_there_again():
    there = Gathering(**REMOTE).open(present=6)
    at_door(there, service.leave, there.members[0])
    assert figures(there)["has_quorum"] is False
    at_door(there, service.leave, there.members[1])
    at_door(there, service.join_remotely, there.members[0])
    walk_in(there, seat_id=free_seat(there).id)
    rows = select(MeetingEvent).where(MeetingEvent.meeting_id == there.meeting.id).order_by(MeetingEvent.sequence)
    events = [each for each in db.session.scalars(rows) if each.kind.startswith("quorum.")]
    assert [(each.kind, each.data["standing"]["voters"]) for each in events] == [
        ("quorum.lost", 5),
        ("quorum.regained", 6),
    ]


# People without a phone, and without an account


def test_a_walk_in_leaves_a_name_and_where_from_and_is_counted():
    there = Gathering().notice()
    walk_in(there)
    assert (figures(there)["present"], figures(there)["observers"], figures(there)["walk_ins"]) == (1, 1, 1)
    (present,) = queries.others_present(there.meeting)
    assert (present.name, present.unit, present.user_id) == ("王阿姨", "三号楼保洁", None)
    assert "王" not in str(there.state())


def test_a_walk_in_may_come_for_a_seat_that_nobody_has_signed_in_for():
    there = Gathering().notice()
    seat = free_seat(there)
    walk_in(there, seat_id=seat.id)
    assert figures(there)["seats_present"] == 1
    with pytest.raises(rules.SeatTaken):
        walk_in(there, seat_id=seat.id, name="另一位")
    held = next(line for line in queries.seat_roll(there.meeting) if line.user_id is not None)
    with pytest.raises(rules.SeatHasHolder):
        walk_in(there, seat_id=held.seat_id)
    with pytest.raises(NotFound):
        walk_in(there, seat_id=free_seat(Gathering()).id)


def test_somebody_who_was_seen_to_leave_no_longer_counts_and_comes_back():
    there = Gathering().notice()
    seat = free_seat(there)
    elder = walk_in(there, seat_id=seat.id)
    for _twice in range(2):
        at_door(there, service.mark_left, attendance_id=elder.id)
    assert figures(there)["seats_present"] == 0
    assert walk_in(there, seat_id=seat.id).id == elder.id
    assert figures(there)["seats_present"] == 1
    with pytest.raises(NotFound):
        at_door(Gathering().notice(), service.mark_left, attendance_id=elder.id)


def test_who_is_seen_to_leave_waits_no_longer_and_those_put_behind_move_up():
    there = Gathering().debate()
    hands = {}
    for number in range(3):
        side = Side.in_favour
        hands[number] = there.act(service.raise_hand, there.members[number], item_id=there.item.id, side=side)
    there.act(service.move_hand, there.shen, speaker_id=hands[0].id, place=3, reason="先听别人的")
    gone = queries.attendance_of(there.meeting.id, there.members[1].user_id)
    at_door(there, service.mark_left, attendance_id=gone.id)
    assert [each["face"] for each in there.state()["queue"]] == ["许", "赵"]
    assert db.session.get(type(hands[0]), hands[0].id).pinned_place == 2


def test_the_names_of_walk_ins_are_erased_a_year_after_the_meeting():
    there = Gathering().debate()
    elder = walk_in(there)
    there.act(service.close_meeting, there.shen, meeting_id=there.meeting.id)
    jobs.erase_walk_ins(STARTS + timedelta(days=364))
    assert db.session.get_one(Attendance, elder.id).walk_in_name == "王阿姨"
    jobs.erase_walk_ins(STARTS + timedelta(days=366))
    db.session.expire_all()
    kept = db.session.get_one(Attendance, elder.id)
    assert (kept.walk_in_name, kept.walk_in_unit, kept.erased_at) == ("", "", STARTS + timedelta(days=366))
    assert figures(there)["present"] == 7  # The figure stays.


def test_no_name_of_a_walk_in_stands_in_the_log():
    there = Gathering().notice()
    walk_in(there)
    rows = select(MeetingEvent.data).where(MeetingEvent.meeting_id == there.meeting.id)
    assert "王阿姨" not in str(list(db.session.scalars(rows)))


# Who helps


def test_a_helper_checks_people_in_at_this_meeting_only():
    there, elsewhere = Gathering().notice(), Gathering().notice()
    helper, elder = there.follower, there.members[0]
    with pytest.raises(NotAllowed):
        at_door(there, service.check_in_other, helper, user_id=elder.user_id)
    with pytest.raises(rules.HelperUnknown):
        at_door(there, service.name_helper, user_id=helper.user_id)
    there.arrive(helper)
    for _twice in range(2):
        at_door(there, service.name_helper, user_id=helper.user_id)
    assert there.state(helper)["me"]["is_helper"] is True
    there_now = at_door(there, service.check_in_other, helper, user_id=elder.user_id)
    assert (there_now.method, there_now.mode, there_now.checked_in_by_id) == ("helper", Mode.in_room, helper.user_id)
    walk_in(there, helper)
    with pytest.raises(NotAllowed):
        walk_in(elsewhere, helper)
    at_door(there, service.dismiss_helper, user_id=helper.user_id)
    with pytest.raises(NotAllowed):
        walk_in(there, helper, name="另一位")


def test_helpers_are_the_chairs_to_name():
    there = Gathering().notice()
    there.arrive(there.members[0])
    with pytest.raises(rules.NotTheChair):
        at_door(there, service.name_helper, there.lu, user_id=there.members[0].user_id)


# The quorum as people come and go


def test_the_quorum_is_shown_as_it_is_and_asked_again_before_a_vote():
    there = Gathering().debate(present=6)
    assert (figures(there)["has_quorum"], figures(there)["missing"]) == (True, 0)
    at_door(there, service.leave, there.members[0])
    assert (figures(there)["has_quorum"], figures(there)["missing"]) == (False, 1)
    with pytest.raises(rules.SeatsMissing) as refused:
        there.act(service.put_to_vote, there.shen, item_id=there.item.id)
    assert refused.value.params == {"present": 5, "needed": 6, "missing": 1}
    there.arrive(there.members[0])
    there.act(service.put_to_vote, there.shen, item_id=there.item.id)


def test_where_ballots_are_counted_presence_is_no_question():
    charter = {**MAJORITY, "rule_kind": "charter", "quorum_numerator": 2, "quorum_denominator": 3}
    there = Gathering(**charter, threshold_numerator=2, threshold_denominator=3).notice()
    assert figures(there)["has_quorum"] is None
