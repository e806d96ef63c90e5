"""The pages of cases."""

from deliberation.cases.views import (
    clocks,
    demands,
    hand_over,
    handling,
    limits,
    opening,
    points,
    projects,
    staged_notices,
)
from deliberation.cases.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "clocks",
    "demands",
    "hand_over",
    "handling",
    "limits",
    "opening",
    "points",
    "projects",
    "staged_notices",
]
