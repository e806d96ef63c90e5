"""The public page of a body, and the pages of those who set bodies up and of those who hold seats."""

from __future__ import annotations

from deliberation.committees.views import administration, public, seats
from deliberation.committees.views.blueprint import blueprint

__all__ = ["administration", "blueprint", "public", "seats"]
