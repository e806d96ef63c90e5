"""The tables of feedback."""

from __future__ import annotations

from deliberation.feedback.models.look_backs import LookBack, LookBackAddressee, LookBackAnswer
from deliberation.feedback.models.notices import OutcomeNotice
from deliberation.feedback.models.plans import LookBackPlan
from deliberation.feedback.models.reviews import ReviewLesson, ReviewPack
from deliberation.feedback.models.terms import CaseTerm
from deliberation.feedback.models.visits import LookBackVisit

__all__ = [
    "CaseTerm",
    "LookBack",
    "LookBackAddressee",
    "LookBackAnswer",
    "LookBackPlan",
    "LookBackVisit",
    "OutcomeNotice",
    "ReviewLesson",
    "ReviewPack",
]
