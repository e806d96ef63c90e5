"""Ways of looking at the desk: filtered by the address, kept under a name, and nobody else's."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from deliberation.kernel.database import db, transaction
from deliberation.people import rules
from deliberation.people.access import Role
from deliberation.people.models import DeskView
from deliberation.people.service import drop_desk_view, keep_desk_view
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
    post(client_of(app, other), f"/desk/views/{view_id}/drop")
    assert db.session.scalars(select(DeskView.asked)).one() == {"place": code}
    post(client, f"/desk/views/{view_id}/drop", place=code)
    assert db.session.scalars(select(DeskView.id)).all() == []


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
        drop_desk_view(user_id + 1, changed.id)
    assert db.session.get(DeskView, changed.id) is not None
