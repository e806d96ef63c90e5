"""The table "who may do what" against every route and every socket message, for every role.

The gate lets through what ACTIONS allows somewhere, and nothing else. Views and handlers are replaced by a mark that
says "passed the gate", so that what the rooms refuse afterwards, for a place or a state, is not mistaken for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from deliberation.app import create_app
from deliberation.kernel import live
from deliberation.kernel.database import db, transaction
from deliberation.people import queries, service
from deliberation.people.access import ACTIONS, GRANTED, Role
from deliberation.people.guard import SIGN_IN_PAGES
from deliberation.people.models import User
from tests.support import applications, make
from tests.support.door import client_of
from tests.support.services import ROOT

PASSED = 299


def our_rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static" and not is_library(rule)]


def is_library(rule: Rule) -> bool:
    return rule.endpoint.startswith("security.")


def address_of(rule: Rule) -> str:
    """An address that the rule matches; what stands in it does not matter to the gate."""
    any_of = re.sub(r"<any\(([^,)]+)[^>]*>", lambda found: found.group(1).strip(), rule.rule)
    return re.sub(r"<[^>]+>", "1", any_of)


def methods_of(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def roles_of(role: Role) -> set[Role]:
    """What a person is who holds ``role`` in one place."""
    return {Role.visitor} if role is Role.visitor else {Role.visitor, Role.participant, role}


def is_allowed(action: str, role: Role) -> bool:
    return bool(ACTIONS[action] & roles_of(role))


@pytest.fixture
def marked(sqlite_app: Flask, monkeypatch) -> Iterator[Flask]:
    """The application with a mark in place of each view and handler."""
    from deliberation.kernel.limits import limiter

    monkeypatch.setattr(limiter, "enabled", False)
    monkeypatch.setitem(sqlite_app.config, "WTF_CSRF_ENABLED", False)
    for rule in our_rules(sqlite_app):

        def mark(**_parts):
            return "passed", PASSED

        mark.action = getattr(sqlite_app.view_functions[rule.endpoint], "action", None)  # type: ignore[attr-defined]
        monkeypatch.setitem(sqlite_app.view_functions, rule.endpoint, mark)
    handlers = {name: message.handler for name, message in live.MESSAGES.items()}
    for message in live.MESSAGES.values():
        object.__setattr__(message, "handler", lambda _actor, **_fields: {"passed": True})
    yield sqlite_app
    for name, handler in handlers.items():
        object.__setattr__(live.MESSAGES[name], "handler", handler)


@pytest.fixture
def holder(marked: Flask):
    """A person who holds a role in one place; None for the visitor."""

    def make_holder(role: Role) -> User | None:
        if role is Role.visitor:
            return None
        with transaction():
            roles = [role] if role in GRANTED else []
            return make.person(name="某人", roles=roles, place=make.place())

    return make_holder


@pytest.mark.parametrize("role", list(Role))
def test_every_route_does_what_the_table_says(marked, holder, role):
    client, wrong = client_of(marked, holder(role)), []
    for rule in our_rules(marked):
        action = marked.view_functions[rule.endpoint].action
        for method in methods_of(rule):
            answer = client.open(address_of(rule), method=method)
            refused = 302 if role is Role.visitor else 403
            expected = PASSED if is_allowed(action, role) else refused
            goes_to_sign_in = answer.status_code != 302 or answer.location.startswith("/login")
            if answer.status_code != expected or not goes_to_sign_in:
                wrong.append(f"{method} {rule.rule} ({action}): {answer.status_code} instead of {expected}")
    assert wrong == []


@pytest.mark.parametrize("role", list(Role))
def test_every_message_does_what_the_table_says(marked, holder, role):
    client = client_of(marked, holder(role))
    socket = live.socketio.test_client(marked, flask_test_client=client)
    wrong = []
    for message in live.MESSAGES.values():
        live._limiter.storage.reset()
        answer = socket.emit(message.name, {}, callback=True)
        if is_allowed(message.action, role):
            expected = answer["ok"] or answer["code"] == "bad_input"
        else:
            expected = answer.get("code") == ("sign_in_needed" if role is Role.visitor else "not_allowed")
        if not expected:
            wrong.append(f"{message.name} ({message.action}): {answer}")
    assert wrong == []
    assert live.MESSAGES


def test_every_route_and_message_names_an_action_of_the_table(sqlite_app):
    named = {
        rule.endpoint: getattr(sqlite_app.view_functions[rule.endpoint], "action", None)
        for rule in our_rules(sqlite_app)
    }
    named |= {message.name: message.action for message in live.MESSAGES.values()}
    assert {name: action for name, action in named.items() if action not in ACTIONS} == {}


def test_every_row_of_the_table_is_used(sqlite_app, tmp_path):
    demo = create_app(applications.settings_for(tmp_path, DELIBERATION_ENV="demo"))
    named = {getattr(view, "action", None) for app in (sqlite_app, demo) for view in app.view_functions.values()}
    named |= {message.action for message in live.MESSAGES.values()}
    asked = re.compile(r"""(?:\.may|\brequire)\((?:actor, )?"([a-z_.]+)\"""")
    for source in (ROOT / "deliberation").rglob("*.py"):  # A right may also say how much of a page somebody sees.
        named |= set(asked.findall(source.read_text(encoding="utf-8")))
    assert sorted(set(ACTIONS) - named) == []


