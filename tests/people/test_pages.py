"""My page, display, following, somebody's identity."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from flask_babel import force_locale, ngettext
from sqlalchemy import select

from deliberation.audit.models import AuditLeaf
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotFound
from deliberation.kernel.i18n import day_text, say
from deliberation.people import queries, service
from deliberation.people.access import Role
from deliberation.people.models import User
from tests.support import make
from tests.support.door import client_of, post


@pytest.fixture
def lane(app):
    with transaction():
        return make.place()


@pytest.fixture
def worker(lane) -> User:
    with transaction():
        return make.person(name="周敏", phone=True, home_place_id=lane.id)


def test_my_page_shows_what_i_am_and_follow(app, lane, worker):
    with transaction():
        service.follow_place(user_id=worker.id, place_id=lane.id, now=make.NOW)
        service.grant_role(user_id=worker.id, role=Role.liaison, place_id=lane.id, now=make.NOW)
    page = client_of(app, worker).get("/me").text
    for shown in ("周敏", "周*", worker.email, "138****", lane.name, "联络员", "不再跟进", "设一个密码", "退出登录"):
        assert shown in page
    assert worker.us_phone_number not in page


def test_display_is_kept_in_the_account_and_on_the_device(app, worker):
    client = client_of(app, worker)
    answer = post(client, "/me/display", mode="elder", elder_size=26, theme="dark", locale="en", next="/me")
    assert answer.location == "/me"
    db.session.expire_all()
    kept = queries.user(worker.id)
    assert (kept.display_mode, kept.elder_size, kept.theme, kept.locale) == ("elder", 26, "dark", "en")
    page = client.get("/me").text
    assert 'data-mode="elder"' in page
    assert "--elder-size:26px" in page
    assert 'lang="en"' in page


def test_a_visitor_keeps_the_display_by_cookie(app):
    client = client_of(app)
    post(client, "/me/display", mode="elder", theme="dark")
    page = client.get("/login").text
    assert 'data-mode="elder"' in page
    assert 'data-bs-theme="dark"' in page
    post(client, "/me/display", locale="en")
    assert 'lang="en"' in client.get("/login").text


def test_a_browser_from_hong_kong_is_spoken_to_in_traditional_characters(sqlite_app):
    client = client_of(sqlite_app)
    page = client.get("/login", headers={"Accept-Language": "zh-HK,en;q=0.5"}).text
    assert 'lang="zh-TW"' in page
    assert re.search(r'value="zh_Hant_TW" lang="zh-TW" aria-pressed="true">繁體中文<', page)
    strings = json.loads(re.search(r'id="strings">(.*?)</script>', page, re.DOTALL).group(1))
    assert strings["network"].startswith("沒存成，網路斷了")
    assert all(each in page for each in ("登入", "驗證碼", "關懷版"))
    simplified = [each for each in "登录验证码网络页面这个" if each not in "登面個"]
    assert not [each for each in simplified if each in page.replace("简体中文", "")]
    post(client, "/me/display", locale="zh_Hans_CN")
    assert 'lang="zh-CN"' in client.get("/login", headers={"Accept-Language": "zh-HK"}).text


def test_days_counts_and_refusals_are_said_in_traditional_characters_too(sqlite_app):
    with force_locale("zh_Hant_TW"):
        assert day_text(date(2031, 11, 23)) == "2031年11月23日 週日"
        assert ngettext("通知，%(num)s 条未读", "通知，%(num)s 条未读", 3) == "通知，3 條未讀"
        assert say(NotFound()).startswith("沒有")


@pytest.mark.parametrize(
    "wrong", [{"mode": "huge"}, {"theme": "<b>"}, {"locale": "tlh"}, {"elder_size": 17}, {"elder_size": 31}]
)
def test_a_display_that_does_not_exist_changes_nothing(app, worker, wrong):
    client = client_of(app, worker)
    assert post(client, "/me/display", **wrong).status_code == 422
    db.session.expire_all()
    assert queries.user(worker.id).display_mode == "standard"


def test_following_and_no_longer(app, lane, worker):
    client = client_of(app, worker)
    for follow, state in (("1", True), ("1", True), ("0", False), ("0", False)):
        assert post(client, f"/places/{lane.code}/follow", follow=follow, next="/me").location == "/me"
        assert queries.follows_place(worker.id, lane.id) is state
    assert post(client, f"/places/{lane.code}/follow", json=True, follow="1").json == {"ok": True, "follows": True}
    assert post(client, f"/places/{lane.code}/follow", follow="x").status_code == 422
    assert post(client, "/places/NOWHERE/follow", follow="1").status_code == 404
    assert post(client_of(app), f"/places/{lane.code}/follow", follow="1").status_code == 302


# Identity: C5, every view logged


def looks() -> list[dict]:
    rows = select(AuditLeaf.data).where(AuditLeaf.tag == "identity.viewed").order_by(AuditLeaf.id)
    return [json.loads(data) for data in db.session.scalars(rows)]


def test_the_liaison_sees_a_neighbour_and_every_look_is_recorded(app, lane, worker):
    with transaction():
        liaison = make.person(name="沈岚", roles=[Role.liaison], place=lane)
    client = client_of(app, liaison)
    asked = client.get(f"/people/{worker.id}/identity")
    assert worker.us_phone_number not in asked.text
    assert "周敏" not in asked.text
    for _ in range(2):
        shown = post(client, f"/people/{worker.id}/identity", reason="核对提案地点，要打电话")
        assert worker.us_phone_number in shown.text
    assert [(look["by"], look["user"], look["reason"]) for look in looks()] == [
        (liaison.id, worker.id, "核对提案地点，要打电话")
    ] * 2


def test_without_a_reason_nothing_is_shown_and_nothing_recorded(app, lane, worker):
    with transaction():
        liaison = make.person(roles=[Role.liaison], place=lane)
    shown = post(client_of(app, liaison), f"/people/{worker.id}/identity", reason=" ")
    assert shown.status_code == 422
    assert worker.us_phone_number not in shown.text
    assert looks() == []


def test_a_liaison_of_another_place_sees_nobody_here(app, worker):
    with transaction():
        stranger = make.person(roles=[Role.liaison], place=make.place())
    shown = post(client_of(app, stranger), f"/people/{worker.id}/identity", reason="只是想看看")
    assert shown.status_code == 403
    assert worker.us_phone_number not in shown.text
    assert looks() == []
