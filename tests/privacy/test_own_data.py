"""Consents, taking one's data home, leaving and coming back, and what is wiped when it has been kept long enough."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from flask_security import hash_password
from sqlalchemy import func, select

from deliberation.audit.models import AuditLeaf
from deliberation.kernel import clock
from deliberation.kernel.clock import shanghai
from deliberation.kernel.database import db, transaction
from deliberation.matters.models import Matter
from deliberation.notifications import jobs as deliveries
from deliberation.notifications.models import Delivery, Message
from deliberation.people import queries as people
from deliberation.people import rules as people_rules
from deliberation.people import service as people_service
from deliberation.people.access import Role
from deliberation.people.masking import GONE, mask_name
from deliberation.people.models import Consent, User
from deliberation.people.rules import Purpose
from deliberation.privacy import download, jobs, queries, rules, service
from deliberation.privacy.columns import COLUMNS, TABLES
from deliberation.proposals import service as proposals
from deliberation.proposals.rules import ProposalKind
from deliberation.setup import service as invitations
from deliberation.setup.models import Invitation
from tests.support import cycle, make
from tests.support.door import client_of, post

NOW = make.NOW


def submit(author: User, place, text: str):
    return proposals.submit(
        make.actor(author), place_id=place.id, title="弄堂口看不清", text=text, kind=ProposalKind.lighting, spot="",
        hides_name=False, now=NOW,
    )  # fmt: skip


def test_a_consent_is_given_and_taken_back_by_one_press_each_and_both_are_kept(app):
    with transaction():
        person = make.person()
    client = client_of(app, person)
    page = client.get("/me/privacy").text
    assert page.count('name="given" value="1"') == len(Purpose)
    post(client, "/me/privacy/consents", purpose="publish_name", given="1")
    assert people.has_consented(person.id, Purpose.publish_name)
    post(client, "/me/privacy/consents", purpose="publish_name", given="1")  # Twice is once.
    post(client, "/me/privacy/consents", purpose="publish_name", given="0")
    db.session.expire_all()
    assert not people.has_consented(person.id, Purpose.publish_name)
    post(client, "/me/privacy/consents", purpose="publish_name", given="1")
    rows = db.session.scalars(select(Consent).where(Consent.user_id == person.id).order_by(Consent.id)).all()
    assert [row.withdrawn_at is None for row in rows] == [False, True]
    assert post(client, "/me/privacy/consents", purpose="anything", given="1").status_code == 422
    tags = list(
        db.session.scalars(select(AuditLeaf.tag).where(AuditLeaf.tag.startswith("consent.")).order_by(AuditLeaf.id))
    )
    assert tags == ["consent.given", "consent.withdrawn", "consent.given"]


def test_the_whole_name_is_public_only_while_the_person_agrees(sqlite_app):
    with transaction():
        place, person = make.place(), make.person(name="欧阳甲密")
        submit(person, place, "三号楼后面几乎看不清台阶。")
    number, stranger = db.session.scalars(select(Matter.number)).one(), client_of(sqlite_app)
    shown = []
    for given in (None, True, False):
        if given is not None:
            with transaction():
                people_service.set_consent(make.actor(person), purpose=Purpose.publish_name, given=given, now=NOW)
        shown.append("欧阳甲密" in stranger.get(f"/matters/{number}").text)
    assert shown == [False, True, False]


def test_the_zip_holds_everything_of_the_person_and_nothing_of_others(app):
    with transaction():
        place = make.place()
        mine = make.person(name="欧阳甲密", phone=True, home_place_id=place.id)
        other = make.person(name="上官乙密", phone=True, home_place_id=place.id)
        people_service.follow_place(user_id=mine.id, place_id=place.id, now=NOW)
        people_service.keep_draft(mine.id, key="propose", content="我写到一半的草稿", now=NOW)
        people_service.keep_draft(other.id, key="propose", content="别人写到一半的草稿", now=NOW)
        own = submit(mine, place, "我提的：三号楼后面几乎看不清台阶。")
        proposal = submit(other, place, "别人提的：车棚里的插座晚上排不上。")
        proposals.support(make.actor(mine), proposal_id=proposal.id, now=NOW)
        proposals.accept(
            make.actor(make.person(name="沈岚", roles=[Role.liaison], place=place)), proposal_id=own.id, now=NOW
        )
    client = client_of(app, mine)
    answer = post(client, "/me/privacy/download")
    assert answer.mimetype == "application/zip"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.is_streamed
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert archive.testzip() is None
    files = {name: archive.read(name).decode() for name in archive.namelist() if not name.startswith("photos/")}
    together = "\n".join(files.values())
    for own in ("欧阳甲密", mine.email, mine.us_phone_number, "我写到一半的草稿", "我提的：三号楼后面"):
        assert own in files["index.html"], own
        assert own in "\n".join(files[name] for name in files if name.endswith(".json")), own
    for foreign in ("上官乙密", other.email, other.us_phone_number, "别人写到一半", "别人提的"):
        assert foreign not in together, foreign
    for key in ("fs_uniquifier", "password", "code_key", mine.fs_uniquifier):
        assert key not in together
    assert "上海时间" in files["README.txt"]
    page = files["index.html"]
    assert "<h3>提案 <small>data/proposal.json</small></h3>" in page
    when = f"{shanghai(NOW):%Y-%m-%d %H:%M}"
    assert f"<dt>提交于</dt><dd>{when}</dd>" in page
    assert "<dt>状态</dt><dd>accepted</dd>" not in page
    assert "submitted_at" not in page
    assert NOW.isoformat()[:16] in files["data/proposal.json"]
    told = json.loads(files["data/message_texts.json"])
    assert any("弄堂口看不清" in each["body"] for each in told)
    counted = json.loads(files["data/index.json"])["rows"]
    assert counted["draft"] == counted["place_follow"] == counted["support"] == counted["proposal"] == 1
    assert client_of(app).get("/me/privacy").status_code == 302


def sent_code(client) -> str:
    """The code for leaving, as it lies in the outbox."""
    assert post(client, "/me/privacy/code").status_code == 302
    newest = select(Delivery.body).where(Delivery.key.startswith("sign-in:")).order_by(Delivery.id.desc()).limit(1)
    return re.search(r"\d{6}", db.session.scalar(newest))[0]


def test_whoever_leaves_by_password_need_not_wait_for_a_code(sqlite_app):
    with transaction():
        person = make.person()
        person.password = hash_password("晚饭后的小板凳")
    client = client_of(sqlite_app, person)
    refused = post(client, "/me/privacy/leave", passcode="晚饭前的小板凳")
    assert refused.status_code == 422
    assert "data-summary" in refused.text, "said where the eye and the focus are"
    assert post(client, "/me/privacy/leave", passcode="晚饭后的小板凳").status_code == 302
    used = sent_code(client)
    assert post(client, "/me/privacy/stay").status_code == 302  # Taking it back asks for nothing.
    assert post(client, "/me/privacy/leave", passcode=used).status_code == 302
    assert post(client, "/me/privacy/stay").status_code == 302
    assert post(client, "/me/privacy/leave", passcode=used).status_code == 422  # A code is worth one use.


def test_every_table_and_column_that_is_taken_home_has_a_word():
    tables = {each.table: db.metadata.tables[each.table] for each in download.own_holdings()}
    assert tables.keys() == TABLES.keys()
    given = {name for each in download.own_holdings() for name in queries.columns_of(each)}
    assert given == COLUMNS.keys()


def test_a_stored_value_is_told_as_people_read_it(sqlite_app):
    with sqlite_app.test_request_context(headers={"Accept-Language": "en"}):
        assert download.worded("area", 229510) == "2,295.10 m²"
        assert download.worded("cast_at", datetime(2026, 3, 4, 20, 30, tzinfo=UTC)) == "2026-03-05 04:30"
        assert download.worded("is_voting", True) == "Yes"
        assert download.worded("choice", "for") == "For"
        assert download.worded("choice", "option-a") == "option-a"
        assert download.worded("asked", {"步骤": "表决"}) == '{"步骤": "表决"}'


def test_whoever_leaves_has_days_to_think_it_over(app):
    with transaction():
        person = make.person()
    client = client_of(app, person)
    assert post(client, "/me/privacy/stay").status_code == 409
    for wrong in ({}, {"passcode": "000000"}):  # Whoever holds the telephone need not be its owner.
        assert post(client, "/me/privacy/leave", **wrong).status_code == 422
        assert people.user(person.id).leaving_at is None
    assert post(client, "/me/privacy/leave", passcode=sent_code(client)).status_code == 302
    assert post(client, "/me/privacy/leave", passcode=sent_code(client)).status_code == 409
    assert "申请注销" in client.get("/inbox").text
    now = clock.now()
    jobs.erase_due(now + timedelta(days=rules.COOLING_OFF_DAYS - 1))
    db.session.expire_all()
    assert people.user(person.id).active
    assert post(client, "/me/privacy/stay").status_code == 302
    jobs.erase_due(now + timedelta(days=30))
    db.session.expire_all()
    assert people.user(person.id).active


def test_who_has_left_is_nowhere_but_where_the_law_keeps_them(app):
    with transaction():
        made = cycle.settled()
        quiet = make.person(
            name="欧阳甲密", phone=True, home_place_id=made.hall.place.id, roles=[Role.liaison], place=made.hall.place
        )
        people_service.keep_draft(quiet.id, key="propose", content="草稿", now=NOW)
        submit(quiet, made.hall.place, "三号楼后面几乎看不清台阶。")
    voter = made.hall.voters[0]
    voter_name = voter.name
    later = clock.now() + timedelta(days=8)
    with transaction():
        service.ask_to_leave(make.actor(quiet), now=clock.now())
        service.ask_to_leave(make.actor(voter), now=clock.now())
    jobs.erase_due(later)
    jobs.erase_due(later)  # Once is enough.
    db.session.expire_all()
    gone, kept = people.user(quiet.id), people.user(voter.id)
    for user in (gone, kept):
        assert (user.email, user.us_phone_number, user.password, user.active, user.home_place_id) == (
            None,
            None,
            None,
            False,
            None,
        )
        assert user.erased_at == later
        assert db.session.scalar(select(func.count()).where(Message.user_id == user.id)) == 0
    assert gone.name == GONE
    assert mask_name(gone.name) == GONE
    assert kept.name == voter_name  # The named ballot is an archive.
    assert people.current_roles([gone.id]) == []
    assert people.drafts(gone.id, ["propose"]) == []
    erased = db.session.scalars(select(AuditLeaf).where(AuditLeaf.tag == "account.erased")).all()
    assert len(erased) == 2
    number = db.session.scalar(select(Matter.number).where(Matter.title == "弄堂口看不清"))
    page = client_of(app).get(f"/matters/{number}").text
    assert GONE in page
    assert "欧阳" not in page


def test_the_last_administrator_does_not_leave(sqlite_app):
    with transaction():
        last = make.person(roles=[Role.administrator])
    client = client_of(sqlite_app, last)
    refused = post(client, "/me/privacy/leave", passcode=sent_code(client))
    assert refused.status_code == 409
    assert "最后一位管理员" in refused.text
    with pytest.raises(people_rules.LastAdministrator), transaction():
        service.erase(last.id, now=NOW)


def test_what_has_been_kept_long_enough_is_wiped_and_the_rows_stay(app):
    day = timedelta(days=1)
    with transaction():
        place, administrator = make.place(), make.person(roles=[Role.administrator])
        invitations.invite(
            make.actor(administrator), place_id=place.id, name="王阿姨", address="wang@example.org",
            expires_at=NOW + day, now=NOW, worded=lambda _made, _place: ("请您来", "点开链接"),
        )  # fmt: skip
    deliveries.deliver(NOW)
    young = {
        each.retention.name: (each.now, each.in_30_days) for each in queries.retention_preview(NOW, NOW + 32 * day)
    }
    assert young == {"walk_ins": (0, 0), "drafts": (0, 0), "deliveries": (0, 0), "invitations": (0, 1)}
    jobs.forget_old(NOW + 30 * day)
    assert db.session.scalar(select(Invitation.name)) == "王阿姨"
    assert queries.waiting_to_forget(NOW + 32 * day) == 1
    jobs.forget_old(NOW + 32 * day)
    assert queries.waiting_to_forget(NOW + 33 * day) == 0
    jobs.forget_old(NOW + 33 * day)
    db.session.expire_all()
    assert db.session.execute(select(Invitation.name, Invitation.address, Invitation.uses_allowed)).all() == [
        ("", "", 1)
    ]
    assert db.session.scalars(select(Delivery.address)).all() == ["wang@example.org"]
    jobs.forget_old(NOW + 366 * day)
    assert db.session.scalars(select(Delivery.address)).all() == [""]
    assert db.session.scalar(select(func.count()).where(AuditLeaf.tag == "retention.wiped")) == 2
    page = client_of(app, administrator).get("/admin/retention")
    assert "没有账号、到场签到的人的姓名和单位" in page.text
    assert client_of(app).get("/admin/retention").status_code == 302


def test_what_is_stored_is_told_to_everybody(sqlite_app):
    page = client_of(sqlite_app).get("/privacy").text
    for words in ("秘密票谁投的不存", "《民法典》第 278 条", "10 年以上，注销也照留", "散会一年后删"):
        assert words in page
