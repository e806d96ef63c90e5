"""A place is found by its administrators alone until its last step opens it; a step taken back leaves nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from deliberation.committees.models import Committee
from deliberation.kernel.database import Base, db, transaction
from deliberation.people import service as people_service
from deliberation.people.access import Role
from deliberation.places.models import Place
from deliberation.setup.rules import StepKind
from tests.setup.test_first_hour import BODY, PLACE
from tests.support import make
from tests.support.door import client_of, post

STEPS = {
    "place": PLACE,
    "buildings": {"lines": "1 号楼\n2 号楼"},
    "units": {"lines": "1 号楼，云杉科技\n，便民超市，店铺"},
    "committee": BODY,
    "charter": {},
}
LIST = {"way": "list", "list-lines": "周敏，zhou@example.org，云杉科技", "list-days": "7"}
ONLY_GROWS = {"audit_leaf", "audit_node", "audit_root"}
PUBLIC = ("/", "/places", "/matters", "/meetings", "/register", "/proposals/new")
OWN = ("/places/{0}", "/places/{0}/feed.atom", "/meetings/places/{0}.ics", "/matters?place={0}", "/meetings?place={0}")


@pytest.fixture
def administrator(app):
    with transaction():
        make.person(name="陆明", roles=[Role.liaison], place=make.place())
        return make.person(name="顾青", roles=[Role.administrator])


def rows() -> dict[str, int]:
    tables = [table for name, table in Base.metadata.tables.items() if name not in ONLY_GROWS]
    return {table.name: db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def invite(client, at):
    return post(client, f"/admin/places/YHY/invitations?setup={at.rsplit('/', 1)[1]}", **LIST)


def test_each_step_is_there_and_gone_without_a_trace(app, administrator):
    client = client_of(app, administrator)
    at = post(client, "/admin/setup").location.removesuffix("/place")
    before = []
    for step in StepKind:
        before.append((step, rows()))
        done = invite(client, at) if step is StepKind.invitations else post(client, f"{at}/{step}", **STEPS[step])
        assert done.status_code == 302
        assert rows() != before[-1][1]
    for step, were in reversed(before):
        assert post(client, f"{at}/{step}/undo").status_code == 302
        assert rows() == were


def test_until_the_last_step_only_administrators_find_it(sqlite_app):
    with transaction():
        elsewhere = make.place()
        neighbour = make.person(name="罗青")
        officer = make.person(name="方宁", roles=[Role.administrator], place=elsewhere)
        administrator = make.person(name="顾青", roles=[Role.administrator])
    client = client_of(sqlite_app, administrator)
    at = post(client, "/admin/setup").location.removesuffix("/place")
    for step, fields in STEPS.items():
        assert post(client, f"{at}/{step}", **fields).status_code == 302

    body_id = db.session.scalars(select(Committee.id)).one()

    def strangers_see() -> set[bool]:
        strangers = [client_of(sqlite_app), client_of(sqlite_app, neighbour), client_of(sqlite_app, officer)]
        found = {"云湖园" in each.get(path, follow_redirects=True).text for each in strangers for path in PUBLIC[1:2]}
        found |= {each.get(path.format("YHY")).status_code == 200 for each in strangers for path in OWN}
        found |= {each.get(f"/committees/{body_id}").status_code == 200 for each in strangers}
        return found | {each.get("/places/YHY1").status_code == 200 for each in strangers}

    assert strangers_see() == {False}
    for path in PUBLIC:
        assert "云湖园" not in client_of(sqlite_app, neighbour).get(path, follow_redirects=True).text
    assert client.get("/places/YHY").status_code == 200
    assert "还没有公开" in client.get(f"{at}/units").text
    taken = post(client_of(sqlite_app, officer), "/admin/places/new", **{**PLACE, "parent_id": str(elsewhere.id)})
    assert (taken.status_code, "这个代号已经有了" in taken.text) == (422, True)

    assert invite(client, at).status_code == 302
    assert strangers_see() == {True}
    assert post(client, f"{at}/invitations/undo").status_code == 302
    assert strangers_see() == {False}
    assert post(client, f"{at}/invitations/pass").status_code == 302
    assert strangers_see() == {True}
    place = db.session.scalars(select(Place).where(Place.code == "YHY")).one()
    with transaction():
        people_service.follow_place(user_id=neighbour.id, place_id=place.id, now=make.NOW)
    assert post(client, f"{at}/invitations/undo").status_code == 409  # People know it by now.
    assert strangers_see() == {True}
