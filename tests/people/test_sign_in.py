"""Signing in by password and by one-time code, joining, signing out."""

from __future__ import annotations

import logging
import re
import time
from typing import Any
from urllib.parse import urlsplit

import pytest
from passlib.totp import TOTP
from sqlalchemy import select

from deliberation.kernel import live
from deliberation.kernel.database import db, transaction
from deliberation.notifications.models import Delivery
from deliberation.people import codes, queries, rules, service
from deliberation.people.models import User
from tests.support import make
from tests.support.door import client_of, post, token_of

PASSWORD = "wutong-lane-oneway"


@pytest.fixture
def person(sqlite_app) -> User:
    with transaction():
        return service.create_user(
            name="周敏", email="zhou@example.org", phone="138 0000 0001", password=PASSWORD, now=make.NOW
        )


def newest_code(address: str) -> str:
    rows = select(Delivery.body).where(Delivery.address == address).order_by(Delivery.id.desc())
    found = re.search(r"\b\d{6}\b", db.session.scalars(rows).first() or "")
    assert found
    return found.group()


def account_at(address: str) -> User:
    db.session.expire_all()
    user = queries.user_at(address)
    assert user is not None
    return user


def is_signed_in(client) -> bool:
    return client.get("/me").status_code == 200


def sign_in(client, identity: str, passcode: str, **more: Any):
    return post(client, "/login", identity=identity, passcode=passcode, **more)


@pytest.mark.parametrize("identity", ["zhou@example.org", " ZHOU@Example.org ", "13800000001", "+86 138-0000-0001"])
def test_a_password_signs_in(person, client, identity):
    answer = sign_in(client, identity, PASSWORD, next="/me")
    assert (answer.status_code, answer.location) == (302, "/me")
    assert is_signed_in(client)


def test_another_site_is_never_the_next_page(person, client):
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        answer = sign_in(client_of(client.application), "13800000001", PASSWORD, next=target)
        assert urlsplit(answer.location).netloc == ""
        assert not answer.location.startswith(("//", "/\\"))


@pytest.mark.parametrize("identity", ["zhou@example.org", "13800000001"])
def test_a_code_signs_in_once(person, client, identity):
    sent = post(client, "/login/code", identity=identity)
    assert "验证码已经发出" in sent.text
    assert 'autocomplete="one-time-code"' in sent.text
    code = newest_code("+8613800000001" if identity[0] == "1" else identity)
    assert sign_in(client, identity, code).status_code == 302
    assert is_signed_in(client)
    other = client_of(client.application)
    assert sign_in(other, identity, code).status_code == 200
    assert not is_signed_in(other)


def test_only_the_last_code_counts(person, client):
    post(client, "/login/code", identity="13800000001")
    first = newest_code("+8613800000001")
    post(client, "/login/code", identity="13800000001")
    second = newest_code("+8613800000001")
    if first != second:
        sign_in(client, "13800000001", first)
        assert not is_signed_in(client)
    sign_in(client, "13800000001", second)
    assert is_signed_in(client)


def test_no_code_counts_that_was_not_asked_for(person, client):
    assert person.code_key is None
    for guess in ("000000", "123456"):
        sign_in(client, "13800000001", guess)
    assert not is_signed_in(client)


def test_five_wrong_tries_make_the_code_worthless(person, client):
    post(client, "/login/code", identity="13800000001")
    code = newest_code("+8613800000001")
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(rules.CODE_ATTEMPTS):
        sign_in(client, "13800000001", wrong)
    sign_in(client, "13800000001", code)
    assert not is_signed_in(client)
    assert sign_in(client, "13800000001", PASSWORD).status_code == 302  # The password still does.


def test_a_code_ends_after_ten_minutes(person):
    with transaction():
        service.renew_code(person.id)
    secret = db.session.get_one(User, person.id).code_key or ""
    maker = codes.OneTimeCodes({"1": "x" * 40}, "test")
    old = TOTP(key=secret, period=codes.CODE_SECONDS)
    assert maker.verify_totp(maker.generate_totp_password(secret), secret, person)
    assert not maker.verify_totp(old.generate(time.time() - 2 * codes.CODE_SECONDS).token, secret, person)
    for malformed in ("", "abc", "12345", "1234567", "１２３４５６", "١٢٣٤٥٦"):
        assert not maker.verify_totp(malformed, secret, person)


