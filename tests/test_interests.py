"""R-40: the park manager who chairs the talk about lighting does not chair, count or handle the choice of a tender."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from deliberation.cases import queries as cases
from deliberation.cases import service as case_service
from deliberation.cases.models import Case
from deliberation.cases.rules import HandlerHasInterest, ReplyKind
from deliberation.kernel import clock, live
from deliberation.kernel.database import db, transaction
from deliberation.matters import queries as matters
from deliberation.matters.models import Matter
from deliberation.meetings import service as meetings
from deliberation.meetings.models import AgendaItem
from deliberation.people import queries as people
from deliberation.people import service as people_service
from deliberation.people.access import Actor, Role
from deliberation.votes import queries as rolls
from deliberation.votes import service as votes
from deliberation.votes.models import Vote
from deliberation.votes.rules import Channel, Choice
from tests.support.door import client_of, post
from tests.support.gathering import NOW, STARTS, Gathering

REASON = "投标的一家公司是我参股的"


class Tender:
    """One man is park manager, chair of the meeting and a handler; the second matter on the agenda is the tender."""

    def __init__(self, app: Flask) -> None:
        clock.configure(frozen=STARTS, file=None)
        live._limiter.storage.reset()
        self.app, self.there = app, Gathering()
        with transaction():
            user_id = self.there.lu.user_id or 0
            people_service.grant_role(user_id=user_id, role=Role.handler, place_id=self.there.place.id, now=NOW)
        self.tang = people.actor(user_id)
        self.there.plan(chair_id=user_id)
        self.talk, self.choice = self.there.add(0), self.there.add(1, motion_text="选定一家做灯具改造。")
        self.there.act(meetings.post_notice, self.there.shen, meeting_id=self.there.meeting.id, now=NOW)
        self.vote = self._vote(user_id)
        for member in self.there.members:
            self.there.arrive(member)
        self.act(meetings.open_meeting, meeting_id=self.there.meeting.id)
        self.client = client_of(app, people.user(user_id))

    def _vote(self, handler_id: int) -> Vote:
        vote = self.there.act(
            votes.prepare_vote, self.there.shen, matter_id=self.choice.matter_id, committee_id=self.there.body.id,
            item_id=self.choice.id, title="选定灯具改造单位", text="选定一家做灯具改造。", opens_at=STARTS,
            closes_at=STARTS.replace(hour=6), handler_id=handler_id, now=NOW,
        )  # fmt: skip
        return self.there.act(votes.publish_vote, self.there.shen, vote_id=vote.id)

    def act(self, verb: Any, **fields: Any) -> Any:
        return self.there.act(verb, self.tang, **fields)

    def room(self, message: str, **fields: Any) -> Any:
        """What the room page's own forms send; a program's answer."""
        path = f"/meetings/{self.there.meeting.id}/act"
        return post(self.client, path, json=True, message=message, **fields)

    def matter(self) -> Matter:
        db.session.rollback()
        return matters.matter(self.choice.matter_id or 0)


@pytest.fixture
def tender(sqlite_app: Flask) -> Tender:
    return Tender(sqlite_app)


def finish(tender: Tender, item: AgendaItem) -> None:
    tender.act(meetings.decide_item, item_id=item.id, text="先补亮台阶。")


def test_he_chairs_the_talk_and_not_the_choice(tender: Tender) -> None:
    """Through the room's page: he declares on the item in hand, and from then on each act of the chair is refused."""
    tender.act(meetings.start_item, item_id=tender.talk.id)
    assert tender.room("floor.next", item_id=tender.talk.id).json["code"] == "nobody_waits"  # His to chair.
    finish(tender, tender.talk)
    tender.act(meetings.start_item, item_id=tender.choice.id)
    assert 'value="interest.declare"' in tender.client.get(f"/meetings/{tender.there.meeting.id}/room").text
    assert tender.room("interest.declare", item_id=tender.choice.id, reason=REASON).status_code == 200
    state = tender.client.get(f"/meetings/{tender.there.meeting.id}/state").json
    assert (state["item"]["chair_has_interest"], state["me"]["has_interest"]) == (True, True)
    assert state["item"]["interests"] == [{"name": "陆*", "reason": REASON}]
    for message in ("floor.next", "item.decide", "item.defer", "floor.extend"):
        refused = tender.room(message, item_id=tender.choice.id, text="就选这家。", reason="再等等")
        assert (refused.status_code, refused.json["code"]) == (403, "chair_has_interest"), message
        assert "利害关系" in refused.json["sentence"]
    assert tender.client.get(f"/meetings/{tender.there.meeting.id}/chair").status_code == 200


