"""The rules of a vote: states, who may cast, and the count with its working (domain.md C2, C3). Pure and exact.

Votes are counted in whole numbers; a share is a ``Fraction`` and is compared by cross-multiplication.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any

from deliberation.kernel.errors import N_, Refusal


class VoteState(StrEnum):
    draft = "draft"
    published = "published"
    voting = "voting"
    counted = "counted"
    announced = "announced"
    external_approval_pending = "external_approval_pending"
    effective = "effective"
    cancelled = "cancelled"


class Outcome(StrEnum):
    passed = "passed"
    failed_approval = "failed_approval"
    no_quorum = "no_quorum"


class Choice(StrEnum):
    in_favour = "for"
    against = "against"
    abstain = "abstain"


class Channel(StrEnum):
    web = "web"
    live = "live"
    paper = "paper"


HALF = Fraction(1, 2)
BASES = ("cast", "for_against", "members")


class RuleKind(StrEnum):
    """R-23. ``charter`` has its own p/q; ``all_members_majority`` is over half of all seats, present or not;
    ``present_majority`` is over half of the votes for and against, with a quorum of members."""

    charter = "charter"
    all_members_majority = "all_members_majority"
    present_majority = "present_majority"


VOTE_MOVES: Mapping[VoteState, frozenset[VoteState]] = {
    VoteState.draft: frozenset({VoteState.published, VoteState.cancelled}),
    VoteState.published: frozenset({VoteState.voting, VoteState.cancelled}),
    VoteState.voting: frozenset({VoteState.counted}),
    VoteState.counted: frozenset({VoteState.announced}),
    VoteState.announced: frozenset({VoteState.external_approval_pending, VoteState.effective}),
    VoteState.external_approval_pending: frozenset({VoteState.effective}),
    VoteState.effective: frozenset(),
    VoteState.cancelled: frozenset(),
}


@dataclass(frozen=True)
class DecisionRule:
    """How a vote is judged. ``quorum`` is the share of members that must take part, ``threshold`` the share of
    ``basis`` ("cast", "for_against" or "members") that must be in favour; ``strict`` asks for more than that share.
    ``clause`` says where the charter says so. Only a ``charter`` has a threshold of its own; without one it is over
    one half. A rule that is no rule raises ``ValueError``: a share that is no ``Fraction`` in (0, 1], an unknown basis,
    "more than all", or a threshold under which a tie would pass (R-23: a tie fails).
    """

    kind: RuleKind
    quorum: Fraction | None = None
    threshold: Fraction | None = None
    basis: str = "cast"
    strict: bool = False
    clause: str = ""

    def __post_init__(self) -> None:
        for share in (self.quorum, self.threshold):
            if share is not None and not (isinstance(share, Fraction) and 0 < share <= 1):
                raise ValueError(f"a share is a Fraction above 0 and up to 1, not {share!r}")
        if self.basis not in BASES:
            raise ValueError(f"votes in favour are a share of one of {', '.join(BASES)}, not of {self.basis!r}")
        if self.threshold is None or self.kind is not RuleKind.charter:
            return
        if self.threshold < HALF or (self.threshold == HALF and not self.strict):
            raise ValueError(f"with {self.threshold} and strict={self.strict} a tie would pass")
        if self.threshold == 1 and self.strict:
            raise ValueError("nobody can have more than all votes")


@dataclass(frozen=True)
class Tally:
    """Current valid ballots by choice, one a seat. Anything but whole numbers from 0 on raises ``ValueError``."""

    in_favour: int
    against: int
    abstain: int

    def __post_init__(self) -> None:
        for number in (self.in_favour, self.against, self.abstain):
            if type(number) is not int or number < 0:
                raise ValueError(f"ballots are counted in whole numbers, not {number!r}")

    @property
    def cast(self) -> int:
        return self.in_favour + self.against + self.abstain


@dataclass(frozen=True)
class Comparison:
    """One test with both sides as whole numbers: "3 × 118 = 354 ≥ 2 × 151 = 302".

    ``name`` is "quorum" or "approval"; the working is factor and number of each side; ``missing`` is how many more
    ballots (quorum) or votes in favour (approval) it would have taken, 0 when it holds.
    """

    name: str
    left_factor: int
    left_number: int
    right_factor: int
    right_number: int
    strict: bool
    missing: int

    @property
    def left(self) -> int:
        return self.left_factor * self.left_number

    @property
    def right(self) -> int:
        return self.right_factor * self.right_number

    @property
    def holds(self) -> bool:
        return self.left > self.right if self.strict else self.left >= self.right


@dataclass(frozen=True)
class Verdict:
    """``needed`` is how many votes in favour it takes with these ballots; the tests in the order they were made."""

    outcome: Outcome
    tally: Tally
    members: int
    ballots_needed: int
    needed: int
    tests: tuple[Comparison, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON: whole numbers and words only."""
        tests = [{**asdict(t), "left": t.left, "right": t.right, "holds": t.holds} for t in self.tests]
        return {
            "outcome": str(self.outcome),
            "for": self.tally.in_favour,
            "against": self.tally.against,
            "abstain": self.tally.abstain,
            "cast": self.tally.cast,
            "members": self.members,
            "ballots_needed": self.ballots_needed,
            "needed": self.needed,
            "tests": tests,
        }


