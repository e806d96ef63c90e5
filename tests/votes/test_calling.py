"""A vote called from the chair: on the words before the room, by the charter's rule, with who was present frozen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed
from deliberation.matters import queries as matters
from deliberation.meetings import queries as meetings
from deliberation.meetings import rules as meeting_rules
from deliberation.meetings import service as meeting_service
from deliberation.meetings.rules import MotionKind, MotionState
from deliberation.people.models import User
from deliberation.votes import queries, rules, service
from deliberation.votes.counting import Method, RuleKind
from deliberation.votes.models import Vote
from deliberation.votes.rules import Channel, Choice, RollSource, Terms, VoteState
from tests.support import door
from tests.support.gathering import MAJORITY, MOTION, NOW, STARTS, Gathering

pytestmark = pytest.mark.usefixtures("app")

BETTER = MOTION.replace("11月20日", "11月15日")
ENDS = STARTS + timedelta(minutes=60)


def call(there, actor=None, *, minutes=5, terms=None, **fields) -> Vote:
    return there.act(
        service.call_vote, actor or there.shen, item_id=there.item.id, terms=terms or Terms(), minutes=minutes, **fields
    )


def amended(there) -> None:
    motion = there.act(
        meeting_service.propose_motion, there.members[0], item_id=there.item.id, kind=MotionKind.amendment, text=BETTER
    )
    there.act(meeting_service.accept_motion, there.shen, motion_id=motion.id)
    there.act(meeting_service.agree_motion, there.shen, motion_id=motion.id)


def cast(there, vote, numbers, choice=Choice.in_favour) -> None:
    for number in numbers:
        member = there.members[number]
        entry = queries.roll_entries_of(vote.id, member.user_id)[0]
        there.act(
            service.cast_ballot, member, vote_id=vote.id, roll_entry_id=entry.id, choice=choice,
            client_ballot_id=f"called-{vote.id}-{number:04d}", channel=Channel.live,
        )  # fmt: skip


def settle(there, vote) -> Vote:
    there.act(service.close_vote, there.shen, vote_id=vote.id)
    return there.act(service.announce_result, there.shen, vote_id=vote.id)


def prepared(there) -> Vote:
    """Prepared and published on the notice's words, before the meeting comes to it."""
    vote = there.act(
        service.prepare_vote, there.shen, matter_id=there.matters[0].id, committee_id=there.body.id,
        item_id=there.item.id, title="夜班照明", text=MOTION, opens_at=ENDS, closes_at=ENDS + timedelta(days=1),
        now=NOW,
    )  # fmt: skip
    return there.act(service.publish_vote, there.shen, vote_id=vote.id, now=NOW)


def test_the_chair_calls_a_vote_and_the_result_carries_the_motion():
    there = Gathering().debate()
    vote = call(there)
    assert (vote.state, vote.text, vote.rule_kind) == (VoteState.voting, MOTION, RuleKind.all_members_majority)
    assert vote.closes_at == STARTS + timedelta(minutes=5)
    motion = meetings.pending(there.item.id)
    assert vote.motion_id == motion.id
    cast(there, vote, range(6))
    settle(there, vote)
    settled = meetings.motion(motion.id)
    assert (settled.state, settled.decided_by) == (MotionState.carried, "vote")
    assert there.state()["item"]["motion"]["state"] == "carried"
    there.act(meeting_service.decide_item, there.shen, item_id=there.item.id, text=MOTION)


def test_a_motion_without_enough_votes_is_lost():
    there = Gathering().debate()
    vote = call(there)
    cast(there, vote, range(5))
    settle(there, vote)
    assert meetings.motion(vote.motion_id).state is MotionState.lost


def test_who_was_present_is_frozen_as_it_opens_and_as_it_closes():
    there = Gathering().debate(present=7)
    vote = call(there)
    there.act(meeting_service.leave, there.members[6], meeting_id=there.meeting.id)
    cast(there, vote, range(6))
    settle(there, vote)
    there.arrive(there.members[6])
    part = there.state()["vote"]
    figures = [(part[name]["voters"], part[name]["seats_total"]) for name in ("present_at_open", "present_at_close")]
    assert figures == [(7, 10), (6, 10)]
    assert part["present_at_close"]["has_quorum"] is True


