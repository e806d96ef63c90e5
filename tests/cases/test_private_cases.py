"""A private case from its first line to its look-back, and a stranger who looks into every page there is."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from deliberation.audit.models import AuditLeaf
from deliberation.cases import queries, reminders, service
from deliberation.cases.models import Case
from deliberation.cases.rules import Course, DemandSource, Heard, PrivateNeed, ReplyKind
from deliberation.feedback import jobs as feedback_jobs
from deliberation.feedback import queries as feedback
from deliberation.feedback import service as feedback_service
from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.matters import queries as matters
from deliberation.matters.models import Matter
from deliberation.notifications.models import Message, Occasion
from deliberation.people import service as people
from deliberation.people.access import Actor, Role
from deliberation.people.models import Organisation, OrganisationKind, User
from tests.support import make
from tests.support.door import client_of, post

NOW = make.NOW
SECRET = "想再租半层办公"
WORDS = "三十人坐不下了，最好在同一栋再租半层。"
ANSWER = "三楼东边半层下月腾空，租约已经谈好。"


@dataclass
class Scene:
    matter: Matter
    case: Case
    place_code: str
    allowed: dict[str, User]
    strangers: dict[str, User | None]


@pytest.fixture
def scene(sqlite_app: Flask) -> Any:
    """Taken down, given to a handler, worked on and answered; its notice is out and its look-back has been asked."""
    with transaction():
        place = make.place()
        firm = Organisation(name="木棉精密", kind=OrganisationKind.firm)
        db.session.add(firm)
        db.session.flush()
        allowed = {
            "submitter": make.person(phone=True, organisation_id=firm.id),
            "colleague": make.person(organisation_id=firm.id),
            "liaison": make.person(name="沈岚", roles=[Role.liaison], place=place),
            "manager": make.person(roles=[Role.park_manager], place=place),
            "handler": make.person(name="钱工", roles=[Role.handler], place=place),
        }
        every_other = [Role.supervisor, Role.deputy, Role.residents_committee, Role.association, Role.teller]
        strangers: dict[str, User | None] = {
            "visitor": None,
            "resident": make.person(),
            "another handler": make.person(roles=[Role.handler], place=place),
            "other offices": make.person(roles=[*every_other, Role.administrator], place=place),
        }
        for user in [*allowed.values(), *(each for each in strangers.values() if each)]:
            people.follow_place(user_id=user.id, place_id=place.id, now=NOW)
        heard = Heard(
            source=DemandSource.visit, title=SECRET, text=WORDS, heard_on=NOW.date(), firm="木棉精密",
            phone=allowed["submitter"].us_phone_number or "", private_need=PrivateNeed.room_to_grow,
        )  # fmt: skip
        course = Course(handler_id=allowed["handler"].id)
        taken = service.take_in(make.actor(allowed["liaison"]), place_id=place.id, heard=heard, course=course, now=NOW)
    case = queries.case_of_matter(taken.matter_id)
    assert case is not None
    handler = make.actor(allowed["handler"])
    with transaction():
        service.record_contact(handler, case.id, note="", now=NOW)
        service.add_progress(handler, case.id, text=f"看过了：{SECRET}", now=NOW)
        service.reply(handler, case.id, kind=ReplyKind.A, text=ANSWER, now=NOW)
    with transaction():
        issue(case)
    feedback_jobs.send_due(NOW + timedelta(days=40))
    clock.configure(frozen=NOW + timedelta(days=40), file=None)
    yield Scene(matters.matter(taken.matter_id), case, place.code, allowed, strangers)
    clock.configure(frozen=None, file=None)


def issue(case: Case) -> None:
    (notice,) = feedback.notices(case.matter_id)
    feedback_service.issue_notice(None, notice.id, now=NOW)


def addresses(app: Flask, scene: Scene) -> list[str]:
    """Every page that can be read, with this matter's own number, case, notice and look-back where one is asked for."""
    (notice,) = feedback.notices(scene.matter.id)
    look_back = feedback.look_backs(scene.case.id, 1)[0].id
    given = {
        "number": scene.matter.number, "code": scene.place_code, "case_id": scene.case.id, "notice_id": notice.id,
        "look_back_id": look_back, "matter_id": scene.matter.id,
    }  # fmt: skip
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()) and rule.endpoint not in ("static", "security.logout"):
            plain = re.sub(r"<any\(([^,)]+)[^>]*>", lambda part: part.group(1).strip(), rule.rule)
            found.append(re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(given.get(part.group(1), 1)), plain))
    number, code = scene.matter.number, scene.place_code
    searches = [f"/matters?words={SECRET}", f"/matters?words={number}", f"/matters?place={code}", "/matters?mine=1"]
    searches += [f"/cases?state={state}" for state in ("open", "late", "answered", "closed")]
    return [*found, *searches, f"/cases/dispatch?matter={number}"]


def test_a_stranger_who_reads_every_page_finds_no_trace(sqlite_app: Flask, scene: Scene) -> None:
    paths = addresses(sqlite_app, scene)
    assert len(paths) > 60
    leaks = []
    for name, user in scene.strangers.items():
        client = client_of(sqlite_app, user)
        for path in paths:
            answer = client.get(path)
            told = (
                answer.text
                if (answer.mimetype or "").startswith(("text", "application/json", "application/atom"))
                else ""
            )
            traces = (scene.matter.number, scene.matter.plate, SECRET, "坐不下了", "三楼东边")
            if any(trace in told and trace not in path for trace in traces) or answer.status_code >= 500:
                leaks.append((name, path, answer.status_code))
    assert leaks == []


