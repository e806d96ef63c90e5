"""A case handed over, handed back, decided; units that assist; levels that climb; the owner of last resort."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from deliberation.cases import jobs, queries, rules, service
from deliberation.cases.models import Assignment, Case
from deliberation.cases.rules import AssignmentState, CaseState, HandOver, ReplyKind
from deliberation.committees.rules import CommitteeKind
from deliberation.kernel import clock
from deliberation.kernel.clock import SHANGHAI
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed
from deliberation.matters import queries as matter_queries
from deliberation.matters import service as matters
from deliberation.meetings import queries as meetings
from deliberation.notifications.models import Message
from deliberation.people.access import Actor, Role
from deliberation.people.models import Organisation, OrganisationKind
from deliberation.people.queries import user
from tests.support import cycle, make
from tests.support.cycle import SETTLED, World
from tests.support.door import client_of, post

WHY = "灯杆不归我们管，归园区工程部。"


def at(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


@dataclass
class Offices:
    """A case given to 钱工 on Tuesday 3 March, 09:01, due 24 March, and two more who handle cases there."""

    world: World
    second: Actor
    third: Actor

    @property
    def case(self) -> Case:
        return self.world.case

    @property
    def first(self) -> Actor:
        return self.world.handler

    @property
    def liaison(self) -> Actor:
        return self.world.hall.liaison

    @property
    def supervisor(self) -> Actor:
        return self.world.supervisor

    def asked(self, actor: Actor) -> Assignment:
        """What this person was asked last."""
        rows = [row for row in queries.assignments(self.case.id) if row.handler_id == actor.user_id]
        return rows[-1]

    def hand_back(self, actor: Actor, *, now: datetime = SETTLED) -> None:
        with transaction():
            service.hand_back(actor, self.asked(actor).id, reason=WHY, now=now)

    def ask(self, actor: Actor, *, now: datetime = SETTLED) -> None:
        with transaction():
            service.ask_another(self.liaison, self.case.id, handler_id=actor.user_id or 0, now=now)

    def assist(self, actor: Actor, *, now: datetime = SETTLED) -> Assignment:
        with transaction():
            given = {"handler_id": actor.user_id or 0, "task": "把电接到灯杆"}
            return service.ask_assistance(self.liaison, self.case.id, now=now, **given)

    def tasks(self, actor: Actor) -> list[str]:
        return [line.task for line in queries.desk_lines(actor, now=SETTLED)]

    def codes(self) -> list[str]:
        return [entry.code for entry in matter_queries.timeline(self.case.matter_id)]


@pytest.fixture
def offices(app: Flask) -> Offices:
    return given()


def given() -> Offices:
    with transaction():
        world = cycle.settled()
        place = world.hall.place
        second = make.actor(make.person(name="方工", duty="照明", roles=[Role.handler], place=place))
        third = make.actor(make.person(name="高工", duty="工程", roles=[Role.park_manager], place=place))
    return Offices(world, second, third)


def told(kind: str) -> set[int]:
    return set(db.session.scalars(select(Message.user_id).where(Message.kind == kind)))


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


@pytest.fixture
def seen(sqlite_app: Flask):
    there = given()
    clock.configure(frozen=SETTLED, file=None)
    yield there
    clock.configure(frozen=None, file=None)


def test_the_pages_of_handing_over(sqlite_app: Flask, seen: Offices) -> None:
    there, path = seen, f"/cases/{seen.case.id}"
    first, second, liaison, supervisor = (
        client_of(sqlite_app, user(actor.user_id or 0))
        for actor in (there.first, there.second, there.liaison, there.supervisor)
    )
    assert "请您接办" in first.get(path).text
    back = f"/cases/assignments/{there.asked(there.first).id}/hand-back"
    unclear = post(first, back, **{"handback-reason": "不"})
    assert unclear.status_code == 422
    assert post(first, back, **{"handback-reason": WHY}).status_code == 302
    page = liaison.get(path).text
    assert "由首接的 钱工 先办" in page
    assert WHY in page
    sent = {"askanother-handler_id": str(there.second.user_id)}
    assert post(liaison, f"{path}/ask-another", **sent).status_code == 302
    assert path in second.get("/cases").text
    back = f"/cases/assignments/{there.asked(there.second).id}/hand-back"
    assert post(second, back, **{"handback-reason": WHY}).status_code == 302
    assert post(liaison, f"{path}/ask-another", **sent).status_code == 409
    assert "定由谁主办" in supervisor.get(path).text
    decided = {"decidelead-handler_id": str(there.third.user_id), "decidelead-reason": "灯杆在园区红线内"}
    assert post(supervisor, f"{path}/lead", **decided).status_code == 302
    public = client_of(sqlite_app).get(f"/matters/{there.world.hall.matter.number}").text
    assert "高工 · 工程" in public
    assert "不再改派" in public
    sent = {"level-level": "3", "level-reason": "牵涉三个部门"}
    assert post(liaison, f"{path}/level", **sent).status_code == 302
    assert "等下一次领导会商排上议程" in liaison.get(path).text
    sent = {"askassistance-handler_id": str(there.second.user_id), "askassistance-task": "把电接到灯杆"}
    assert post(liaison, f"{path}/assistance", **sent).status_code == 302
    done = f"/cases/assignments/{there.asked(there.second).id}/finish"
    assert post(second, done, **{"finishassistance-text": "接好了"}).status_code == 422
    assert post(second, done, **{"finishassistance-text": "电接到灯杆了"}).status_code == 302
    assert "电接到灯杆了" in client_of(sqlite_app).get(f"/matters/{there.world.hall.matter.number}").text


def test_of_a_private_case_exactly_those_read_who_work_on_it(sqlite_app: Flask, seen: Offices) -> None:
    there, path = seen, f"/cases/{seen.case.id}"
    with transaction():
        matters.keep_private(matters.load_for_change(there.case.matter_id), user_id=None, organisation_id=None)
        there.case.is_private = True
    second = client_of(sqlite_app, user(there.second.user_id or 0))
    there.hand_back(there.first)
    assert second.get(path).status_code == 404
    there.ask(there.second)
    assert second.get(path).status_code == 200
    there.hand_back(there.second)
    assert second.get(path).status_code == 404
    assert client_of(sqlite_app, user(there.first.user_id or 0)).get(path).status_code == 200
    there.assist(there.second)
    assert second.get(path).status_code == 200


def test_the_case_page_costs_the_same_however_many_take_part(sqlite_app: Flask, seen: Offices) -> None:
    counted: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        counted.append(statement)

    def statements() -> int:
        db.session.expire_all()
        counted.clear()
        for actor in (seen.liaison, seen.first):
            queries.page(seen.case.id, actor, now=SETTLED)
            queries.desk_lines(actor, now=SETTLED)
        return len(counted)

    seen.assist(seen.second)
    event.listen(db.engines[None], "before_cursor_execute", note)
    try:
        before = statements()
        seen.assist(seen.third)
        assert statements() == before
    finally:
        event.remove(db.engines[None], "before_cursor_execute", note)


def test_the_owners_of_last_resort_are_named_on_a_page(sqlite_app: Flask, seen: Offices) -> None:
    liaison = client_of(sqlite_app, user(seen.liaison.user_id or 0))
    assert "还没有定" in liaison.get("/cases/chiefs").text
    sent = {"place_id": str(seen.world.hall.place.id), "user_id": str(seen.second.user_id)}
    assert post(liaison, "/cases/chiefs", **sent).status_code == 302
    assert "方工" in liaison.get("/cases/chiefs").text
    assert post(liaison, "/cases/chiefs", **{**sent, "user_id": "0"}).status_code == 302
    assert queries.chief_of(seen.world.hall.place.scope) is None
