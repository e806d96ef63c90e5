"""What the settings of a vote are called: one set of names for the form, the notice and the comparison of versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from deliberation.kernel.errors import N_
from deliberation.votes.counting import Method, RuleKind
from deliberation.votes.models import Vote
from deliberation.votes.rules import ParkingRule, RollSource

CHOICES = {"for": N_("同意"), "against": N_("反对"), "abstain": N_("弃权")}
ITEMS = {
    1: N_("（一）制定和修改议事规则"),
    2: N_("（二）制定和修改管理规约"),
    3: N_("（三）选举或更换业委会"),
    4: N_("（四）选聘和解聘物业"),
    5: N_("（五）使用维修资金"),
    6: N_("（六）筹集维修资金"),
    7: N_("（七）改建、重建建筑物"),
    8: N_("（八）改变共有部分的用途，或用它经营"),
    9: N_("（九）其他重大事项"),
}
METHODS = {
    Method.yes_no: N_("同意、反对、弃权"),
    Method.single: N_("几个里选一个"),
    Method.approval: N_("赞成几个选几个"),
    Method.limited: N_("最多选几个"),
    Method.cumulative: N_("把分数分给几个"),
    Method.score: N_("给每个打分"),
    Method.irv: N_("排先后，逐轮淘汰，选一个"),
    Method.stv: N_("排先后，选几个"),
    Method.schulze: N_("排先后，两两比较（舒尔茨）"),
    Method.ranked_pairs: N_("排先后，两两比较（排序对）"),
}
AIMS = {"": N_("按章程的规则定下来"), "consensus": N_("大家都不反对才定"), "advisory": N_("只征询意见，不作决定")}
SOURCES = {
    "": N_("这个议事会的席位，业主大会用业主名册"),
    "members": N_("家在这里的所有人"),
    "attendance": N_("到会签到的人"),
}
PARKING = {
    ParkingRule.exclude: N_("不算车位的面积"),
    ParkingRule.include: N_("算车位的面积"),
    ParkingRule.only_parking_matters: N_("只有车位的事才算"),
}
RULES = {
    RuleKind.owners: N_("业主共同决定"),
    RuleKind.charter: N_("按章程的份额"),
    RuleKind.present_majority: N_("同意多于反对"),
    RuleKind.all_members_majority: N_("全体过半数"),
    RuleKind.consensus: N_("大家都不反对才定"),
    RuleKind.advisory: N_("只征询意见，不作决定"),
}
ROLLS = {
    RollSource.seats: N_("有表决权的席位"),
    RollSource.units: N_("业主名册里的业主，一户一票，同时按面积算"),
    RollSource.members: N_("家在这里的所有人"),
    RollSource.attendance: N_("到会签到的人"),
}
CHAMBERS = {"": N_("不分组"), "zone": N_("每一幢"), "kind": N_("每一类席位")}
SETTINGS: Mapping[str, Mapping[Any, str]] = {
    "rule_kind": RULES,
    "item_class": {None: N_("不是业主共同决定的事"), **ITEMS},
    "method": METHODS,
    "roll_source": ROLLS,
    "chambers_by": CHAMBERS,
    "parking_rule": PARKING,
}


def chosen(vote: Vote, choice: str) -> str:
    """What somebody chose: our words for a motion, the options' own otherwise."""
    word = CHOICES.get(choice)
    return gettext(word) if word else vote.words_of(choice)
