"""The vote as part of the live room's state: what everybody may see, and apart from it what is one person's own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from deliberation.votes import rules
from deliberation.votes.models import Vote
from deliberation.votes.queries.ballots import OwnSeat, own_seats_of
from deliberation.votes.queries.participation import turnouts


def rule_json(rule: rules.DecisionRule) -> dict[str, Any]:
    """A rule as plain JSON; a share is a pair of whole numbers, [2, 3]."""
    return {
        "kind": str(rule.kind),
        "quorum": [rule.quorum.numerator, rule.quorum.denominator] if rule.quorum is not None else None,
        "threshold": [rule.threshold.numerator, rule.threshold.denominator] if rule.threshold is not None else None,
        "basis": rule.basis,
        "strict": rule.strict,
        "clause": rule.clause,
    }


def room_part(shown: Vote) -> dict[str, Any]:
    """The vote as everybody in the room may see it; its result only once it has been read back."""
    figures = turnouts([shown])[shown.id]
    return {
        "id": shown.id,
        "item_id": shown.item_id,
        "motion_id": shown.motion_id,
        "title": shown.title,
        "text": shown.text,
        "text_hash": shown.text_hash,
        "state": str(shown.state),
        "method": str(shown.method),
        "is_secret": shown.is_secret,
        "opens_at": shown.opens_at.isoformat(),
        "opened_at": shown.opened_at.isoformat() if shown.opened_at else None,
        "closes_at": shown.closes_at.isoformat(),
        "closes_in_room": shown.closes_in_room,
        "closed_at": shown.closed_at.isoformat() if shown.closed_at else None,
        "announced_at": shown.announced_at.isoformat() if shown.announced_at else None,
        "cast": figures.cast,
        "total": figures.total,
        "needed": figures.needed,
        "area": figures.area.to_json() if figures.area is not None else None,
        "present_at_open": shown.present_at_open,
        "present_at_close": shown.present_at_close,
        "roll": str(shown.roll_source),
        "options": shown.options,
        "result": shown.result if shown.announced_at else None,
        "rule": rule_json(shown.rule),
    }


NO_PAPER: dict[str, Any] = {"on_roll": False, "seats": [], "choice": None, "receipt": None, "has_cast": False}


def own_parts(shown: Vote, user_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """What is each person's own in the room's state, where they are on the roll: each seat with its own ballot."""
    return {user_id: _paper(seats) for user_id, seats in own_seats_of(shown.id, user_ids).items()}


def _paper(seats: Sequence[OwnSeat]) -> dict[str, Any]:
    lines = [
        {
            "roll_entry_id": seat.entry.id,
            "label": seat.entry.label,
            "choice": str(seat.ballot.choice) if seat.ballot else None,
            "receipt": seat.ballot.leaf_hash.hex() if seat.ballot else None,
            "code": seat.code,
            "has_cast": seat.has_cast,
            "cast_at": seat.ballot.cast_at.isoformat() if seat.ballot else None,
        }
        for seat in seats
    ]
    return {"on_roll": True, "seats": lines, **{name: lines[0][name] for name in ("choice", "receipt", "has_cast")}}