def test_nothing_writes_a_code_to_the_log(person, client, caplog):
    caplog.set_level(logging.DEBUG)
    post(client, "/login/code", identity="13800000001")
    code = newest_code("+8613800000001")
    sign_in(client, "13800000001", code)
    assert code not in caplog.text


def test_a_failing_outbox_does_not_spill_the_code(person, client, caplog, monkeypatch):
    seen = []

    def broken(**message):
        seen.append(message["body"])
        raise RuntimeError(message["body"])

    monkeypatch.setitem(client.application.extensions, "people.queue", broken)
    caplog.set_level(logging.DEBUG)
    page = post(client, "/login/code", identity="13800000001")
    code = re.search(r"\d{6}", seen[0])
    assert code
    assert code.group() not in caplog.text + page.text
    assert "could not be queued" in caplog.text


def test_strangers_and_members_get_the_same_answers(person, client):
    def plain(text: str) -> str:
        return re.sub(r'content="[^"]+"|name="csrf_token" value="[^"]+"|value="1[0-9]+"', "", text)

    answers = [
        post(client_of(client.application), "/login/code", identity=who) for who in ("13800000001", "13900000009")
    ]
    assert plain(answers[0].text) == plain(answers[1].text)
    wrong = [sign_in(client_of(client.application), who, "not the password") for who in ("13800000001", "13900000009")]
    assert "有一样不对" in wrong[0].text
    assert plain(wrong[0].text) == plain(wrong[1].text)
    assert {answer.status_code for answer in (*answers, *wrong)} == {200}


def test_a_closed_account_cannot_sign_in_and_loses_its_session(person, client):
    assert sign_in(client, "13800000001", PASSWORD).status_code == 302
    with transaction():
        db.session.get_one(User, person.id).active = False
    assert not is_signed_in(client)
    assert sign_in(client_of(client.application), "13800000001", PASSWORD).status_code == 200


def test_a_form_token_from_before_signing_in_is_worth_nothing_after_it(person, client):
    planted = token_of(client)
    client.post("/login", data={"csrf_token": planted, "identity": "13800000001", "passcode": PASSWORD})
    assert is_signed_in(client)
    assert client.post("/me/display", data={"csrf_token": planted, "theme": "dark"}).status_code == 400


def test_signing_out_ends_the_session_and_every_socket(person, client, monkeypatch):
    closed: list[int] = []
    monkeypatch.setattr(live, "disconnect_person", closed.append)
    sign_in(client, "13800000001", PASSWORD)
    assert client.get("/logout").status_code == 405  # Nobody is signed out by a picture on another site.
    assert post(client, "/logout").status_code == 302
    assert closed == [person.id]
    assert not is_signed_in(client)


def test_no_token_in_a_header_or_address_signs_in(person, client):
    with client.application.test_request_context():
        token = db.session.get_one(User, person.id).get_auth_token()
    for how in ({"headers": {"Authentication-Token": token}}, {"query_string": {"auth_token": token}}):
        assert client.get("/me", **how).status_code == 302


@pytest.mark.parametrize(
    "path", ["/us-signin", "/us-setup", "/us-verify", "/us-verify-link?id=x&code=1", "/fs-static/x", "/verify"]
)
def test_what_we_do_not_use_of_the_library_is_not_there(person, client, path):
    assert client.get(path).status_code == 404


def test_the_page_speaks_english_too(sqlite_app, client):
    page = client.get("/login", headers={"Accept-Language": "en"})
    assert 'lang="en"' in page.text


# Joining


@pytest.fixture
def lane(sqlite_app):
    with transaction():
        return make.place()


@pytest.fixture
def lane_on_both(app):
    with transaction():
        return make.place()


def join(client, lane, **fields):
    filled = {"name": "王芳", "contact": "13900000002", "home_place_id": lane.id, "consent": "y", **fields}
    return post(client, "/register", **{name: value for name, value in filled.items() if value is not None})


