"""Who plays in the demo: places, people, seats. Every name, number and text is invented."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime

from flask_security import hash_password

from deliberation.committees import service as committees
from deliberation.committees.models import Committee, Seat
from deliberation.committees.rules import CommitteeKind, SeatKind
from deliberation.people import queries as people
from deliberation.people import service as people_service
from deliberation.people.access import Actor, Role
from deliberation.people.models import Organisation, OrganisationKind, User
from deliberation.places import service as places
from deliberation.places.models import Place, PlaceKind, UnitKind

PASSWORD = "wubu-yishi-2026"  # noqa: S105 For the demo's sign-ins only; production accounts never get one.
DOMAIN = "demo.example"

SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋韩杨朱秦许何吕施张孔曹严华金魏陶姜戚谢邹苏潘葛范彭鲁韦"
    "马苗方俞任袁柳唐薛雷贺倪汤罗毕郝安常于时傅齐康伍余元顾孟黄穆萧尹姚邵汪祁毛"
)
GIVEN = (
    "安宁静远明月清和雨晨文博思齐嘉树若兰子墨书言一鸣亦凡乐天景行知夏秋实冬青春晓海波"
    "云帆江帆玉成立群国栋家栋建平志强美玲丽华淑芬秀英桂兰凤仪"
)


@dataclass
class Cast:
    """Everyone the stories need, made once."""

    district: Place
    lane: Place
    park: Place
    lane_association: Committee
    building_committee: Committee
    lane_seats: list[Seat] = field(default_factory=list)
    named: dict[str, User] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    workers: list[User] = field(default_factory=list)

    def actor(self, name: str) -> Actor:
        """The named person, with the roles held now."""
        return people.actor(self.named[name].id)


@dataclass(frozen=True)
class SignIn:
    """One line of what the demo prints and the sign-in page offers."""

    role: str
    key: str
    name: str
    title: str
    duty: str
    place: str  # "lane", "park", "estate" or "district"

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"


# The demo's texts are content, written by its people; they are not part of the interface and are not translated.
SIGN_INS = (
    SignIn("worker", "xu", "许宁", "许女士", "三号楼上班", "park"),
    SignIn("liaison", "shen", "沈岚", "沈老师", "联络员", "district"),
    SignIn("resident", "zhou", "周敏", "周女士", "梧桐里 18 号居民", "lane"),
    SignIn("park_manager", "tang", "唐越", "唐经理", "园区经理", "park"),
    SignIn("handler", "qian", "钱伟", "钱工", "园区工程部", "park"),
    SignIn("supervisor", "shi", "施文", "施主任", "街道办事处", "district"),
    SignIn("deputy", "fan", "范平", "范代表", "区人大代表", "district"),
    SignIn("administrator", "jiang", "江河", "江老师", "系统管理员", "district"),
)
OTHERS = (
    SignIn("liaison", "lu", "陆明", "陆老师", "联络员", "district"),
    SignIn("association", "ding", "丁建国", "丁会长", "弄管会会长", "lane"),
    SignIn("handler", "gao", "高捷", "高科长", "街道城运中心", "district"),
    SignIn("participant", "luo", "罗青", "罗先生", "梧桐里菜店", "lane"),
    SignIn("participant", "qiu", "邱月", "邱女士", "梧桐里 7 号居民", "lane"),
    SignIn("participant", "gong", "龚芳", "龚阿姨", "夜班保洁", "park"),
)
ROLES = {
    "liaison": Role.liaison,
    "park_manager": Role.park_manager,
    "handler": Role.handler,
    "administrator": Role.administrator,
    "association": Role.association,
    "supervisor": Role.supervisor,
    "deputy": Role.deputy,
}


def assemble(*, now: datetime) -> Cast:
    """Make the places, the people and both bodies."""
    district = places.create_place(
        code="HSX", name="合川街道", plate="合川", kind=PlaceKind.subdistrict, address="演示数据"
    )
    station = {"contact_name": "沈岚", "contact_phone": "021-5550 0186", "contact_hours": "周二、周四 9:00–17:00 在站"}
    lane = places.create_place(
        code="WTL", name="梧桐里", plate="梧", kind=PlaceKind.lane, parent=district, address="合川路 188 弄",
        description="梧桐里弄管会：168 户、22 家店、3 个单位，一户一票，共 193 票",
        spots="北口\n弄堂中段\n南口\n公共晾晒处", colour="#7a3e00", emblem="house", **station,
    )  # fmt: skip
    park = places.create_place(
        code="TAY", name="汀岸园", plate="汀岸", kind=PlaceKind.park, parent=district, address="汀岸路 66 号",
        description="八幢楼、二百多家企业，中午 12:15 在一号楼议事",
        spots="三号楼后台阶\n一号楼大堂\n连廊\n地下车库", colour="#1f4e8c", emblem="buildings", **station,
    )  # fmt: skip
    organisations = _organisations()
    named = _named_people({"lane": lane, "park": park, "district": district}, organisations, now=now)
    cast = Cast(
        district=district,
        lane=lane,
        park=park,
        lane_association=_lane_association(lane),
        building_committee=_building_committee(park),
        named=named,
        organisations=organisations,
    )
    _fill_lane(cast, now=now)
    _fill_park(cast, now=now)
    return cast


def _organisations() -> dict[str, Organisation]:
    wanted = {
        "园区工程部": OrganisationKind.park,
        "街道城运中心": OrganisationKind.department,
        "汀岸园管理处": OrganisationKind.park,
        "启衡软件": OrganisationKind.firm,
        "澄川设计": OrganisationKind.firm,
        "远帆检测": OrganisationKind.firm,
    }
    return {name: people_service.create_organisation(name=name, kind=kind) for name, kind in wanted.items()}


def _named_people(homes: dict[str, Place], organisations: dict[str, Organisation], *, now: datetime) -> dict[str, User]:
    named: dict[str, User] = {}
    for each in SIGN_INS + OTHERS:
        home = homes["park" if each.place == "district" else each.place]
        join_in(named, each, home=home, organisation=organisations.get(each.duty), now=now)
        if each.role in ROLES:
            place_id = None if each.role == "administrator" else homes[each.place].id
            people_service.grant_role(user_id=named[each.key].id, role=ROLES[each.role], place_id=place_id, now=now)
    for key, home in (("zhou", homes["lane"]), ("qiu", homes["lane"]), ("xu", homes["park"])):
        people_service.follow_place(user_id=named[key].id, place_id=home.id, now=now)
    return named


def join_in(
    named: dict[str, User], each: SignIn, *, home: Place, now: datetime, organisation: Organisation | None = None,
    phone: str | None = None,
) -> User:  # fmt: skip
    """An account that anybody who tries the demo may use. All have one password: it is hashed once, which is slow."""
    user = people_service.create_user(
        name=each.name, title=each.title, duty=each.duty, email=each.email, phone=phone, home_place_id=home.id,
        organisation_id=organisation.id if organisation else None, now=now,
    )  # fmt: skip
    user.password = next((other.password for other in named.values()), None) or hash_password(PASSWORD)
    named[each.key] = user
    return user


def _lane_association(lane: Place) -> Committee:
    return committees.create_committee(
        place=lane, kind=CommitteeKind.lane_association, name="梧桐里弄管会", venue="弄管会活动室",
        rule_kind="charter", quorum_numerator=2, quorum_denominator=3, threshold_numerator=2, threshold_denominator=3,
        threshold_basis="cast", convener="association",
        charter_clause="梧桐里弄管会章程第 12 条",
    )  # fmt: skip


def _building_committee(park: Place) -> Committee:
    return committees.create_committee(
        place=park, kind=CommitteeKind.building_committee, name="汀岸园楼委会", venue="一号楼三层议事厅",
        rule_kind="all_members_majority", convener="park_manager", charter_clause="汀岸园楼委会章程第 8 条",
    )  # fmt: skip


def invented_names(count: int, *, seed: int) -> list[str]:
    """``count`` different names, the same each time."""
    chooser = random.Random(seed)
    names: dict[str, None] = {}
    while len(names) < count:
        names[chooser.choice(SURNAMES) + "".join(chooser.sample(GIVEN, chooser.choice((1, 2))))] = None
    return list(names)


def _fill_lane(cast: Cast, *, now: datetime) -> None:
    """168 households, 22 shops, 3 organisations: 193 seats, one vote each (case E1)."""
    labels = [(UnitKind.household, f"{house} 号{floor}层") for house in range(1, 57) for floor in ("一", "二", "三")]
    labels += [(UnitKind.shop, f"沿街 {number} 号店") for number in range(1, 23)]
    labels += [(UnitKind.organisation, name) for name in ("梧桐里幼儿园", "合川社区食堂", "长风文印社")]
    holders = {"18 号二层": cast.named["zhou"], "7 号一层": cast.named["qiu"], "沿街 3 号店": cast.named["luo"]}
    holders["2 号一层"] = cast.named["ding"]
    names = iter(invented_names(len(labels), seed=193))
    for kind, label in labels:
        unit = places.create_unit(place=cast.lane, kind=kind, label=label)
        holder = holders.get(label) or people_service.create_user(
            name=next(names), duty=f"梧桐里 {label}", phone=None, email=None, home_place_id=cast.lane.id, now=now
        )
        cast.lane_seats.append(
            committees.add_seat(
                cast.lane_association, kind=SeatKind.unit, label=label, user_id=holder.id, unit_id=unit.id
            )
        )


def _fill_park(cast: Cast, *, now: datetime) -> None:
    """1 park manager + 9 firms with a vote + 4 advisers without (case E2), and 44 more night workers."""
    committees.add_seat(cast.building_committee, kind=SeatKind.core, label="园区管理处", user_id=cast.named["tang"].id)
    firms = ("启衡软件", "澄川设计", "远帆检测", "白鹭传媒", "龙湾医药", "安序科技", "程远物流", "戴林律所", "宋合咨询")
    for name, firm in zip(invented_names(len(firms), seed=9), firms, strict=True):
        user = _worker(cast, name, f"{firm} · 企业席", now=now)
        committees.add_seat(cast.building_committee, kind=SeatKind.member, label=firm, user_id=user.id)
    advisers = ("镇城建办", "供电服务站", "照明协会专家", "消防救援站")
    for name, office in zip(invented_names(len(advisers), seed=4), advisers, strict=True):
        user = _worker(cast, name, office, now=now)
        committees.add_seat(cast.building_committee, kind=SeatKind.adviser, label=office, user_id=user.id)
    cast.workers = [_worker(cast, name, "汀岸园上班", now=now) for name in invented_names(44, seed=46)]


def _worker(cast: Cast, name: str, duty: str, *, now: datetime) -> User:
    return people_service.create_user(name=name, duty=duty, home_place_id=cast.park.id, now=now)
