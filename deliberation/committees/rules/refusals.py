"""What is said when something entered about a body cannot be taken."""

from __future__ import annotations

from typing import Any

from deliberation.kernel.errors import Refusal


class Unfit(Refusal):
    """What was entered cannot be taken; ``field`` names the entry that has to be changed."""

    status = 422

    def __init__(self, field: str = "", **params: Any) -> None:
        self.field = field
        super().__init__(**params)
