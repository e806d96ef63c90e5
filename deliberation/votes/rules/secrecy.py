"""What a secret vote cannot hide, said before it is published. Pure."""

from __future__ import annotations

from deliberation.votes.rules.terms import LEAST_IN_BAND


def warnings_of_secrecy(*, is_secret: bool, voters: int) -> tuple[str, ...]:
    """Codes of what to tell whoever publishes: so few voters that each can be guessed, and that agreement tells all."""
    if not is_secret:
        return ()
    return ("few_voters",) if voters < LEAST_IN_BAND else ("unanimous",)
