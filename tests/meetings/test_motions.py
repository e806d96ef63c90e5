"""Motions and amendments in a meeting, on both databases: moved, seconded, taken up, settled, voted (R-43, C3)."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from deliberation.audit.models import AuditLeaf
from deliberation.kernel.database import db, transaction
from deliberation.meetings import queries, rules, service
from deliberation.meetings.models import Motion
from deliberation.meetings.rules import MotionKind, MotionState, TallyAbout
from tests.support.gathering import MAJORITY, MOTION, NOW, Gathering

pytestmark = pytest.mark.usefixtures("app")

BETTER = MOTION.replace("台阶与坡道", "台阶、坡道和转角").replace("11月20日", "11月15日")
OTHER = "只修三号楼后台阶，二期另议。"
SECONDED = {**MAJORITY, "needs_second": True}


def propose(there, actor=None, text=BETTER, kind=MotionKind.amendment):
    return there.act(service.propose_motion, actor or there.members[0], item_id=there.item.id, kind=kind, text=text)


def chair(there, verb, motion, **fields):
    return there.act(verb, there.shen, motion_id=motion.id, **fields)


def adopted(there, text=BETTER):
    """An amendment moved, taken up and agreed to."""
    amendment = propose(there, text=text)
    chair(there, service.accept_motion, amendment)
    return chair(there, service.agree_motion, amendment)


def item_of(there, actor=None):
    return there.state(actor)["item"]


# Moving, seconding, taking up


def test_the_text_of_the_notice_is_before_the_room_as_its_item_begins():
    there = Gathering().debate()
    item = item_of(there)
    shown = {name: item["motion"][name] for name in ("text", "source", "state", "mover", "version", "departs")}
    assert shown == {
        "text": MOTION, "source": "notice", "state": "pending", "mover": "", "version": 1, "departs": False,
    }  # fmt: skip
    assert (item["amendment"], item["waiting"]) == (None, [])


def test_an_item_without_words_waits_for_somebody_to_move():
    there = Gathering().plan()
    there.add(motion_text="")
    there.act(service.post_notice, there.shen, meeting_id=there.meeting.id, now=NOW)
    there.arrive(there.members[0])
    there.act(service.open_meeting, there.shen, meeting_id=there.meeting.id)
    there.act(service.start_item, there.shen, item_id=there.item.id)
    assert item_of(there)["motion"] is None
    with pytest.raises(rules.NothingToAmend):
        propose(there)
    motion = propose(there, text=OTHER, kind=MotionKind.motion)
    chair(there, service.accept_motion, motion)
    assert item_of(there)["motion"]["text"] == OTHER
    assert item_of(there)["motion"]["mover"] == "赵*"


def test_an_amendment_is_shown_as_what_it_changes():
    there = Gathering().debate()
    amendment = propose(there)
    (shown,) = item_of(there)["waiting"]
    assert (shown["id"], shown["number"], shown["mover"], shown["state"]) == (amendment.id, 1, "赵*", "proposed")
    changed = [(run["op"], run["text"]) for run in shown["runs"] if run["op"] != "equal"]
    steps = [("delete", "与"), ("insert", "、"), ("insert", "和转角"), ("delete", "11月20日"), ("insert", "11月15日")]
    assert changed == steps
    chair(there, service.accept_motion, amendment)
    item = item_of(there)
    assert item["waiting"] == []
    assert "".join(run["text"] for run in item["amendment"]["runs"] if run["op"] != "delete") == BETTER
    assert item["motion"]["text"] == MOTION


def test_where_the_charter_asks_for_it_another_person_seconds_first():
    there = Gathering(**SECONDED).debate()
    amendment = propose(there)
    with pytest.raises(rules.SecondMissing):
        chair(there, service.accept_motion, amendment)
    with pytest.raises(rules.OwnMotion):
        there.act(service.second_motion, there.members[0], motion_id=amendment.id)
    for _twice in range(2):
        there.act(service.second_motion, there.members[1], motion_id=amendment.id)
    with pytest.raises(rules.MotionNotThere):
        there.act(service.second_motion, there.members[2], motion_id=amendment.id)
    chair(there, service.accept_motion, amendment)
    shown = item_of(there)["amendment"]
    assert (shown["mover"], shown["seconder"], shown["state"]) == ("赵*", "宋*", "pending")


def test_who_has_a_vote_or_was_invited_moves_and_nobody_else():
    there = Gathering().debate()
    there.arrive(there.proposer)
    there.arrive(there.follower)
    there.arrive(there.shen)
    assert propose(there, there.proposer).mover_id == there.proposer.user_id
    with pytest.raises(rules.MayNotMove):
        propose(there, there.follower)
    with pytest.raises(rules.NotCheckedIn):
        propose(there, there.members[6])
    with pytest.raises(rules.ChairSpeaks):
        propose(there, there.shen)
    assert there.state(there.proposer)["me"]["may_move"] is True
    assert there.state(there.follower)["me"]["may_move"] is False


def test_an_adviser_speaks_and_moves_nothing():
    from deliberation.committees.models import SeatKind
    from tests.support import make

    there = Gathering().debate()
    with transaction():
        adviser = make.person(name="顾问某")
        make.seats(there.body, count=1, users=[adviser], kind=SeatKind.adviser)
    adviser = make.actor(adviser)
    there.arrive(adviser)
    with pytest.raises(rules.MayNotMove):
        propose(there, adviser)
    there.act(service.raise_hand, adviser, item_id=there.item.id, side=rules.Side.question)


def test_one_proposal_a_person_waits_and_may_be_taken_back():
    there = Gathering().debate()
    first = propose(there)
    with pytest.raises(rules.AlreadyProposed):
        propose(there, text=OTHER)
    assert there.state(there.members[0])["me"]["motions"] == [first.id]
    with pytest.raises(rules.NotTheChair):
        there.act(service.withdraw_motion, there.lu, motion_id=first.id)
    there.act(service.withdraw_motion, there.members[0], motion_id=first.id)
    second = propose(there, text=OTHER)
    assert (second.number, item_of(there)["waiting"][0]["id"]) == (2, second.id)


def test_the_chair_declines_with_a_reason_that_stays_on_record():
    there = Gathering().debate()
    amendment = propose(there)
    chair(there, service.decline_motion, amendment, reason="说的是另一件事，请另提提案。")
    assert item_of(there)["waiting"] == []
    assert queries.motion(amendment.id).reason == "说的是另一件事，请另提提案。"
    with pytest.raises(rules.MotionNotThere):
        chair(there, service.accept_motion, amendment)


# One at a time


def test_a_second_amendment_waits_for_the_first_and_is_outdated_when_the_words_change():
    there = Gathering().debate()
    first, second = propose(there), propose(there, there.members[1], OTHER)
    chair(there, service.accept_motion, first)
    with pytest.raises(rules.AmendmentPending):
        chair(there, service.accept_motion, second)
    chair(there, service.agree_motion, first)
    assert item_of(there)["waiting"][0]["is_outdated"] is True
    with pytest.raises(rules.AmendmentOutdated):
        chair(there, service.accept_motion, second)


def test_a_second_motion_waits_for_the_first():
    there = Gathering().debate()
    motion = propose(there, text=OTHER, kind=MotionKind.motion)
    with pytest.raises(rules.MotionPending):
        chair(there, service.accept_motion, motion)
    with pytest.raises(rules.MotionNotThere):  # The notice's own motion is put off with its item, not withdrawn.
        chair(there, service.withdraw_motion, queries.pending(there.item.id))


def test_the_database_too_keeps_two_motions_from_being_before_the_room():
    there = Gathering().debate()
    motion = propose(there, text=OTHER, kind=MotionKind.motion)
    with pytest.raises(IntegrityError), transaction():
        db.session.get_one(Motion, motion.id).state = MotionState.pending


# Settling


def test_an_adopted_amendment_changes_the_words_and_every_version_is_kept():
    there = Gathering().debate()
    amendment = adopted(there)
    item = item_of(there)
    assert (item["motion"]["text"], item["motion"]["version"], item["amendment"]) == (BETTER, 2, None)
    assert (amendment.state, amendment.decided_by) == (MotionState.carried, "consent")
    kept = [(each.version, each.text, each.amendment_id) for each in queries.versions(item["motion"]["id"])]
    assert kept == [(1, MOTION, None), (2, BETTER, amendment.id)]
    assert there.item.motion_text == MOTION  # What the notice said stays what it said.
    assert db.session.scalar(select(AuditLeaf).where(AuditLeaf.tag == "amendment.adopted")) is not None


def test_the_amendment_is_decided_before_its_motion():
    there = Gathering().debate()
    chair(there, service.accept_motion, propose(there))
    with pytest.raises(rules.AmendmentPending):
        chair(there, service.agree_motion, queries.pending(there.item.id))
    with pytest.raises(rules.AmendmentPending):
        there.act(service.put_to_vote, there.shen, item_id=there.item.id)
    with pytest.raises(rules.AmendmentPending):
        there.act(service.decide_item, there.shen, item_id=there.item.id, text=MOTION)
    chair(there, service.withdraw_motion, queries.pending(there.item.id, MotionKind.amendment))
    chair(there, service.agree_motion, queries.pending(there.item.id))
    assert item_of(there)["motion"]["state"] == "carried"


def test_a_show_of_hands_adopts_by_the_rule_of_the_charter():
    there = Gathering().debate(present=7)  # Over half of all ten seats, present or not.
    amendment = propose(there)
    chair(there, service.accept_motion, amendment)
    tally = there.act(service.open_tally, there.shen, item_id=there.item.id, about=TallyAbout.amendment)
    for member in there.members[:5]:
        there.act(service.answer_tally, member, tally_id=tally.id, answer=rules.Answer.in_favour)
    there.act(service.answer_tally, there.members[5], tally_id=tally.id, answer=rules.Answer.abstain)
    closed = there.act(service.close_tally, there.shen, tally_id=tally.id)
    assert (closed.result["outcome"], closed.result["holds"], closed.result["needed"]) == ("failed_approval", False, 6)
    assert item_of(there)["motion"]["text"] == MOTION
    assert queries.motion(amendment.id).state is MotionState.lost

    again = propose(there)
    chair(there, service.accept_motion, again)
    tally = there.act(service.open_tally, there.shen, item_id=there.item.id, about=TallyAbout.amendment)
    for member in there.members[:6]:
        there.act(service.answer_tally, member, tally_id=tally.id, answer=rules.Answer.in_favour)
    closed = there.act(service.close_tally, there.shen, tally_id=tally.id)
    assert (closed.result["outcome"], closed.result["for"]) == ("passed", 6)
    assert closed.standing["voters"] == 7
    assert (item_of(there)["motion"]["text"], queries.motion(again.id).decided_by) == (BETTER, "tally")


def test_what_the_room_writes_down_carries_the_motion_when_it_is_its_words():
    there = Gathering().debate()
    motion = queries.pending(there.item.id)
    there.act(service.decide_item, there.shen, item_id=there.item.id, text=f"{MOTION}\n")
    settled = queries.motion(motion.id)
    assert (settled.state, settled.decided_by) == (MotionState.carried, "consent")


def test_other_words_set_the_motion_aside():
    there = Gathering().debate()
    motion, waiting = queries.pending(there.item.id), propose(there)
    there.act(service.decide_item, there.shen, item_id=there.item.id, text="请园区先核一遍用电，再议。")
    assert queries.motion(motion.id).state is MotionState.set_aside
    assert queries.motion(waiting.id).state is MotionState.set_aside


# Only what stood in the notice (C3)


def test_without_leave_in_the_charter_the_better_words_wait_for_the_next_notice():
    there = Gathering(**MAJORITY, allows_amendments=False).debate()
    adopted(there)
    assert item_of(there)["motion"]["departs"] is True
    with pytest.raises(rules.AmendedTextNeedsNotice):
        there.act(service.decide_item, there.shen, item_id=there.item.id, text=BETTER)
    with pytest.raises(rules.AmendedTextNeedsNotice):
        chair(there, service.agree_motion, queries.pending(there.item.id))
    there.act(service.defer_item, there.shen, item_id=there.item.id, reason="改好的文字写进下次通知")
    assert queries.deferred_text(there.matters[0].id) == BETTER

    there.plan(title="楼委会第 10 次会议")
    assert there.add(motion_text="").motion_text == BETTER


def test_with_leave_the_amended_words_are_decided_today():
    there = Gathering().debate()
    adopted(there)
    assert item_of(there)["motion"]["departs"] is False
    there.act(service.decide_item, there.shen, item_id=there.item.id, text=BETTER)
    assert there.item.decision == BETTER
    assert queries.deferred_text(there.matters[0].id) == ""


def test_what_was_put_off_is_before_the_room_again_with_its_amendment():
    there = Gathering().debate()
    adopted(there)
    amendment = propose(there, text=OTHER)
    chair(there, service.accept_motion, amendment)
    there.act(service.defer_item, there.shen, item_id=there.item.id, reason="先说别的")
    assert queries.motion(amendment.id).state is MotionState.deferred
    there.act(service.start_item, there.shen, item_id=there.item.id)
    item = item_of(there)
    assert (item["motion"]["text"], item["motion"]["version"], item["amendment"]["text"]) == (BETTER, 2, OTHER)
    assert len(queries.motions(there.item.id)) == 3


def test_a_meeting_that_ends_puts_off_what_is_before_it():
    there = Gathering().debate()
    motion, waiting = queries.pending(there.item.id), propose(there)
    there.act(service.close_meeting, there.shen, meeting_id=there.meeting.id)
    assert queries.motion(motion.id).state is MotionState.deferred
    assert queries.motion(waiting.id).state is MotionState.set_aside


# Turns are counted by motion


def test_a_new_motion_gives_everybody_their_turns_again():
    there = Gathering().debate()
    member = there.members[0]
    for _turn in range(2):
        there.act(service.raise_hand, member, item_id=there.item.id, side=rules.Side.in_favour)
        there.act(service.next_speaker, there.shen, item_id=there.item.id)
    there.act(service.end_turn, there.shen, item_id=there.item.id)
    with pytest.raises(rules.TurnsUsedUp):
        there.act(service.raise_hand, member, item_id=there.item.id, side=rules.Side.in_favour)
    adopted(there)  # An amendment is talked about in the same turns as its motion.
    with pytest.raises(rules.TurnsUsedUp):
        there.act(service.raise_hand, member, item_id=there.item.id, side=rules.Side.in_favour)
    chair(there, service.agree_motion, queries.pending(there.item.id))
    chair(there, service.accept_motion, propose(there, text=OTHER, kind=MotionKind.motion))
    assert item_of(there)["spoken"] == {"for": 0, "against": 0, "question": 0}
    there.act(service.raise_hand, member, item_id=there.item.id, side=rules.Side.against)


def test_the_chair_writes_down_what_is_moved_and_seconded_aloud():
    there = Gathering(**SECONDED).debate()
    kind, item_id = MotionKind.amendment, there.item.id
    aloud = {"item_id": item_id, "kind": kind, "text": BETTER, "mover_id": there.members[0].user_id}
    with pytest.raises(rules.NotTheChair):
        there.act(service.propose_motion, there.lu, **aloud)
    motion = there.act(service.propose_motion, there.shen, **aloud)
    chair(there, service.second_motion, motion, seconder_id=there.members[1].user_id)
    chair(there, service.accept_motion, motion)
    shown = item_of(there)["amendment"]
    assert (shown["mover"], shown["seconder"]) == ("赵*", "宋*")
    with pytest.raises(rules.NotCheckedIn):
        there.act(service.propose_motion, there.shen, **{**aloud, "mover_id": there.members[6].user_id, "text": OTHER})
    with pytest.raises(rules.ChairSpeaks):
        there.act(service.propose_motion, there.shen, **{**aloud, "mover_id": there.shen.user_id, "text": OTHER})
