"""What the owners' register knows of a part, and how heads are counted from it (R-10 … R-14). Pure."""

from __future__ import annotations

from enum import StrEnum


class AreaSource(StrEnum):
    """Where an area comes from; the register goes before a survey, a survey before the contract (R-12)."""

    register = "register"
    survey = "survey"
    contract = "contract"


class PartKind(StrEnum):
    home = "home"
    shop = "shop"
    office = "office"
    parking = "parking"
    other = "other"
