"""What every act of this room needs."""

from __future__ import annotations

from deliberation.kernel.errors import Refusal


def refuse(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise refusal
