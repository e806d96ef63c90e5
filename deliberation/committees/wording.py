"""What kinds of bodies, of seats and of decisions are called, and who calls their meetings."""

from __future__ import annotations

from deliberation.committees.rules import CommitteeKind, SeatKind
from deliberation.kernel.errors import N_
from deliberation.people.access import Role

COMMITTEE_KINDS: dict[CommitteeKind, str] = {
    CommitteeKind.lunch_session: N_("白领午间议事会"),
    CommitteeKind.building_committee: N_("楼委会"),
    CommitteeKind.lane_association: N_("弄管会"),
    CommitteeKind.owners_assembly: N_("业主大会"),
    CommitteeKind.joint_meeting: N_("联席会议"),
    CommitteeKind.leaders_meeting: N_("领导会商会"),
    CommitteeKind.monthly_review: N_("月谈会"),
    CommitteeKind.hearing: N_("听证会"),
    CommitteeKind.mediation: N_("协调会"),
    CommitteeKind.review_meeting: N_("评议会"),
}
SEAT_KINDS: dict[SeatKind, str] = {
    SeatKind.core: N_("召集席"),
    SeatKind.member: N_("企业席"),
    SeatKind.unit: N_("户席"),
    SeatKind.adviser: N_("顾问"),
}
CONVENERS: dict[str, str] = {
    Role.liaison: N_("联络员"),
    Role.park_manager: N_("园区经理"),
    Role.association: N_("弄管会或业委会"),
    Role.residents_committee: N_("居委会"),
    Role.supervisor: N_("街道领导"),
}
RULES: dict[str, str] = {
    "charter": N_("按章程写的份额"),
    "all_members_majority": N_("全体席位过半数"),
    "present_majority": N_("赞成多于反对"),
    "consensus": N_("大家都不反对"),
    "advisory": N_("只听意见，不作决定"),
    "owners": N_("业主共同决定，按户数和面积"),
}
RULE_HINTS: dict[str, str] = {
    "charter": N_("投票席位和同意票的份额都由章程定，比如三分之二。"),
    "all_members_majority": N_("全体席位里超过一半同意才通过，没来的、弃权的都不算同意。"),
    "present_majority": N_("同意比反对多就通过，弃权不计入，一样多不通过。"),
    "consensus": N_("没有人说明理由反对就算一致，有人反对就接着商量。"),
    "advisory": N_("会上收集意见和数字，谁来决定、什么时候答复，另外写明。"),
    "owners": N_("参与的户数和面积要三分之二以上，再看同意的过半数还是四分之三（民法典第 278 条）。"),
}
BASES: dict[str, str] = {
    "cast": N_("投出的票，弃权也算在内"),
    "for_against": N_("同意和反对的票，弃权不算"),
    "members": N_("全体席位"),
}
