"""Casting in a real browser: a ballot outlives a reload, a lost network and a server that is pulled down."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from deliberation.app import create_app
from deliberation.kernel.database import transaction
from deliberation.settings import from_environment
from deliberation.votes import queries, service
from tests.support import voting
from tests.support.door import client_of
from tests.support.voting import CLOSES, OPENS

LOST = r"ERR_(INTERNET_DISCONNECTED|CONNECTION_REFUSED|NETWORK_CHANGED|CONNECTION_RESET|EMPTY_RESPONSE)|WebSocket"


class Scene:
    """A server of its own with one open vote, and this process's own way into its database."""

    def __init__(self, new_server, new_person) -> None:
        self.server = new_server(DELIBERATION_NOW=OPENS.isoformat())
        self.app = create_app(from_environment(self.server.environment))
        self.new_person = new_person
        with self.app.app_context(), transaction():
            self.hall = voting.open_hall(seats=4, voters=3)

    def cookie(self, number: int) -> dict[str, str]:
        with self.app.app_context():
            cookie = client_of(self.app, self.hall.voters[number]).get_cookie("five_steps")
        assert cookie is not None
        return {"name": "five_steps", "value": cookie.value, "url": self.server.url}

    def voter(self, number: int = 0):
        person = self.new_person(f"voter{number}", base_url=self.server.url, width=390, height=844)
        person.context.add_cookies([self.cookie(number)])
        person.page.goto(f"/votes/{self.hall.vote.id}")
        return person

    def cast(self) -> int:
        with self.app.app_context():
            return queries.turnout(self.hall.vote.id).cast


@pytest.fixture
def scene(new_server, new_person) -> Scene:
    return Scene(new_server, new_person)


def choose(page, word: str) -> None:
    page.locator("label.opt", has_text=word).first.click()


def test_a_choice_outlives_a_reload_and_is_never_made_for_anybody(scene) -> None:
    page = scene.voter().page
    expect(page.get_by_role("button", name="请先选一项")).to_be_disabled()
    choose(page, "反对")
    page.reload()
    expect(page.get_by_text("这是您刚才选的，还没有投出。")).to_be_visible()
    expect(page.get_by_role("radio", name="反对")).to_be_checked()
    page.get_by_role("button", name="投出这一票").click()
    expect(page.get_by_text("已记下：反对")).to_be_visible()
    code = page.locator(".receipt__code").first.inner_text()
    page.reload()
    expect(page.locator(".receipt__code").first).to_have_text(code)
    expect(page.locator("input:checked")).to_have_count(0)
    assert scene.cast() == 1


def test_a_ballot_sent_without_a_network_arrives_by_itself(scene) -> None:
    person = scene.voter()
    person.allow(LOST)
    page = person.page
    choose(page, "同意")
    person.context.set_offline(True)
    page.get_by_role("button", name="投出这一票").click()
    expect(page.get_by_text("正在送出，断网也没关系，连上后会自动送到。")).to_be_visible()
    person.context.set_offline(False)
    expect(page.get_by_text("已记下：同意")).to_be_visible()
    assert scene.cast() == 1


def test_a_ballot_waits_for_a_server_that_was_pulled_down(scene) -> None:
    person = scene.voter()
    person.allow(LOST)
    page = person.page
    choose(page, "弃权")
    scene.server.kill()
    page.get_by_role("button", name="投出这一票").click()
    expect(page.get_by_text("正在送出，断网也没关系，连上后会自动送到。")).to_be_visible()
    scene.server.start()
    expect(page.get_by_text("已记下：弃权")).to_be_visible(timeout=30_000)
    assert scene.cast() == 1


def test_turnout_moves_by_itself_and_the_close_is_told_under_the_voters_hand(scene) -> None:
    first, second = scene.voter(0).page, scene.voter(1)
    expect(first.get_by_text("还差 3 票")).to_be_visible()
    choose(first, "反对")
    choose(second.page, "同意")
    second.page.get_by_role("button", name="投出这一票").click()
    expect(first.get_by_text("还差 2 票")).to_be_visible()
    expect(first.get_by_role("radio", name="反对")).to_be_checked()  # The push wiped nothing.
    second.page.goto(f"/votes/{scene.hall.vote.id}")
    with scene.app.app_context(), transaction():
        service.close_vote(scene.hall.liaison, vote_id=scene.hall.vote.id, now=CLOSES)
    first.context.set_offline(True)  # This process closed the vote without the server's sockets: the page asks anew.
    first.context.set_offline(False)
    first.get_by_role("button", name="投出这一票").click()
    expect(first.get_by_text("表决已截止").first).to_be_visible()
    expect(first.get_by_text("您这一票没有记入")).to_be_visible()
    assert scene.cast() == 1


def test_the_plain_form_works_without_a_script(scene, browser) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN", base_url=scene.server.url)
    context.add_cookies([scene.cookie(2)])
    page = context.new_page()
    page.goto(f"/votes/{scene.hall.vote.id}")
    page.locator("label.opt", has_text="同意").first.click()
    page.get_by_role("button", name="投出这一票").first.click()
    expect(page.get_by_text("已记下：同意")).to_be_visible()
    context.close()
    assert scene.cast() == 1
