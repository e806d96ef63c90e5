"""A vote on an agenda item: notice, the chair, the live room's state, and the socket messages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deliberation.kernel import clock, live
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import NotAllowed, NotFound
from deliberation.matters import service as matter_service
from deliberation.meetings import queries as meetings
from deliberation.meetings import rules as meeting_rules
from deliberation.meetings import service as meeting_service
from deliberation.meetings.rules import MeetingState
from deliberation.people import queries as people
from deliberation.people.access import Actor
from deliberation.votes import queries, rules, service
from deliberation.votes.models import Vote
from deliberation.votes.rules import Channel, Choice, VoteState
from tests.support.door import client_of
from tests.support.gathering import NOW, STARTS, Gathering

ENDS = STARTS + timedelta(minutes=60)


def prepare(there: Gathering, **changed) -> Vote:
    fields = {
        "matter_id": there.matters[0].id, "committee_id": there.body.id, "item_id": there.item.id, "title": "夜班照明",
        "text": there.item.motion_text, "opens_at": STARTS, "closes_at": ENDS, "now": NOW, **changed,
    }  # fmt: skip
    return there.act(service.prepare_vote, there.shen, **fields)


def publish(there: Gathering) -> Vote:
    vote = prepare(there)
    return there.act(service.publish_vote, there.shen, vote_id=vote.id)


def cast(there: Gathering, vote: Vote, number: int, choice: Choice = Choice.in_favour):
    member = there.members[number]
    entry = queries.roll_entries_of(vote.id, member.user_id or 0)[0]
    return there.act(
        service.cast_ballot, member, vote_id=vote.id, roll_entry_id=entry.id, choice=choice,
        client_ballot_id=f"room-{vote.id}-{number:04d}", channel=Channel.live,
    )  # fmt: skip


def test_what_stands_in_no_notice_cannot_be_published(app) -> None:
    there = Gathering().plan()
    there.add()
    vote = prepare(there)
    with pytest.raises(rules.NoticeMissing):
        there.act(service.publish_vote, there.shen, vote_id=vote.id)
    there.act(meeting_service.post_notice, there.shen, meeting_id=there.meeting.id, now=NOW)
    assert there.act(service.publish_vote, there.shen, vote_id=vote.id).state is VoteState.published


def test_only_the_text_that_everybody_was_sent_is_voted(app) -> None:
    there = Gathering().notice()
    with pytest.raises(rules.NotTheNoticedText):
        prepare(there, text="采用甲方案。")
    assert prepare(there).text == there.item.motion_text


def test_an_item_of_another_matter_is_refused(app) -> None:
    there = Gathering().notice()
    with pytest.raises(NotFound):
        prepare(there, matter_id=there.matters[1].id)


def test_the_room_follows_the_vote_from_opening_to_result(app) -> None:
    there = Gathering().notice()
    vote = publish(there)
    for member in there.members:
        there.arrive(member)
    there.act(meeting_service.open_meeting, there.shen, meeting_id=there.meeting.id)
    there.act(meeting_service.start_item, there.shen, item_id=there.item.id)
    before = meetings.meeting(there.meeting.id).last_sequence

    there.act(service.open_vote, there.shen, vote_id=vote.id)
    assert there.item.state.value == "vote"
    cast(there, vote, 0)
    cast(there, vote, 1, Choice.against)
    state = there.state(there.members[0])
    part, me = state["vote"], state["me"]["ballot"]
    assert (part["state"], part["cast"], part["total"], part["needed"], part["result"]) == ("voting", 2, 10, 0, None)
    assert (me["on_roll"], me["choice"], len(me["seats"])) == (True, "for", 1)
    assert there.state(there.shen)["me"]["ballot"] == {
        "on_roll": False,
        "seats": [],
        "choice": None,
        "receipt": None,
        "has_cast": False,
    }
    with pytest.raises(rules.StillOpen):
        there.act(meeting_service.close_meeting, there.shen, meeting_id=there.meeting.id)

    for number in range(2, 7):
        cast(there, vote, number)
    there.act(service.close_vote, there.shen, vote_id=vote.id)
    assert there.item.state.value == "debate"
    assert there.state()["vote"]["result"] is None  # Counted, and not yet read back.
    with pytest.raises(rules.ReadBackFirst):
        there.act(meeting_service.decide_item, there.shen, item_id=there.item.id, text="照动议办。")
    there.act(service.announce_result, there.shen, vote_id=vote.id)
    assert there.state()["vote"]["result"]["outcome"] == "passed"
    there.act(meeting_service.close_meeting, there.shen, meeting_id=there.meeting.id)
    assert meetings.meeting(there.meeting.id).state is MeetingState.closed
    assert meetings.meeting(there.meeting.id).last_sequence > before + 3


def test_where_the_chair_may_close_sooner_no_hour_is_promised(sqlite_app) -> None:
    clock.configure(frozen=STARTS, file=None)
    there = Gathering().notice()
    vote = publish(there)
    there.act(service.open_vote, there.shen, vote_id=vote.id)
    for path in (f"/votes/{vote.id}", f"/votes/{vote.id}/notice", f"/matters/{there.matters[0].number}"):
        page = client_of(sqlite_app).get(path).text
        assert "由主持人在会上截止，最迟 " in page or "可能早于写明的时间" in page, path
    assert not Vote(meeting_id=1, first_closes_at=STARTS).closes_in_room  # Extended, it goes on to its hour.
    assert not Vote(meeting_id=None).closes_in_room


def test_a_console_that_lost_the_answer_may_send_a_step_again(app) -> None:
    there = Gathering().debate()
    vote = publish(there)
    for act in (service.open_vote, service.close_vote, service.announce_result):
        first = there.act(act, there.shen, vote_id=vote.id)
        sequence = meetings.meeting(there.meeting.id).last_sequence
        again = there.act(act, there.shen, vote_id=vote.id)
        assert again.state is first.state
        assert meetings.meeting(there.meeting.id).last_sequence == sequence


def test_a_park_manager_conducts_only_what_is_his_to_chair(app) -> None:
    there = Gathering().debate()
    vote = publish(there)
    with pytest.raises(meeting_rules.NotTheChair):
        there.act(service.open_vote, there.lu, vote_id=vote.id)
    user_id = there.shen.user_id or 0
    with transaction():
        matter_service.declare_interest(there.matters[0].id, user_id=user_id, reason="三号楼业主", now=STARTS)
    with pytest.raises(meeting_rules.ChairHasInterest):
        there.act(service.open_vote, there.shen, vote_id=vote.id)
    stand_in = there.lu.user_id
    there.act(meeting_service.appoint_stand_in, there.shen, item_id=there.item.id, user_id=stand_in)
    lu = people.actor(stand_in)
    there.act(service.open_vote, lu, vote_id=vote.id)
    with pytest.raises(rules.TellerHasInterest):
        there.act(service.close_vote, there.shen, vote_id=vote.id)
    there.act(service.close_vote, lu, vote_id=vote.id)
    there.act(service.announce_result, lu, vote_id=vote.id)
    with pytest.raises(NotAllowed):
        there.act(service.publish_vote, lu, vote_id=vote.id)


# Socket messages


@pytest.fixture
def room(sqlite_app):
    clock.configure(frozen=STARTS, file=None)
    there = Gathering().debate()
    return there, publish(there)


def socket_of(app, actor: Actor):
    return live.socketio.test_client(app, flask_test_client=client_of(app, people.user(actor.user_id or 0)))


def test_casting_over_the_socket_gives_the_receipt_and_pushes_turnout_only(sqlite_app, room) -> None:
    there, vote = room
    with transaction():
        service.open_vote(there.shen, vote_id=vote.id, now=STARTS)
        entry = queries.roll_entries_of(vote.id, there.members[0].user_id or 0)[0].id
    voter, watcher = socket_of(sqlite_app, there.members[0]), socket_of(sqlite_app, there.follower)
    joined = watcher.emit("vote.join", {"vote_id": vote.id}, callback=True)
    assert (joined["ok"], joined["turnout"]["cast"]) == (True, 0)
    sent = {"vote_id": vote.id, "roll_entry_id": entry, "choice": "against", "client_ballot_id": "socket-ballot-1"}
    answer = voter.emit("ballot.cast", sent, callback=True)
    assert (answer["ok"], answer["receipt"]["choice"]) == (True, "against")
    assert voter.emit("ballot.cast", sent, callback=True) == answer
    pushed = [each for each in watcher.get_received() if each["name"] == "vote.turnout"]
    assert [each["args"][0]["cast"] for each in pushed] == [1]
    assert "against" not in str(pushed)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"choice": "maybe"}, "choice_wrong"),
        ({"choice": ""}, "bad_input"),
        ({"client_ballot_id": ""}, "bad_input"),
        ({"roll_entry_id": "x"}, "bad_input"),
        ({"roll_entry_id": 10**9}, "not_on_roll"),
        ({"vote_id": 10**9}, "not_found"),
        ({}, "vote_not_open"),
    ],
)
def test_a_bad_ballot_over_the_socket_is_answered(sqlite_app, room, sent, code) -> None:
    there, vote = room
    entry = queries.roll_entries_of(vote.id, there.members[0].user_id or 0)[0].id
    good = {"vote_id": vote.id, "roll_entry_id": entry, "choice": "for", "client_ballot_id": "socket-ballot-1"}
    answer = socket_of(sqlite_app, there.members[0]).emit("ballot.cast", {**good, **sent}, callback=True)
    assert (answer["ok"], answer["code"]) == (False, code)
    assert answer["sentence"]
    assert queries.turnout(vote.id).cast == 0


def test_a_ballot_for_a_closed_vote_is_refused_over_the_socket(sqlite_app, room) -> None:
    there, vote = room
    with transaction():
        service.open_vote(there.shen, vote_id=vote.id, now=STARTS)
        entry = queries.roll_entries_of(vote.id, there.members[0].user_id or 0)[0].id
        service.close_vote(there.shen, vote_id=vote.id, now=STARTS)
    sent = {"vote_id": vote.id, "roll_entry_id": entry, "choice": "for", "client_ballot_id": "socket-ballot-1"}
    answer = socket_of(sqlite_app, there.members[0]).emit("ballot.cast", sent, callback=True)
    assert (answer["ok"], answer["code"]) == (False, "vote_closed")


def test_the_chair_conducts_over_the_socket_and_others_do_not(sqlite_app, room) -> None:
    there, vote = room
    chair, member = socket_of(sqlite_app, there.shen), socket_of(sqlite_app, there.members[0])
    member.emit("vote.join", {"vote_id": vote.id}, callback=True)
    for name, state in [("vote.open", "voting"), ("vote.close", "counted"), ("vote.announce", "announced")]:
        refused = member.emit(name, {"vote_id": vote.id}, callback=True)
        assert (refused["ok"], refused["code"]) == (False, "not_allowed")
        answer = chair.emit(name, {"vote_id": vote.id}, callback=True)
        assert (answer["ok"], answer["vote"]["state"]) == (True, state)
        told = [each["args"][0]["state"] for each in member.get_received() if each["name"] == "vote.changed"]
        assert told == [state]


def test_a_draft_cannot_be_watched(sqlite_app) -> None:
    there = Gathering().notice()
    vote = prepare(there)
    answer = socket_of(sqlite_app, there.follower).emit("vote.join", {"vote_id": vote.id}, callback=True)
    assert (answer["ok"], answer["code"]) == (False, "not_found")
