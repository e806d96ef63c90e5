"""Opening a meeting and checking in: the quorum, the hour, the code, who leaves; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deliberation.kernel.errors import NotAllowed, NotFound
from deliberation.matters import queries as matters
from deliberation.matters.models import ParticipationReason
from deliberation.meetings import queries, rules, service
from deliberation.meetings.rules import MeetingState
from tests.meetings.hands import events, hand
from tests.support.gathering import STARTS, Gathering

pytestmark = pytest.mark.usefixtures("app")


def test_opening_needs_the_quorum_in_the_room():
    there = Gathering().notice()
    for member in there.members[:5]:
        there.arrive(member)
    with pytest.raises(rules.SeatsMissing) as refused:
        there.act(service.open_meeting, there.shen, meeting_id=there.meeting.id)
    assert refused.value.params == {"present": 5, "needed": 6, "missing": 1}
    there.arrive(there.members[5])
    there.act(service.open_meeting, there.shen, meeting_id=there.meeting.id)
    assert queries.meeting(there.meeting.id).state is MeetingState.open


def test_a_charter_that_counts_ballots_needs_nobody_in_the_room():
    charter = {"rule_kind": "charter", "quorum_numerator": 2, "quorum_denominator": 3}
    there = Gathering(**charter, threshold_numerator=2, threshold_denominator=3).notice()
    there.act(service.open_meeting, there.shen, meeting_id=there.meeting.id)
    figures = there.state()["attendance"]
    assert (figures["seats_to_open"], figures["quorum"]) == (0, 7)


def test_a_meeting_opens_half_an_hour_early_at_most():
    there = Gathering().notice()
    for member in there.members:
        there.arrive(member)
    early = STARTS - timedelta(minutes=31)
    with pytest.raises(rules.TooEarlyToOpen):
        there.act(service.open_meeting, there.shen, meeting_id=there.meeting.id, now=early)
    there.act(service.open_meeting, there.shen, meeting_id=there.meeting.id, now=early + timedelta(minutes=1))


def test_a_code_holds_for_its_half_minute_and_the_next():
    there = Gathering().notice()
    member, secret = there.members[0], there.meeting.check_in_secret
    at = STARTS - timedelta(seconds=STARTS.second % 30)
    code = rules.check_in_code(secret, meeting_id=there.meeting.id, at=at)
    fields = {"meeting_id": there.meeting.id, "code": code}
    with pytest.raises(rules.CodeExpired):
        there.act(service.check_in, member, **fields, now=at + timedelta(seconds=60))
    assert queries.present_user_ids(there.meeting.id) == frozenset()
    spaced = {**fields, "code": f" {code[:3]} {code[3:]} "}  # As the screen shows it.
    there.act(service.check_in, member, **spaced, now=at + timedelta(seconds=59))
    assert queries.present_user_ids(there.meeting.id) == {member.user_id}


def test_checking_in_twice_is_one_presence_and_makes_an_attendee():
    there = Gathering().notice()
    there.arrive(there.follower)
    there.arrive(there.follower)
    assert [event.kind for event in events(there)].count("attendance.checked_in") == 1
    reasons = matters.reasons_of(there.matters[0].id, there.follower.user_id)
    assert ParticipationReason.attendee in reasons
    assert there.state()["attendance"]["observers"] == 1


def test_checking_in_is_from_an_hour_before_until_the_end():
    there = Gathering().notice()
    with pytest.raises(rules.CheckInClosed):
        there.arrive(there.members[0], now=STARTS - timedelta(minutes=61))
    there.arrive(there.members[0], now=STARTS - timedelta(minutes=59))


def test_the_chair_checks_in_seat_holders_and_nobody_else():
    there = Gathering().notice()
    fields = {"meeting_id": there.meeting.id}
    there.act(service.check_in_other, there.shen, user_id=there.members[0].user_id, **fields)
    assert there.state()["attendance"]["seats_present"] == 1
    with pytest.raises(NotFound):
        there.act(service.check_in_other, there.shen, user_id=there.follower.user_id, **fields)
    with pytest.raises(NotAllowed):
        there.act(service.check_in_other, there.members[0], user_id=there.members[1].user_id, **fields)


def test_who_leaves_no_longer_counts_and_no_longer_waits():
    there = Gathering().debate()
    hand(there, 0)
    there.act(service.leave, there.members[0], meeting_id=there.meeting.id)
    state = there.state()
    assert (state["attendance"]["seats_present"], state["queue"]) == (5, [])
    there.arrive(there.members[0])
    assert there.state()["attendance"]["seats_present"] == 6


# The floor
