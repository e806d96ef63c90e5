"""Bad input as a person sees it in a real browser: what is wrong stands beside the field, and no script ever runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from deliberation.demo.stage import at
from deliberation.kernel.database import db
from deliberation.photos.models import Photo
from deliberation.proposals.models import Proposal
from tests.journeys.support.hands import press, sees, sign_in
from tests.journeys.support.looks import check, picture
from tests.journeys.support.world import World
from tests.support.browser import Person
from tests.support.server import LiveServer

TITLE = "<script>document.title='坏了'</script><img src=x onerror=alert(1)>"


@pytest.mark.journey
def test_what_is_wrong_is_said_beside_it_and_a_script_is_only_text(
    new_server: Callable[..., LiveServer], new_person: Callable[..., Person], tmp_path: Path
) -> None:
    server = new_server()
    world = World(server, begins=at(1, 12, 9, 0))
    person = new_person("worker", base_url=server.url, width=360, height=800)
    page, dialogs = person.page, []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    sign_in(person, "xu")
    page.goto("/proposals/new")
    claims = tmp_path / "台阶.jpg"
    claims.write_bytes(b"MZ only a program")
    page.fill("#text", TITLE)
    page.set_input_files("input[name=photos]", claims)
    press(page, "交给联络站")
    expect(page.locator("[data-summary]")).to_be_visible()
    expect(page.locator("#title-error")).to_be_visible()
    expect(page.locator("#photos-error")).to_contain_text("台阶.jpg")
    expect(page.locator("#text")).to_have_value(TITLE)
    check(page)
    picture(page, "bad-input")
    with world.app.app_context():
        assert [db.session.scalar(select(func.count()).select_from(each)) for each in (Proposal, Photo)] == [0, 0]

    page.fill("#title", TITLE[:60])
    page.select_option("#kind", "lighting")
    press(page, "交给联络站")
    page.wait_for_url("**/matters/TAY-2026-001**")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE[:60])
    for path in ("/matters", "/places/TAY", "/matters/TAY-2026-001", "/inbox"):
        page.goto(path)
        sees(page, "<script>")
        assert page.locator("main script, main img[src=x]").count() == 0
    page.goto("/matters/NO-2026-404")
    sees(page, "没有找到这一页")
    picture(page, "no-such-page")
    page.goto("/look-backs/nonsense")
    expect(page.get_by_role("alert")).to_be_visible()
    picture(page, "wrong-token")
    assert dialogs == []
