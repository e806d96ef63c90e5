"""Ways of looking at the desk: filtered by the address, kept under a name, and nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotFound
from deliberation.people import rules
from deliberation.people.access import Role
from deliberation.people.models import DeskView
from deliberation.people.service import (
    bring_back_desk_view,
    change_desk_view,
    drop_desk_view,
    drop_old_views,
    keep_desk_view,
)
from deliberation.proposals import service as proposals
from deliberation.proposals.rules import ProposalKind
from tests.support import make
from tests.support.door import client_of, post

NOW = make.NOW


def test_the_desk_is_filtered_and_the_way_it_is_looked_at_is_kept(app: Flask) -> None:
    with transaction():
        here, there = make.place(), make.place()
        liaison, other = make.person(roles=[Role.liaison]), make.person(roles=[Role.liaison])
        for place, title in ((here, "路灯不亮"), (there, "坡道太陡")):
            author = make.actor(make.person())
            facts = {"text": "晚上看不见。", "kind": ProposalKind.lighting, "now": NOW}
            proposals.submit(author, place_id=place.id, title=title, **facts)
        code = here.code
    client = client_of(app, liaison)
    assert all(title in client.get("/desk").text for title in ("路灯不亮", "坡道太陡"))
    page = client.get(f"/desk?place={code}").text
    assert "路灯不亮" in page
    assert "坡道太陡" not in page
    assert "没有合上的事" in client.get("/desk?step=5").text

    assert post(client, "/desk/views", place=code, name="这一片的").headers["Location"] == f"/desk?place={code}"
    assert "这一片的" in client.get("/desk").text
    assert "这一片的" not in client_of(app, other).get("/desk").text
    view_id = db.session.scalars(select(DeskView.id)).one()
    for path, given in (("", {"name": "我的", "due": "late"}), ("/drop", {}), ("/bring-back", {})):
        assert post(client_of(app, other), f"/desk/views/{view_id}{path}", **given).status_code == 404
    assert db.session.scalars(select(DeskView.asked)).one() == {"place": code}

    for path in ("/desk/views", f"/desk/views/{view_id}"):
        refused = post(client, path, step=1, name="长" * 21)
        assert refused.status_code == 422
        assert f'value="{"长" * 21}"' in refused.text
        assert "不超过 20 个字" in refused.text
    changed = post(client, f"/desk/views/{view_id}", name="超期的", due="late")
    assert changed.headers["Location"] == "/desk?due=late"
    page = client.get("/desk").text
    assert "超期的" in page
    assert "这一片的" not in page
    post(client, f"/desk/views/{view_id}/drop")
    gone = client.get("/desk").text
    assert "「超期的」拿掉了" in gone
    assert 'href="/desk?due=late"' not in gone
    assert post(client, f"/desk/views/{view_id}/bring-back").headers["Location"] == "/desk?due=late"
    assert 'aria-label="您存的"' in client.get("/desk").text


def test_what_was_dropped_comes_back_until_another_is_dropped_or_a_day_has_gone(sqlite_app: Flask) -> None:
    def kept() -> dict[str, bool]:
        return {view.name: view.dropped_at is None for view in db.session.scalars(select(DeskView))}

    with transaction():
        user_id = make.person().id
        views = [keep_desk_view(user_id, name=name, asked={"due": "late"}, now=NOW) for name in "甲乙"]
    ids = [view.id for view in views]
    with transaction():
        drop_desk_view(user_id, ids[0], now=NOW)
        drop_desk_view(user_id, ids[1], now=NOW)
    assert kept() == {"乙": False}, "only the last one lies there"
    with transaction():
        drop_old_views(now=NOW + rules.VIEW_COMES_BACK)
        bring_back_desk_view(user_id, ids[1])
    assert kept() == {"乙": True}
    with transaction():
        other = keep_desk_view(user_id, name="丙", asked={"due": "today"}, now=NOW)
        db.session.flush()
        with pytest.raises(rules.ViewNameTaken):
            change_desk_view(user_id, other.id, name="乙", asked={"due": "today"}, now=NOW)
        drop_desk_view(user_id, ids[1], now=NOW)
        change_desk_view(user_id, other.id, name="乙", asked={"step": 4}, now=NOW)
    assert kept() == {"乙": True}, "a name that was dropped is free"
    with transaction():
        drop_desk_view(user_id, other.id, now=NOW)
        drop_old_views(now=NOW + rules.VIEW_COMES_BACK + timedelta(seconds=1))
    assert kept() == {}


def test_a_view_has_a_name_and_says_something_and_there_are_not_too_many(sqlite_app: Flask) -> None:
    def refused(name: str, asked: dict[str, str]) -> type[Exception] | None:
        try:
            with transaction():
                keep_desk_view(user_id, name=name, asked=asked, now=NOW)
        except (rules.ViewUnnamed, rules.NothingChosen, rules.TooManyViews) as refusal:
            return type(refusal)
        return None

    with transaction():
        user_id = make.person().id
    assert refused("", {"due": "late"}) is rules.ViewUnnamed
    assert refused("长" * 21, {"due": "late"}) is rules.ViewUnnamed
    assert refused("全部", {}) is rules.NothingChosen
    for number in range(rules.MOST_DESK_VIEWS):
        assert refused(f"第 {number} 个", {"due": "late"}) is None
    assert refused("多的", {"due": "late"}) is rules.TooManyViews
    assert refused("第 3 个", {"due": "today"}) is None
    with transaction():
        changed = db.session.scalars(select(DeskView).where(DeskView.name == "第 3 个")).one()
        assert changed.asked == {"due": "today"}
        with pytest.raises(NotFound):
            drop_desk_view(user_id + 1, changed.id, now=NOW)
        drop_desk_view(user_id, changed.id, now=NOW)
        changed_back = keep_desk_view(user_id, name="又一个", asked={"due": "late"}, now=NOW)
    assert refused("再多的", {"due": "late"}) is rules.TooManyViews
    assert changed_back.name == "又一个", "what was dropped takes no room"
