"""What the last meeting of a body agreed on comes first the next time, with what has become of it (R-47)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.matters import service as matters
from deliberation.meetings import queries, service
from tests.support.counting import statements
from tests.support.door import client_of
from tests.support.gathering import STARTS, Gathering

TEXT = "先补亮三号楼后台阶，11月20日前办成。"


@pytest.fixture
def there(sqlite_app):
    clock.configure(frozen=STARTS, file=None)
    there = Gathering().debate()
    there.act(service.decide_item, there.shen, item_id=there.item.id, text=TEXT)
    there.act(service.close_meeting, there.shen, meeting_id=there.meeting.id)
    there.plan(starts_at=STARTS + timedelta(days=14), now=STARTS)
    clock.configure(frozen=STARTS + timedelta(days=1), file=None)
    return there


def test_the_next_meeting_and_the_body_show_them_and_what_became_of_them(sqlite_app, there):
    visitor = client_of(sqlite_app)
    pages = (f"/meetings/{there.meeting.id}", f"/committees/{there.body.id}")
    for path in pages:
        text = visitor.get(path).text
        assert TEXT in text
        assert "沈岚 · 联络员" in text
        assert "已办结" not in text
    with transaction():
        matters.close(matters.load_for_change(there.matters[0].id), state="closed", now=STARTS)
    for path in pages:
        assert "已办结" in visitor.get(path).text


def test_only_the_last_meeting_counts_and_a_first_one_has_none(there):
    later = queries.meeting(there.meeting.id)
    last = queries.last_meeting(there.body.id, before=later.starts_at)
    assert [each.item.decision for each in queries.promises_of(last)] == [TEXT]
    assert queries.promises_of(queries.last_meeting(there.body.id, before=STARTS)) == []


def test_a_body_with_many_decisions_costs_no_more_statements(there):
    body = there.body
    few = statements(lambda: queries.on_body(body, now=STARTS + timedelta(days=1)))
    with transaction():
        for item in queries.items(queries.last_meeting(body.id, before=STARTS + timedelta(days=1)).id):
            item.state, item.decision = "decided", "再看一遍。"
            db.session.add(item)
    assert statements(lambda: queries.on_body(body, now=STARTS + timedelta(days=1))) == few
