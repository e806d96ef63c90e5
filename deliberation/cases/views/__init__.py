"""The pages of cases."""

from deliberation.cases.views import handling, limits, opening
from deliberation.cases.views.blueprint import blueprint

__all__ = ["blueprint", "handling", "limits", "opening"]
