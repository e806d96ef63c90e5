"""What the kinds of places are called."""

from __future__ import annotations

from deliberation.kernel.errors import N_
from deliberation.places.models import PlaceKind

PLACE_KINDS: dict[PlaceKind, str] = {
    PlaceKind.district: N_("区"),
    PlaceKind.subdistrict: N_("街道"),
    PlaceKind.park: N_("园区"),
    PlaceKind.building: N_("楼宇"),
    PlaceKind.lane: N_("里弄"),
    PlaceKind.estate: N_("小区"),
}
