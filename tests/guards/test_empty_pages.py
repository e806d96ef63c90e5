"""A place where nothing has happened yet: each page says so, and what comes next."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import Environment, nodes

from deliberation.kernel.database import transaction
from deliberation.people.access import GRANTED
from tests.support import make, pages
from tests.support.door import client_of

EMPTY = re.compile(r'<div class="empty">(.*?)</div>', re.DOTALL)
NOTHING = re.compile(r"<(ul|ol|tbody|dl|select)\b[^>]*>\s*</\1>")
NEXT = re.compile(r"<p>|<a ")
TEMPLATES = Environment(autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"])
FOLDER = Path(__file__).resolve().parents[2] / "templates"
MAIN = re.compile(r"<main.*</main>", re.DOTALL)


@pytest.fixture
def clients(sqlite_app: Flask) -> list[FlaskClient]:
    """Somebody who holds every office of an empty place, and somebody who lives there."""
    with transaction():
        place = make.place()
        holder, neighbour = make.person(place=place, roles=GRANTED), make.person(place=place)
        holder.home_place_id = neighbour.home_place_id = place.id
    return [client_of(sqlite_app, holder), client_of(sqlite_app, neighbour), client_of(sqlite_app)]


def test_an_empty_page_says_what_comes_next(sqlite_app: Flask, clients: list[FlaskClient]) -> None:
    addresses = [rule.rule for rule in pages.rules(sqlite_app) if not rule.arguments]
    assert len(addresses) > 20
    bare, seen = [], 0
    for address in addresses:
        for client in clients:
            answer = client.get(address)
            if answer.status_code != 200:  # Not everybody may open everything.
                assert answer.status_code in (302, 401, 403, 404), f"{address} answered {answer.status_code}"
                continue
            main = MAIN.search(answer.text)
            assert main, address
            said = EMPTY.findall(main.group())
            seen += len(said)
            bare += [f"{address} says no more than: {each}" for each in said if not NEXT.search(each)]
            bare += [f"{address} shows a list of nothing: {each.group()}" for each in NOTHING.finditer(main.group())]
    assert not bare, "\n".join(sorted(set(bare)))
    assert seen > 20


def bare_calls(source: str) -> list[int]:
    """The lines that call the macro ``empty`` with a heading and nothing after it."""
    tree = TEMPLATES.parse(source)
    blocks = {id(block.call) for block in tree.find_all(nodes.CallBlock)}  # Their body says what comes next.
    calls = (call for call in tree.find_all(nodes.Call) if isinstance(call.node, nodes.Getattr | nodes.Name))
    named = (call for call in calls if getattr(call.node, "attr", getattr(call.node, "name", "")) == "empty")
    return [call.lineno for call in named if id(call) not in blocks and len(call.args) < 2]


def test_a_bare_call_is_found() -> None:
    bare, said, block = (
        "{{ ui.empty('a', icon='b') }}",
        "{{ ui.empty('a', 'b') }}",
        "{% call ui.empty('a') %}b{% endcall %}",
    )
    assert [len(bare_calls(each)) for each in (bare, said, block)] == [1, 0, 0]


@pytest.mark.parametrize("template", sorted(FOLDER.rglob("*.html")), ids=lambda path: str(path.relative_to(FOLDER)))
def test_what_is_shown_instead_of_a_list_says_what_comes_next(template: Path) -> None:
    assert bare_calls(template.read_text()) == []
