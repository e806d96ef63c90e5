"""Feedback: the look-backs, the answers, and what an answer does (domain.md C3, C7)."""

from __future__ import annotations

from enum import StrEnum


class Answer(StrEnum):
    fixed = "fixed"
    partly = "partly"
    no = "no"
    came_back = "came_back"
