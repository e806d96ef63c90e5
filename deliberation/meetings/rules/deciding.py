"""What the chair may write down once the room has voted: never what the vote said no to (C3, R-15). Pure."""

from __future__ import annotations

from deliberation.kernel.errors import N_, Refusal


class MotionNotCarried(Refusal):
    code = "motion_not_carried"
    sentence = N_(
        "这一项的动议表决没有通过，不能记成通过。大家另外议定了别的事，请写那件事，并勾上是另外议定的；"
        "没有另外议定，请点「照表决结果，议完这一项」。"
    )


class NothingVoted(Refusal):
    code = "nothing_voted"
    sentence = N_("这一项没有没通过的表决。请记下决定，或延后再议。")


def refusal_to_decide(*, outcome: str, is_other: bool) -> Refusal | None:
    """``outcome`` is what the item's last vote came to when it did not carry its motion, else empty.

    Then only another agreement may be written down, and the chair has to say that it is one (``is_other``).
    """
    return MotionNotCarried() if outcome and not is_other else None


def refusal_to_finish(*, outcome: str) -> Refusal | None:
    """An item whose motion was voted down is over without a decision; any other is decided or put off."""
    return None if outcome else NothingVoted()
