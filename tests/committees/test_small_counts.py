"""A large body's page says how many seats each kind of unit holds, and no more than a roll does (R-52)."""

from __future__ import annotations

import re

from deliberation.committees import service as committees
from deliberation.committees.rules import SMALL_BODY, SeatKind
from deliberation.kernel.database import transaction
from deliberation.places import service as places
from deliberation.places.models import UnitKind
from tests.support import make
from tests.support.door import client_of


def test_small_counts_are_kept_back(sqlite_app):
    with transaction():
        place = make.place()
        body = make.committee(place=place)
        for kind, count in ((UnitKind.household, SMALL_BODY), (UnitKind.shop, 8), (UnitKind.organisation, 3)):
            for number in range(count):
                unit = places.create_unit(place=place, kind=kind, label=f"{kind} {number}")
                committees.add_seat(body, kind=SeatKind.unit, label=unit.label, unit_id=unit.id)
    page = client_of(sqlite_app).get(f"/committees/{body.id}").text
    figures = dict(re.findall(r"<dt>([^<]*)</dt><dd[^>]*>\s*([^<]*?)\s*</dd>", page))
    assert figures == {"住户": "30", "商铺": "不公布", "单位": "不到 5", "合计": "41 席"}
