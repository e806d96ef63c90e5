"""What a secret vote cannot hide, said before it is published; what is kept back once it is counted. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deliberation.votes.rules.terms import LEAST_IN_BAND


def warnings_of_secrecy(*, is_secret: bool, voters: int) -> tuple[str, ...]:
    """Codes of what to tell whoever publishes: so few voters that each can be guessed, and that agreement tells all."""
    if not is_secret:
        return ()
    return ("few_voters",) if voters < LEAST_IN_BAND else ("unanimous",)


def must_hide_bands(took_part: Mapping[Any, int]) -> bool:
    """Whether figures by band (of weight, or of chamber) would tell what somebody chose in a secret vote.

    ``took_part`` is how many of each band have cast. Five on the roll are not five who came: where one to four did, and
    others beside them, nothing is shown apart. A band of which nobody came has nothing to tell.
    """
    came = [number for number in took_part.values() if number]
    return len(came) > 1 and min(came) < LEAST_IN_BAND


def without_bands(result: Mapping[str, Any]) -> dict[str, Any]:
    """A result as it is kept and published where bands must be hidden: outcome, sums and the tests of everybody.

    The tests of every chamber go, not of the small one alone: what is left of the sum would be its figures.
    """
    shown = {**result, "tests": [test for test in result["tests"] if not _is_by_band(test)], "is_without_bands": True}
    left = {test["name"] for test in shown["tests"]}
    shown["missing"] = {name: number for name, number in result["missing"].items() if name in left}
    if result.get("without_deemed"):
        shown["without_deemed"] = without_bands(result["without_deemed"])
    return shown


def _is_by_band(test: Mapping[str, Any]) -> bool:
    return bool(test["chamber"]) or test["test"] == "chambers"
