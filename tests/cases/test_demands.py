"""How cases come in when nobody wrote a proposal: typed in, settled on the spot, added to one, or from a file."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from deliberation.cases import queries, service
from deliberation.cases.models import Case, Demand, DemandFile
from deliberation.cases.rules import CaseState, Course, DemandSource, Heard, HeardInTheFuture, NotOpenToJoin
from deliberation.feedback import queries as feedback
from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed
from deliberation.matters import queries as matters
from deliberation.matters import service as matter_service
from deliberation.matters.models import Matter, ParticipationReason
from deliberation.notifications.models import Message
from deliberation.people.access import Actor, Role
from deliberation.people.models import User
from deliberation.people.queries import user
from deliberation.places.models import Place
from tests.support import make
from tests.support.door import client_of, post

NOW = make.NOW
TODAY = date(2026, 3, 2)


@dataclass
class Desk:
    """A place with those who take demands down and those who handle them, and a caller with an account."""

    place: Place
    liaison: Actor
    handler: Actor
    deputy: Actor
    caller: User


def _desk() -> Desk:
    place = make.place()
    people = {
        role: make.actor(make.person(name=name, roles=[role], place=place))
        for role, name in ((Role.liaison, "沈岚"), (Role.handler, "钱工"), (Role.deputy, "何惧"))
    }
    caller = make.person(name="王敏", phone=True)
    return Desk(place, people[Role.liaison], people[Role.handler], people[Role.deputy], caller)


def heard(desk: Desk, **other: Any) -> Heard:
    said = {
        "source": DemandSource.phone, "title": "楼道灯坏了", "text": "三号楼二楼的灯坏了三天，老人下楼看不见。",
        "heard_on": TODAY, "name": "王敏", "phone": desk.caller.us_phone_number,
    }  # fmt: skip
    return Heard(**{**said, **other})


def take_in(desk: Desk, actor: Actor | None = None, *, course: Course | None = None, **other: Any) -> Demand:
    given = course or Course(handler_id=desk.handler.user_id)
    return service.take_in(
        actor or desk.liaison, place_id=desk.place.id, heard=heard(desk, **other), course=given, now=NOW
    )


def told(desk: Desk) -> list[str]:
    rows = select(Message.kind).where(Message.user_id == desk.caller.id).order_by(Message.id)
    return list(db.session.scalars(rows))


@pytest.mark.parametrize("source", [DemandSource.phone, DemandSource.visit, DemandSource.reception, DemandSource.file])
def test_whatever_way_it_comes_in_it_has_one_number_one_timeline_and_a_holder(sqlite_app: Flask, source: Any) -> None:
    with transaction():
        desk = _desk()
        demand = take_in(desk, source=source)
    matter = matters.matter(demand.matter_id)
    assert matter.number.startswith(desk.place.code)
    assert (matter.holder_id, matter.holder_task) == (desk.handler.user_id, "contact")
    assert matter.holder_due_at is not None
    assert [entry.code for entry in matters.timeline(matter.id)] == ["demand.taken", "case.assigned"]
    assert matters.timeline(matter.id)[0].data["who"] == "王*"
    assert matters.reasons_of(matter.id, desk.caller.id) == [ParticipationReason.proposer]


def test_a_deputy_takes_down_and_passes_on_and_cannot_solve(sqlite_app: Flask) -> None:
    with transaction():
        desk = _desk()
        demand = take_in(desk, desk.deputy, source=DemandSource.reception, course=Course())
    matter = matters.matter(demand.matter_id)
    assert (matter.holder_id, matter.holder_task) == (desk.liaison.user_id, "dispatch")
    with pytest.raises(NotAllowed), transaction():
        take_in(desk, desk.deputy, course=Course(is_solved=True, solution="灯泡当场换好了"))
    with pytest.raises(NotAllowed), transaction():
        take_in(desk, desk.deputy)
    with pytest.raises(NotAllowed), transaction():
        take_in(desk, make.actor(desk.caller))
    with pytest.raises(HeardInTheFuture), transaction():
        take_in(desk, heard_on=date(2026, 3, 3))
    assert db.session.scalar(select(func.count()).select_from(Matter).where(Matter.place_id == desk.place.id)) == 1


def test_solved_on_the_spot_is_one_step_and_the_notice_is_out(app: Flask) -> None:
    with transaction():
        desk = _desk()
        demand = take_in(desk, course=Course(is_solved=True, solution="灯泡当场换好了，楼道亮了。"))
    case = queries.case_of_matter(demand.matter_id)
    assert case is not None
    assert (case.state, case.handler_id, case.contacted_at, case.replied_at) == (
        CaseState.replied, desk.liaison.user_id, NOW, NOW,
    )  # fmt: skip
    (notice,) = feedback.notices(demand.matter_id)
    assert notice.issued_at == NOW
    assert told(desk) == ["outcome.notice"]
    codes = [entry.code for entry in matters.timeline(demand.matter_id)]
    assert codes == ["demand.taken", "case.replied", "outcome.issued"]
    assert [each.days for each in feedback.look_backs(case.id, 1)] == [30, 90]


def test_the_same_form_sent_twice_is_one(sqlite_app: Flask) -> None:
    with transaction():
        desk = _desk()
        first = take_in(desk, submission_key="a" * 20)
        assert take_in(desk, submission_key="a" * 20).id == first.id
        assert take_in(desk, submission_key="b" * 20).id != first.id


def test_who_says_the_same_is_added_and_hears_what_becomes_of_it(sqlite_app: Flask) -> None:
    with transaction():
        desk = _desk()
        demand = take_in(desk, phone="")
        number = matters.matter(demand.matter_id).number
        assert matters.reasons_of(demand.matter_id, desk.caller.id) == []
        joined = service.join(desk.deputy, number=number, heard=heard(desk), now=NOW)
    assert joined.matter_id == demand.matter_id
    assert [each.is_first for each in queries.demands_of(demand.matter_id)] == [True, False]
    assert matters.reasons_of(demand.matter_id, desk.caller.id) == [ParticipationReason.proposer]
    with transaction():
        matter_service.close(matters.matter(demand.matter_id), state="closed", now=NOW)
    with pytest.raises(NotOpenToJoin), transaction():
        service.join(desk.deputy, number=number, heard=heard(desk), now=NOW)


def test_whom_to_call_is_forgotten_a_year_after_closing(sqlite_app: Flask) -> None:
    with transaction():
        desk = _desk()
        demand, other = take_in(desk), take_in(desk, title="车棚漏雨了")
        matter_service.close(matters.matter(demand.matter_id), state="closed", now=NOW)
    for days, count in ((364, 0), (366, 1), (367, 0)):
        with transaction():
            assert service.forget_phones(now=NOW + timedelta(days=days)) == count
    db.session.expire_all()
    assert (demand.name, demand.phone) == ("", "")
    assert other.phone


# Through the door


@pytest.fixture
def desk(sqlite_app: Flask) -> Any:
    with transaction():
        made = _desk()
    clock.configure(frozen=NOW, file=None)
    yield made
    clock.configure(frozen=None, file=None)


def fields(desk: Desk, **other: Any) -> dict[str, Any]:
    return {
        "source": "visit", "place": desk.place.code, "title": "楼道灯坏了", "kind": "lighting", "privacy": "",
        "text": "三号楼二楼的灯坏了三天，老人下楼看不见。", "heard_on": "2026-03-01",
        "name": "王敏", "phone": desk.caller.us_phone_number, "handler_id": desk.handler.user_id, "limit": "ordinary",
        "submission_key": "k" * 20, **other,
    }  # fmt: skip


def test_typed_in_and_ready_for_the_next_caller(sqlite_app: Flask, desk: Desk) -> None:
    liaison = client_of(sqlite_app, user(desk.liaison.user_id or 0))
    assert "登记诉求" in liaison.get("/cases/take-in").text
    bad = post(liaison, "/cases/take-in", **fields(desk, title=""))
    assert bad.status_code == 422
    assert "老人下楼看不见" in bad.text
    sent = post(liaison, "/cases/take-in", **fields(desk))
    assert sent.status_code == 302, sent.text[:2000]
    page = liaison.get(sent.location)
    assert "钱工" in page.text
    assert 'value="2026-03-01"' in page.text, "the day stays for the next one"
    (demand,) = db.session.scalars(select(Demand))
    number = matters.matter(demand.matter_id).number
    shown = client_of(sqlite_app).get(f"/matters/{number}").text
    assert "老人下楼看不见" in shown
    assert "王*" in shown
    assert "王敏" not in shown
    assert str(desk.caller.us_phone_number)[-8:] not in shown


def test_solved_on_the_spot_says_how(sqlite_app: Flask, desk: Desk) -> None:
    liaison = client_of(sqlite_app, user(desk.liaison.user_id or 0))
    without = post(liaison, "/cases/take-in/solved", **fields(desk))
    assert without.status_code == 422
    assert "怎么办好的" in without.text
    assert db.session.scalar(select(func.count()).select_from(Demand)) == 0
    sent = post(liaison, "/cases/take-in/solved", **fields(desk, solution="灯泡当场换好了"))
    assert sent.status_code == 302
    assert "结果告知已经发出" in liaison.get(sent.location).text


def test_what_reads_alike_is_shown_once_before_it_is_a_second_matter(sqlite_app: Flask, desk: Desk) -> None:
    liaison = client_of(sqlite_app, user(desk.liaison.user_id or 0))
    post(liaison, "/cases/take-in", **fields(desk))
    (first,) = db.session.scalars(select(Demand))
    number = matters.matter(first.matter_id).number
    again = fields(desk, submission_key="m" * 20, title="二楼楼道灯坏了三天")
    warned = post(liaison, "/cases/take-in", **again)
    assert warned.status_code == 422
    assert f'name="joins" value="{number}"' in warned.text
    assert "老人下楼看不见" in warned.text
    asked = post(liaison, "/cases/alike", place=desk.place.code, text="楼道灯坏了，二楼")
    assert number in (asked.json or {})["html"]
    assert post(liaison, "/cases/take-in", **again, joins=number).status_code == 302
    assert [each.matter_id for each in db.session.scalars(select(Demand))] == [first.matter_id] * 2
    other = {**again, "submission_key": "n" * 20}
    assert post(liaison, "/cases/take-in", **other, is_new="1").status_code == 302
    assert len({each.matter_id for each in db.session.scalars(select(Demand))}) == 2


def test_whom_to_call_is_shown_to_the_liaison_and_the_handler_and_logged(sqlite_app: Flask, desk: Desk) -> None:
    with transaction():
        demand = take_in(desk)
        other = make.person(roles=[Role.handler], place=desk.place)
    path = f"/cases/demands/{demand.id}/contact"
    for actor in (desk.liaison, desk.handler):
        shown = post(client_of(sqlite_app, user(actor.user_id or 0)), path)
        assert str(desk.caller.us_phone_number) in shown.text
    assert post(client_of(sqlite_app, other), path).status_code == 403
    assert post(client_of(sqlite_app, user(desk.deputy.user_id or 0)), path).status_code == 403


def csv(*lines: str) -> dict[str, Any]:
    text = "\n".join(["什么事,情况,哪一类,派给谁", *lines])
    return {"file": (io.BytesIO(text.encode()), "诉求.csv")}


def test_a_file_is_looked_at_and_taken_over_whole_or_not_at_all(sqlite_app: Flask, desk: Desk) -> None:
    liaison = client_of(sqlite_app, user(desk.liaison.user_id or 0))
    path = f"/cases/from-file/{desk.place.code}"
    for kind in ("csv", "xlsx"):
        assert liaison.get(f"/cases/demands.{kind}").data
    lines = ["楼道灯坏了,三号楼二楼的灯坏了三天,照明,钱工", "车棚漏雨,北边车棚一下雨就漏，插座都湿了,安全,"]
    wrong = post(liaison, path, **csv(*lines, "水管漏水,地下室水管漏了一天了,,没有这个人"))
    assert wrong.status_code == 422
    assert "没有这位办理人" in wrong.text
    assert ">4<" in wrong.text
    assert db.session.scalar(select(func.count()).select_from(DemandFile)) == 0
    assert post(liaison, path, **csv(*lines)).status_code == 302
    assert "读好了，2 件，没有错" in liaison.get(path).text
    assert db.session.scalar(select(func.count()).select_from(Demand)) == 0, "a preview takes nothing in"
    assert post(liaison, f"{path}/take-over").status_code == 302
    taken = db.session.scalars(select(Demand).order_by(Demand.id)).all()
    assert [(each.title, each.file_name, each.file_line) for each in taken] == [
        ("楼道灯坏了", "诉求.csv", 2), ("车棚漏雨", "诉求.csv", 3),
    ]  # fmt: skip
    assert db.session.scalar(select(func.count()).select_from(Case)) == 1
    assert post(liaison, f"{path}/take-over").status_code == 422, "a second press finds nothing left"
    assert post(liaison, path).status_code == 422
    handler = client_of(sqlite_app, user(desk.handler.user_id or 0))
    assert handler.get(path).status_code == 403
