"""What is stored of people and why, what a person gets when they ask for it, and what stays when they leave. Pure."""

from __future__ import annotations

from deliberation.privacy.rules.inventory import HOLDINGS, NEVER_GIVEN, Group, Holding, Keep, holdings_of
from deliberation.privacy.rules.leaving import COOLING_OFF_DAYS, AlreadyLeaving, NotLeaving, leaves_on, stays_named
from deliberation.privacy.rules.retention import RETENTIONS, Retention, cutoff

__all__ = [
    "COOLING_OFF_DAYS",
    "HOLDINGS",
    "NEVER_GIVEN",
    "RETENTIONS",
    "AlreadyLeaving",
    "Group",
    "Holding",
    "Keep",
    "NotLeaving",
    "Retention",
    "cutoff",
    "holdings_of",
    "leaves_on",
    "stays_named",
]
