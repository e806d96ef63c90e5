"""What a voter gets for a ballot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deliberation.votes import receipt_rules


@dataclass(frozen=True)
class Receipt:
    """That this ballot stands in the log. ``is_current`` is false once a later one replaced it.

    ``choice`` is for the voter alone, and so is ``replaced``: what a named ballot of theirs said that stood until
    this one came. A second page that was left open from before says nothing of it, so the answer does.
    """

    vote_id: int
    roll_entry_id: int
    label: str
    choice: str
    leaf_hash: bytes
    cast_at: datetime
    is_current: bool
    is_secret: bool = False
    replaced: str = ""

    @property
    def code(self) -> str:
        return receipt_rules.receipt_code(self.leaf_hash)

    @property
    def hex(self) -> str:
        return self.leaf_hash.hex()

    def to_json(self) -> dict[str, Any]:
        """For the voter's own device only."""
        return {
            "vote_id": self.vote_id,
            "roll_entry_id": self.roll_entry_id,
            "label": self.label,
            "choice": self.choice,
            "code": self.code,
            "hex": self.hex,
            "cast_at": self.cast_at.isoformat(),
            "is_current": self.is_current,
            "replaced": self.replaced,
        }
