"""Case E2: light for the night shift. 46 people say the same, a 1+9 committee decides, the steps are lit."""

from __future__ import annotations

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
    upload,
    write_minutes,
)
from deliberation.demo.pictures import steps_at_night
from deliberation.demo.stage import YEAR, Stage, at
from deliberation.feedback.rules import Answer
from deliberation.kernel.database import db
from deliberation.meetings import service as meetings
from deliberation.meetings.rules import Side
from deliberation.minutes.rules import item_key
from deliberation.proposals import service as proposals
from deliberation.proposals.rules import ProposalKind
from deliberation.votes import service as votes
from deliberation.votes.rules import Choice

TITLE = "补亮三号楼后的台阶和坡道"
TEXT = "加完班走到三号楼后面几乎看不清台阶，希望先补亮这一段。"
SAME = (
    "三号楼后面的台阶太暗，昨晚差点踩空。",
    "夜里下班走坡道，全靠手机照着。",
    "推车下坡道看不见边，灯能不能先亮起来？",
    "二十三点以后三号楼背后一片黑，女同事都绕路走。",
)
MOTION = "采用丙方案：一期先补亮三号楼后台阶与坡道，二期加装智能调光，3月20日前完工。"


def tell(stage: Stage) -> None:
    """From January's 46 proposals to the look-back in April."""
    matter_id = _collect(stage)
    vote_id = _meet_and_decide(stage, matter_id)
    _act(stage, vote_id)
    stage.let_time_pass(at(3, 21, 9, 30))
    stage.let_time_pass(at(4, 17, 9, 5))
    answers = [Answer.fixed] * 36 + [Answer.partly] * 5
    answer_look_backs(stage, matter_id, answers, reason="台阶看得清了，坡道拐弯那里还有一块暗", now=at(4, 17, 18, 0))


def _collect(stage: Stage) -> int:
    park = stage.cast.park
    first = propose(
        stage, "xu", place=park, title=TITLE, text=TEXT, kind=ProposalKind.lighting, spot="三号楼后台阶",
        now=at(1, 12, 22, 47), picture=steps_at_night(lit=False), caption="三号楼后的台阶，晚上几乎看不清",
    )  # fmt: skip
    authors = [stage.cast.named["gong"].id, *(worker.id for worker in stage.cast.workers)]
    same = [
        propose(
            stage, author, place=park, title="三号楼后面太暗", text=SAME[count % len(SAME)], kind=ProposalKind.lighting,
            spot="三号楼后台阶", hides_name=count % 7 == 0, now=at(1, 13, 8, 0) + timedelta(minutes=7 * count),
        )
        for count, author in enumerate(authors)
    ]  # fmt: skip
    stage.act("shen", proposals.accept, proposal_id=first.id, now=at(1, 14, 9, 10))
    join(stage, [each.id for each in same], into=first.id, reason="46 位说的是同一段台阶。", now=at(1, 14, 9, 30))
    return first.matter_id


def _meet_and_decide(stage: Stage, matter_id: int) -> int:
    committee = stage.cast.building_committee
    meeting = stage.act(
        "shen", meetings.plan_meeting, committee_id=committee.id, title="汀岸园楼委会 · 第 9 次",
        venue="一号楼三层议事厅", starts_at=at(2, 4, 12, 15), planned_minutes=60,
        chair_id=stage.cast.named["shen"].id, now=at(1, 26, 10, 0),
    )  # fmt: skip
    item = stage.act(
        "shen", meetings.add_item, meeting_id=meeting.id, matter_id=matter_id, motion_text=MOTION, minutes=35,
        now=at(1, 26, 10, 15),
    )  # fmt: skip
    stage.act("shen", meetings.post_notice, meeting_id=meeting.id, now=at(1, 28, 9, 0))
    vote = hold_vote(
        stage, item=item, committee=committee, title="三号楼后夜间照明：丙方案", text=MOTION,
        opens_at=at(2, 4, 12, 30), closes_at=at(2, 4, 13, 15), handler="qian", unit="园区工程部", working_days=15,
        now=at(1, 28, 9, 30),
    )  # fmt: skip
    _lunch(stage, meeting.id, item.id, vote.id)
    return vote.id


