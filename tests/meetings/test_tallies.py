"""A show of hands, and the end of a debate (R-45), on both databases."""

from __future__ import annotations

import pytest

from deliberation.kernel.errors import NotFound
from deliberation.meetings import queries, rules, service
from deliberation.meetings.models import MeetingEvent
from deliberation.meetings.rules import Answer, ClosedBy, Side, TallyAbout, TallyState
from tests.support.gathering import MAJORITY, Gathering

pytestmark = pytest.mark.usefixtures("app")

YES, NO = Answer.in_favour, Answer.against


def ask(there, about=TallyAbout.close_debate):
    return there.act(service.open_tally, there.shen, item_id=there.item.id, about=about)


def answer(there, number, said=YES, **fields):
    tally = queries.open_tally(there.meeting.id)
    return there.act(service.answer_tally, there.members[number], tally_id=tally.id, answer=said, **fields)


def count(there):
    tally = queries.open_tally(there.meeting.id)
    return there.act(service.close_tally, there.shen, tally_id=tally.id)


def hand(there, number, side=Side.in_favour):
    return there.act(service.raise_hand, there.members[number], item_id=there.item.id, side=side)


def last_event(there):
    from sqlalchemy import select

    from deliberation.kernel.database import db

    rows = select(MeetingEvent).where(MeetingEvent.meeting_id == there.meeting.id)
    return db.session.scalars(rows.order_by(MeetingEvent.sequence.desc())).first()


def test_two_thirds_of_the_voters_present_end_the_debate():
    there = Gathering().debate(present=6)
    hand(there, 5)
    hand(there, 4, Side.order)
    tally = ask(there)
    assert ask(there).id == tally.id  # Asked again, it is the same question.
    for number in range(4):
        answer(there, number)
    part = there.state()["tally"]
    assert (part["state"], part["answered"], part["voters"], part["needed"], part["result"]) == ("open", 4, 6, 4, None)
    closed = count(there)
    assert closed.result == {"for": 4, "against": 0, "abstain": 0, "voters": 6, "needed": 4, "holds": True}
    assert closed.standing["voters"] == 6
    assert there.item.debate_closed_by is ClosedBy.two_thirds
    assert [each["side"] for each in there.state()["queue"]] == ["order"]
    with pytest.raises(rules.DebateOver):
        hand(there, 3)
    hand(there, 3, Side.order)
    with pytest.raises(rules.ClosedByTheRoom):
        there.act(service.reopen_debate, there.shen, item_id=there.item.id)


def test_one_fewer_lets_the_debate_go_on():
    there = Gathering().debate(present=6)
    hand(there, 5)
    ask(there)
    for number in range(3):
        answer(there, number)
    answer(there, 3, NO)
    assert count(there).result["holds"] is False
    assert there.item.debate_closed_at is None
    assert len(there.state()["queue"]) == 1


def test_who_has_left_no_longer_counts_on_either_side():
    there = Gathering().debate(present=7)
    ask(there)
    for number in range(4):
        answer(there, number)
    there.act(service.leave, there.members[3], meeting_id=there.meeting.id)
    there.act(service.leave, there.members[6], meeting_id=there.meeting.id)
    assert there.state()["tally"]["needed"] == 4  # Two thirds of the five who are still there.
    closed = count(there)
    assert (closed.result["for"], closed.result["voters"], closed.result["holds"]) == (3, 5, False)


def test_the_last_word_counts_and_nobody_reads_the_others():
    there = Gathering().debate()
    tally = ask(there)
    answer(there, 0, NO)
    answer(there, 0)
    assert there.state(there.members[0])["me"]["answer"] == "for"
    assert there.state(there.members[1])["me"]["answer"] is None
    assert "answers" not in str(there.state()["tally"])
    assert queries.weights(there.meeting, tally.id) == ({YES: 1, NO: 0, Answer.abstain: 0}, 6)
    with pytest.raises(rules.YesOrNo):
        answer(there, 0, Answer.abstain)
    count(there)
    with pytest.raises(rules.TallyNotThere):
        there.act(service.answer_tally, there.members[1], tally_id=tally.id, answer=YES)


def test_who_has_no_vote_is_not_asked():
    there = Gathering().debate()
    tally = ask(there)
    there.arrive(there.follower)
    with pytest.raises(rules.NoVoice):
        there.act(service.answer_tally, there.follower, tally_id=tally.id, answer=YES)
    with pytest.raises(rules.NotCheckedIn):
        there.act(service.answer_tally, there.members[6], tally_id=tally.id, answer=YES)
    assert (there.state(there.follower)["me"]["voice"], there.state(there.members[0])["me"]["voice"]) == (0, 1)


