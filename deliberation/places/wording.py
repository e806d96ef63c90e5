"""What the kinds of places and their emblems are called."""

from __future__ import annotations

from deliberation.kernel.errors import N_
from deliberation.places.models import PlaceKind
from deliberation.places.rules import Emblem

PLACE_KINDS: dict[PlaceKind, str] = {
    PlaceKind.district: N_("区"),
    PlaceKind.subdistrict: N_("街道"),
    PlaceKind.park: N_("园区"),
    PlaceKind.building: N_("楼宇"),
    PlaceKind.lane: N_("里弄"),
    PlaceKind.estate: N_("小区"),
}
EMBLEMS: dict[Emblem, str] = {
    Emblem.buildings: N_("楼群"),
    Emblem.building: N_("高楼"),
    Emblem.house: N_("房子"),
    Emblem.shop: N_("店铺"),
    Emblem.tree: N_("树"),
    Emblem.flower: N_("花"),
    Emblem.water: N_("水"),
    Emblem.sun: N_("太阳"),
    Emblem.bicycle: N_("自行车"),
    Emblem.cup: N_("茶"),
    Emblem.lamp: N_("灯"),
    Emblem.book: N_("书"),
}
