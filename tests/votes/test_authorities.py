"""Authorities signed on paper: recorded with a private photo, checked by another, told, revocable until used."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from werkzeug.datastructures import FileStorage

from deliberation.audit.models import AuditLeaf
from deliberation.kernel import clock
from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed
from deliberation.matters import service as matter_service
from deliberation.notifications.models import Message
from deliberation.people.access import Role
from deliberation.people.models import User
from deliberation.photos import service as photos
from deliberation.photos.models import Photo
from deliberation.votes import queries, rules, service
from deliberation.votes.models import Ballot, ProxyAuthority
from deliberation.votes.rules import Channel, Term
from tests.support import make, voting
from tests.support.door import client_of, post, token_of
from tests.support.voting import CLOSES, NOW, OPENS, Hall

TODAY, LAST = shanghai_date(OPENS), shanghai_date(CLOSES)


def jpeg() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (60, 80), (240, 240, 235)).save(written, "JPEG")
    return written.getvalue()


class Desk:
    """An open vote, the office that records authorities, a teller who checks them; each act commits by itself."""

    def __init__(self, app: Flask, *, cap: int = 2) -> None:
        self.uploads = app.extensions["settings"].uploads
        with transaction():
            self.hall: Hall = voting.prepare(seats=4, voters=4, terms=rules.Terms(proxy_cap=cap))
            for user in self.hall.voters:
                user.email = user.email or f"voter{user.id}@example.org"
            service.publish_vote(self.hall.liaison, vote_id=self.hall.vote.id, now=NOW)
            service.open_vote(self.hall.liaison, vote_id=self.hall.vote.id, now=OPENS)
            self.person = make.person(name="顾萍", roles=[Role.teller], place=self.hall.place)
            self.teller = make.actor(self.person)

    def photo(self) -> Photo:
        return photos.store(
            FileStorage(io.BytesIO(jpeg()), filename="signed.jpg"), caption="",
            uploaded_by_id=self.hall.liaison.user_id or 0, now=OPENS, folder=self.uploads, is_draft=True,
            is_private=True,
        )  # fmt: skip

    def record(
        self, *, number: int = 1, agent: int = 1, opinion: Any = "against", actor=None, **term
    ) -> ProxyAuthority:
        days = {"signed_on": TODAY, "valid_from": TODAY, "valid_until": LAST, **term}
        with transaction():
            return service.record_authority(
                actor or self.hall.liaison, vote_id=self.hall.vote.id, number=number,
                agent_address=self.hall.voters[agent].email or "", opinion="against", term=Term(**days),
                photo=self.photo(), now=OPENS,
            )  # fmt: skip

    def check(self, authority: ProxyAuthority, actor=None) -> None:
        with transaction():
            service.check_authority(actor or self.teller, authority_id=authority.id, now=OPENS)

    def use(self, authority: ProxyAuthority, agent: int = 1) -> Ballot:
        with transaction():
            return service.cast_by_proxy(self.hall.actor(agent), authority_id=authority.id, now=OPENS)


def told() -> set[tuple[int, str]]:
    return {(message.user_id, message.kind) for message in db.session.query(Message)}


def test_recorded_checked_by_another_and_then_used(app) -> None:
    desk = Desk(app)
    authority = desk.record()
    with pytest.raises(rules.ProxyNotChecked):
        desk.use(authority)
    desk.check(authority)
    ballot = desk.use(authority)
    assert (ballot.channel, ballot.choice, ballot.proxy_id) == (Channel.proxy, "against", authority.id)
    principal, agent = desk.hall.voters[0].id, desk.hall.voters[1].id
    kinds = {"proxy.recorded", "proxy.checked"}
    assert {(who, kind) for who in (principal, agent) for kind in kinds} | {(principal, "proxy.used")} <= told()
    leaves = db.session.query(AuditLeaf).filter(AuditLeaf.tag.like("proxy.%")).order_by(AuditLeaf.id)
    facts = [(leaf.tag, json.loads(leaf.data)["by"]) for leaf in leaves]
    assert facts == [
        ("proxy.recorded", desk.hall.liaison.user_id), ("proxy.checked", desk.person.id), ("proxy.used", agent)
    ]  # fmt: skip
    assert not authority.photo_id or not db.session.get_one(Photo, authority.photo_id).is_draft
    with pytest.raises(rules.ProxyUsed):
        desk.use(authority)


def test_a_refused_one_is_worth_nothing_and_a_better_one_may_follow(app) -> None:
    desk = Desk(app)
    authority = desk.record()
    with transaction():
        with pytest.raises(rules.RefusalReasonMissing):
            service.refuse_authority(desk.teller, authority_id=authority.id, reason=" ", now=OPENS)
        service.refuse_authority(desk.teller, authority_id=authority.id, reason="没有签名", now=OPENS)
    with pytest.raises(rules.ProxyNotYours):
        desk.use(authority)
    with pytest.raises(rules.AlreadyChecked):
        desk.check(authority)
    recorder = desk.hall.liaison.user_id
    assert {(who, "proxy.refused") for who in (recorder, desk.hall.voters[0].id, desk.hall.voters[1].id)} <= told()
    again = desk.record()
    desk.check(again)
    assert desk.use(again).choice == "against"


def test_nobody_checks_their_own_or_what_concerns_them(app) -> None:
    desk = Desk(app)
    with transaction():
        both = make.person(name="方", roles=[Role.liaison, Role.teller], place=desk.hall.place)
        interested = make.person(name="白", roles=[Role.teller], place=desk.hall.place)
        matter_service.declare_interest(desk.hall.matter.id, user_id=interested.id, reason="亲戚。", now=OPENS)
        neighbour = make.actor(make.person(name="邻", roles=[Role.teller], place=make.place()))
        both_actor, interested_actor = make.actor(both), make.actor(interested)
    authority = desk.record(actor=both_actor)
    with pytest.raises(rules.CheckerIsRecorder):
        desk.check(authority, both_actor)
    with pytest.raises(rules.RecorderIsParty):
        desk.check(authority, interested_actor)
    for stranger in (neighbour, desk.hall.actor(1), desk.hall.liaison):
        with pytest.raises(NotAllowed):
            desk.check(authority, stranger)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"number": 9}, rules.NoSuchNumber),
        ({"agent": 0}, rules.AgentIsPrincipal),
        ({"signed_on": TODAY + timedelta(days=1)}, rules.SignedWrongly),
        ({"valid_until": TODAY - timedelta(days=1), "valid_from": TODAY - timedelta(days=2)}, rules.SignedWrongly),
    ],
)
def test_what_is_not_recorded(app, changed, refusal) -> None:
    desk = Desk(app)
    with pytest.raises(refusal):
        desk.record(**changed)
    assert db.session.query(ProxyAuthority).count() == 0


def test_the_cap_counts_what_waits_as_well(app) -> None:
    desk = Desk(app, cap=1)
    desk.record(number=1, agent=3)
    with pytest.raises(rules.AgentHoldsEnough):
        desk.record(number=2, agent=3)


def test_it_is_taken_back_by_the_principal_or_at_the_desk_until_it_is_used(app) -> None:
    desk = Desk(app)
    first, second = desk.record(number=1), desk.record(number=3)
    with transaction():
        service.revoke_proxy(desk.hall.actor(0), authority_id=first.id, now=OPENS)
        with pytest.raises(NotAllowed):
            service.revoke_for_principal(desk.teller, authority_id=second.id, now=OPENS)
        service.revoke_for_principal(desk.hall.liaison, authority_id=second.id, now=OPENS)
    for one in (first, second):
        with pytest.raises(rules.AlreadyChecked):
            desk.check(one)
    third = desk.record(number=1)
    desk.check(third)
    desk.use(third)
    with transaction(), pytest.raises(rules.ProxyUsed):
        service.revoke_for_principal(desk.hall.liaison, authority_id=third.id, now=OPENS)


def test_an_office_takes_back_only_what_is_on_paper(app) -> None:
    desk = Desk(app)
    entry = queries.roll_entries_of(desk.hall.vote.id, desk.hall.voters[0].id)[0]
    with transaction():
        given = service.give_proxy(
            desk.hall.actor(0), vote_id=desk.hall.vote.id, roll_entry_id=entry.id,
            agent_address=desk.hall.voters[1].email or "", opinion="for", valid_until=LAST, now=OPENS,
        )  # fmt: skip
        with pytest.raises(rules.ProxyNotYours):
            service.revoke_for_principal(desk.hall.liaison, authority_id=given.id, now=OPENS)


@pytest.fixture
def desk(sqlite_app: Flask) -> Desk:
    clock.configure(frozen=OPENS, file=None)
    return Desk(sqlite_app)


def sent(client, path: str, **changed: Any) -> Any:
    fields = {
        "csrf_token": token_of(client), "number": "1", "choice": "against", "signed_on": TODAY.isoformat(),
        "valid_from": TODAY.isoformat(), "valid_until": LAST.isoformat(), **changed,
    }  # fmt: skip
    return client.post(path, data={name: value for name, value in fields.items() if value is not None})


def office_of(desk: Desk, app: Flask) -> Any:
    return client_of(app, db.session.get_one(User, desk.hall.liaison.user_id))


def test_from_the_click_to_the_ballot(sqlite_app, desk) -> None:
    office, teller, agent = office_of(desk, sqlite_app), client_of(sqlite_app, desk.person), desk.hall.voters[1]
    path = f"/votes/{desk.hall.vote.id}/authorities"
    assert "登记一份" in office.get(path).text
    answer = sent(office, path, agent_address=agent.email, photo=(io.BytesIO(jpeg()), "signed.jpg"))
    assert answer.status_code == 302
    authority = db.session.query(ProxyAuthority).one()
    assert "等监票人对着照片核对" in client_of(sqlite_app, agent).get(f"/votes/{desk.hall.vote.id}").text
    assert "对着照片核对" in teller.get(path).text
    one = f"{path}/{authority.id}"
    assert "都对，可以用" in teller.get(one).text
    assert "都对，可以用" not in office.get(one).text
    assert post(teller, f"{one}/check").status_code == 302
    assert "核对过，可以用" in office.get(path).text
    assert (
        post(client_of(sqlite_app, agent), f"/votes/{desk.hall.vote.id}/proxies/{authority.id}/cast").status_code == 302
    )
    assert queries.turnout(desk.hall.vote.id).cast == 1


def test_the_agent_sees_why_it_was_refused(sqlite_app, desk) -> None:
    authority = desk.record()
    teller, path = client_of(sqlite_app, desk.person), f"/votes/{desk.hall.vote.id}"
    assert post(teller, f"{path}/authorities/{authority.id}/refuse", reason="签名看不清").status_code == 302
    for number in (0, 1):
        assert "签名看不清" in client_of(sqlite_app, desk.hall.voters[number]).get(path).text
    assert "签名看不清" in office_of(desk, sqlite_app).get(f"{path}/authorities").text


def test_the_photo_is_seen_by_office_and_teller_alone_and_every_look_is_in_the_log(sqlite_app, desk) -> None:
    authority = desk.record()
    photo = db.session.get_one(Photo, authority.photo_id)
    path = f"/votes/{desk.hall.vote.id}/authorities/{authority.id}/photo"
    with transaction():
        elsewhere = make.person(name="邻", roles=[Role.teller], place=make.place())
    for user in (None, desk.hall.voters[0], desk.hall.voters[1], elsewhere):
        client = client_of(sqlite_app, user)
        assert client.get(path).status_code in (302, 403)
        for name in (photo.file_name, photo.small_name):
            assert client.get(f"/photos/{name}").status_code == 404
    for client in (client_of(sqlite_app, desk.person), office_of(desk, sqlite_app)):
        answer = client.get(path)
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert client.get(f"/photos/{photo.file_name}").status_code == 404
    looks = [json.loads(leaf.data)["by"] for leaf in db.session.query(AuditLeaf).filter_by(tag="proxy.viewed")]
    assert looks == [desk.person.id, desk.hall.liaison.user_id]
    assert not (desk.uploads / photo.file_name).exists()


def test_a_failed_form_keeps_what_was_typed_and_the_photo(sqlite_app, desk) -> None:
    office, path = office_of(desk, sqlite_app), f"/votes/{desk.hall.vote.id}/authorities"
    answer = sent(office, path, agent_address="nobody@example.org", photo=(io.BytesIO(jpeg()), "signed.jpg"))
    assert answer.status_code == 422
    assert "没有找到这个手机号或邮箱的账号" in answer.text
    assert 'value="nobody@example.org"' in answer.text
    assert "照片已经收下" in answer.text
    draft = db.session.query(Photo).one()
    assert (draft.is_draft, draft.is_private) == (True, True)
    good = sent(office, path, agent_address=desk.hall.voters[1].email, kept_photo=str(draft.id))
    assert good.status_code == 302
    assert db.session.query(ProxyAuthority).one().photo_id == draft.id


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"photo": None}, "请拍下签了名的委托书"),
        ({"photo": (io.BytesIO(b"no picture"), "signed.jpg")}, "不是能打开的照片"),
        ({"choice": None}, "请先选一项"),
        ({"signed_on": "soon"}, ""),
        ({"number": "0"}, ""),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_recorded(sqlite_app, desk, changed, words) -> None:
    office, path = office_of(desk, sqlite_app), f"/votes/{desk.hall.vote.id}/authorities"
    fields = {"agent_address": desk.hall.voters[1].email, "photo": (io.BytesIO(jpeg()), "signed.jpg"), **changed}
    answer = sent(office, path, **fields)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert db.session.query(ProxyAuthority).count() == 0


def test_somebody_elses_draft_is_no_photo(sqlite_app, desk) -> None:
    with transaction():
        other = make.person(name="协", roles=[Role.liaison], place=desk.hall.place)
        foreign = desk.photo()
    answer = sent(
        client_of(sqlite_app, other), f"/votes/{desk.hall.vote.id}/authorities",
        agent_address=desk.hall.voters[1].email, kept_photo=str(foreign.id),
    )  # fmt: skip
    assert answer.status_code == 422
    assert "请拍下签了名的委托书" in answer.text


def test_the_form_to_print_names_only_whom_the_reader_may_name(sqlite_app, desk) -> None:
    path = f"/votes/{desk.hall.vote.id}/authority.pdf"
    voter = client_of(sqlite_app, desk.hall.voters[0])
    assert voter.get(path).mimetype == "application/pdf"
    assert voter.get(f"{path}?number=1").status_code == 200
    assert voter.get(f"{path}?number=2").status_code == 404
    assert office_of(desk, sqlite_app).get(f"{path}?number=2").status_code == 200
    assert client_of(sqlite_app).get(path).status_code == 302
