"""A real client of a real server: what was acknowledged outlives a power cut, and joining again is enough."""

from __future__ import annotations

import pytest

from tests.support.gathering import Gathering
from tests.support.sockets import Client, cookie_of, in_database_of


@pytest.fixture
def running(new_server):
    """A server whose database holds a debate, and the people of it by their cookies."""
    server = new_server()
    return server, *in_database_of(server, debate)


def debate(app):
    there = Gathering().debate()
    facts = {"meeting_id": there.meeting.id, "item_id": there.item.id}
    return facts, {"chair": cookie_of(app, there.shen), "member": cookie_of(app, there.members[0])}


def test_a_raised_hand_outlives_a_power_cut(running):
    server, facts, cookies = running
    member, chair = Client(server.url, cookies["member"]), Client(server.url, cookies["chair"])
    before = chair.ask("room.join", meeting_id=facts["meeting_id"])["state"]
    raised = member.ask("hand.raise", item_id=facts["item_id"], side="against", client_key="member-1")
    assert raised["ok"], raised
    chair.wait_for(before["sequence"] + 1)
    server.kill()
    server.start()
    member.connect(server.url)
    assert member.ask("hand.raise", item_id=facts["item_id"], side="against", client_key="member-1")["repeated"]
    chair.connect(server.url)
    after = chair.ask("room.join", meeting_id=facts["meeting_id"])["state"]
    assert after["sequence"] == before["sequence"] + 1
    assert [each["id"] for each in after["queue"]] == [raised["speaker_id"]]
    given = chair.ask("floor.next", item_id=facts["item_id"], client_key="chair-1")
    assert given == {"ok": True, "speaker_id": raised["speaker_id"]}
    chair.wait_for(before["sequence"] + 2)
