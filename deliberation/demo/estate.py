"""The estate of case E3: 402 owner-sets with 33,600.00 ㎡ between them, its people, and the register they come from.

Every owner here is invented. Who they are and how large their homes are is worked out, the same each time, so that
the 301 who take part and the 233 in favour hold exactly the areas that the case names.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import cycle

from deliberation.committees import service as committees
from deliberation.committees.models import Committee
from deliberation.committees.rules import CommitteeKind
from deliberation.demo.cast import Cast, SignIn, invented_names, join_in
from deliberation.people import service as people_service
from deliberation.people.access import Role
from deliberation.people.models import User
from deliberation.places import service as places
from deliberation.places.models import Place, PlaceKind
from deliberation.registry import files, rules
from deliberation.registry import service as registry

IN_FAVOUR, OTHERS, SILENT = "in_favour", "others", "silent"
SIDES = {IN_FAVOUR: (233, 19_020_00), OTHERS: (68, 5_870_50), SILENT: (101, 8_709_50)}  # Heads, and 0.01 ㎡.
SIZES = (62_40, 71_85, 78_30, 84_60, 89_95, 96_20, 103_75)
DEVELOPER = "KF-01"
UNSOLD = 6  # Homes that the developer still holds: one head.
SPACE = 12_50  # A parking space; it does not count, and the result says what it would have changed.
STRIDE = 61  # Spreads the sides over the buildings.

# The demo's texts are content, written by its people; they are not part of the interface and are not translated.
SIGN_INS = (
    SignIn("owner", "fang", "方婷", "方女士", "3 幢 502 业主", "estate"),
    SignIn("elder_owner", "cheng", "程玉兰", "程阿婆", "1 幢 103 业主", "estate"),
    SignIn("principal", "meng", "孟亮", "孟先生", "6 幢 204，常出差", "estate"),
    SignIn("agent", "he", "何静", "何女士", "6 幢 205，受委托", "estate"),
    SignIn("owners_committee", "yuan", "袁国平", "袁主任", "桂园业委会主任", "estate"),
    SignIn("residents_committee", "wu", "吴颖", "吴书记", "桂园居委会", "estate"),
    SignIn("teller", "wei", "韦平", "韦老师", "监票人", "estate"),
    SignIn("teller", "tao", "陶莉", "陶老师", "监票人", "estate"),
)
ROLES = {
    "yuan": Role.association,
    "wu": Role.residents_committee,
    "wei": Role.teller,
    "tao": Role.teller,
}
HOMES = {"fang": "3-502", "cheng": "1-103", "meng": "6-204", "he": "6-205"}  # By what the register calls the owner.


@dataclass(frozen=True)
class Owner:
    """An owner-set of the register: ``area`` in 0.01 ㎡ is of its homes; ``side`` is what it does in the second step.

    Without a ``phone`` there is no account: they vote on paper.
    """

    code: str
    name: str
    phone: str
    side: str
    homes: tuple[str, ...]
    area: int
    has_space: bool = False

    @property
    def is_developer(self) -> bool:
        return self.code == DEVELOPER


@dataclass
class Estate:
    """The place, its assembly, its owners in the order of the houses, and their accounts by what the register calls
    them."""

    place: Place
    assembly: Committee
    owners: list[Owner]
    accounts: dict[str, User] = field(default_factory=dict)


def owners() -> list[Owner]:
    """The 402, the developer last."""
    homes = [f"{house}-{floor}{room:02}" for house in range(1, 15) for floor in range(1, 7) for room in range(1, 6)]
    names = invented_names(len(homes), seed=402)
    named = {code: each.name for each in SIGN_INS for key, code in HOMES.items() if key == each.key}
    sides = _sides(homes)
    count = sum(heads for heads, _area in SIDES.values()) - 1
    found = [
        Owner(
            code=code,
            name=named.get(code, names[number]),
            phone="" if number % 19 == 2 and code not in named else f"1990000{number:04}",
            side=sides[code],
            homes=(code, homes[count]) if number == count - 1 else (code,),
            area=0,
            has_space=number % 7 == 3,
        )
        for number, code in enumerate(homes[:count])
    ]
    unsold = tuple(homes[count + 1 : count + 1 + UNSOLD])
    found.append(Owner(DEVELOPER, "桂园置业", "", SILENT, unsold, 0))
    areas = {side: _areas([each for each in found if each.side == side], total) for side, (_n, total) in SIDES.items()}
    return [replace(each, area=areas[each.side][each.code]) for each in found]


def _sides(homes: list[str]) -> dict[str, str]:
    """Well mixed; the four who sit at browsers are among those in favour."""
    count = sum(heads for heads, _area in SIDES.values()) - 1
    first = list(HOMES.values())
    mixed = [homes[place * STRIDE % count] for place in range(count)]
    order = first + [code for code in mixed if code not in first]
    wanted = [side for side, (heads, _area) in SIDES.items() for _each in range(heads)]
    return dict(zip(order, wanted, strict=False))


def _areas(found: list[Owner], total: int) -> dict[str, int]:
    """Usual sizes, moved all alike until they are ``total`` together."""
    sizes = [size * len(each.homes) for each, size in zip(found, cycle(SIZES), strict=False)]
    share, rest = divmod(total - sum(sizes), len(found))
    return {
        each.code: size + share + (1 if place < rest else 0)
        for place, (each, size) in enumerate(zip(found, sizes, strict=True))
    }


def register_file(found: list[Owner]) -> bytes:
    """The register as the management company keeps it: a table for the import."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow([names[0] for names in rules.COLUMNS.values()])
    for owner in found:
        lines.writerows(_lines(owner))
    return written.getvalue().encode("utf-8-sig")


