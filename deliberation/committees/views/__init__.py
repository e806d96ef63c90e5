"""The public page of a committee, and the pages of those who set committees up."""

from __future__ import annotations

from deliberation.committees.views import administration, public
from deliberation.committees.views.blueprint import blueprint

__all__ = ["administration", "blueprint", "public"]
