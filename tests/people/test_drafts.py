"""What is typed and not sent: found again on every device of its writer, and by nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deliberation.audit.models import AuditLeaf
from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.people import queries, rules, service
from deliberation.people.access import Role
from deliberation.people.models import Draft
from tests.support import make
from tests.support.door import client_of, post
from tests.support.make import NOW

KEY = "propose"


def kept(user, *keys: str) -> dict[str, str]:
    return {each.key: each.content for each in queries.drafts(user.id, keys or (KEY,))}


def test_a_draft_takes_the_place_of_the_one_before_it(app) -> None:
    with transaction():
        user = make.person()
        first = service.keep_draft(user.id, key=KEY, content="一", now=NOW)
        assert first.version == 1
    with transaction():
        assert service.keep_draft(user.id, key=KEY, content="二", now=NOW).version == 2
    assert kept(user) == {KEY: "二"}
    with transaction():
        service.drop_draft(user.id, key=KEY)
        service.drop_draft(user.id, key=KEY)
    assert kept(user) == {}


def test_the_oldest_drafts_of_a_person_make_room_and_nobody_elses(app, monkeypatch) -> None:
    monkeypatch.setattr(rules, "MOST_DRAFTS", 2)
    with transaction():
        user, other = make.person(), make.person()
        service.keep_draft(other.id, key=KEY, content="别人的", now=NOW - timedelta(days=1))
        for number in range(4):
            service.keep_draft(user.id, key=f"k{number}", content="字", now=NOW + timedelta(minutes=number))
    assert set(kept(user, "k0", "k1", "k2", "k3")) == {"k2", "k3"}
    assert kept(other) == {KEY: "别人的"}


def test_what_nobody_came_back_to_is_deleted_and_the_log_keeps_the_number(app) -> None:
    with transaction():
        user = make.person()
        service.keep_draft(user.id, key="old", content="旧", now=NOW)
        service.keep_draft(user.id, key="new", content="新", now=NOW + timedelta(days=2))
    with transaction():
        assert service.drop_old_drafts(now=NOW + timedelta(days=rules.DRAFT_DAYS, seconds=1)) == 1
    with transaction():
        assert service.drop_old_drafts(now=NOW + timedelta(days=rules.DRAFT_DAYS, seconds=1)) == 0
    assert set(kept(user, "old", "new")) == {"new"}
    leaf = db.session.query(AuditLeaf).filter_by(tag="draft.expired").one()
    assert b'"drafts":1' in leaf.data


def test_a_closed_account_leaves_no_drafts(app) -> None:
    with transaction():
        place = make.place()
        user = make.person(home_place_id=place.id)
        administrator = make.actor(make.person(roles=[Role.administrator]))
        service.keep_draft(user.id, key=KEY, content="字", now=NOW)
        service.set_active(administrator, user_id=user.id, active=False, now=NOW)
    assert kept(user) == {}


def test_by_the_door_a_draft_is_kept_found_and_dropped_by_its_writer_alone(app) -> None:
    clock.configure(frozen=NOW, file=None)
    with transaction():
        user, other = make.person(), make.person()
    mine, theirs = client_of(app, user), client_of(app, other)
    saved = post(mine, "/me/drafts", json=True, key="ballot:12:3", content='{"choice":"for"}')
    assert saved.get_json() == {"ok": True, "version": 1}
    address = "/me/drafts?key=ballot:12:3&key=none"
    found = client_of(app, user).get(address).get_json()["drafts"]  # Another device.
    assert found == {"ballot:12:3": {"content": '{"choice":"for"}', "version": 1, "saved_at": NOW.isoformat()}}
    assert theirs.get(address).get_json()["drafts"] == {}
    assert post(theirs, "/me/drafts/drop", json=True, key="ballot:12:3").status_code == 200
    assert mine.get(address).get_json()["drafts"] != {}
    assert post(mine, "/me/drafts/drop", json=True, key="ballot:12:3").status_code == 200
    assert mine.get(address).get_json()["drafts"] == {}
    assert client_of(app).get(address, headers={"Accept": "application/json"}).status_code == 401


@pytest.mark.parametrize(
    "fields",
    [{}, {"key": KEY}, {"key": "x" * 81, "content": "字"}, {"key": "a b", "content": "字"},
     {"key": KEY, "content": "字" * (rules.LONGEST_DRAFT + 1)}],
)  # fmt: skip
def test_a_draft_of_the_wrong_shape_is_refused(sqlite_app, fields) -> None:
    with transaction():
        user = make.person()
    assert post(client_of(sqlite_app, user), "/me/drafts", json=True, **fields).status_code == 422
    assert db.session.query(Draft).count() == 0
