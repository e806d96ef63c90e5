"""Counting a vote from the database: the pure count, and what R-14, R-16 and R-17 ask to be shown beside it."""

from __future__ import annotations

from datetime import datetime

from deliberation.audit import service as audit
from deliberation.votes import rules
from deliberation.votes.counting import Verdict, judge_returns
from deliberation.votes.models import Vote
from deliberation.votes.queries import record, tallies
from deliberation.votes.record.recounting import NOT_COUNTED, result_json


def count_vote(vote: Vote, *, now: datetime) -> Verdict:
    """Count, and keep what came of it with the vote and in the log; everybody will read it (R-52, R-55)."""
    returns = tallies.returns_of(vote)
    judged = judge_returns(returns)
    result = result_json(judged, tallies.invalid_by_reason(vote))
    if tallies.hides_bands(vote):
        result = rules.without_bands(result)
    if not vote.is_secret:
        result[NOT_COUNTED] = rules.disclosed(tallies.by_channel(vote))
    vote.outcome, vote.result = judged.verdict.outcome, result
    audit.record("vote.counted", record.counted_leaf(vote, returns), now=now)
    return judged.verdict
