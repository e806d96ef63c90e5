"""The pages of cases."""

from deliberation.cases.views import handling, opening
from deliberation.cases.views.blueprint import blueprint

__all__ = ["blueprint", "handling", "opening"]
