"""What may follow a vote: a new version of a text that was withdrawn, and a run-off (domain.md C3, R-19). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from deliberation.kernel.errors import N_, Refusal
from deliberation.kernel.working_days import day_in_shanghai
from deliberation.votes.counting import Outcome
from deliberation.votes.rules.steps import VoteState


class NotReplaceable(Refusal):
    code = "not_replaceable"
    sentence = N_("已经开始投票，或者从来没有发布过，不能另发新版本。还是草稿的，直接改就行。")


class ReplacedAlready(Refusal):
    code = "replaced_already"
    sentence = N_("这一份已经有新版本了。请去改新版本。")


class NoRunOff(Refusal):
    code = "no_run_off"
    sentence = N_("没有要决选的：只有公布以后一个选项都没有够票的，才在票数最多的里面再选一次。")


class RunOffAlready(Refusal):
    code = "run_off_already"
    sentence = N_("决选已经准备过了，去看那一项。")


def refusal_to_replace(*, state: VoteState, was_published: bool, has_successor: bool) -> Refusal | None:
    """A published text is withdrawn before anybody votes, and a new version takes its place."""
    if not was_published or state not in (VoteState.published, VoteState.cancelled):
        return NotReplaceable()
    return ReplacedAlready() if has_successor else None


def refusal_to_run_off(
    *, is_announced: bool, outcome: Outcome | None, run_off: Sequence[str], has_run_off: bool
) -> Refusal | None:
    """R-19: where no option has enough, the first two (or more equals) are put again."""
    if not is_announced or outcome is not Outcome.failed_approval or len(run_off) < 2:
        return NoRunOff()
    return RunOffAlready() if has_run_off else None


def next_times(
    opens_at: datetime, closes_at: datetime, *, notice_days: int, now: datetime
) -> tuple[datetime, datetime]:
    """The same hours and as long, at the first day a notice posted now allows: neither day counts (R-06)."""
    earliest = day_in_shanghai(now) + timedelta(days=notice_days + 1)
    later = max(earliest - day_in_shanghai(opens_at), timedelta())
    return opens_at + later, closes_at + later
