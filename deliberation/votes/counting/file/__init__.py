"""Vote files, ``deliberation-vote/1`` (docs/vote-file.md): read strictly, counted like any vote."""

from __future__ import annotations

from deliberation.votes.counting.file.result import count_file, read_sums
from deliberation.votes.counting.file.sums import poll_json, returns_json
from deliberation.votes.counting.file.values import Mistake

__all__ = ["Mistake", "count_file", "poll_json", "read_sums", "returns_json"]
