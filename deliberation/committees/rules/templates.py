"""A charter to begin with for each kind of body, and what it stands on. A body changes it to what it has adopted.

``basis`` names the article where the law speaks, and says so where it is only custom (domain.md B1 … B11, C4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from deliberation.committees.rules.charter import Charter
from deliberation.committees.rules.kinds import CommitteeKind, SeatKind
from deliberation.kernel.errors import N_
from deliberation.people.access import Role

_ORDER = N_("先动议、后讨论，正反轮流，一次两分钟，每人两次：议事规则的通行做法，可以改")
_THREE_DAYS = N_("提前 3 个工作日通知：平台的约定，法律没有写，可以改长")
_RESIDENTS = N_("居委会召集听证会、协调会、评议会并公布结果：《上海市居民委员会工作条例》第 16、17、23 条")


@dataclass(frozen=True, kw_only=True)
class Template:
    """``seat_kind`` is what most of its seats are; ``rhythm`` is how often it usually meets, empty when it is called.

    ``rhythm`` is a frequency of ``meetings.rules.recurrence``.
    """

    charter: Charter
    purpose: str
    basis: tuple[str, ...]
    seat_kind: SeatKind = SeatKind.member
    rhythm: str = ""


TEMPLATES: Mapping[CommitteeKind, Template] = MappingProxyType({
    CommitteeKind.lunch_session: Template(
        purpose=N_("上班的人中午一小时，把受理了的事议一议。谁都可以报名来。"),
        charter=Charter(rule_kind="present_majority", needs_second=True),
        basis=(N_("午间议事会由园区自己约定，决定办成的事要有单位答应去办"), _THREE_DAYS, _ORDER),
        rhythm="biweekly",
    ),
    CommitteeKind.building_committee: Template(
        purpose=N_("楼宇园区的 1+N+X：管理方召集，企业席表决，部门和专家作顾问。"),
        charter=Charter(rule_kind="all_members_majority", convener=Role.park_manager, needs_second=True),
        basis=(N_("楼委会是自治约定，章程写多少就按多少；顾问发言，不表决"), _THREE_DAYS, _ORDER),
        rhythm="monthly_weekday",
    ),
    CommitteeKind.lane_association: Template(
        purpose=N_("一条弄堂的住户、店铺和单位自己管公共的事，一户一票。"),
        charter=Charter(
            rule_kind="charter", quorum=(2, 3), threshold=(2, 3), convener=Role.association, needs_second=True
        ),
        basis=(
            N_("弄管会是自治约定，份额由章程定，这里先按三分之二"),
            N_("涉及通行和停车的决定，要公安交管部门公布后才执行：《上海市道路交通管理条例》第 61 条"),
            _THREE_DAYS,
        ),
        seat_kind=SeatKind.unit,
    ),
    CommitteeKind.owners_assembly: Template(
        purpose=N_("全体业主决定小区的大事，按户数和专有部分面积两样一起算。"),
        charter=Charter(
            rule_kind="owners",
            convener=Role.association,
            notice_working_days=0,
            notice_calendar_days=15,
            objection_days=7,
        ),
        basis=(
            N_("谁能决定、多少才算：《民法典》第 278 条"),
            N_("提前 15 天通知全体业主，并告诉居委会：《物业管理条例》第 14 条"),
            N_("代理要有书面委托，按委托人的意见投：《上海市住宅物业管理规定》第 18 条"),
        ),
        seat_kind=SeatKind.unit,
    ),
    CommitteeKind.joint_meeting: Template(
        purpose=N_("一个部门办不了的事，几家坐到一起商量。两周一次，接二级会商。"),
        charter=Charter(
            rule_kind="consensus", turn_seconds=300, allows_amendments=False, allows_remote=True,
            minutes_working_days=2,
        ),
        basis=(N_("三级会商：一级单位自己办，二级两周一次联席会议，三级每月请领导定"), _THREE_DAYS),
        rhythm="biweekly",
    ),
    CommitteeKind.leaders_meeting: Template(
        purpose=N_("联席会议也定不下来的难事，每月请领导来定。接三级会商。"),
        charter=Charter(
            rule_kind="consensus", turn_seconds=300, allows_amendments=False, convener=Role.supervisor,
            minutes_working_days=2,
        ),
        basis=(N_("三级会商：一级单位自己办，二级两周一次联席会议，三级每月请领导定"), _THREE_DAYS),
        rhythm="monthly_weekday",
    ),
    CommitteeKind.monthly_review: Template(
        purpose=N_("每月把常见的事、办成的和没办成的摆出来，一起找原因。"),
        charter=Charter(
            rule_kind="advisory", turn_seconds=180, allows_amendments=False, allows_remote=True,
        ),
        basis=(N_("月谈会是走访制度里的做法：说成功的，也说失败的"), _THREE_DAYS),
        rhythm="monthly_weekday",
    ),
    CommitteeKind.hearing: Template(
        purpose=N_("决定之前，先听会受影响的人怎么说。"),
        charter=Charter(rule_kind="advisory", convener=Role.residents_committee, allows_amendments=False),
        basis=(_RESIDENTS, N_("听证会只听意见，不作决定；意见采不采纳，主管单位要答复"), _THREE_DAYS),
        seat_kind=SeatKind.unit,
    ),
    CommitteeKind.mediation: Template(
        purpose=N_("有了矛盾，请各方坐下来商量出都能接受的办法。"),
        charter=Charter(rule_kind="consensus", convener=Role.residents_committee, turn_seconds=180),
        basis=(_RESIDENTS, N_("协调会要各方都不反对才算数，谁也不能替谁答应"), _THREE_DAYS),
        seat_kind=SeatKind.unit,
    ),
    CommitteeKind.review_meeting: Template(
        purpose=N_("事情办完以后，请大家评一评办得怎样。"),
        charter=Charter(rule_kind="advisory", convener=Role.residents_committee, allows_amendments=False),
        basis=(_RESIDENTS, N_("评议会评的是办理结果，评议意见要公布"), _THREE_DAYS),
        seat_kind=SeatKind.unit,
    ),
})  # fmt: skip
