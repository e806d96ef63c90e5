"""The kinds of bodies and of seats (domain.md A1, A2, A15, A17, A29, B10)."""

from __future__ import annotations

from enum import StrEnum


class CommitteeKind(StrEnum):
    """Bodies that decide come first; a joint, leaders' or monthly meeting agrees, the last three hear people out."""

    lunch_session = "lunch_session"
    building_committee = "building_committee"
    lane_association = "lane_association"
    owners_assembly = "owners_assembly"
    joint_meeting = "joint_meeting"
    leaders_meeting = "leaders_meeting"
    monthly_review = "monthly_review"
    hearing = "hearing"
    mediation = "mediation"
    review_meeting = "review_meeting"


class SeatKind(StrEnum):
    """``core`` is the 1 of 1+N+X, ``member`` the N, ``adviser`` the X; ``unit`` is a household, shop or firm."""

    core = "core"
    member = "member"
    adviser = "adviser"
    unit = "unit"