def test_a_worker_joins_and_follows_their_place(lane_on_both, client):
    lane = lane_on_both
    answer = join(client, lane)
    assert answer.status_code == 302
    assert answer.location.startswith("/login")
    page = client.get(answer.location).text
    assert "还差一步" in page
    assert 'value="13900000002"' in page
    user = account_at("13900000002")
    assert (user.name, user.confirmed_at, user.home_place_id) == ("王芳", None, lane.id)
    assert user.consented_at is not None
    assert not queries.follows_place(user.id, lane.id)
    sign_in(client, "13900000002", newest_code("+8613900000002"))
    assert is_signed_in(client)
    assert account_at("13900000002").confirmed_at is not None
    assert queries.follows_place(user.id, lane.id)


def test_joining_by_email(lane, client):
    join(client, lane, contact="Wang@Example.org")
    sign_in(client, "wang@example.org", newest_code("wang@example.org"))
    assert is_signed_in(client)


def test_joining_again_tells_nobody_that_there_is_an_account(person, lane, client):
    answer = join(client, lane, contact="13800000001", name="冒名")
    stranger = join(client_of(client.application), lane)
    assert (answer.status_code, answer.location) == (stranger.status_code, stranger.location)
    assert account_at("13800000001").name == "周敏"
    assert newest_code("+8613800000001")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"contact": "12345"},
        {"contact": ""},
        {"consent": None},
        {"home_place_id": 0},
        {"home_place_id": "x"},
    ],
)
def test_what_is_missing_is_named_and_what_was_typed_is_kept(lane, client, wrong):
    page = join(client, lane, **wrong)
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    if "name" not in wrong:
        assert "王芳" in page.text
    assert queries.user_at("13900000002") is None


# Passwords


def test_changing_the_password_ends_the_other_sessions(person, client, monkeypatch):
    closed: list[int] = []
    monkeypatch.setattr(live, "disconnect_person", closed.append)
    other = client_of(client.application)
    for each in (client, other):
        sign_in(each, "13800000001", PASSWORD)
    new = "three plain words"
    answer = post(client, "/me/password", current=PASSWORD, new=new, again=new)
    assert answer.location == "/me"
    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert closed == [person.id]
    assert sign_in(client_of(client.application), "13800000001", PASSWORD).status_code == 200
    assert sign_in(client_of(client.application), "13800000001", new).status_code == 302


@pytest.mark.parametrize(
    ("current", "new", "again", "said"),
    [
        ("wrong", "three plain words", "three plain words", "现在的密码不对"),
        (PASSWORD, "short", "short", "太容易猜"),
        (PASSWORD, "aaaaaaaaaaaa", "aaaaaaaaaaaa", "太容易猜"),
        (PASSWORD, "zhou@example.org1", "zhou@example.org1", "太容易猜"),
        (PASSWORD, "three plain words", "three other words", "两次输的不一样"),
    ],
)
def test_a_password_that_will_not_do_changes_nothing(person, client, current, new, again, said):
    sign_in(client, "13800000001", PASSWORD)
    page = post(client, "/me/password", current=current, new=new, again=again)
    assert page.status_code == 422
    assert said in page.text
    assert "密码不会留在页上" in page.text
    assert sign_in(client_of(client.application), "13800000001", PASSWORD).status_code == 302


def test_a_first_password_needs_a_fresh_sign_in(sqlite_app, client):
    with transaction():
        user = make.person()
    new = "three plain words"
    fresh = client_of(client.application, user)
    stale = client_of(client.application, user)
    with stale.session_transaction() as session:
        session["fs_paa"] = 0
    assert post(stale, "/me/password", new=new, again=new).status_code == 409
    assert post(fresh, "/me/password", new=new, again=new).status_code == 302


def test_signing_in_keeps_what_the_page_looked_like(person, client):
    post(client, "/me/display", mode="elder", elder_size=24, locale="en")
    sign_in(client, "13800000001", PASSWORD)
    page = client.get("/me").text
    for kept in ('data-mode="elder"', "--elder-size:24px", 'lang="en"'):
        assert kept in page
    other = client_of(client.application)
    post(other, "/me/display", mode="standard")
    sign_in(other, "13800000001", PASSWORD)
    assert 'data-mode="elder"' in other.get("/me").text
