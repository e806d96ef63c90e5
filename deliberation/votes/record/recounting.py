"""What a count comes to as it is kept and published: the same for the house and for whoever counts again. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deliberation.votes.counting import Judged

NOT_COUNTED = "channels"  # By which way ballots came in; the one thing in a result that the sums do not say.


def result_json(judged: Judged, invalid: Mapping[str, int]) -> dict[str, Any]:
    """``invalid`` is how many ballots do not take part, by reason; whose they are is nobody's to read (R-16)."""
    listed = [{"reason": reason, "count": invalid[reason]} for reason in sorted(invalid)]
    return {**judged.to_json(), "invalid": listed}