def test_a_vote_that_runs_outside_of_a_meeting_freezes_nobodys_presence():
    there = Gathering().notice()
    vote = prepared(there)
    there.act(service.open_vote, there.shen, vote_id=vote.id)
    assert queries.vote(vote.id).present_at_open is None


def test_the_amended_words_are_voted_where_the_charter_lets_the_room_change_them():
    there = Gathering().debate()
    amended(there)
    vote = call(there)
    assert (vote.text, vote.motion_id) == (BETTER, meetings.pending(there.item.id).id)


def test_else_they_wait_for_the_next_notice():
    there = Gathering(**MAJORITY, allows_amendments=False).debate()
    amended(there)
    with pytest.raises(meeting_rules.AmendedTextNeedsNotice):
        call(there)
    assert queries.votes_of_item(there.item.id) == []


def test_a_vote_prepared_for_the_old_words_is_taken_back_as_they_change():
    there = Gathering().notice()
    vote = prepared(there)
    for member in there.members:
        there.arrive(member)
    there.act(meeting_service.open_meeting, there.shen, meeting_id=there.meeting.id)
    there.act(meeting_service.start_item, there.shen, item_id=there.item.id)
    amended(there)
    assert queries.vote(vote.id).state is VoteState.cancelled
    assert call(there).text == BETTER


def test_words_that_ballots_are_cast_on_stay():
    there = Gathering().notice()
    vote = prepared(there)
    there.act(service.open_vote, there.shen, vote_id=vote.id)
    for member in there.members:
        there.arrive(member)
    there.act(meeting_service.open_meeting, there.shen, meeting_id=there.meeting.id)
    there.act(meeting_service.start_item, there.shen, item_id=there.item.id)
    motion = there.act(
        meeting_service.propose_motion, there.members[0], item_id=there.item.id, kind=MotionKind.amendment, text=BETTER
    )
    with pytest.raises(rules.BallotsOnTheseWords):
        there.act(meeting_service.accept_motion, there.shen, motion_id=motion.id)


def test_old_words_are_not_opened_over_new_ones():
    there = Gathering().debate()
    amended(there)
    with pytest.raises(rules.NotTheMotion):
        prepared(there)


def test_the_amendment_comes_first_and_the_count_of_hands_too():
    there = Gathering().debate()
    motion = there.act(
        meeting_service.propose_motion, there.members[0], item_id=there.item.id, kind=MotionKind.amendment, text=BETTER
    )
    there.act(meeting_service.accept_motion, there.shen, motion_id=motion.id)
    with pytest.raises(meeting_rules.AmendmentPending):
        call(there)
    assert queries.votes_of_item(there.item.id) == []


def test_who_does_not_chair_calls_nothing():
    there = Gathering().debate()
    with pytest.raises(meeting_rules.NotTheChair):
        call(there, there.lu)
    with pytest.raises(NotAllowed):
        call(there, there.members[0])
    there.act(meeting_service.appoint_stand_in, there.shen, item_id=there.item.id, user_id=there.lu.user_id)
    assert call(there, there.lu).state is VoteState.voting


def test_the_charters_rule_stands_and_a_question_may_go_to_everybody():
    there = Gathering().debate()
    there.arrive(there.follower)
    everybody = {"roll_source": RollSource.attendance}
    with pytest.raises(rules.RuleStands):
        call(there, terms=Terms(**everybody))
    with pytest.raises(rules.RuleStands):
        call(there, terms=Terms(rule_kind=RuleKind.present_majority))
    vote = call(there, terms=Terms(rule_kind=RuleKind.advisory, **everybody))
    assert (vote.rule_kind, vote.seats_total) == (RuleKind.advisory, 7)


def lunch(people: int, **charter) -> Gathering:
    """A lunch session without seats: whoever comes decides (domain.md E10)."""
    there = Gathering(members=0, seats=0, rule_kind="present_majority", **charter).plan()
    there.add(motion_text="")
    there.act(meeting_service.post_notice, there.shen, meeting_id=there.meeting.id, now=NOW)
    with transaction():
        there.members = [there.person(f"员{number}") for number in range(people)]
    for member in there.members:
        there.arrive(member)
    there.act(meeting_service.open_meeting, there.shen, meeting_id=there.meeting.id)
    there.act(meeting_service.start_item, there.shen, item_id=there.item.id)
    return there


