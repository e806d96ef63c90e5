"""A half-marked ballot outlives a push, a reload, a lost network and a change of device; a secret one stays at home."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from deliberation.app import create_app
from deliberation.kernel.database import transaction
from deliberation.settings import from_environment
from deliberation.votes import service
from deliberation.votes.counting import Method
from deliberation.votes.rules import Terms
from tests.support import voting
from tests.support.door import client_of
from tests.support.voting import CLOSES, OPENS

LOST = r"ERR_(INTERNET_DISCONNECTED|CONNECTION_REFUSED|NETWORK_CHANGED|CONNECTION_RESET|EMPTY_RESPONSE)|WebSocket"
OPTIONS = ("北侧", "车棚", "南门")
ELSEWHERE = "这是您在另一台设备上选的，还没有投出。"


@pytest.fixture
def scene(new_server, new_person):
    return Scene(new_server, new_person)


class Scene:
    """A server of its own with a vote of each method, and people with as many devices as they like."""

    def __init__(self, new_server, new_person) -> None:
        self.server = new_server(DELIBERATION_NOW=OPENS.isoformat())
        self.app = create_app(from_environment(self.server.environment))
        self.new_person = new_person
        methods = (Method.approval, Method.score, Method.irv)
        with self.app.app_context(), transaction():
            terms = [Terms(method=method, options=OPTIONS, rule_kind="advisory") for method in methods]
            self.halls = [voting.open_hall(terms=each) for each in (None, Terms(is_secret=True), *terms)]
        self.plain, self.secret, self.marks, self.points, self.ranks = self.halls

    def device(self, hall: voting.Hall, number: int = 0, *, name: str):
        """A browser of one voter, at the page of the vote."""
        person = self.new_person(name, base_url=self.server.url, width=390, height=844)
        person.allow(LOST)
        with self.app.app_context():
            cookie = client_of(self.app, hall.voters[number]).get_cookie("five_steps")
        assert cookie is not None
        person.context.add_cookies([{"name": "five_steps", "value": cookie.value, "url": self.server.url}])
        person.page.goto(f"/votes/{hall.vote.id}")
        return person.page


def shelved(page):
    """Wait for the answer that the server has the draft."""
    return page.expect_response(lambda each: each.url.endswith("/me/drafts") and each.request.method == "POST")


def test_marks_points_and_ranks_are_found_again_on_another_device(scene) -> None:
    approval = scene.device(scene.marks, name="marks")
    with shelved(approval):
        approval.get_by_role("checkbox", name="北侧").check()
        approval.get_by_role("checkbox", name="南门").check()
    approval.reload()
    expect(approval.get_by_role("checkbox", name="南门")).to_be_checked()
    expect(approval.get_by_role("checkbox", name="车棚")).not_to_be_checked()
    other = scene.device(scene.marks, name="marks-elsewhere")
    expect(other.get_by_text(ELSEWHERE)).to_be_visible()
    expect(other.get_by_role("checkbox", name="北侧")).to_be_checked()
    expect(other.get_by_role("checkbox", name="车棚")).not_to_be_checked()

    score = scene.device(scene.points, name="points")
    with shelved(score):
        score.get_by_label("车棚").fill("3")
        score.get_by_label("车棚").blur()
    score.reload()
    expect(score.get_by_label("车棚")).to_have_value("3")
    expect(scene.device(scene.points, name="points-elsewhere").get_by_label("车棚")).to_have_value("3")


def test_ranks_outlive_a_push_a_lost_network_and_are_cast_from_the_other_device(scene) -> None:
    first = scene.device(scene.ranks, name="ranks")
    with shelved(first):
        first.get_by_label("南门").select_option("1")
    neighbour = scene.device(scene.ranks, 1, name="neighbour")
    neighbour.get_by_label("车棚").select_option("1")
    neighbour.get_by_role("button", name="投出这一票").click()
    expect(first.get_by_text("1 / 3 票")).to_be_visible()  # The push came, and wiped nothing.
    expect(first.get_by_label("南门")).to_have_value("1")
    first.context.set_offline(True)
    first.get_by_label("北侧").select_option("2")
    expect(first.get_by_label("北侧")).to_have_value("2")
    first.wait_for_timeout(2500)  # It tried to send meanwhile, and could not.
    with shelved(first):
        first.context.set_offline(False)
    second = scene.device(scene.ranks, name="ranks-elsewhere")
    expect(second.get_by_label("北侧")).to_have_value("2")
    expect(second.get_by_label("南门")).to_have_value("1")
    second.get_by_role("button", name="投出这一票").click()
    expect(second.get_by_text("已记下")).to_be_visible()
    first.reload()
    expect(first.get_by_text("已记下")).to_be_visible()
    expect(first.locator("[data-restored]")).to_have_count(0)


def test_typed_text_goes_along_to_the_other_device_and_back(scene) -> None:
    first = scene.device(scene.plain, name="writing")
    first.goto("/proposals/new")
    with shelved(first):
        first.locator("textarea").first.fill("车棚只有十二个插座，晚上排不上。")
    second = scene.device(scene.plain, name="writing-elsewhere")
    second.goto("/proposals/new")
    expect(second.get_by_text("已找回您在另一台设备上写的")).to_be_visible()
    expect(second.locator("textarea").first).to_have_value("车棚只有十二个插座，晚上排不上。")
    with shelved(second):
        second.locator("textarea").first.fill("车棚只有十二个插座，能不能找一块空地？")
    first.reload()
    expect(first.locator("textarea").first).to_have_value("车棚只有十二个插座，能不能找一块空地？")
    with first.expect_response(lambda each: each.url.endswith("/me/drafts/drop")):
        first.get_by_role("button", name="清空").click()
    second.reload()
    expect(second.locator("textarea").first).to_have_value("")


def test_a_secret_choice_never_leaves_its_device(scene) -> None:
    first = scene.device(scene.secret, name="secret")
    sent: list[str] = []
    first.on("request", lambda request: sent.append(request.url))
    first.locator("label.opt", has_text="反对").click()
    first.wait_for_timeout(2500)
    first.reload()
    expect(first.get_by_role("radio", name="反对")).to_be_checked()
    assert [url for url in sent if "drafts" in url] == []
    second = scene.device(scene.secret, name="secret-elsewhere")
    expect(second.get_by_role("button", name="请先选一项")).to_be_disabled()
    expect(second.locator("input:checked")).to_have_count(0)


def test_a_question_that_closes_under_a_hand_says_that_the_choice_did_not_count(scene) -> None:
    page = scene.device(scene.plain, name="late")
    page.locator("label.opt", has_text="反对").click()
    with scene.app.app_context(), transaction():
        service.close_vote(scene.plain.liaison, vote_id=scene.plain.vote.id, now=CLOSES)
    page.context.set_offline(True)  # This process closed it without the server's sockets: the page asks anew.
    page.context.set_offline(False)
    expect(page.get_by_text("您选的「反对」还没有投出，没有记入。")).to_be_visible()
    expect(page.get_by_role("radio", name="反对")).to_be_checked()
    expect(page.get_by_role("radio", name="反对")).to_be_disabled()
