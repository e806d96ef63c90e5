"""The demands of one spring, as they were told on the telephone, at the desk and on visits. Each is invented.

Enough of each kind came late, or could not be done, that the figures of a place, a level, a department and a month
may all be shown (R-52).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from deliberation.proposals.rules import ProposalKind

ROADS, CITY, CARE, WORKS = "道路设施科", "街道城运中心", "为老服务中心", "园区工程部"
KINDS = {
    ROADS: ProposalKind.traffic,
    CITY: ProposalKind.environment,
    CARE: ProposalKind.services,
    WORKS: ProposalKind.facilities,
}
DONE = {
    ROADS: "到现场看过，已经修好，周边也一起查了一遍。",
    CITY: "和店家、物业当面说定了，每天有人来看，连着一周没有再犯。",
    CARE: "联系上了，登记好了，以后每周有人上门，电话写在卡片上。",
    WORKS: "工程部换了零件，试了三天，没有再坏。",
}
DECLINED = {
    ROADS: "这一段要等管线改造一起做，现在单独做，几个月后还要挖开，先放了提示牌。",
    CITY: "那里不归我们定，已经把意见转给管的单位，他们答应开会时说。",
    CARE: "现在人手排不过来，先记在名单上，有空位第一个打电话。",
    WORKS: "设备还在保修期，厂家说换整机要等下一次大修，先贴了说明。",
}


class End(StrEnum):
    solved = "solved"
    declined = "declined"
    again = "again"  # Solved, they said; it came back, and was done once more.


@dataclass(frozen=True)
class Told:
    """``place`` is the code of a place, ``on`` month and day; what is late was answered after its day."""

    place: str
    unit: str
    title: str
    on: tuple[int, int]
    level: int
    end: End
    is_late: bool = False


# fmt: off
SPRING = (
    Told("WTL", ROADS, "弄堂中段井盖一压就响", on=(4, 2), level=1, end=End.again),
    Told("WTL", ROADS, "北口积水没过脚面", on=(4, 6), level=1, end=End.again),
    Told("WTL", ROADS, "转角的反光镜裂了", on=(4, 10), level=1, end=End.again),
    Told("WTL", ROADS, "围墙下的地砖翘起来", on=(4, 14), level=1, end=End.again),
    Told("WTL", ROADS, "南口坡道太陡", on=(4, 18), level=1, end=End.again),
    Told("WTL", CITY, "晾衣杆伸到过道上", on=(3, 5), level=3, end=End.solved),
    Told("WTL", CITY, "沿街店的油烟往楼上飘", on=(3, 9), level=1, end=End.solved, is_late=True),
    Told("WTL", CITY, "夜里卸货声音大", on=(3, 13), level=1, end=End.solved, is_late=True),
    Told("WTL", CITY, "店招的灯晃进卧室", on=(3, 17), level=1, end=End.declined),
    Told("WTL", CITY, "围墙边堆了旧家具", on=(3, 4), level=2, end=End.solved),
    Told("WTL", CARE, "想有人陪着去配药", on=(5, 8), level=2, end=End.solved),
    Told("WTL", CARE, "独居阿婆的门铃坏了", on=(5, 12), level=1, end=End.solved, is_late=True),
    Told("WTL", CARE, "助餐能不能送到楼上", on=(5, 16), level=2, end=End.solved),
    Told("WTL", CARE, "楼梯中间加一张歇脚凳", on=(5, 3), level=1, end=End.solved, is_late=True),
    Told("WTL", CARE, "老人不会用手机挂号", on=(5, 7), level=1, end=End.solved, is_late=True),
    Told("TAY", WORKS, "地下车库的标线磨没了", on=(3, 2), level=3, end=End.solved),
    Told("TAY", WORKS, "二号楼门禁总失灵", on=(4, 6), level=2, end=End.solved),
    Told("TAY", WORKS, "连廊下雨漏水", on=(5, 10), level=3, end=End.solved),
    Told("TAY", WORKS, "母婴室没有热水", on=(3, 14), level=1, end=End.declined, is_late=True),
    Told("TAY", WORKS, "三号楼电梯要等太久", on=(4, 18), level=1, end=End.declined, is_late=True),
    Told("TAY", WORKS, "空调外机滴水到人行道", on=(5, 5), level=1, end=End.declined, is_late=True),
    Told("TAY", WORKS, "吸烟处离窗口太近", on=(3, 9), level=3, end=End.solved),
    Told("TAY", WORKS, "楼梯间的灯不亮", on=(4, 13), level=1, end=End.solved, is_late=True),
    Told("TAY", WORKS, "会议室门牌看不清", on=(5, 17), level=1, end=End.declined, is_late=True),
    Told("TAY", WORKS, "卫生间没有扶手", on=(3, 4), level=1, end=End.declined, is_late=True),
    Told("TAY", CITY, "共享单车占了盲道", on=(4, 8), level=1, end=End.declined, is_late=True),
    Told("TAY", CITY, "快递车堵在东门", on=(5, 12), level=1, end=End.declined),
    Told("TAY", CITY, "食堂晚饭关得太早", on=(3, 16), level=1, end=End.declined),
    Told("TAY", ROADS, "园区路口没有斑马线", on=(4, 3), level=2, end=End.solved),
    Told("TAY", ROADS, "人行道被树根顶起来", on=(5, 7), level=1, end=End.solved),
    Told("GUI", ROADS, "门口非机动车道被占", on=(3, 2), level=2, end=End.solved),
    Told("GUI", ROADS, "北门人行道没有缘石坡道", on=(4, 6), level=3, end=End.solved),
    Told("GUI", ROADS, "雨水井堵了返味", on=(5, 10), level=1, end=End.declined),
    Told("GUI", ROADS, "儿童滑梯边的地面开裂", on=(3, 14), level=1, end=End.declined),
    Told("GUI", CITY, "消防通道停了车", on=(4, 18), level=1, end=End.declined, is_late=True),
    Told("GUI", CITY, "垃圾房夜里味道大", on=(5, 5), level=1, end=End.declined, is_late=True),
    Told("GUI", CITY, "楼道里堆着电瓶车电池", on=(3, 9), level=1, end=End.declined),
    Told("GUI", CITY, "绿化带踩成了近路", on=(4, 13), level=3, end=End.solved),
    Told("GUI", CARE, "助浴去哪里报名", on=(5, 17), level=1, end=End.solved, is_late=True),
    Told("GUI", CARE, "想借一把轮椅", on=(3, 4), level=1, end=End.solved, is_late=True),
    Told("GUI", CARE, "屋里想装扶手", on=(4, 8), level=1, end=End.solved, is_late=True),
    Told("GUI", CARE, "老人食堂周末不开", on=(5, 12), level=1, end=End.solved),
    Told("GUI", CARE, "公用的血压计坏了", on=(3, 16), level=1, end=End.solved, is_late=True),
    Told("GUI", CARE, "家床医生多久来一次", on=(4, 3), level=2, end=End.solved),
    Told("GUI", CARE, "午后想有人陪着说说话", on=(5, 7), level=2, end=End.solved),
)
# fmt: on

# What happened to some of them besides.
TWICE_RETURNED = "共享单车占了盲道"
CLIMBED = "屋里想装扶手"
SLIPPED = "连廊下雨漏水"
NOTICED = "门口非机动车道被占"
BUILT = "地下车库的标线磨没了"
POORLY_DONE = "弄堂中段井盖一压就响"
