"""A park is set up by its pages alone, taken back, set up again, and people come in by their invitations."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from deliberation.committees.models import Committee, Seat
from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed
from deliberation.notifications.models import Delivery
from deliberation.people import queries as people
from deliberation.people import service as people_service
from deliberation.people.access import Role
from deliberation.people.models import RoleAssignment
from deliberation.places import queries as places
from deliberation.places.models import Place, Unit
from deliberation.setup import links, service
from deliberation.setup.models import Invitation, InvitationUse, Setup, SetupStep
from tests.support import make
from tests.support.door import client_of, post

PLACE = {"name": "云湖园", "code": "YHY", "plate": "云", "kind": "park", "parent_id": "0", "contact_name": "联络站"}
BODY = {
    "kind": "building_committee", "name": "云湖园楼委会", "venue": "二楼", "core": "园区管理办公室",
    "members": "云杉科技\n白鹭设计", "advisers": "消防",
}  # fmt: skip


@pytest.fixture
def administrator(app):
    with transaction():
        return make.person(name="顾青", roles=[Role.administrator])


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def set_up(client) -> str:
    """The whole way by the pages; give the address of the setting up."""
    began = post(client, "/admin/setup")
    at = began.location.removesuffix("/place")
    assert post(client, f"{at}/place", **PLACE).status_code == 302
    assert post(client, f"{at}/buildings", lines="1 号楼\n2 号楼").status_code == 302
    assert post(client, f"{at}/units", lines="1 号楼，云杉科技\n，便民超市，店铺").status_code == 302
    assert post(client, f"{at}/committee", **BODY).status_code == 302
    assert post(client, f"{at}/charter").status_code == 302
    return at


def test_an_empty_installation_leads_there_and_the_whole_can_be_undone(app, administrator):
    visitor, client = client_of(app), client_of(app, administrator)
    assert "create-administrator" in visitor.get("/").text
    assert client.get("/").location == "/admin/setup"
    at = set_up(client)
    assert [(place.code, place.name) for place in db.session.scalars(select(Place).order_by(Place.id))] == [
        ("YHY", "云湖园"), ("YHY1", "1 号楼"), ("YHY2", "2 号楼"),
    ]  # fmt: skip
    assert count(Unit) == 2
    assert {(seat.label, seat.kind, seat.is_voting) for seat in db.session.scalars(select(Seat))} == {
        ("园区管理办公室", "core", True), ("云杉科技", "member", True), ("白鹭设计", "member", True),
        ("消防", "adviser", False),
    }  # fmt: skip
    setup_id = int(at.rsplit("/", 1)[1])
    listed = post(
        client, f"/admin/places/YHY/invitations?setup={setup_id}", **{
            "way": "list", "list-lines": "周敏，zhou@example.org，云杉科技", "list-days": "7",
        },
    )  # fmt: skip
    assert listed.status_code == 302
    assert client.get(at).status_code == 200
    assert "六步都走过了" in client.get(at).text
    early = post(client, f"{at}/place/undo")
    assert early.status_code == 409
    assert count(Place) == 3
    assert post(client, f"{at}/undo").location == "/admin/setup"
    db.session.expire_all()
    assert [count(each) for each in (Place, Unit, Committee, Seat, Invitation, SetupStep)] == [0] * 6
    assert db.session.get_one(Setup, setup_id).undone_at is not None
    assert client.get("/").location == "/admin/setup"
    assert "开过的地方" not in client.get("/admin/setup").text, "nothing is left of it"
    assert set_up(client) != at


def test_what_is_wrong_is_said_with_its_line_and_nothing_is_stored(sqlite_app):
    with transaction():
        administrator = make.person(name="顾青", roles=[Role.administrator])
    client = client_of(sqlite_app, administrator)
    at = post(client, "/admin/setup").location.removesuffix("/place")
    assert client.get(f"{at}/buildings").status_code == 409
    assert post(client, f"{at}/place", **{**PLACE, "code": "yhy!"}).status_code == 422
    post(client, f"{at}/place", **PLACE)
    assert "第 2 行" in post(client, f"{at}/buildings", lines="1 号楼\n1 号楼").text
    assert post(client, f"{at}/buildings/pass").status_code == 302
    wrong = post(client, f"{at}/units", lines="9 号楼，云杉科技")
    assert wrong.status_code == 422
    assert "9 号楼" in wrong.text
    unreadable = post(client, f"{at}/units", file=(io.BytesIO(b"PK\x03\x04 no sheet"), "units.xlsx"))
    assert unreadable.status_code == 422
    assert re.search(r'name="file"[^>]*aria-invalid="true"|aria-invalid="true"[^>]*name="file"', unreadable.text)
    assert count(Unit) == 0
    bad = post(client, f"{at}/committee", **{**BODY, "members": "云杉科技，不是号码"})
    assert bad.status_code == 422
    assert "第 1 行" in bad.text
    assert count(Committee) == 0
    again = post(client, f"{at}/place", **{**PLACE, "code": "ABC"})
    assert again.status_code == 409
    assert "撤销这一步" in client.get(f"{at}/place").text
    stranger = client_of(sqlite_app, _other_administrator())
    assert stranger.get(at).status_code == 404  # Not even that there is such a place.


def test_a_plate_is_borne_by_one_place_and_its_buildings_whose_matters_are_counted_together(sqlite_app):
    with transaction():
        administrator = make.person(name="顾青", roles=[Role.administrator])
    client = client_of(sqlite_app, administrator)
    at = post(client, "/admin/setup").location.removesuffix("/place")
    post(client, f"{at}/place", **{**PLACE, "code": "yhy"})
    post(client, f"{at}/buildings", lines="1 号楼\n2 号楼")
    found = [places.place_by_code(code) for code in ("YHY", "yhy1", "YHY2")]
    assert [each.full_name for each in found] == ["云湖园", "云湖园 · 1 号楼", "云湖园 · 2 号楼"]
    with transaction():
        plates = [make.matter(place=each).plate.partition("-")[2] for each in (*found, found[0])]
    assert plates == ["001", "002", "003", "004"]
    other = post(client, "/admin/setup").location.removesuffix("/place")
    taken = post(client, f"{other}/place", **{**PLACE, "code": "YLY"})
    assert (taken.status_code, "编号会分不清" in taken.text) == (422, True)


def _other_administrator():
    with transaction():
        return make.person(roles=[Role.administrator], place=make.place())


def test_a_step_that_somebody_lives_in_is_not_undone(sqlite_app):
    with transaction():
        administrator = make.person(name="顾青", roles=[Role.administrator])
    client = client_of(sqlite_app, administrator)
    at = set_up(client)
    place = db.session.scalars(select(Place).where(Place.code == "YHY")).one()
    with transaction():
        people_service.follow_place(user_id=administrator.id, place_id=place.id, now=make.NOW)
    refused = post(client, f"{at}/undo")
    assert refused.status_code == 409
    assert "已经在用了" in refused.text
    db.session.expire_all()
    assert [count(each) for each in (Place, Unit, Committee, Seat, SetupStep)] == [3, 2, 1, 4, 5]


def test_a_link_lets_so_many_in_until_its_day_and_not_once_it_is_called_back(app, administrator):
    with transaction():
        place = make.place()
        guests = [make.person(name=f"客{n}") for n in range(4)]
    client, visitor = client_of(app, administrator), client_of(app)
    made = post(client, f"/admin/places/{place.code}/invitations", **{
        "way": "link", "link-uses": "2", "link-days": "3",
    })  # fmt: skip
    shown = client.get(made.location).text
    path = re.search(r"//[^/]+(/invitations/[\w.-]+)", shown).group(1)
    assert "<svg" in shown
    page = visitor.get(path)
    assert place.name in page.text
    assert "/register?next=" in page.text
    assert post(visitor, f"{path}/accept").location.startswith("/login")
    for guest in guests[:2]:
        assert post(client_of(app, guest), f"{path}/accept").location == f"/places/{place.code}"
    again = post(client_of(app, guests[0]), f"{path}/accept")
    assert again.status_code == 302
    full = post(client_of(app, guests[2]), f"{path}/accept")
    assert full.status_code == 410
    assert "名额用完了" in full.text
    db.session.expire_all()
    invitation = db.session.scalars(select(Invitation)).one()
    assert (invitation.uses, count(InvitationUse)) == (2, 2)
    assert {place.id} == {user.home_place_id for user in people.users_by_id([guests[0].id, guests[1].id]).values()}
    assert people.follows_place(guests[0].id, place.id)
    with transaction():
        other = service.invite(
            people.actor(administrator.id), place_id=place.id, uses_allowed=5,
            expires_at=clock.now() + timedelta(days=1), now=clock.now(),
        )  # fmt: skip
    token = links.sign(other.id)
    assert post(client, f"/admin/invitations/{other.id}/revoke").status_code == 302
    assert "收回了" in visitor.get(f"/invitations/{token}").text
    assert visitor.get(f"/invitations/{token}x").status_code == 404
    assert visitor.get("/invitations/" + token.split(".")[0] + ".AAAA").status_code == 404


def test_an_invitation_with_an_office_is_for_one_person_alone(sqlite_app):
    with transaction():
        place = make.place()
        chief = make.person(name="顾青", roles=[Role.administrator], place=place)
        liaison = make.person(name="沈岚", roles=[Role.liaison], place=place)
        guest, thief = make.person(name="周敏"), make.person(name="外人")
    client = client_of(sqlite_app, chief)
    made = post(client, f"/admin/places/{place.code}/invitations", **{
        "way": "person", "person-name": "周敏", "person-address": guest.email, "person-role": "teller",
        "person-days": "7",
    })  # fmt: skip
    assert made.status_code == 302
    invitation = db.session.scalars(select(Invitation)).one()
    sent = db.session.scalars(select(Delivery).where(Delivery.address == guest.email)).one()
    path = f"/invitations/{links.sign(invitation.id)}"
    assert path in sent.body
    taken = post(client_of(sqlite_app, thief), f"{path}/accept")
    assert taken.status_code == 403
    assert "另一个手机号或邮箱" in taken.text
    assert post(client_of(sqlite_app, guest), f"{path}/accept").status_code == 302
    held = people.current_roles([guest.id])
    assert [(each.role, each.place_id, each.granted_by_id) for each in held] == [(Role.teller, place.id, chief.id)]
    given = {"place_id": place.id, "expires_at": make.NOW + timedelta(days=1), "now": make.NOW}
    for actor, extra in (
        (liaison, {"role": Role.teller, "address": "x@example.org"}),  # A liaison appoints nobody.
        (chief, {"role": Role.administrator, "address": "x@example.org"}),
        (chief, {"role": Role.teller}),  # An open link gives no office.
    ):
        with pytest.raises(NotAllowed), transaction():
            service.invite(people.actor(actor.id), **given, **extra)


def test_an_office_is_not_given_by_who_has_lost_theirs(sqlite_app):
    with transaction():
        place, guest = make.place(), make.person(name="周敏")
        chief = make.person(name="顾青", roles=[Role.administrator], place=place)
        invitation = service.invite(
            people.actor(chief.id), place_id=place.id, name="周敏", address=guest.email or "", role=Role.teller,
            expires_at=clock.now() + timedelta(days=1), now=clock.now(),
        )  # fmt: skip
        people_service.end_role(people.current_roles([chief.id])[0], now=make.NOW, ended_by_id=chief.id)
    answer = post(client_of(sqlite_app, guest), f"/invitations/{links.sign(invitation.id)}/accept")
    assert answer.status_code == 410
    assert db.session.scalar(select(func.count()).where(RoleAssignment.user_id == guest.id)) == 0


def test_who_takes_a_seat_by_invitation_sits_there(sqlite_app):
    with transaction():
        administrator = make.person(name="顾青", roles=[Role.administrator])
        guest = make.person(name="周敏")
    client = client_of(sqlite_app, administrator)
    set_up(client)
    post(client, "/admin/places/YHY/invitations", **{
        "way": "list", "list-days": "7", "list-lines": f"周敏，{guest.email}，云杉科技",
    })  # fmt: skip
    path = f"/invitations/{links.sign(db.session.scalars(select(Invitation.id)).one())}"
    assert "云杉科技" in client_of(sqlite_app, guest).get(path).text
    post(client_of(sqlite_app, guest), f"{path}/accept")
    db.session.expire_all()
    assert db.session.scalar(select(Seat.user_id).where(Seat.label == "云杉科技")) == guest.id
