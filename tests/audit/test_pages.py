"""The public pages of the log."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deliberation.audit import merkle, service
from deliberation.audit.wording import TAGS
from deliberation.kernel.database import transaction

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def receipt(app) -> str:
    with transaction():
        return service.record("role.granted", {"user": 4711, "secret": "nobody sees this"}, now=NOW).hex()


def place() -> None:
    with transaction():
        service.place_leaves(now=NOW)


def test_before_it_has_a_place_the_receipt_says_so(receipt, client):
    page = client.get(f"/audit/leaves/{receipt}")
    assert page.status_code == 200
    assert "已经记下" in page.text
    assert "过一会儿就排定它在日志里的位置" in page.text
    assert client.get(f"/audit/proof/{receipt}.json").json["placed"] is False


def test_a_stranger_can_check_the_proof(receipt, client):
    place()
    assert "在日志里排第 1 条，一共 1 条" in client.get(f"/audit/leaves/{receipt}").text
    body = client.get(f"/audit/leaves/{receipt}", headers={"Accept": "application/json"}).json
    assert body == client.get(f"/audit/proof/{receipt}.json").json
    head = client.get("/audit", headers={"Accept": "application/json"}).json
    assert merkle.verify_inclusion(
        leaf_hash=bytes.fromhex(receipt),
        index=body["index"],
        size=head["size"],
        proof=[bytes.fromhex(each) for each in body["proof"]],
        root=bytes.fromhex(head["root"]),
    )


def test_the_list_shows_tags_and_times_and_nothing_of_what_a_leaf_says(receipt, client):
    page = client.get("/audit").text
    assert "任命身份" in page
    assert receipt[:16] in page
    assert "nobody sees this" not in page
    assert "4711" not in page


@pytest.mark.parametrize("digest", ["00" * 32, "nonsense", "-", "00", "é" * 64, "0" * 5000])
def test_an_unknown_receipt_is_answered_in_words(app, client, digest):
    page = client.get(f"/audit/leaves/{digest}")
    assert page.status_code == 404
    assert "日志里没有这个回执号" in page.text
    assert client.get(f"/audit/proof/{digest}.json", headers={"Accept": "application/json"}).json["ok"] is False


def test_the_form_leads_to_the_receipt(receipt, client):
    found = client.get("/audit/leaves", query_string={"digest": f" {receipt.upper()} "})
    assert found.location == f"/audit/leaves/{receipt}"


def test_consistency_is_there_for_programs(receipt, client):
    place()
    assert client.get("/audit/consistency.json?first=1").json["proof"] == []
    for wrong in ("", "?first=2", "?first=x", "?first=1&second=9"):
        assert client.get(f"/audit/consistency.json{wrong}", headers={"Accept": "application/json"}).status_code == 404


def test_every_act_that_is_recorded_has_a_name_on_the_page():
    """Tags are written out where they are recorded; a new one needs its word in audit/wording.py."""
    recorded = set()
    for file in (Path(__file__).parents[2] / "deliberation").rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text())):
            if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant):
                name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
                if name == "record" and isinstance(call.args[0].value, str):
                    recorded.add(call.args[0].value)
    assert len(recorded) > 20
    assert sorted(recorded - set(TAGS)) == []


def test_nobody_can_guess_what_a_leaf_says(app):
    """The same act at the same instant has another hash each time: trying out who said what leads nowhere."""
    with transaction():
        receipts = {service.record("look_back.answered", {"user": 1, "answer": "fixed"}, now=NOW) for _ in range(3)}
    assert len(receipts) == 3