def test_a_lunch_hour_chooses_between_two_places_as_in_the_case_of_the_kiosk():
    """E10 in small: 7 for the lobby, 4 for the canteen, 1 abstains, quorum 8: 2 × 7 = 14 > 11."""
    there = lunch(12)
    terms = Terms(method=Method.single, options=("大堂", "食堂"))
    vote = call(there, terms=terms, text="自助终端放在哪里？", quorum_count=8)
    assert vote.roll_source is RollSource.attendance  # Nobody holds a seat, so whoever came decides.
    cast(there, vote, range(7), "甲")
    cast(there, vote, range(7, 11), "乙")
    cast(there, vote, [11], Choice.abstain)
    result = settle(there, vote).result
    assert (result["outcome"], result["winners"], result["ballots_needed"]) == ("passed", ["甲"], 8)
    assert there.state()["vote"]["present_at_close"]["voters"] == 12


def test_with_too_few_ballots_the_motion_stays_before_the_room():
    there = lunch(3)
    motion = there.act(
        meeting_service.propose_motion, there.members[0], item_id=there.item.id, kind=MotionKind.motion, text=MOTION
    )
    there.act(meeting_service.accept_motion, there.shen, motion_id=motion.id)
    vote = call(there, terms=Terms(roll_source=RollSource.attendance, is_secret=True), quorum_count=4)
    cast(there, vote, range(3))
    there.act(service.close_vote, there.shen, vote_id=vote.id)
    with pytest.raises(meeting_rules.UnderVote):
        put_off(there)
    assert there.act(service.announce_result, there.shen, vote_id=vote.id).result["outcome"] == "no_quorum"
    assert meetings.motion(motion.id).state is MotionState.pending
    put_off(there)
    matter = matters.matter(there.matters[0].id)
    assert (matter.step, matter.state, matter.holder_task) == (1, "accepted", "schedule")
    assert matter.id in [each.id for each in meetings.matters_to_schedule(there.place)]
    assert meetings.deferred_text(matter.id) == MOTION


def put_off(there):
    there.act(meeting_service.defer_item, there.shen, item_id=there.item.id, reason="人不够，下次再议")


def test_a_vote_that_decided_is_not_put_off():
    there = Gathering().debate()
    vote = call(there)
    cast(there, vote, range(2))
    settle(there, vote)
    with pytest.raises(meeting_rules.UnderVote):
        put_off(there)


def test_an_item_of_no_matter_or_without_words_is_not_voted():
    there = lunch(3)
    with pytest.raises(rules.NothingToVoteOn):
        call(there, terms=Terms(roll_source=RollSource.attendance))
    there.act(meeting_service.decide_item, there.shen, item_id=there.item.id, text="下次再议。")
    first = meetings.items(there.meeting.id)[0]
    there.act(meeting_service.start_item, there.shen, item_id=first.id)
    with pytest.raises(rules.NothingToVoteOn):
        there.act(
            service.call_vote, there.shen, item_id=first.id, terms=Terms(roll_source=RollSource.attendance),
            text="要不要改期？", minutes=5,
        )  # fmt: skip


def test_the_console_offers_what_may_be_chosen_to_who_may_call(app):
    there = Gathering().debate()
    path = f"/votes/calling?item={there.item.id}"
    chair, member = (door.client_of(app, db.session.get(User, who.user_id)) for who in (there.shen, there.members[0]))
    offered = chair.get(path).json
    assert (offered["rule"], offered["has_seats"]) == ("全体过半数", True)
    assert [each["value"] for each in offered["methods"]] == [str(method) for method in Method]
    assert [each["value"] for each in offered["aims"]] == ["", "consensus", "advisory"]
    assert "陆明 · 园区经理" in [each["name"] for each in offered["handlers"]]
    assert member.get(path).status_code == 403
    assert chair.get("/votes/calling?item=999999").status_code == 404
