"""The pages of meetings and of series, and the three faces of the live room."""

from __future__ import annotations

from deliberation.meetings.views import files, meetings, series
from deliberation.meetings.views.blueprint import blueprint

__all__ = ["blueprint", "files", "meetings", "series"]
