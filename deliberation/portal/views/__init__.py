"""The pages that stand above the rooms; each module adds its routes to the one blueprint."""

from deliberation.portal.views import desk, pages, shell
from deliberation.portal.views.blueprint import blueprint

__all__ = ["blueprint", "desk", "pages", "shell"]
