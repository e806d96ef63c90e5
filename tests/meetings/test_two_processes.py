"""Two web processes with Valkey between them are one room, and one of them may be pulled down in the middle."""

from __future__ import annotations

import pytest

from tests.support.gathering import Gathering
from tests.support.server import LiveServer
from tests.support.sockets import Client, cookie_of, in_database_of

NOON = "2026-03-06T12:15+08:00"
PARTS = ("sequence", "meeting", "items", "item", "speaker", "queue", "attendance", "vote")


def debate(app):
    there = Gathering().debate()
    people = {"chair": there.shen, "a": there.members[0], "b": there.members[1]}
    ids = {"meeting_id": there.meeting.id, "item_id": there.item.id}
    return ids, {name: cookie_of(app, actor) for name, actor in people.items()}


@pytest.fixture
def two(new_server, new_postgres_url, valkey_url, tmp_path):
    """Two servers of one database and one Valkey; the second finds the tables there."""
    around = {"DATABASE_URL": new_postgres_url, "REDIS_URL": valkey_url, "DELIBERATION_NOW": NOON, "RUN_SCHEDULER": "0"}
    one = new_server(**around, WEB_CONCURRENCY="2")
    other = LiveServer(tmp_path / "other", **around, WEB_CONCURRENCY="2").start()
    yield one, other
    other.stop()


def test_two_processes_are_one_room_and_one_may_be_killed(two):
    one, other = two
    ids, cookies = in_database_of(one, debate)
    item = {"item_id": ids["item_id"]}
    chair, a, b = Client(one.url, cookies["chair"]), Client(one.url, cookies["a"]), Client(other.url, cookies["b"])
    begun = [client.join(ids["meeting_id"])["sequence"] for client in (chair, a, b)]
    assert len(set(begun)) == 1

    # What is done at one is heard at the other, in both directions.
    assert b.ask("hand.raise", **item, side="against", client_key="b-1")["ok"]
    assert a.ask("hand.raise", **item, side="for", client_key="a-1")["ok"]
    assert chair.ask("floor.next", **item, client_key="c-1")["ok"]
    for client in (chair, a, b):
        client.wait_for(begun[0] + 3)
    assert [chair.state[part] for part in PARTS] == [b.state[part] for part in PARTS]

    # The chair's process is pulled down while an answer is on its way; who was there goes on at the other.
    chair.socket.emit("floor.end", {**item, "client_key": "c-2"})
    one.kill()
    for client in (chair, a):
        client.socket.disconnect()
        client.connect(other.url)
    ended = chair.ask("floor.end", **item, client_key="c-2")  # Done once, whether or not the first came through.
    assert ended["ok"], ended
    for client in (chair, a):
        client.join(ids["meeting_id"])
    b.wait_for(begun[0] + 4)
    assert b.state["speaker"] is None
    states = [{part: client.state[part] for part in PARTS} for client in (chair, a, b)]
    assert states[0] == states[1] == states[2]
    assert chair.ask("floor.next", **item, client_key="c-3")["ok"]
    for client in (a, b):
        client.wait_for(begun[0] + 5)
    assert a.state["speaker"] == b.state["speaker"] is not None
    for client in (chair, a, b):
        client.socket.disconnect()