def _lunch(stage: Stage, meeting_id: int, item_id: int, vote_id: int) -> None:
    noon = at(2, 4, 12, 15)
    with stage.app.app_context():
        rows = select(Seat).where(Seat.committee_id == stage.cast.building_committee.id, Seat.is_voting)
        seats = list(db.session.scalars(rows.order_by(Seat.id)))
    present = seats[:9]  # One of the ten is missing.
    check_in(stage, meeting_id, ["xu", "gong", *(seat.user_id for seat in present)], now=noon - timedelta(minutes=8))
    stage.act("shen", meetings.open_meeting, meeting_id=meeting_id, now=noon)
    stage.act("shen", meetings.start_item, item_id=item_id, now=noon + timedelta(minutes=5))
    speakers = (("xu", Side.in_favour), (present[1].user_id, Side.against), ("gong", Side.question))
    for who, side in speakers:
        stage.act(who, meetings.raise_hand, item_id=item_id, side=side, now=noon + timedelta(minutes=6))
    for turn in range(len(speakers)):
        stage.act("shen", meetings.next_speaker, item_id=item_id, now=noon + timedelta(minutes=7 + 2 * turn))
    stage.act("shen", meetings.end_turn, item_id=item_id, now=noon + timedelta(minutes=14))
    stage.act("shen", votes.open_vote, vote_id=vote_id, now=noon + timedelta(minutes=30))
    choices = [Choice.in_favour] * 8 + [Choice.abstain]
    ballots = list(zip(present, choices, strict=True))
    cast_ballots(stage, vote_id, ballots, start=noon + timedelta(minutes=31), seconds=8, is_live=True)
    stage.act("shen", votes.close_vote, vote_id=vote_id, now=noon + timedelta(minutes=36))
    stage.act("shen", votes.announce_result, vote_id=vote_id, now=noon + timedelta(minutes=37))
    stage.act("shen", meetings.close_meeting, meeting_id=meeting_id, now=noon + timedelta(minutes=57))
    passages = {
        item_key(item_id, "for"): "台阶和坡道最暗，夜里下班的人都从那里走；分两期做，电费不会一下子上去。",
        item_key(item_id, "against"): "担心壁灯照进一楼窗户；有人问一期做完，二期会不会没了下文。",
        item_key(item_id, "dissent"): "有一席弃权，要求写明：二期加装调光以前，先把一期的电表数公布出来。",
    }
    write_minutes(stage, meeting_id, passages, now=at(2, 5, 9, 0))


def _act(stage: Stage, vote_id: int) -> None:
    case_id = case_id_of(stage, vote_id)
    stage.act(
        "qian",
        case_service.record_contact,
        case_id=case_id,
        note="已给许女士回电，约了夜里一起看。",
        now=at(2, 5, 9, 30),
    )
    _picture(
        stage,
        case_id,
        lit=False,
        text="夜里量了 12 个点，台阶最暗处 1.8 勒克斯。",
        measure="1.8 勒克斯",
        month_day=(2, 5),
    )
    stage.act(
        "qian", case_service.reply, case_id=case_id, kind=ReplyKind.B, promised_on=date(YEAR, 3, 20),
        text="灯具和线路已核，一期补亮台阶与坡道，二期加装调光，3月20日前办成。", now=at(2, 6, 16, 0),
    )  # fmt: skip
    stage.let_time_pass(at(2, 7, 9, 30))
    stage.let_time_pass(at(2, 9, 9, 30))
    _picture(
        stage,
        case_id,
        lit=True,
        text="7 盏壁灯和踏步灯带装好，同一个点 22 勒克斯。",
        measure="22 勒克斯",
        month_day=(3, 17),
    )
    stage.act(
        "qian", case_service.reply, case_id=case_id, kind=ReplyKind.A, now=at(3, 18, 15, 0),
        text="台阶与坡道已补亮，比答应的早两天。22:30 后自动调暗，有人走近再亮。",
    )  # fmt: skip


def _picture(stage: Stage, case_id: int, *, lit: bool, text: str, measure: str, month_day: tuple[int, int]) -> None:
    now = at(*month_day, 20, 40)
    caption = "改造后：台阶与坡道照亮" if lit else "改造前：台阶几乎看不清"
    photo_id = upload(stage, "qian", steps_at_night(lit=lit), caption=caption, now=now)
    stage.act(
        "qian", case_service.add_progress, case_id=case_id, text=text, stage="after" if lit else "before",
        measure=measure, photo_id=photo_id, now=now,
    )  # fmt: skip
