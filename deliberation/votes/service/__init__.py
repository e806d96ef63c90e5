"""The life of a vote: prepared, published, opened, cast, closed and counted, read back, effective."""

from __future__ import annotations

from deliberation.votes.service.casting import Receipt, cast_ballot
from deliberation.votes.service.conducting import (
    announce_result,
    close_due,
    close_vote,
    make_effective,
    open_due,
    open_vote,
)
from deliberation.votes.service.publishing import cancel_vote, prepare_vote, publish_vote

__all__ = [
    "Receipt",
    "announce_result",
    "cancel_vote",
    "cast_ballot",
    "close_due",
    "close_vote",
    "make_effective",
    "open_due",
    "open_vote",
    "prepare_vote",
    "publish_vote",
]
