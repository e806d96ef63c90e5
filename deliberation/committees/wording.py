"""What kinds of bodies, of seats and of decisions are called."""

from __future__ import annotations

from deliberation.committees.models import CommitteeKind, SeatKind
from deliberation.kernel.errors import N_

COMMITTEE_KINDS: dict[CommitteeKind, str] = {
    CommitteeKind.building_committee: N_("楼委会"),
    CommitteeKind.lane_association: N_("弄管会"),
    CommitteeKind.owners_assembly: N_("业主大会"),
    CommitteeKind.lunch_session: N_("白领午间议事会"),
}
SEAT_KINDS: dict[SeatKind, str] = {
    SeatKind.core: N_("召集席"),
    SeatKind.member: N_("企业席"),
    SeatKind.unit: N_("户席"),
    SeatKind.adviser: N_("顾问"),
}
RULES: dict[str, str] = {
    "charter": N_("按章程写的份额"),
    "all_members_majority": N_("全体席位过半数"),
    "present_majority": N_("赞成多于反对"),
    "owners": N_("业主共同决定，按户数和面积"),
}
RULE_HINTS: dict[str, str] = {
    "charter": N_("投票席位和同意票的份额都由章程定，比如三分之二。"),
    "all_members_majority": N_("全体席位里超过一半同意才通过，没来的、弃权的都不算同意。"),
    "owners": N_("参与的户数和面积要三分之二以上，再看同意的过半数还是四分之三（民法典第 278 条）。"),
    "present_majority": N_("同意比反对多就通过，弃权不计入，一样多不通过。"),
}
BASES: dict[str, str] = {
    "cast": N_("投出的票，弃权也算在内"),
    "for_against": N_("同意和反对的票，弃权不算"),
    "members": N_("全体席位"),
}
