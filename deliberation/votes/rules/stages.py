"""The way of a vote through its life, as the reader sees it: what is done, what is now, what comes when (C3). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from deliberation.votes.counting import Outcome
from deliberation.votes.rules.steps import VoteState

DONE, NOW, TODO = "done", "now", "todo"
ORDER = (
    VoteState.draft, VoteState.legal_check, VoteState.published, VoteState.voting, VoteState.closed, VoteState.counted,
    VoteState.announced, VoteState.objection_window, VoteState.external_approval_pending, VoteState.effective,
)  # fmt: skip
ENDED = frozenset({VoteState.cancelled, VoteState.suspended, VoteState.annulled})
AFTER_WINDOW = frozenset({VoteState.external_approval_pending, VoteState.effective})


@dataclass(frozen=True)
class Course:
    """What a vote's row says of its steps; ``announce_due_at`` is when the result is due (C4)."""

    state: VoteState
    outcome: Outcome | None
    needs_legal_check: bool
    legal_checked_at: datetime | None
    published_at: datetime | None
    opens_at: datetime
    opened_at: datetime | None
    closes_at: datetime
    closed_at: datetime | None
    counted_at: datetime | None
    announced_at: datetime | None
    announce_due_at: datetime
    objection_days: int
    objections_until: datetime | None
    needs_external_approval: bool
    approved_at: datetime | None
    effective_at: datetime | None
    halted_at: datetime | None
    is_window_over: bool = False


@dataclass(frozen=True)
class Stage:
    """A step: ``at`` is when it was done, ``due_at`` when it is to be; either may be unknown."""

    state: VoteState
    progress: str
    at: datetime | None = None
    due_at: datetime | None = None


def stages(course: Course) -> list[Stage]:
    """The steps this vote takes, in order. The first that is not done is now; what a result rules out is not there.

    A vote that was given up, suspended or annulled ends its way with that.
    """
    way = [(state, _is_done(course, state)) for state in _way(course)]
    done = [_stage(course, state, DONE) for state, is_done in way if is_done]
    if course.state in ENDED:
        return [*done, Stage(course.state, NOW, at=course.halted_at)]
    rest = [state for state, is_done in way if not is_done]
    return [*done, *(_stage(course, state, NOW if state is rest[0] else TODO) for state in rest)]


def _way(course: Course) -> list[VoteState]:
    has_failed = course.outcome is not None and course.outcome is not Outcome.passed
    left_out = {
        VoteState.legal_check: not course.needs_legal_check,
        VoteState.objection_window: course.objections_until is None if has_failed else not course.objection_days,
        VoteState.external_approval_pending: has_failed or not course.needs_external_approval,
        VoteState.effective: has_failed,
    }
    return [state for state in ORDER if not left_out.get(state, False)]


def _is_done(course: Course, state: VoteState) -> bool:
    """By what has happened since: a notice hangs until voting begins, voting lasts until the close."""
    is_checked = course.state is VoteState.legal_check or course.legal_checked_at is not None
    happened = {
        VoteState.draft: course.published_at is not None or (course.needs_legal_check and is_checked),
        VoteState.legal_check: course.legal_checked_at is not None,
        VoteState.published: course.opened_at is not None,
        VoteState.voting: course.closed_at is not None,
        VoteState.closed: course.closed_at is not None,
        VoteState.counted: course.outcome is not None,
        VoteState.announced: course.announced_at is not None,
        VoteState.objection_window: course.state in AFTER_WINDOW
        or (course.state is VoteState.announced and course.is_window_over),
        VoteState.external_approval_pending: course.approved_at is not None or course.effective_at is not None,
        VoteState.effective: course.effective_at is not None,
    }
    return happened[state]


def _stage(course: Course, state: VoteState, progress: str) -> Stage:
    at = {
        VoteState.legal_check: course.legal_checked_at,
        VoteState.published: course.published_at,
        VoteState.voting: course.opened_at,
        VoteState.closed: course.closed_at,
        VoteState.counted: course.counted_at,
        VoteState.announced: course.announced_at,
        VoteState.objection_window: course.objections_until if progress == DONE else None,
        VoteState.external_approval_pending: course.approved_at,
        VoteState.effective: course.effective_at,
    }
    due = {
        VoteState.voting: course.opens_at,
        VoteState.closed: course.closes_at,
        VoteState.announced: course.announce_due_at,
        VoteState.objection_window: course.objections_until,
    }
    return Stage(state, progress, at.get(state), due.get(state))