def test_those_whom_it_concerns_read_it(sqlite_app: Flask, scene: Scene) -> None:
    number = scene.matter.number
    for name, user in scene.allowed.items():
        client = client_of(sqlite_app, user)
        assert SECRET in client.get(f"/matters/{number}").text, name
        assert number in client.get(f"/matters?words={SECRET}").text or SECRET in client.get("/matters").text, name
    (notice,) = feedback.notices(scene.matter.id)
    assert "三楼东边" in client_of(sqlite_app, scene.allowed["submitter"]).get(f"/feedback/notices/{notice.id}").text
    liaison = client_of(sqlite_app, scene.allowed["liaison"])
    assert SECRET in liaison.get("/cases?state=answered").text
    assert SECRET in client_of(sqlite_app, scene.allowed["handler"]).get(f"/cases/{scene.case.id}").text


def test_nobody_else_was_told_and_no_act_of_theirs_reaches_it(sqlite_app: Flask, scene: Scene) -> None:
    told = select(Message.user_id).join(Occasion).where(Occasion.matter_id == scene.matter.id)
    assert set(db.session.scalars(told)) <= {user.id for user in scene.allowed.values()}
    assert scene.allowed["submitter"].id in set(db.session.scalars(told))
    for name, user in scene.strangers.items():
        client = client_of(sqlite_app, user)
        assert post(client, f"/matters/{scene.matter.number}/follow", follow="1").status_code in (302, 403, 404), name
        assert post(client, f"/cases/{scene.case.id}/reply").status_code in (302, 403, 404)
    assert set(matters.participants(scene.matter.id)) == {scene.allowed["submitter"].id}


def test_who_must_decide_reads_it_from_the_second_return_until_it_is_settled(sqlite_app: Flask) -> None:
    with transaction():
        place = make.place()
        liaison = make.actor(make.person(roles=[Role.liaison], place=place))
        supervisor = make.person(roles=[Role.supervisor], place=place)
        handlers = [make.actor(make.person(roles=[Role.handler], place=place)) for _each in range(3)]
        heard = Heard(
            source=DemandSource.phone, title=SECRET, text=WORDS, heard_on=NOW.date(), private_need=PrivateNeed.health
        )
        course = Course(handler_id=handlers[0].user_id)
        taken = service.take_in(liaison, place_id=place.id, heard=heard, course=course, now=NOW)
    case = queries.case_of_matter(taken.matter_id)
    assert case is not None

    def seen() -> int:
        return client_of(sqlite_app, supervisor).get(f"/cases/{case.id}").status_code

    def hand_back(handler: Actor) -> None:
        with transaction():
            asked = queries.open_lead(queries.assignments(case.id))
            assert asked is not None
            service.hand_back(handler, asked.id, reason="不是我们管的", now=NOW)

    hand_back(handlers[0])
    assert seen() == 404
    with transaction():
        service.ask_another(liaison, case.id, handler_id=handlers[1].user_id or 0, now=NOW)
    hand_back(handlers[1])
    assert seen() == 200
    (leaf,) = db.session.scalars(select(AuditLeaf.data).where(AuditLeaf.tag == "case.shown"))
    assert json.loads(leaf)["to"] == [supervisor.id]
    told = select(Message.user_id).join(Occasion).where(Occasion.kind == "case.returned")
    assert supervisor.id in set(db.session.scalars(told))
    with transaction():
        actor = make.actor(supervisor)
        service.decide_lead(actor, case.id, handler_id=handlers[2].user_id or 0, reason="按职责归这里", now=NOW)
    assert seen() == 404


def test_reminders_of_a_private_case_reach_its_own_people_only(sqlite_app: Flask) -> None:
    with transaction():
        place = make.place()
        people_here = {
            role: make.person(roles=[role], place=place) for role in (Role.liaison, Role.handler, Role.supervisor)
        }
        heard = Heard(
            source=DemandSource.phone, title=SECRET, text=WORDS, heard_on=NOW.date(), private_need=PrivateNeed.health
        )
        course = Course(handler_id=people_here[Role.handler].id)
        actor = make.actor(people_here[Role.liaison])
        taken = service.take_in(actor, place_id=place.id, heard=heard, course=course, now=NOW)
    with transaction():
        while reminders.remind_next(NOW + timedelta(days=30)):
            pass
    rows = select(Message.user_id).join(Occasion).where(Occasion.matter_id == taken.matter_id)
    told = set(db.session.scalars(rows.where(Occasion.kind == "case.overdue")))
    assert told == {people_here[Role.handler].id, people_here[Role.liaison].id}


def test_the_public_reads_totals_and_no_small_cell(sqlite_app: Flask, scene: Scene) -> None:
    page = client_of(sqlite_app).get(f"/cases/private/{scene.place_code}")
    assert page.status_code == 200
    assert "&lt;5" in page.text
    assert SECRET not in page.text
    with transaction():
        liaison = make.actor(scene.allowed["liaison"])
        for number in range(6):
            heard = Heard(
                source=DemandSource.phone, title=f"要一张轮椅 {number}", text="楼里没有电梯，下不了楼。",
                heard_on=NOW.date(), private_need=PrivateNeed.health,
            )  # fmt: skip
            service.take_in(liaison, place_id=scene.case.place_id, heard=heard, course=Course(), now=NOW)
    shown = client_of(sqlite_app).get(f"/cases/private/{scene.place_code}").text
    cells = re.findall(r'<td class="n">(?:<b>)?([^<]+)', shown)
    assert "1" not in cells, "one firm looks for room: that is under five"
    assert "&lt;5" in cells
