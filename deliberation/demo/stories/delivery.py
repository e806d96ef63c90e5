"""What is going on today: delivery hours for the lane, open to the vote; and a proposal that waits to be screened."""

from __future__ import annotations

from datetime import timedelta

from deliberation.demo.acts import cast_ballots, hold_vote, propose, support
from deliberation.demo.stage import Stage, at
from deliberation.meetings import service as meetings
from deliberation.proposals import service as proposals
from deliberation.proposals.models import Proposal
from deliberation.proposals.rules import ProposalKind
from deliberation.votes.rules import Choice

MOTION = "收货车辆限 5:30–7:00 和 20:00–22:00 进入，在北口卸货区停放。\n试行 30 天，期满再由弄管会决定是否延续。"
SO_FAR = 121


def tell(stage: Stage) -> Proposal:
    """The newcomer finds a vote eight ballots short of its quorum, a meeting on Wednesday, and a new proposal."""
    first = propose(
        stage, "luo", place=stage.cast.lane, title="收货车辆排个固定时段",
        text="收货车辆请安排固定时段，免得堵住学生上学的路。", kind=ProposalKind.traffic, spot="弄堂中段",
        now=at(5, 28, 7, 50),
    )  # fmt: skip
    stage.act("shen", proposals.accept, proposal_id=first.id, now=at(5, 29, 9, 15))
    support(stage, first.id, [seat.user_id for seat in stage.cast.lane_seats[100:112]], now=at(5, 29, 18, 0))
    meeting = stage.act(
        "shen", meetings.plan_meeting, committee_id=stage.cast.lane_association.id, title="梧桐里弄管会议事",
        venue="弄管会活动室", starts_at=at(6, 10, 12, 15), planned_minutes=60,
        chair_id=stage.cast.named["shen"].id, now=at(6, 1, 10, 0),
    )  # fmt: skip
    item = stage.act(
        "shen", meetings.add_item, meeting_id=meeting.id, matter_id=first.matter_id, motion_text=MOTION, minutes=40,
        now=at(6, 1, 10, 10),
    )  # fmt: skip
    stage.act("shen", meetings.post_notice, meeting_id=meeting.id, now=at(6, 2, 9, 0))
    vote = hold_vote(
        stage, item=item, committee=stage.cast.lane_association, title="梧桐里收货时段", text=MOTION,
        opens_at=at(6, 4, 9, 0), closes_at=at(6, 10, 13, 10), handler="gao", unit="街道城运中心", working_days=15,
        now=at(6, 2, 9, 30),
    )  # fmt: skip
    stage.let_time_pass(at(6, 4, 9, 1))
    named = {stage.cast.named[key].id for key in ("zhou", "qiu", "luo", "ding")}
    seats = [seat for seat in stage.cast.lane_seats if seat.user_id not in named][:SO_FAR]
    choices = [Choice.against if count % 6 == 5 else Choice.in_favour for count in range(SO_FAR)]
    cast_ballots(stage, vote.id, list(zip(seats, choices, strict=True)), start=at(6, 4, 9, 5), seconds=2400)
    propose(
        stage, "zhou", place=stage.cast.lane, title="轮椅坡道扶手松动",
        text="南口坡道右边扶手一扶就晃，下雨天更不敢走。请先固定住，再看要不要整条换。",
        kind=ProposalKind.safety, spot="南口", now=at(6, 8, 9, 40),
    )  # fmt: skip
    propose(
        stage, stage.cast.lane_seats[120].user_id, place=stage.cast.lane, title="坡道扶手晃得厉害",
        text="南口的扶手松了，老人过坡道不敢扶。", kind=ProposalKind.safety, spot="南口",
        now=at(6, 8, 9, 40) + timedelta(minutes=35),
    )  # fmt: skip
    return first
