"""Levels that climb to the meetings that are to decide, and what nobody is given in time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from deliberation.cases import jobs, queries, rules, service
from deliberation.cases.rules import CaseState, HandOver, ReplyKind
from deliberation.committees.rules import CommitteeKind
from deliberation.kernel.clock import SHANGHAI
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import NotAllowed
from deliberation.meetings import queries as meetings
from deliberation.people.access import Role
from tests.cases.offices import WHY, Offices, at, given, told
from tests.support import cycle, make
from tests.support.cycle import SETTLED


@pytest.fixture
def offices(app: Flask) -> Offices:
    return given()


def test_overdue_it_climbs_to_the_joint_and_then_to_the_leaders_meeting(offices: Offices) -> None:
    there, case = offices, offices.case
    assert case.due_at is not None
    jobs.climb(at(3, 31, 23))
    assert case.level == 1
    for _scheduler in range(2):
        jobs.climb(at(4, 1, 9))
    assert case.level == 2
    joint = meetings.agenda_request(case.matter_id, CommitteeKind.joint_meeting)
    assert joint is not None
    assert told("case.level_changed") == {there.first.user_id, there.liaison.user_id, there.supervisor.user_id}
    jobs.climb(at(4, 3))
    assert case.level == 2, "another five working days of being overdue, not one day"
    jobs.climb(at(4, 20))
    assert case.level == 3
    assert meetings.agenda_request(case.matter_id, CommitteeKind.leaders_meeting) is not None
    jobs.climb(at(6, 1))
    assert (case.level, case.climb_at) == (3, None)
    assert there.codes().count("case.level_changed") == 2


def test_a_promise_kept_in_mind_climbs_from_its_own_day_and_an_answered_case_does_not(sqlite_app: Flask) -> None:
    there = given()
    with transaction():
        there.world.reply(ReplyKind.B, now=SETTLED)  # Promised for 2 April.
    jobs.climb(at(4, 9))
    assert there.case.level == 1
    with transaction():
        there.world.reply(now=at(4, 9))
    jobs.climb(at(5, 9))
    assert (there.case.level, there.case.state) == (1, CaseState.replied)


def test_the_dispatcher_sets_the_level_and_a_meeting_that_does_not_come_is_pressed_for(sqlite_app: Flask) -> None:
    there = given()
    with pytest.raises(NotAllowed), transaction():
        service.set_level(there.first, there.case.id, level=3, reason="太难了办不了", now=SETTLED)
    with transaction():
        service.set_level(there.liaison, there.case.id, level=3, reason="牵涉三个部门", now=SETTLED)
    assert there.case.hear_by is not None
    assert there.case.hear_by.astimezone(SHANGHAI).date() == date(2026, 4, 3)
    with transaction():  # Nothing else is to be pressed for meanwhile.
        service.record_contact(there.first, there.case.id, note="", now=SETTLED)
    jobs.remind(at(4, 4))
    assert told("case.not_heard") == {there.liaison.user_id, there.supervisor.user_id}


def test_reopening_to_level_two_puts_it_before_the_joint_meeting(sqlite_app: Flask) -> None:
    there, now = given(), SETTLED
    for _time in range(2):
        with transaction():
            there.world.reply(now=now)
            now += timedelta(days=30)
            service.reopen(there.case, reason="晚上还是有车逆行", now=now)
    assert there.case.level == 2
    assert meetings.agenda_request(there.case.matter_id, CommitteeKind.joint_meeting) is not None
    with pytest.raises(rules.NothingToAnswer):
        there.hand_back(there.first, now=now)


def test_what_nobody_is_given_in_time_falls_to_the_chief_of_the_place(offices: Offices) -> None:
    with transaction():
        made = cycle.settled(has_handler=False)
        place = made.hall.place
        chief = make.person(name="楼长", roles=[Role.handler], place=place)
        stranger = make.person(name="路人")
    with pytest.raises(rules.HandlerUnfit), transaction():
        service.name_chief(made.hall.liaison, place_id=place.id, user_id=stranger.id, now=SETTLED)
    with pytest.raises(NotAllowed), transaction():
        service.name_chief(make.actor(chief), place_id=place.id, user_id=chief.id, now=SETTLED)
    with transaction():
        service.name_chief(made.hall.liaison, place_id=place.id, user_id=chief.id, now=SETTLED)
    jobs.fall_back(at(3, 4))
    assert queries.case_of_matter(made.hall.matter.id) is None, "the liaison has until the end of the day"
    for _scheduler in range(2):
        jobs.fall_back(at(3, 5))
    case = made.case
    assert (case.handler_id, case.hand_over, case.task) == (chief.id, HandOver.settled, made.hall.vote.text)
    (asked,) = queries.assignments(case.id)
    with pytest.raises(rules.LeadIsDecided), transaction():
        service.hand_back(make.actor(chief), asked.id, reason=WHY, now=at(3, 5))
    assert chief.id in told("case.assigned")