def test_the_chair_enters_what_was_said_aloud():
    there = Gathering().debate()
    tally = ask(there)
    there.act(service.check_in_other, there.shen, meeting_id=there.meeting.id, user_id=there.members[6].user_id)
    elder = queries.attendance_of(there.meeting.id, there.members[6].user_id)
    said = {"tally_id": tally.id, "answer": YES, "attendance_id": elder.id}
    with pytest.raises(rules.NotAtTheDoor):
        there.act(service.answer_tally, there.members[0], **said)
    there.act(service.answer_tally, there.shen, **said)
    given = queries.answer_of(tally.id, elder.id)
    assert (given.answer, given.entered_by_id) == (YES, there.shen.user_id)
    elsewhere = Gathering().debate()
    with pytest.raises(NotFound):
        elsewhere.act(
            service.answer_tally, elsewhere.shen, tally_id=ask(elsewhere).id, answer=YES, attendance_id=elder.id
        )


def test_what_everybody_said_stands_in_the_log_once_it_is_counted():
    there = Gathering().debate()
    ask(there)
    answer(there, 0)
    answer(there, 1, NO)
    sequence = there.state()["sequence"]
    count(there)
    event = last_event(there)
    assert (event.kind, event.sequence) == ("tally.closed", sequence + 1)
    assert sorted(said for _who, said in event.data["answers"]) == ["against", "for"]


def test_with_nobody_waiting_the_chair_ends_the_debate_alone_and_opens_it_again():
    there = Gathering().debate()
    hand(there, 0)
    with pytest.raises(rules.QueueNotEmpty):
        there.act(service.close_debate, there.shen, item_id=there.item.id)
    there.act(service.next_speaker, there.shen, item_id=there.item.id)
    with pytest.raises(rules.QueueNotEmpty):
        there.act(service.close_debate, there.shen, item_id=there.item.id)
    there.act(service.end_turn, there.shen, item_id=there.item.id)
    there.act(service.close_debate, there.shen, item_id=there.item.id)
    assert there.state()["item"]["debate_closed_by"] == "queue_empty"
    with pytest.raises(rules.DebateOver):
        ask(there)
    there.act(service.reopen_debate, there.shen, item_id=there.item.id)
    hand(there, 1)


def test_somebody_with_a_vote_asks_for_the_end():
    there = Gathering().debate()
    there.arrive(there.follower)
    with pytest.raises(rules.NoVoice):
        there.act(service.ask_to_close, there.follower, item_id=there.item.id)
    for _twice in range(2):
        there.act(service.ask_to_close, there.members[0], item_id=there.item.id)
    assert there.state()["item"]["close_asked_by"] == "赵*"
    ask(there)
    for number in range(6):
        answer(there, number)
    count(there)
    assert there.state()["item"]["close_asked_by"] == ""


def test_nothing_goes_on_over_a_count():
    there = Gathering().debate()
    tally = ask(there)
    with pytest.raises(rules.TallyOpen):
        there.act(service.put_to_vote, there.shen, item_id=there.item.id)
    with pytest.raises(rules.TallyOpen):
        there.act(service.decide_item, there.shen, item_id=there.item.id, text="先补亮。")
    there.act(service.drop_tally, there.shen, tally_id=tally.id)
    assert queries.tally(tally.id).state is TallyState.dropped
    assert there.state()["tally"] is None
    ask(there)
    there.act(service.recess_meeting, there.shen, meeting_id=there.meeting.id)
    assert queries.open_tally(there.meeting.id) is None


def test_where_a_body_has_no_seats_everybody_with_an_account_has_one_voice():
    charter = {"rule_kind": "present_majority"}
    there = Gathering(seats=0, members=0, **charter).notice()
    for actor in (there.proposer, there.follower, there.lu):
        there.arrive(actor)
    there.act(service.check_in_walk_in, there.shen, meeting_id=there.meeting.id, name="王阿姨", unit="三号楼")
    there.act(service.open_meeting, there.shen, meeting_id=there.meeting.id)
    there.act(service.start_item, there.shen, item_id=there.item.id)
    tally = ask(there)
    for actor in (there.proposer, there.follower):
        there.act(service.answer_tally, actor, tally_id=tally.id, answer=YES)
    assert count(there).result == {"for": 2, "against": 0, "abstain": 0, "voters": 3, "needed": 2, "holds": True}


def test_nobody_is_asked_where_nobody_has_a_vote():
    charter = {**MAJORITY, "rule_kind": "advisory"}
    there = Gathering(**charter).notice()
    there.arrive(there.proposer)
    there.act(service.open_meeting, there.shen, meeting_id=there.meeting.id)
    there.act(service.start_item, there.shen, item_id=there.item.id)
    with pytest.raises(rules.NobodyToAsk):
        ask(there)
