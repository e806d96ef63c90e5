"""What happens at noon: a session in the park, announced a week ago, half an hour after the newcomer comes."""

from __future__ import annotations

from deliberation.demo.acts import propose, support
from deliberation.demo.stage import Stage, at
from deliberation.meetings import service as meetings
from deliberation.meetings.models import Meeting
from deliberation.proposals import service as proposals
from deliberation.proposals.rules import ProposalKind

TITLE = "午休时借一间空会议室坐坐"
TEXT = "中午一号楼的会议室大多空着，楼下长椅又晒。能不能午休时开两间，让大家坐下来吃饭、歇一歇？"
MOTION = (
    "工作日 11:30–13:30，一号楼 305、306 两间会议室给大家午休用，用完自己收拾。\n"
    "试行一个月，由管理处记下每天来了多少人。"
)


def tell(stage: Stage) -> None:
    """Two weeks from the proposal to the notice; nobody has come yet."""
    first = propose(
        stage, "gong", place=stage.cast.park, title=TITLE, text=TEXT, kind=ProposalKind.facilities, spot="一号楼大堂",
        now=at(5, 25, 12, 40),
    )  # fmt: skip
    stage.act("shen", proposals.accept, proposal_id=first.id, now=at(5, 26, 9, 5))
    support(
        stage,
        first.id,
        [stage.cast.named["xu"].id, *(worker.id for worker in stage.cast.workers[:14])],
        now=at(5, 26, 12, 20),
    )
    meeting: Meeting = stage.act(
        "shen", meetings.plan_meeting, committee_id=stage.cast.building_committee.id, title="汀岸园楼委会 · 第 10 次",
        venue="一号楼三层议事厅", starts_at=at(6, 8, 12, 15), planned_minutes=45,
        chair_id=stage.cast.named["shen"].id, now=at(5, 29, 10, 0),
    )  # fmt: skip
    stage.act(
        "shen", meetings.add_item, meeting_id=meeting.id, matter_id=first.matter_id, motion_text=MOTION, minutes=30,
        now=at(5, 29, 10, 10),
    )  # fmt: skip
    stage.act("shen", meetings.post_notice, meeting_id=meeting.id, now=at(6, 1, 9, 0))