def smallest(share: Fraction, total: int, *, strict: bool) -> int:
    """The smallest whole number that is ``share`` of ``total`` or more, or above it when ``strict``."""
    numerator, denominator = share.numerator * total, share.denominator
    return numerator // denominator + 1 if strict else -(-numerator // denominator)


def ballots_needed(rule: DecisionRule, members: int) -> int:
    """How many ballots make the quorum; 0 where the rule has none."""
    return smallest(rule.quorum, members, strict=False) if rule.quorum is not None else 0


def votes_to_pass(rule: DecisionRule, *, tally: Tally, members: int) -> int:
    """How many votes in favour it takes, given the ballots as they are."""
    share, base, strict = _approval(rule, tally, members)
    return smallest(share, base, strict=strict)


def _approval(rule: DecisionRule, tally: Tally, members: int) -> tuple[Fraction, int, bool]:
    """The share, what it is a share of, and whether it must be exceeded."""
    if rule.kind is RuleKind.all_members_majority:
        return HALF, members, True
    for_against = tally.in_favour + tally.against
    if rule.kind is RuleKind.present_majority:
        return HALF, for_against, True
    base = {"cast": tally.cast, "for_against": for_against, "members": members}[rule.basis]
    if rule.threshold is None:
        return HALF, base, True
    return rule.threshold, base, rule.strict or base == 0  # 0 ≥ 2/3 of 0 votes must not pass anything.


def count(rule: DecisionRule, *, tally: Tally, members: int) -> Verdict:
    """Judge a tally under a rule. Abstaining takes part and is not in favour (R-16); a tie fails (R-23).

    Raises ``ValueError`` when there are no members, or more ballots than members.
    """
    if members < 1 or tally.cast > members:
        raise ValueError(f"{tally.cast} ballots of {members} members cannot be counted")
    quorum = ballots_needed(rule, members)
    share, base, strict = _approval(rule, tally, members)
    needed = smallest(share, base, strict=strict)
    approval = _compare("approval", share, tally.in_favour, base, strict=strict, needed=needed)
    if rule.quorum is None:
        return Verdict(_outcome(True, approval.holds), tally, members, quorum, needed, (approval,))
    turnout = _compare("quorum", rule.quorum, tally.cast, members, strict=False, needed=quorum)
    return Verdict(_outcome(turnout.holds, approval.holds), tally, members, quorum, needed, (turnout, approval))


def _outcome(has_quorum: bool, is_approved: bool) -> Outcome:
    if not has_quorum:
        return Outcome.no_quorum
    return Outcome.passed if is_approved else Outcome.failed_approval


def _compare(name: str, share: Fraction, number: int, base: int, *, strict: bool, needed: int) -> Comparison:
    missing = max(0, needed - number)
    return Comparison(name, share.denominator, number, share.numerator, base, strict, missing)


class VoteStateChanged(Refusal):
    code = "vote_state"
    sentence = N_("表决现在不在这一步，不能这样做。请刷新看看现在到哪里了。")


class VoteNotOpen(Refusal):
    code = "vote_not_open"
    sentence = N_("表决还没开始。%(opens_at)s 开始，到时再来投。")


class VoteClosed(Refusal):
    code = "vote_closed"
    sentence = N_("表决已截止。%(closed_at)s 截止，您这一票没有记入。")


class VoteCancelled(Refusal):
    code = "vote_cancelled"
    sentence = N_("这次表决已经取消，您这一票没有记入。取消的原因写在这件事的页面上。")


class NotOnRoll(Refusal):
    code = "not_on_roll"
    status = 403
    sentence = N_("您不在这次表决的名册里。有疑问请联系联络站核对名册。")


class AdviserHasNoBallot(NotOnRoll):
    sentence = N_("您是顾问，可以发言，没有表决票。这次由有表决权的席位投票。")


class BallotIdReused(Refusal):
    code = "ballot_id_reused"
    sentence = N_("这张票已经用别的选择交过了。请刷新页面，再选一次。")


class TextImmutable(Refusal):
    code = "text_immutable"
    sentence = N_("表决文字发布后就锁定，不能再改。要改，请另发一个新版本。")