def _lines(owner: Owner) -> Iterator[list[str]]:
    handed_over = "否" if owner.is_developer else "是"
    whole, rest = divmod(owner.area, len(owner.homes))
    for number, home in enumerate(owner.homes):
        house, room = home.split("-")
        area = _written(whole + (rest if number == 0 else 0))
        end = [handed_over, owner.code, owner.name, owner.name, owner.phone]
        yield [f"{house} 幢 {room} 室", f"{house} 幢", "住宅", area, "登记簿", *end]
    if owner.has_space:
        end = ["是", owner.code, owner.name, owner.name, owner.phone]
        yield [f"车位 {owner.code}", "地面车位", "车位", _written(SPACE), "合同", *end]


def _written(area: int) -> str:
    return f"{area // 100}.{area % 100:02}"


def settle(cast: Cast, *, now: datetime) -> Estate:
    """Make the estate with its people and its assembly, and take the register over from its file."""
    place = places.create_place(
        code="GUI", name="桂园", plate="桂园", kind=PlaceKind.estate, parent=cast.district, address="合川路 520 弄",
        description="14 幢多层，402 户业主，33,600 平方米", spots="北侧绿地\n车棚\n东门停车场\n单元门口",
        contact_name="桂园居委会 吴颖", contact_phone="021-5550 0520", contact_hours="每天 9:00–20:00",
    )  # fmt: skip
    assembly = committees.create_committee(
        place=place, kind=CommitteeKind.owners_assembly, name="桂园业主大会", venue="桂园活动室", rule_kind="owners",
        convener="association", notice_working_days=0, notice_calendar_days=15,
        charter_clause="桂园业主大会议事规则第 9 条", electronic_clause="桂园业主大会议事规则第 15 条",
    )  # fmt: skip
    estate = Estate(place, assembly, owners())
    _move_in(cast, estate, now=now)
    data = register_file(estate.owners)
    reading = rules.read_rows(files.read_table(data))
    keeper = cast.actor("yuan")
    registry.keep_draft(keeper, place_id=place.id, file_name="桂园名册.csv", data=data, reading=reading, now=now)
    registry.take_over(keeper, place_id=place.id, now=now)
    for code, account in estate.accounts.items():
        if code not in HOMES.values():
            account.us_phone_number = None  # A thousand text messages of the crowd would bury the demo's mailbox.
    return estate


def _move_in(cast: Cast, estate: Estate, *, now: datetime) -> None:
    """Accounts for whoever has a phone; those who sign in at the demo are known by name."""
    phones = {owner.code: owner.phone for owner in estate.owners}
    for each in SIGN_INS:
        home = HOMES.get(each.key, "")
        user = join_in(cast.named, each, home=estate.place, phone=phones.get(home), now=now)
        if each.key in ROLES:
            people_service.grant_role(user_id=user.id, role=ROLES[each.key], place_id=estate.place.id, now=now)
        if home:
            estate.accounts[home] = user
    for owner in estate.owners:
        if owner.phone and owner.code not in estate.accounts:
            estate.accounts[owner.code] = people_service.create_user(
                name=owner.name, duty=f"桂园 {owner.code}", phone=owner.phone, home_place_id=estate.place.id, now=now
            )
