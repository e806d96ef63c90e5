"""A case handed over, handed back, decided; units that assist, with clocks of their own."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from deliberation.cases import jobs, rules, service
from deliberation.cases.rules import AssignmentState, HandOver
from deliberation.committees.rules import CommitteeKind
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed
from deliberation.matters import queries as matter_queries
from deliberation.matters import service as matters
from deliberation.meetings import queries as meetings
from deliberation.notifications.models import Message
from deliberation.people.access import Role
from deliberation.people.models import Organisation, OrganisationKind
from tests.cases.offices import Offices, at, given, told
from tests.support import make
from tests.support.cycle import SETTLED


@pytest.fixture
def offices(app: Flask) -> Offices:
    return given()


def test_two_returns_and_the_supervisor_decides_while_the_first_receiver_leads(offices: Offices) -> None:
    there, case = offices, offices.case
    assert (case.hand_over, there.asked(there.first).state) == (HandOver.offered, AssignmentState.offered)
    due = (case.due_at, case.first_due_at, case.contact_due_at)

    there.hand_back(there.first)
    assert (case.hand_over, case.handler_id) == (HandOver.returned, there.first.user_id)
    assert there.tasks(there.liaison) == ["dispatch_again"]
    assert told("case.returned") == {there.liaison.user_id, there.first.user_id}
    with pytest.raises(rules.ReturnedBefore):
        there.ask(there.first)
    with pytest.raises(rules.NotWaitingForDecision), transaction():
        service.decide_lead(there.supervisor, case.id, handler_id=there.third.user_id or 0, reason="先定", now=SETTLED)

    there.ask(there.second)
    assert (case.hand_over, case.handler_id) == (HandOver.offered, there.first.user_id)
    assert there.tasks(there.second) == ["accept_case"]
    with transaction():  # Meanwhile the first receiver goes on.
        service.record_contact(there.first, case.id, note="", now=SETTLED)
    with pytest.raises(rules.NotTheHandler), transaction():
        service.add_progress(there.second, case.id, text="我还没接下", now=SETTLED)

    there.hand_back(there.second)
    assert case.hand_over is HandOver.disputed
    assert there.tasks(there.liaison) == []
    assert there.tasks(there.supervisor) == ["decide_lead"]
    with pytest.raises(rules.NotWaitingForDispatch):
        there.ask(there.third)
    with pytest.raises(NotAllowed), transaction():
        service.decide_lead(there.liaison, case.id, handler_id=there.third.user_id or 0, reason="我来定", now=SETTLED)
    with transaction():
        service.decide_lead(
            there.supervisor, case.id, handler_id=there.third.user_id or 0, reason="灯杆在园区红线内", now=SETTLED
        )
    assert (case.hand_over, case.handler_id) == (HandOver.settled, there.third.user_id)
    assert (case.due_at, case.first_due_at, case.contact_due_at) == due, "residents do not wait for what offices settle"
    everybody = {there.first.user_id, there.second.user_id, there.third.user_id, there.liaison.user_id}
    assert told("case.lead_settled") == everybody
    with pytest.raises(rules.LeadIsDecided):
        there.hand_back(there.third)
    assert [code for code in there.codes() if code in ("case.returned", "case.rerouted", "case.lead_settled")] == [
        "case.returned",
        "case.rerouted",
        "case.returned",
        "case.lead_settled",
    ]
    matter = matter_queries.matter(case.matter_id)
    assert (matter.holder_id, matter.holder_name) == (there.third.user_id, "高工 · 工程")


def test_the_second_who_accepts_leads_and_the_first_is_told(offices: Offices) -> None:
    there = offices
    there.hand_back(there.first)
    there.ask(there.second)
    with pytest.raises(rules.NotAskedOfYou), transaction():
        service.accept(there.third, there.asked(there.second).id, now=SETTLED)
    with transaction():
        service.accept(there.second, there.asked(there.second).id, now=SETTLED)
    assert (there.case.handler_id, there.case.hand_over) == (there.second.user_id, HandOver.settled)
    assert there.first.user_id in told("case.lead_settled")
    with pytest.raises(rules.NothingToAnswer):
        there.hand_back(there.second)
    with pytest.raises(rules.NotTheHandler), transaction():
        service.record_contact(there.first, there.case.id, note="", now=SETTLED)


def test_whoever_begins_has_accepted_and_whoever_keeps_silent_too(offices: Offices) -> None:
    there = offices
    jobs.accept(at(3, 4, 23))
    assert there.case.hand_over is HandOver.offered
    jobs.accept(at(3, 5, 0))
    assert there.case.hand_over is HandOver.settled
    with pytest.raises(rules.NothingToAnswer):
        there.hand_back(there.first, now=at(3, 5))
    other = given()
    with transaction():
        service.record_contact(other.first, other.case.id, note="", now=SETTLED)
    assert other.asked(other.first).state is AssignmentState.accepted


def test_a_dispatcher_who_lets_the_day_go_by_has_passed_it_on(sqlite_app: Flask) -> None:
    there = given()
    there.hand_back(there.first)
    jobs.remind(at(3, 5, 9))
    assert there.case.hand_over is HandOver.disputed
    jobs.remind(at(3, 7, 9))
    assert told("case.lead_undecided") == {there.supervisor.user_id}
    assert there.case.handler_id == there.first.user_id


def test_somebody_with_an_interest_is_replaced_and_never_counts_as_silent_consent(sqlite_app: Flask) -> None:
    there = given()
    with transaction():
        matters.declare_interest(there.case.matter_id, user_id=there.first.user_id or 0, reason="亲戚", now=SETTLED)
    with pytest.raises(rules.HandlerHasInterest), transaction():
        service.accept(there.first, there.asked(there.first).id, now=SETTLED)
    jobs.accept(at(3, 6))
    assert there.asked(there.first).state is AssignmentState.ended
    there.ask(there.second)
    with transaction():
        service.accept(there.second, there.asked(there.second).id, now=at(3, 6))
    assert there.case.handler_id == there.second.user_id


def test_assisting_units_have_their_own_clock_and_make_it_a_case_for_the_joint_meeting(offices: Offices) -> None:
    there = offices
    with transaction():
        unit = make.person(name="乐师傅", roles=[Role.handler], place=there.world.hall.place)
        power = Organisation(name="供电服务站", kind=OrganisationKind.department)
        db.session.add(power)
        db.session.flush()
        unit.organisation_id = power.id
    helper = make.actor(unit)
    asked = there.assist(helper)
    case = there.case
    assert asked.due_at == at(3, 10, 23).replace(minute=59)
    assert there.tasks(helper) == ["assist"]
    assert case.level == 2
    request = meetings.agenda_request(case.matter_id, CommitteeKind.joint_meeting)
    assert request is not None
    assert request.item_id is None
    assert told("case.level_changed") == {
        there.first.user_id,
        helper.user_id,
        there.liaison.user_id,
        there.supervisor.user_id,
    }
    with pytest.raises(rules.AlreadyAsked):
        there.assist(helper)
    jobs.remind(at(3, 9))
    assert told("case.assist_due_soon") == {helper.user_id}
    for _scheduler in range(2):
        jobs.remind(at(3, 11))
    assert told("case.assist_overdue") == {helper.user_id, there.first.user_id, there.supervisor.user_id}
    with transaction():
        service.finish_assistance(helper, asked.id, text="电接到灯杆了", now=at(3, 11))
    assert told("case.assist_done") == {there.first.user_id}
    jobs.remind(at(3, 12))
    overdue = db.session.scalars(select(Message).where(Message.kind == "case.assist_overdue")).all()
    assert len(overdue) == 3
    with pytest.raises(NotAllowed), transaction():
        service.close_case(helper, case.id, now=SETTLED)


def test_an_answer_ends_what_assistants_have_not_done(sqlite_app: Flask) -> None:
    there = given()
    asked = there.assist(there.second)
    with transaction():
        there.world.reply(now=SETTLED)
    assert (asked.state, asked.next_reminder_at, there.case.climb_at) == (AssignmentState.ended, None, None)