def test_he_neither_opens_closes_nor_reads_out_its_vote(tender: Tender) -> None:
    tender.act(meetings.start_item, item_id=tender.choice.id)
    tender.act(meetings.declare_interest, item_id=tender.choice.id, reason=REASON)
    socket = live.socketio.test_client(tender.app, flask_test_client=tender.client)
    stand_in = tender.there.shen
    steps = ((votes.open_vote, "vote.open"), (votes.close_vote, "vote.close"), (votes.announce_result, "vote.announce"))
    tender.act(meetings.appoint_stand_in, item_id=tender.choice.id, user_id=stand_in.user_id)
    for verb, message in steps:
        answer = socket.emit(message, {"vote_id": tender.vote.id}, callback=True)
        assert (answer["ok"], "利害关系" in answer["sentence"]) == (False, True), (message, answer)
        page = post(tender.client, f"/votes/{tender.vote.id}/{message.split('.')[1]}")
        assert page.status_code == 403, message
        tender.there.act(verb, stand_in, vote_id=tender.vote.id)


def test_what_was_to_be_his_to_handle_goes_back_to_the_liaison(tender: Tender) -> None:
    """Declared before the result: the resolution that names him opens no case, and nobody may dispatch it to him."""
    tender.act(meetings.start_item, item_id=tender.choice.id)
    tender.act(meetings.declare_interest, item_id=tender.choice.id, reason=REASON)
    tender.act(meetings.appoint_stand_in, item_id=tender.choice.id, user_id=tender.there.shen.user_id)
    settle(tender, tender.there.shen)
    assert cases.case_of_matter(tender.matter().id) is None
    assert tender.matter().holder_task == "dispatch"
    given = {"matter_id": tender.matter().id, "lead_unit_id": None, "task": "按结果签约。", "working_days": 15}
    with pytest.raises(HandlerHasInterest):
        tender.there.act(case_service.dispatch, tender.there.shen, handler_id=tender.tang.user_id, **given)
    assert db.session.scalar(select(Case)) is None


def test_a_case_already_in_his_hands_stops(tender: Tender) -> None:
    """Declared after dispatch: his page says why there is nothing to press, and every act on the case is refused."""
    tender.act(meetings.start_item, item_id=tender.choice.id)
    settle(tender, tender.tang)
    case = cases.case_of_matter(tender.matter().id)
    assert case is not None
    assert case.handler_id == tender.tang.user_id
    tender.act(meetings.declare_interest, item_id=tender.choice.id, reason=REASON)
    page = tender.client.get(f"/cases/{case.id}").text
    assert "您申报了利害关系，不能办这一件" in page
    assert 'id="reply-text"' not in page
    with pytest.raises(HandlerHasInterest):
        tender.there.act(
            case_service.reply, tender.tang, case_id=case.id, kind=ReplyKind.A, text="签好了合同。", promised_on=None
        )
    for sheet, fields in (("contact", {}), ("progress", {"progress-text": "签好了合同。", "progress-stage": ""})):
        assert post(tender.client, f"/cases/{case.id}/{sheet}", **fields).status_code == 403


def settle(tender: Tender, chair: Actor) -> None:
    """Six of ten in favour; ``chair`` conducts."""
    tender.there.act(votes.open_vote, chair, vote_id=tender.vote.id)
    for number, member in enumerate(tender.there.members[:6]):
        entry = rolls.roll_entries_of(tender.vote.id, member.user_id or 0)[0]
        tender.there.act(
            votes.cast_ballot, member, vote_id=tender.vote.id, roll_entry_id=entry.id, choice=Choice.in_favour,
            client_ballot_id=f"tender-ballot-{number}", channel=Channel.live,
        )  # fmt: skip
    tender.there.act(votes.close_vote, chair, vote_id=tender.vote.id)
    tender.there.act(votes.announce_result, chair, vote_id=tender.vote.id)
