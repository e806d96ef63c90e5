"""Case E1: the lane that becomes one-way. 193 seats, 151 ballots: 118 for, 27 against, 6 abstaining."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from deliberation.cases import service as case_service
from deliberation.cases.rules import ReplyKind
from deliberation.committees.models import Seat
from deliberation.demo.acts import (
    answer_look_backs,
    case_id_of,
    cast_ballots,
    check_in,
    hold_vote,
    join,
    propose,
    support,
    write_minutes,
)
from deliberation.demo.pictures import van_in_lane
from deliberation.demo.stage import YEAR, Stage, at
from deliberation.feedback.rules import Answer
from deliberation.kernel.database import db
from deliberation.meetings import service as meetings
from deliberation.meetings.models import AgendaItem
from deliberation.meetings.rules import Side
from deliberation.minutes.rules import item_key
from deliberation.proposals import service as proposals
from deliberation.proposals.rules import ProposalKind
from deliberation.votes import service as votes
from deliberation.votes.rules import Choice

TITLE = "早晚高峰机动车改单行"
TEXT = "早晚高峰会车经常顶牛，建议机动车由北口进、南口出，救护和消防车辆除外。"
MOTION = (
    "机动车由北口进、南口出，救护和消防车辆除外。\n"
    "试行期间在南北两口各设一块牌子，早晚高峰由志愿者引导。\n"
    "试行 30 天，期满公布通行记录，再由弄管会决定是否延续。"
)
IN_FAVOUR, AGAINST, ABSTAINING = 118, 27, 6
BEFORE_MEETING = 121  # Ballots that came in by web before the meeting; the other 30 in the room.


def tell(stage: Stage) -> None:
    """From the proposal in March to the first look-back in June."""
    matter_id = _collect(stage)
    vote_id = _meet_and_decide(stage, matter_id)
    _act(stage, vote_id)
    stage.let_time_pass(at(5, 3, 9, 30))
    stage.let_time_pass(at(6, 1, 9, 5))
    answers = [Answer.fixed] * 19 + [Answer.partly] * 3
    answer_look_backs(stage, matter_id, answers, reason="早上好走多了，晚上偶尔还有车逆行", now=at(6, 2, 18, 20))


def _collect(stage: Stage) -> int:
    first = propose(
        stage, "qiu", place=stage.cast.lane, title=TITLE, text=TEXT, kind=ProposalKind.traffic, spot="弄堂中段",
        now=at(3, 2, 8, 10), picture=van_in_lane(), caption="早上七点半，面包车停在弄堂中段",
    )  # fmt: skip
    second = propose(
        stage, stage.cast.lane_seats[40].user_id, place=stage.cast.lane, title="弄堂当中两头车对着开",
        text="早上送孩子，两头的车堵在弄堂当中，谁也不让，推车的老人只好退回去。能不能只许一个方向走？",
        kind=ProposalKind.traffic, spot="弄堂中段", now=at(3, 2, 12, 40),
    )  # fmt: skip
    stage.act("shen", proposals.accept, proposal_id=first.id, now=at(3, 4, 9, 20))
    join(stage, [second.id], into=first.id, reason="说的都是早晚高峰弄堂被堵。", now=at(3, 4, 9, 30))
    neighbours = [seat.user_id for seat in stage.cast.lane_seats[60:97]]
    support(stage, first.id, neighbours, now=at(3, 5, 19, 0))
    return first.matter_id


def _meet_and_decide(stage: Stage, matter_id: int) -> int:
    meeting = stage.act(
        "shen", meetings.plan_meeting, committee_id=stage.cast.lane_association.id, title="梧桐里弄管会议事",
        venue="弄管会活动室", starts_at=at(3, 18, 12, 15), planned_minutes=60,
        chair_id=stage.cast.named["shen"].id, now=at(3, 9, 10, 0),
    )  # fmt: skip
    item = stage.act(
        "shen", meetings.add_item, meeting_id=meeting.id, matter_id=matter_id, motion_text=MOTION, minutes=40,
        now=at(3, 9, 10, 20),
    )  # fmt: skip
    stage.act("shen", meetings.post_notice, meeting_id=meeting.id, now=at(3, 11, 9, 0))
    vote = hold_vote(
        stage, item=item, committee=stage.cast.lane_association, title="梧桐里机动车单行", text=MOTION,
        opens_at=at(3, 13, 9, 0), closes_at=at(3, 18, 13, 0), handler="gao", unit="街道城运中心",
        approval_body="公安交管部门", working_days=20, now=at(3, 11, 9, 30),
    )  # fmt: skip
    stage.let_time_pass(at(3, 13, 9, 1))
    choices = [Choice.in_favour] * IN_FAVOUR + [Choice.against] * AGAINST + [Choice.abstain] * ABSTAINING
    spread = sorted(range(len(choices)), key=lambda place: (place * 61) % len(choices))
    choices = [choices[place] for place in spread]
    seats = stage.cast.lane_seats[: len(choices)]
    early = list(zip(seats, choices, strict=True))
    cast_ballots(stage, vote.id, early[:BEFORE_MEETING], start=at(3, 13, 9, 5))
    _lunch(stage, meeting.id, item.id, vote.id, early[BEFORE_MEETING:])
    return vote.id


def _lunch(stage: Stage, meeting_id: int, item_id: int, vote_id: int, live: Sequence[tuple[Seat, Choice]]) -> None:
    noon = at(3, 18, 12, 15)
    people = ["zhou", "qiu", "luo", "ding", *(seat.user_id for seat, _choice in live)]
    check_in(stage, meeting_id, people, now=noon - timedelta(minutes=10))
    stage.act("shen", meetings.open_meeting, meeting_id=meeting_id, now=noon)
    with stage.app.app_context():
        promises = db.session.scalars(
            select(AgendaItem.id).where(AgendaItem.meeting_id == meeting_id).order_by(AgendaItem.position)
        ).first()
    stage.act("shen", meetings.start_item, item_id=promises, now=noon)
    stage.act(
        "shen",
        meetings.decide_item,
        item_id=promises,
        text="上次说好的两件事：路灯已修好，晾衣架下周装。",
        now=noon + timedelta(minutes=4),
    )
    stage.act("shen", meetings.start_item, item_id=item_id, now=noon + timedelta(minutes=5))
    minute = 6
    for who, side in (
        ("qiu", Side.in_favour),
        ("luo", Side.against),
        ("zhou", Side.in_favour),
        ("ding", Side.question),
    ):
        stage.act(who, meetings.raise_hand, item_id=item_id, side=side, now=noon + timedelta(minutes=6))
    for _turn in range(4):
        stage.act("shen", meetings.next_speaker, item_id=item_id, now=noon + timedelta(minutes=minute))
        minute += 2
    stage.act("shen", meetings.end_turn, item_id=item_id, now=noon + timedelta(minutes=minute))
    cast_ballots(stage, vote_id, live, start=noon + timedelta(minutes=20), seconds=20, is_live=True)
    stage.act("shen", votes.close_vote, vote_id=vote_id, now=noon + timedelta(minutes=42))
    stage.act("shen", votes.announce_result, vote_id=vote_id, now=noon + timedelta(minutes=44))
    stage.act("shen", meetings.close_meeting, meeting_id=meeting_id, now=noon + timedelta(minutes=58))
    passages = {
        "promises": "路灯修好了，大家看过。晾衣架厂家改期，下周三装，由物业盯着。",
        item_key(item_id, "for"): "会车顶牛天天有；改成单行，孩子上学、轮椅进出都稳当。",
        item_key(item_id, "against"): "南口的店家担心早上送货要多绕一圈；有人问救护车走哪边。",
        item_key(item_id, "left"): "送货车固定在几点进来，弄管会去问店家，下次会上说。",
    }
    write_minutes(stage, meeting_id, passages, now=at(3, 20, 16, 0))
    stage.let_time_pass(at(3, 21, 9, 30))


def _act(stage: Stage, vote_id: int) -> None:
    case_id = case_id_of(stage, vote_id)
    stage.act(
        "shen", case_service.record_approval, case_id=case_id, reference="交管公示〔2026〕17 号（演示）",
        published_on=date(YEAR, 4, 9), now=at(4, 10, 10, 0),
    )  # fmt: skip
    stage.act(
        "gao", case_service.record_contact, case_id=case_id, note="已约弄管会到两口看牌子的位置。", now=at(4, 13, 9, 40)
    )
    stage.act(
        "gao", case_service.add_progress, case_id=case_id, text="南北两口的单行标志装好，地面箭头划完。",
        now=at(4, 24, 16, 0),
    )  # fmt: skip
    stage.act(
        "gao", case_service.reply, case_id=case_id, kind=ReplyKind.A, now=at(4, 30, 15, 30),
        text="4月27日 起按单行走，两口有标志，早晚高峰有志愿者。救护和消防车辆不受限制。",
    )  # fmt: skip
