"""Vote files, ``deliberation-vote/1`` (docs/vote-file.md): read strictly, counted like any vote."""

from __future__ import annotations

from deliberation.votes.counting.file.result import count_file
from deliberation.votes.counting.file.values import Mistake

__all__ = ["Mistake", "count_file"]
