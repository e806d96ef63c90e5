"""The one extension of a vote short of its quorum (domain.md C3: once, announced before the close). Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from deliberation.kernel.errors import N_, Refusal
from deliberation.votes.rules.steps import VoteState, VoteStateChanged

MOST_EXTENSION_DAYS = 30


class ExtensionNotInCharter(Refusal):
    code = "extension_not_in_charter"
    status = 422
    sentence = N_("章程里没有写表决可以延长这么久：最多 %(most)s 天，0 就是不能延长。请改小，或先在章程里写上。")


class ExtensionTooLate(Refusal):
    code = "extension_too_late"
    sentence = N_("%(closes_at)s 已经截止了。延长要在截止以前告诉大家，现在不能再延长。")


class ExtendedAlready(Refusal):
    code = "extended_already"
    sentence = N_("已经延长过一次了，只能延长一次。到 %(closes_at)s 截止。")


class ExtensionNotAnnounced(Refusal):
    code = "extension_not_announced"
    sentence = N_("发布的时候没有写可以延长，不能延长。参与不够的话，可以再次召集。")


class QuorumReached(Refusal):
    code = "quorum_reached"
    sentence = N_("参与已经够了，到时间截止就算数，不用延长。")


def refusal_of_extension(*, days: int, most: int) -> Refusal | None:
    """Whether a notice may announce an extension of so many days: as many as the charter gives, 0 is none."""
    return None if 0 <= days <= most else ExtensionNotInCharter(most=most)


def refusal_to_extend(
    *,
    state: VoteState,
    extension_days: int,
    first_closes_at: datetime | None,
    closes_at: datetime,
    is_quorum_met: bool,
    now: datetime,
) -> Refusal | None:
    """Before the close, once, where the notice said so, and while the quorum is not met."""
    if state is not VoteState.voting:
        return VoteStateChanged()
    if now >= closes_at:
        return ExtensionTooLate(closes_at=closes_at)
    if first_closes_at is not None:
        return ExtendedAlready(closes_at=closes_at)
    if not extension_days:
        return ExtensionNotAnnounced()
    return QuorumReached() if is_quorum_met else None


def extended_close(closes_at: datetime, days: int) -> datetime:
    """The same hour, ``days`` days later: what the notice announced, no more and no less."""
    return closes_at + timedelta(days=days)
