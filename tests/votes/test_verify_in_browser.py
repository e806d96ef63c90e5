"""A receipt is checked in a real browser, by the browser: a true one holds, and nothing that is forged does."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from deliberation.app import create_app
from deliberation.audit import service as audit
from deliberation.kernel.database import transaction
from deliberation.settings import from_environment
from deliberation.votes import receipt_rules, service
from deliberation.votes.sealing import digest_of
from tests.support import records, voting
from tests.support.voting import CLOSES, OPENS

OTHER_KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"  # RFC 8032, section 7.1.
SIGNED = "这个根有签名，签名对得上"


class Scene:
    """A server of its own with a named and a secret vote, closed and in the log; ``codes`` are one receipt of each."""

    def __init__(self, new_server, new_person) -> None:
        self.server = new_server(DELIBERATION_NOW=CLOSES.isoformat())
        self.app = create_app(from_environment(self.server.environment))
        with self.app.app_context():
            with transaction():
                named = voting.open_hall(seats=4, voters=3)
                receipts = [voting.cast(named, number) for number in range(3)]
                secret = records.opened(records.Terms(is_secret=True))
                for number in range(5):
                    records.cast_secretly(secret, number, "for", f"only-this-device-{number}")
            with transaction():
                for hall in (named, secret):
                    service.close_due(hall.vote.id, now=CLOSES)
                audit.place_leaves(now=OPENS)
            self.votes = {"named": named.vote.id, "secret": secret.vote.id}
        secret_code = receipt_rules.receipt_code(digest_of("only-this-device-2"))
        self.codes = {"named": receipts[1].code, "secret": secret_code}
        self.other = receipts[2]
        self.person = new_person("checker", base_url=self.server.url, width=390, height=844)

    def check(self, kind: str, code: str = "") -> Page:
        page = self.person.page
        page.goto(f"/votes/{self.votes[kind]}/verify")
        page.locator("#verify-code").fill(code or self.codes[kind])
        page.get_by_role("button", name="核对").click()
        return page


@pytest.fixture
def scene(new_server, new_person) -> Scene:
    return Scene(new_server, new_person)


def forged(page: Page, address: str, **changed) -> None:
    """Let the server's answer come back with other facts in it."""

    def answer(route) -> None:
        told = route.fetch().json()
        for name, change in changed.items():
            told[name] = change(told[name])
        route.fulfill(status=200, content_type="application/json", body=json.dumps(told))

    page.route(address, answer)


def turned(digits: str) -> str:
    """Another hash: its first digit turned."""
    return ("0" if digits[0] != "0" else "1") + digits[1:]


def test_true_receipts_hold_and_forged_ones_do_not(scene) -> None:
    for kind in ("named", "secret"):
        page = scene.check(kind)
        expect(page.get_by_text(SIGNED)).to_be_visible()
        expect(page.locator("[data-steps] li.n")).to_have_count(0)
        assert "同意" not in page.locator("[data-steps]").inner_text()
    scene.person.page.locator("#verify-code").fill("AAAA-BBBB-CCCC")
    scene.person.page.get_by_role("button", name="核对").click()
    expect(scene.person.page.get_by_text("这次表决里没有这个查票码")).to_be_visible()

    forgeries = [
        ("named", "**/receipt/*", {"leaf_hash": lambda _old: scene.other.hex}, "给出来的那条记录和这个查票码对不上"),
        ("secret", "**/receipt/*", {"leaf": lambda old: old.replace('"vote":', '"vote": ')}, "对不上"),
        ("secret", "**/receipt/*", {"leaf_hash": turned}, "给出来的那条记录和这个查票码对不上"),
        ("named", "**/audit/proof/*", {"proof": lambda old: [turned(old[0]), *old[1:]]}, "得不到日志的根"),
        ("named", "**/audit/proof/*", {"proof": lambda old: old[:-1]}, "得不到日志的根"),
        ("named", "**/audit/proof/*", {"index": lambda old: old + 1}, "得不到日志的根"),
        ("named", "**/audit/proof/*", {"root": turned}, "得不到日志的根"),
        ("named", "**/audit/proof/*", {"leaf_hash": turned}, "得不到日志的根"),
        ("named", "**/audit/proof/*", {"head": lambda old: {**old, "root": turned(old["root"])}}, "得不到日志的根"),
        ("named", "**/audit/proof/*", {"head": lambda old: {**old, "at": "2020-01-01"}}, "签名对不上"),
        (
            "named",
            "**/audit/proof/*",
            {"head": lambda old: {**old, "signature": "00" * 64}},
            "签名对不上",
        ),
        (
            "named",
            "**/audit/key",
            {"ed25519": lambda _old: OTHER_KEY},
            "签名对不上",
        ),
    ]
    for kind, address, changed, said in forgeries:
        forged(scene.person.page, address, **changed)
        page = scene.check(kind)
        expect(page.locator("[data-steps] li.n")).to_contain_text(said)
        expect(page.get_by_text(SIGNED)).to_have_count(0)
        page.unroute(address)


def test_where_the_browser_will_not_do_sums_the_page_says_so(scene) -> None:
    scene.person.context.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    expect(scene.check("named").get_by_text("这个网址不是 https")).to_be_visible()
