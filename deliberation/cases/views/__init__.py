"""The pages of cases."""

from deliberation.cases.views import hand_over, handling, limits, opening
from deliberation.cases.views.blueprint import blueprint

__all__ = ["blueprint", "hand_over", "handling", "limits", "opening"]
