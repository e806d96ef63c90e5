"""The owner of last resort (domain.md A34, A36). Pure."""

from __future__ import annotations

from deliberation.cases.rules.opening import HandlerUnfit
from deliberation.kernel.errors import Refusal


def refusal_to_name_chief(*, is_handler_here: bool) -> Refusal | None:
    """A chief handles cases of the place himself, so he must be one of its handlers or managers."""
    return None if is_handler_here else HandlerUnfit()