def test_no_row_gives_a_grantable_office_less_than_anybody_signed_in():
    for action, roles in ACTIONS.items():
        assert roles <= set(Role), action
        if Role.visitor in roles:
            assert roles == set(Role), action
        if Role.participant in roles:
            assert roles >= set(Role) - {Role.visitor}, action


def test_what_goes_into_a_tray_is_for_everybody_who_has_signed_in(sqlite_app):
    """The gate asks no more of it than that; what only some may do must not be let through there."""
    laid_in = {view.action for view in sqlite_app.view_functions.values() if getattr(view, "in_tray", False)}
    laid_in |= {message.action for message in live.MESSAGES.values() if message.in_tray}
    assert laid_in == {"ballot.cast", "pages.read"}
    assert {action for action in laid_in if not ACTIONS[action] >= set(Role) - {Role.visitor}} == set()


def test_a_view_without_a_declaration_is_refused(tmp_path):
    app = create_app(applications.settings_for(tmp_path))
    app.add_url_rule("/undeclared", "undeclared", lambda: "secret")
    invented = lambda: "secret"  # noqa: E731
    invented.action = "everything.do"  # type: ignore[attr-defined]
    app.add_url_rule("/invented", "invented", invented)
    with app.app_context():
        db.create_all()
        client = app.test_client()
        for path in ("/undeclared", "/invented"):
            answer = client.get(path)
            assert answer.status_code == 403
            assert "secret" not in answer.text


def test_of_the_library_only_the_sign_in_pages_are_served(sqlite_app, monkeypatch):
    monkeypatch.setitem(sqlite_app.config, "WTF_CSRF_ENABLED", False)
    with transaction():
        user = make.person(roles=[Role.administrator])
    for client in (client_of(sqlite_app), client_of(sqlite_app, user)):
        for rule in (rule for rule in sqlite_app.url_map.iter_rules() if is_library(rule)):
            if rule.endpoint not in SIGN_IN_PAGES:
                answers = {client.open(address_of(rule), method=method).status_code for method in methods_of(rule)}
                assert answers == {404}, rule


def test_a_role_that_has_ended_opens_nothing_any_more(marked, holder):
    """The next request and the next message of a connection that is still open are already refused."""
    user = holder(Role.liaison)
    client = client_of(marked, user)
    socket = live.socketio.test_client(marked, flask_test_client=client)
    assert client.get("/proposals/screening").status_code == PASSED
    assert socket.emit("meeting.open", {}, callback=True)["code"] == "bad_input"
    with transaction():
        held = queries.current_roles([user.id])[0]
        service.end_role(held, now=make.NOW, ended_by_id=user.id)
    assert client.get("/proposals/screening").status_code == 403
    assert socket.emit("meeting.open", {}, callback=True)["code"] == "not_allowed"


def test_whoever_loses_a_role_or_signs_out_is_cut_off(marked, holder):
    user = holder(Role.liaison)
    sockets = [live.socketio.test_client(marked, flask_test_client=client_of(marked, user)) for _ in range(2)]
    other = live.socketio.test_client(marked, flask_test_client=client_of(marked, holder(Role.liaison)))
    live.disconnect_person(user.id)
    assert [socket.is_connected() for socket in sockets] == [False, False]
    assert other.is_connected()


def test_an_unknown_message_gets_an_answer(marked, holder):
    socket = live.socketio.test_client(marked, flask_test_client=client_of(marked, holder(Role.participant)))
    for name, payload in (("no.such", {}), ("hand.rise", None), ("hand.raise", "text"), ("hand.raise", [1, 2])):
        answer = socket.emit(name, payload, callback=True)
        assert answer["ok"] is False
        assert answer["code"] in ("unknown_message", "bad_input")
        assert answer["sentence"]


def test_somebody_who_floods_is_slowed_down(marked, holder):
    socket = live.socketio.test_client(marked, flask_test_client=client_of(marked, holder(Role.participant)))
    live._limiter.storage.reset()
    codes = [socket.emit("hand.raise", {}, callback=True).get("code") for _ in range(61)]
    live._limiter.storage.reset()
    assert codes[0] == "bad_input"
    assert codes[-1] == "too_many_requests"
