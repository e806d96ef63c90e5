"""A case as a project: two leads by name, milestones, and measures before and after (domain.md A10, A37). Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

from deliberation.kernel.errors import N_, Refusal

NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,3})?")


class Side(StrEnum):
    """Whose lead: of whoever wants it done, and of whoever does it."""

    client = "client"
    contractor = "contractor"


SIDE_WORDS: Mapping[Side, str] = {Side.client: N_("委托一方"), Side.contractor: N_("施工一方")}


class NotANumber(Refusal):
    code = "not_a_number"
    status = 422
    sentence = N_("「%(text)s」不是数。请只写数字，最多三位小数，单位写在单位那一格。")


class SameLead(Refusal):
    code = "same_lead"
    status = 422
    sentence = N_("两边要各有一位负责人，不能是同一个人。")


class MilestoneReached(Refusal):
    code = "milestone_reached"
    sentence = N_("这一步已经记过完成了。")


def number_of(text: str) -> Decimal:
    """A number as it is written, full-width digits and 1,234.5 included; raises ``NotANumber``."""
    plain = unicodedata.normalize("NFKC", text).strip().replace(",", "")
    if not NUMBER.fullmatch(plain):
        raise NotANumber(text=text[:20])
    return Decimal(plain)


def is_reached(*, baseline: Decimal, target: Decimal, value: Decimal) -> bool:
    """Whether a reading is at the target or beyond it, in the direction that leads there from the baseline."""
    return value >= target if target >= baseline else value <= target


def refusal_to_name(*, name: str, other: str) -> Refusal | None:
    return SameLead() if name == other else None