class TextMissing(Refusal):
    code = "text_missing"
    status = 422
    sentence = N_("还没写要表决的文字。写好再发布。")


class TimesWrong(Refusal):
    code = "times_wrong"
    status = 422
    sentence = N_("截止时间要在开始时间之后，也要在现在之后。")


class NoticeMissing(Refusal):
    code = "notice_missing"
    sentence = N_("会议通知还没发，或这一项没写进通知，不能发布表决。")


class VoteUnderWay(Refusal):
    code = "vote_under_way"
    sentence = N_("这件事已经有一项表决在准备或进行。先把那一项办完，再准备新的。")


class MatterNotReady(Refusal):
    code = "matter_not_ready"
    sentence = N_("这件事还没受理，或已经办结，现在不能表决。受理之后再来准备。")


class RollEmpty(Refusal):
    code = "roll_empty"
    sentence = N_("名册里还没有有表决权的席位，不能发布表决。")


class StillOpen(Refusal):
    code = "vote_still_open"
    sentence = N_("还有一项表决没截止。先截止表决，再散会。")


class TellerHasInterest(Refusal):
    code = "teller_has_interest"
    status = 403
    sentence = N_("您对这件事申报了利害关系，不能计票或宣读。请换一位。")


NOT_YET_OR_NO_LONGER = frozenset({"screening", "returned", "redirected", "merged", "withdrawn", "closed"})


def refusal_to_prepare(
    *, matter_state: str, is_closed: bool, has_vote_under_way: bool, opens_at: datetime, closes_at: datetime
) -> Refusal | None:
    """An accepted matter that is not closed and has no other vote under way; times in order."""
    if is_closed or matter_state in NOT_YET_OR_NO_LONGER:
        return MatterNotReady()
    if has_vote_under_way:
        return VoteUnderWay()
    return TimesWrong() if closes_at <= opens_at else None


def refusal_to_move(current: VoteState, wanted: VoteState) -> Refusal | None:
    return None if wanted in VOTE_MOVES[current] else VoteStateChanged()


def refusal_to_cast(
    *,
    state: VoteState,
    opens_at: datetime,
    closes_at: datetime,
    is_on_roll: bool,
    now: datetime,
    closed_at: datetime | None = None,
) -> Refusal | None:
    """A ballot counts from the opening to the close, by the server's clock, from whom the roll names.

    ``closed_at`` is when the vote was in fact closed, which a chair may do before ``closes_at``.
    """
    if not is_on_roll:
        return NotOnRoll()
    if state in (VoteState.draft, VoteState.published):
        return VoteNotOpen(opens_at=opens_at)
    if state is VoteState.cancelled:
        return VoteCancelled()
    if state is not VoteState.voting or now >= closes_at:
        return VoteClosed(closed_at=closed_at or min(now, closes_at))
    return None


def refusal_to_publish(
    *,
    state: VoteState,
    text: str,
    opens_at: datetime,
    closes_at: datetime,
    voters: int,
    is_in_notice: bool,
    now: datetime,
) -> Refusal | None:
    """A draft with a text, a roll, times in order, and listed in the notice where it belongs to a meeting."""
    refusal = refusal_to_move(state, VoteState.published)
    if refusal:
        return refusal
    if not text.strip():
        return TextMissing()
    if closes_at <= opens_at or closes_at <= now:
        return TimesWrong()
    if not is_in_notice:
        return NoticeMissing()
    return None if voters else RollEmpty()


class VotingTimeRuns(Refusal):
    code = "voting_time_runs"
    sentence = N_("大家收到的通知是投到 %(closes_at)s，没到时间不能提前截止。开着会的时候，主持人可以在会上截止。")


def refusal_to_shorten(*, closes_at: datetime, is_in_session: bool, now: datetime) -> Refusal | None:
    """The time that everybody was told of runs out by itself; only a meeting in session may end it sooner."""
    return None if is_in_session or now >= closes_at else VotingTimeRuns(closes_at=closes_at)


def refusal_to_count(*, state: VoteState, has_interest: bool) -> Refusal | None:
    """R-40: who declared an interest neither closes, counts nor reads out."""
    if has_interest:
        return TellerHasInterest()
    return refusal_to_move(state, VoteState.counted)


def text_hash(text: str) -> str:
    """SHA-256 of the text, in hexadecimal: shown with the text, so that anyone can see it has not changed."""
    return hashlib.sha256(text.encode()).hexdigest()


def roll_hash(entries: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256 of the frozen roll, whatever the order its entries are given in. An entry: seat id, label, user id."""
    lines = sorted(json.dumps(entry, sort_keys=True, ensure_ascii=False) for entry in entries)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
